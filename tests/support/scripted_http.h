// SPDX-License-Identifier: Apache-2.0
//
// ScriptedHttp answers from a list, in order, and keeps every request for the test to look at.

#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/http_client.h"

namespace kcert::testing {

class ScriptedHttp final : public net::HttpClient {
  public:
    void reply(int status, std::string body = {}, net::Headers headers = {}) {
        replies_.push_back(net::Response{status, std::move(headers), std::move(body)});
    }

    void fail(ErrorKind kind, std::string message) {
        replies_.push_back(Error(kind, std::move(message)));
    }

    /// Nothing listens there.
    void refuse() {
        Error error(ErrorKind::Transport, "connection refused");
        error.mark_refused();
        replies_.push_back(std::move(error));
    }

    /// The connection breaks before the answer is complete.
    void cut_off() {
        Error error(ErrorKind::Transport, "the connection was closed");
        error.mark_cut_off();
        replies_.push_back(std::move(error));
    }

    void exchange(net::RequestSource& source, std::size_t, std::stop_token stop) override {
        for (std::size_t index = 0; auto request = source.next(); ++index) {
            requests.push_back(*request);
            source.done(index, reply_to(*request, stop));
        }
    }

    std::vector<net::Request> requests;

  private:
    net::Outcome reply_to(const net::Request& request, const std::stop_token& stop) {
        if (stop.stop_requested()) {
            return Error(ErrorKind::Cancelled, "stopped");
        }
        if (replies_.empty()) {
            return Error(ErrorKind::Transport, "no reply scripted for " + request.url);
        }
        net::Outcome reply = std::move(replies_.front());
        replies_.pop_front();
        return reply;
    }

    std::deque<net::Outcome> replies_;
};

}  // namespace kcert::testing
