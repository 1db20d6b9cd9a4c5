// SPDX-License-Identifier: Apache-2.0

#include "net/curl_loop.h"

#include <algorithm>
#include <csignal>
#include <new>
#include <utility>

#include "base/error.h"

namespace kcert::net {

namespace {

constexpr long kKeptConnections = 32;
constexpr int kLongestPoll = 60'000;  // milliseconds; curl's own timers and wake-ups cut it short
/// curl 7.88 at times leaves an HTTP/2 answer that it has read with another stream's until it is
/// called again, which nothing on the socket makes it.
constexpr int kLongestPollUnderWay = 50;

MultiHandle make_multi() {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    MultiHandle multi(initialised == CURLE_OK ? curl_multi_init() : nullptr);
    if (!multi) {
        throw Error(ErrorKind::Internal, "curl cannot be initialised");
    }
    // By itself curl keeps four for each transfer under way: too few when a batch has just ended.
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, kKeptConnections);
    return multi;
}

/// Signals are main's affair, and SIGPIPE, which OpenSSL's writes may raise, is nobody's.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

void Inbox::put(Arrival arrival) {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back(std::move(arrival));
    // Under the lock: the one who waits may destroy the inbox as soon as it has the last arrival.
    arrived_.notify_one();
}

std::optional<Arrival> Inbox::take(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait(lock, std::move(stop), [this] { return !arrivals_.empty(); })) {
        return std::nullopt;
    }
    Arrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    return arrival;
}

CurlHttpClient::Loop::Loop(const NetworkSettings& settings)
    : settings_(settings),
      trust_(system_trust(settings)),
      multi_(make_multi()),
      thread_([this] { run(); }) {}

CurlHttpClient::Loop::~Loop() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.join();
}

void CurlHttpClient::Loop::submit(std::size_t index, Request request, Inbox& inbox) {
    order({index, &inbox, std::make_unique<Transfer>(std::move(request), settings_, trust_)});
}

void CurlHttpClient::Loop::cancel(Inbox& inbox) {
    order({0, &inbox, nullptr});
}

void CurlHttpClient::Loop::order(Job job) {
    {
        const std::lock_guard lock(mutex_);
        orders_.push_back(std::move(job));
    }
    curl_multi_wakeup(multi_.get());
}

void CurlHttpClient::Loop::run() {
    block_signals();
    while (take_orders()) {
        drive();
    }
    drop(nullptr, Error(ErrorKind::Cancelled, "stopped"));
}

/// Carries orders out as they were given: a cancellation that comes late must not meet the next
/// exchange, whose inbox may lie at the same address. False when the loop shall end.
bool CurlHttpClient::Loop::take_orders() {
    std::vector<Job> orders;
    bool ending = false;
    {
        const std::lock_guard lock(mutex_);
        orders.swap(orders_);
        ending = ending_;
    }
    for (Job& job : orders) {
        if (job.transfer) {
            start(std::move(job));
        } else {
            drop(job.inbox, Error(ErrorKind::Cancelled, "stopped"));
        }
    }
    return !ending;
}

void CurlHttpClient::Loop::start(Job job) {
    const CURLMcode code = curl_multi_add_handle(multi_.get(), job.transfer->handle());
    if (code != CURLM_OK) {
        job.inbox->put({job.index, Error(ErrorKind::Internal, curl_multi_strerror(code))});
        return;
    }
    running_.push_back(std::move(job));
}

void CurlHttpClient::Loop::drive() {
    int running = 0;
    CURLMcode code = curl_multi_perform(multi_.get(), &running);
    collect();
    if (code == CURLM_OK) {
        const int patience = running_.empty() ? kLongestPoll : kLongestPollUnderWay;
        code = curl_multi_poll(multi_.get(), nullptr, 0, patience, nullptr);
    }
    if (code != CURLM_OK) {
        drop(nullptr, Error(ErrorKind::Internal, curl_multi_strerror(code)));
    }
}

void CurlHttpClient::Loop::collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE) {
            finish(message->easy_handle, message->data.result);
        }
    }
}

void CurlHttpClient::Loop::finish(CURL* handle, CURLcode code) {
    const auto found = std::find_if(running_.begin(), running_.end(), [&](const Job& job) {
        return job.transfer->handle() == handle;
    });
    const Job job = std::move(*found);
    running_.erase(found);
    curl_multi_remove_handle(multi_.get(), handle);
    job.inbox->put({job.index, job.transfer->finish(code)});
}

/// Ends what runs for `inbox`, or all for nullptr.
void CurlHttpClient::Loop::drop(const Inbox* inbox, const Error& reason) {
    const auto dropped = std::stable_partition(
        running_.begin(), running_.end(),
        [&](const Job& job) { return inbox != nullptr && job.inbox != inbox; });
    for (auto job = dropped; job != running_.end(); ++job) {
        curl_multi_remove_handle(multi_.get(), job->transfer->handle());
        job->inbox->put({job->index, reason});
    }
    running_.erase(dropped, running_.end());
}

}  // namespace kcert::net
