// SPDX-License-Identifier: Apache-2.0

#include "shared/net/local_servers.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace kcert::testing {

namespace {

constexpr std::size_t kThreads = 16;
constexpr char kSocks5 = 5;  // its messages come whole, and have no line ends
constexpr int kTick = 20;    // milliseconds between two looks at whether to end

template <typename Server>
std::unique_ptr<httplib::Server> set_up(std::unique_ptr<Server> server) {
    server->new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server->set_keep_alive_max_count(1000);
    server->set_keep_alive_timeout(1);
    server->set_tcp_nodelay(true);
    return server;
}

bool readable(int socket) {
    pollfd entry{.fd = socket, .events = POLLIN, .revents = 0};
    return poll(&entry, 1, kTick) > 0;
}

}  // namespace

LocalServer::LocalServer(std::unique_ptr<httplib::Server> server,
                         const std::function<void(httplib::Server&)>& routes)
    : scheme_(dynamic_cast<httplib::SSLServer*>(server.get()) ? "https" : "http"),
      server_(std::move(server)),
      port_(server_->bind_to_any_port("127.0.0.1")) {
    routes(*server_);
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) {
        std::this_thread::yield();
    }
}

LocalServer::~LocalServer() {
    server_->stop();
    thread_.join();
}

std::unique_ptr<httplib::Server> LocalServer::plain() {
    return set_up(std::make_unique<httplib::Server>());
}

std::unique_ptr<httplib::Server> LocalServer::tls(const std::string& client_ca) {
    return set_up(std::make_unique<httplib::SSLServer>(
        fixture("server.pem").c_str(), fixture("server.key").c_str(),
        client_ca.empty() ? nullptr : client_ca.c_str()));
}

std::string LocalServer::url(const std::string& path) const {
    return scheme_ + "://127.0.0.1:" + std::to_string(port_) + path;
}

RawServer::RawServer(std::function<std::string(int)> answer)
    : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, length) != 0 || listen(listener_, SOMAXCONN) != 0 ||
        getsockname(listener_, generic, &length) != 0) {
        throw std::runtime_error("no port for a test server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

RawServer::~RawServer() {
    ending_ = true;
    thread_.join();
    close(listener_);
}

std::vector<std::string> RawServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void RawServer::serve() {
    while (!ending_) {
        if (readable(listener_)) {
            const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            converse(connection);
            close(connection);
        }
    }
}

void RawServer::converse(int connection) {
    std::string request;
    while (!ending_) {
        if (!readable(connection)) {
            continue;
        }
        char chunk[4096];
        const ssize_t length = recv(connection, chunk, sizeof(chunk), 0);
        if (length <= 0) {
            return;
        }
        request.append(chunk, static_cast<std::size_t>(length));
        if (!request.starts_with(kSocks5) && request.find("\r\n\r\n") == std::string::npos) {
            continue;
        }
        int nth = 0;
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(std::exchange(request, {}));
            nth = static_cast<int>(requests_.size());
        }
        const std::string reply = answer_(nth);
        if (reply.empty()) {
            return;
        }
        static_cast<void>(send(connection, reply.data(), reply.size(), MSG_NOSIGNAL));
    }
}

}  // namespace kcert::testing
