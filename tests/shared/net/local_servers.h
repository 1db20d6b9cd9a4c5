// SPDX-License-Identifier: Apache-2.0
//
// Servers on a free port of 127.0.0.1, for as long as they live: a well-behaved one, with or
// without TLS, and one that answers with whatever bytes a test wants.

#pragma once

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace kcert::testing {

inline std::string fixture(const std::string& name) {
    return KCERT_TEST_DATA "/" + name;
}

class LocalServer {
  public:
    /// `routes` adds the handlers before the server starts.
    LocalServer(std::unique_ptr<httplib::Server> server,
                const std::function<void(httplib::Server&)>& routes);
    ~LocalServer();

    static std::unique_ptr<httplib::Server> plain();
    static std::unique_ptr<httplib::Server> tls(const std::string& client_ca = {});

    int port() const { return port_; }
    std::string url(const std::string& path) const;

  private:
    std::string scheme_;
    std::unique_ptr<httplib::Server> server_;
    int port_;
    std::thread thread_;
};

/// Handlers wait in it until it opens.
class Gate {
  public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        most_ = std::max(most_, waiting_);
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
        --waiting_;
    }

    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

    void await(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

    int most() const { return most_; }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    int most_ = 0;
    bool open_ = false;
};

/// Answers / when its gate opens, which it does at the latest when the server goes.
struct SlowServer {
    explicit SlowServer(std::unique_ptr<httplib::Server> kind)
        : server(std::move(kind), [this](httplib::Server& routes) {
              routes.Get("/", [this](const httplib::Request&, httplib::Response&) { gate.pass(); });
          }) {}
    ~SlowServer() { gate.open(); }

    std::string url() const { return server.url("/"); }

    Gate gate;
    LocalServer server;
};

/// Accepts connections one after another; each request on one is kept and answered by `answer`,
/// which gives the bytes to send. Empty bytes close the connection.
class RawServer {
  public:
    explicit RawServer(std::function<std::string(int nth_request)> answer);
    ~RawServer();

    int port() const { return port_; }
    std::vector<std::string> requests() const;

  private:
    void serve();
    void converse(int connection);

    std::function<std::string(int)> answer_;
    int listener_;
    int port_ = 0;
    std::atomic<bool> ending_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace kcert::testing
