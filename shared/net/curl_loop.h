// SPDX-License-Identifier: Apache-2.0
//
// The thread that drives all transfers of a CurlHttpClient, and the inbox through which it hands
// outcomes to the thread that waits for them. curl shares a connection only between requests that
// agree in host, trust, client certificate and proxy; that is how a Route is part of the key.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "net/curl_handle.h"
#include "net/curl_http_client.h"
#include "net/transfer.h"
#include "net/trust.h"

namespace kcert::net {

struct Arrival {
    std::size_t index;
    Outcome outcome;
};

/// What has arrived for one exchange. Any thread may call.
class Inbox {
  public:
    void put(Arrival arrival);

    /// Waits for the next one; nothing when none is there and `stop` is requested.
    std::optional<Arrival> take(std::stop_token stop);

  private:
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<Arrival> arrivals_;
};

/// Any thread may call; ends its thread when it goes. Every request that was handed in comes back
/// through its inbox once, so an inbox must outlive its requests.
class CurlHttpClient::Loop {
  public:
    explicit Loop(const NetworkSettings& settings);
    ~Loop();

    /// Throws Error where the request cannot be sent; then nothing comes back.
    void submit(std::size_t index, Request request, Inbox& inbox);

    /// What is still under way for `inbox` comes back as Cancelled, soon.
    void cancel(Inbox& inbox);

  private:
    /// A request under way; as an order without a transfer: cancel all of that inbox.
    struct Job {
        std::size_t index;
        Inbox* inbox;
        std::unique_ptr<Transfer> transfer;
    };

    void run();
    void order(Job job);
    bool take_orders();
    void start(Job job);
    void drive();
    void collect();
    void finish(CURL* handle, CURLcode code);
    void drop(const Inbox* inbox, const Error& reason);

    const NetworkSettings& settings_;
    const Trust trust_;
    MultiHandle multi_;
    std::mutex mutex_;
    std::vector<Job> orders_;
    bool ending_ = false;
    std::vector<Job> running_;  // of the loop's thread only
    std::thread thread_;
};

}  // namespace kcert::net
