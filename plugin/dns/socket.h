// SPDX-License-Identifier: Apache-2.0
//
// One packet on its way to one server: a non-blocking socket of its own, so that every try has a
// fresh source port, connected, so that the kernel drops what comes from elsewhere.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dns/resolver.h"

namespace kcert::dns {

enum class Protocol { Udp, Tcp };

class Socket {
  public:
    enum class State {
        Waiting,   ///< for what interest() says
        Received,  ///< message() is the server's; advance() listens for another
        Failed,    ///< error() says why
    };

    /// Opens it and sends what can be sent at once; a failure shows in the next advance().
    Socket(const Server& server, Protocol protocol, std::string_view packet);
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket();

    /// For poll().
    int descriptor() const { return descriptor_; }
    short interest() const;

    /// Goes as far as it can without waiting.
    State advance();

    const std::string& message() const { return message_; }
    const std::string& error() const { return error_; }

  private:
    void open(const Server& server);
    bool send_rest();
    State receive_datagram();
    State receive_stream();
    State fail(int code);

    Protocol protocol_;
    int descriptor_ = -1;
    std::string unsent_;
    std::string received_;  ///< of a TCP stream, with its length in front
    std::string message_;
    std::string error_;
};

}  // namespace kcert::dns
