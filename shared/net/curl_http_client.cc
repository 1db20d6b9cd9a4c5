// SPDX-License-Identifier: Apache-2.0

#include "net/curl_http_client.h"

#include <algorithm>
#include <utility>

#include "net/curl_loop.h"

namespace kcert::net {

CurlHttpClient::CurlHttpClient(NetworkSettings settings) : settings_(std::move(settings)) {}

CurlHttpClient::~CurlHttpClient() = default;

/// One exchange on its caller's thread. Takes back what is under way, however it ends.
class CurlHttpClient::Exchange {
  public:
    Exchange(Loop& loop, RequestSource& source, std::size_t window, std::stop_token stop)
        : loop_(loop), source_(source), window_(window), stop_(std::move(stop)) {}
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    ~Exchange() {
        if (in_flight_ > 0) {
            loop_.cancel(inbox_);
        }
        for (; in_flight_ > 0; --in_flight_) {
            inbox_.take({});
        }
    }

    void run() {
        for (fill(); in_flight_ > 0; fill()) {
            Arrival arrival = await();
            --in_flight_;
            source_.done(arrival.index, std::move(arrival.outcome));
        }
    }

  private:
    void fill() {
        while (in_flight_ < window_) {
            std::optional<Request> request = source_.next();
            if (!request) {
                return;
            }
            send(std::move(*request));
        }
    }

    void send(Request request) {
        const std::size_t index = sent_++;
        std::optional<Error> refusal;
        if (stop_.stop_requested()) {
            refusal = Error(ErrorKind::Cancelled, "stopped");
        } else {
            try {
                loop_.submit(index, std::move(request), inbox_);
                ++in_flight_;
            } catch (const Error& error) {
                refusal = error;
            }
        }
        if (refusal) {
            source_.done(index, std::move(*refusal));
        }
    }

    Arrival await() {
        std::optional<Arrival> arrival = inbox_.take(stop_);
        if (!arrival) {
            loop_.cancel(inbox_);
            arrival = inbox_.take({});
        }
        return std::move(*arrival);
    }

    Loop& loop_;
    RequestSource& source_;
    const std::size_t window_;
    const std::stop_token stop_;
    Inbox inbox_;
    std::size_t sent_ = 0;
    std::size_t in_flight_ = 0;
};

void CurlHttpClient::exchange(RequestSource& source, std::size_t window, std::stop_token stop) {
    std::call_once(started_, [this] { loop_ = std::make_unique<Loop>(settings_); });
    Exchange(*loop_, source, std::max<std::size_t>(window, 1), std::move(stop)).run();
}

}  // namespace kcert::net
