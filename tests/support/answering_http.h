// SPDX-License-Identifier: Apache-2.0
//
// AnsweringHttp asks a function for each answer, one at a time whoever calls, and keeps every
// request for the test to look at.

#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "net/http_client.h"

namespace kcert::testing {

class AnsweringHttp final : public net::HttpClient {
  public:
    using Answer = std::function<net::Outcome(const net::Request&)>;

    explicit AnsweringHttp(Answer answer) : answer_(std::move(answer)) {}

    void exchange(net::RequestSource& source, std::size_t, std::stop_token stop) override {
        for (std::size_t index = 0; auto request = source.next(); ++index) {
            source.done(index, answer_to(*request, stop));
        }
    }

    /// "GET https://api.test/zones", in the order in which they came.
    std::vector<std::string> calls() const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> calls;
        for (const net::Request& request : requests_) {
            calls.push_back(request.method + " " + request.url);
        }
        return calls;
    }

    std::vector<net::Request> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

  private:
    net::Outcome answer_to(const net::Request& request, const std::stop_token& stop) {
        if (stop.stop_requested()) {
            return Error(ErrorKind::Cancelled, "stopped");
        }
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        return answer_(request);
    }

    Answer answer_;
    mutable std::mutex mutex_;
    std::vector<net::Request> requests_;
};

}  // namespace kcert::testing
