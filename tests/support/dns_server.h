// SPDX-License-Identifier: Apache-2.0
//
// DnsServer is a socket pair (UDP and TCP, one port) on 127.0.0.1 with a thread of its own, for
// tests of what travels on the wire. It sends what the test's function makes of each request.

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "dns/resolver.h"

namespace kcert::testing {

class DnsServer {
  public:
    struct Request {
        std::string wire;
        bool tcp = false;
        int number = 0;  ///< from 0, over both protocols
    };
    /// The packets to send, in order.
    using Handler = std::function<std::vector<std::string>(const Request&)>;

    explicit DnsServer(Handler handler) : handler_(std::move(handler)) {
        for (int attempt = 0; attempt < 20 && !bind_both(); ++attempt) {
        }
        thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    }
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;
    ~DnsServer() {
        thread_.request_stop();
        thread_.join();
        close(udp_);
        close(tcp_);
    }

    dns::Server address() const { return {"127.0.0.1", port_}; }
    int requests() const { return requests_; }

  private:
    /// The port that UDP got may be taken for TCP.
    bool bind_both() {
        udp_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        tcp_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        const bool bound = bind(udp_, generic, size) == 0 &&
                           getsockname(udp_, generic, &size) == 0 &&
                           bind(tcp_, generic, size) == 0 && listen(tcp_, 16) == 0;
        port_ = ntohs(address.sin_port);
        if (!bound) {
            close(udp_);
            close(tcp_);
        }
        return bound;
    }

    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::array<pollfd, 2> entries{{{udp_, POLLIN, 0}, {tcp_, POLLIN, 0}}};
            poll(entries.data(), entries.size(), 10);
            if (entries[0].revents != 0) {
                serve_datagram();
            }
            if (entries[1].revents != 0) {
                serve_connection();
            }
        }
    }

    void serve_datagram() {
        std::array<char, 4096> buffer{};
        sockaddr_in client{};
        socklen_t size = sizeof(client);
        auto* generic = reinterpret_cast<sockaddr*>(&client);
        const ssize_t length = recvfrom(udp_, buffer.data(), buffer.size(), 0, generic, &size);
        if (length < 0) {
            return;
        }
        const std::string wire(buffer.data(), static_cast<std::size_t>(length));
        for (const std::string& reply : handler_({wire, false, requests_++})) {
            sendto(udp_, reply.data(), reply.size(), 0, generic, size);
        }
    }

    void serve_connection() {
        const int connection = accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
        std::array<unsigned char, 2> head{};
        std::string wire;
        if (recv(connection, head.data(), head.size(), MSG_WAITALL) == 2) {
            wire.resize(static_cast<std::size_t>(head[0] << 8U | head[1]));
            recv(connection, wire.data(), wire.size(), MSG_WAITALL);
            for (const std::string& reply : handler_({wire, true, requests_++})) {
                const std::array<char, 2> length{static_cast<char>(reply.size() >> 8U),
                                                 static_cast<char>(reply.size() & 0xffU)};
                send(connection, length.data(), length.size(), MSG_NOSIGNAL);
                send(connection, reply.data(), reply.size(), MSG_NOSIGNAL);
            }
        }
        close(connection);
    }

    Handler handler_;
    int udp_ = -1;
    int tcp_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> requests_ = 0;
    std::jthread thread_;
};

/// What a reply to `query` says: rcode and flags of the header, and a TXT record if any.
struct DnsReply {
    unsigned rcode = 0;
    bool truncated = false;
    std::string text;  ///< empty: no record
};

/// The packet: the query's id and question, without EDNS.
inline std::string reply_packet(std::string_view query, const DnsReply& reply) {
    std::size_t end = 12;
    while (end < query.size() && query[end] != 0) {
        end += static_cast<unsigned char>(query[end]) + 1U;
    }
    std::string packet(query.substr(0, end + 5));
    packet[2] = static_cast<char>(0x81 | (reply.truncated ? 0x02 : 0));
    packet[3] = static_cast<char>(0x80 | reply.rcode);
    packet[7] = reply.text.empty() ? 0 : 1;
    packet[11] = 0;  // no additional records
    if (!reply.text.empty()) {
        using namespace std::string_literals;
        packet += "\xc0\x0c\0\x10\0\1\0\0\0\x3c\0"s;
        packet += static_cast<char>(reply.text.size() + 1);
        packet += static_cast<char>(reply.text.size());
        packet += reply.text;
    }
    return packet;
}

}  // namespace kcert::testing
