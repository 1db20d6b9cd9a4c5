// SPDX-License-Identifier: Apache-2.0

#include "dns/socket.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/text.h"

namespace kcert::dns {
namespace {

constexpr std::size_t kMaxMessage = 65'535;
/// Above what EDNS offers; a larger datagram is cut here and then is no DNS message.
constexpr std::size_t kMaxDatagram = 4096;
constexpr std::size_t kLengthSize = 2;

struct AddressDeleter {
    void operator()(addrinfo* info) const { freeaddrinfo(info); }
};

/// Reads the literal, with its scope if any; asks no resolver.
std::unique_ptr<addrinfo, AddressDeleter> address_of(const Server& server, Protocol protocol) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = protocol == Protocol::Udp ? SOCK_DGRAM : SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(server.port);
    if (getaddrinfo(server.address.c_str(), port.c_str(), &hints, &found) != 0) {
        return nullptr;
    }
    return std::unique_ptr<addrinfo, AddressDeleter>(found);
}

bool must_wait(int code) {
    return code == EAGAIN || code == EWOULDBLOCK || code == EINTR || code == ENOTCONN;
}

/// RFC 1035 §4.2.2: a message on a stream has its length in front, two bytes.
std::string framed(std::string_view packet) {
    std::string frame;
    frame += static_cast<char>(packet.size() >> 8U);
    frame += static_cast<char>(packet.size() & 0xffU);
    frame += packet;
    return frame;
}

std::size_t framed_length(std::string_view received) {
    return static_cast<std::size_t>(static_cast<unsigned char>(received[0]) << 8U |
                                    static_cast<unsigned char>(received[1]));
}

}  // namespace

Socket::Socket(const Server& server, Protocol protocol, std::string_view packet)
    : protocol_(protocol), unsent_(protocol == Protocol::Udp ? packet : framed(packet)) {
    if (packet.size() > kMaxMessage) {
        fail(EMSGSIZE);
    } else {
        open(server);
    }
}

Socket::~Socket() {
    if (descriptor_ >= 0) {
        close(descriptor_);
    }
}

void Socket::open(const Server& server) {
    const auto address = address_of(server, protocol_);
    if (!address) {
        fail(EADDRNOTAVAIL);
        return;
    }
    descriptor_ =
        socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool opened = descriptor_ >= 0;
    if (!opened || (connect(descriptor_, address->ai_addr, address->ai_addrlen) != 0 &&
                    errno != EINPROGRESS)) {
        fail(errno);
        return;
    }
    if (protocol_ == Protocol::Udp) {
        send_rest();
    }
}

short Socket::interest() const {
    return unsent_.empty() ? POLLIN : POLLOUT;
}

Socket::State Socket::advance() {
    if (!error_.empty() || (!unsent_.empty() && !send_rest())) {
        return error_.empty() ? State::Waiting : State::Failed;
    }
    return protocol_ == Protocol::Udp ? receive_datagram() : receive_stream();
}

/// True when nothing is left to send.
bool Socket::send_rest() {
    const ssize_t sent = send(descriptor_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        if (!must_wait(errno)) {
            fail(errno);
        }
        return false;
    }
    unsent_.erase(0, static_cast<std::size_t>(sent));
    return unsent_.empty();
}

Socket::State Socket::receive_datagram() {
    message_.resize(kMaxDatagram);
    const ssize_t size = recv(descriptor_, message_.data(), message_.size(), 0);
    message_.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    if (size < 0) {
        return must_wait(errno) ? State::Waiting : fail(errno);
    }
    return State::Received;
}

Socket::State Socket::receive_stream() {
    std::array<char, 4096> chunk{};
    for (;;) {
        const bool framed = received_.size() >= kLengthSize;
        const std::size_t wanted = kLengthSize + (framed ? framed_length(received_) : 0);
        if (framed && received_.size() == wanted) {
            message_ = received_.substr(kLengthSize);
            received_.clear();
            return State::Received;
        }
        const std::size_t missing = std::min(wanted - received_.size(), chunk.size());
        const ssize_t size = recv(descriptor_, chunk.data(), missing, 0);
        if (size <= 0) {
            return size < 0 && must_wait(errno) ? State::Waiting : fail(size < 0 ? errno : EPIPE);
        }
        received_.append(chunk.data(), static_cast<std::size_t>(size));
    }
}

Socket::State Socket::fail(int code) {
    error_ = code == EPIPE ? "the connection was closed before an answer"
                           : to_lower(std::system_category().message(code));
    return State::Failed;
}

}  // namespace kcert::dns
