// SPDX-License-Identifier: Apache-2.0

#include "net/http_client.h"

namespace kcert::net {

namespace {

constexpr std::size_t kWindow = 10;

class SpanSource final : public RequestSource {
  public:
    explicit SpanSource(std::span<const Request> requests) : requests_(requests) {
        outcomes.resize(requests.size(), Error(ErrorKind::Internal, "request not sent"));
    }

    std::optional<Request> next() override {
        if (sent_ == requests_.size()) {
            return std::nullopt;
        }
        return requests_[sent_++];
    }

    void done(std::size_t index, Outcome outcome) override {
        outcomes.at(index) = std::move(outcome);
    }

    std::vector<Outcome> outcomes;

  private:
    std::span<const Request> requests_;
    std::size_t sent_ = 0;
};

}  // namespace

std::optional<std::string> Response::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

const Response& response(const Outcome& outcome) {
    if (const auto* error = std::get_if<Error>(&outcome)) {
        throw Error(*error);
    }
    return std::get<Response>(outcome);
}

Response send(HttpClient& http, const Request& request, std::stop_token stop) {
    return response(send_all(http, {&request, 1}, std::move(stop)).front());
}

std::vector<Outcome> send_all(HttpClient& http, std::span<const Request> requests,
                              std::stop_token stop) {
    SpanSource source(requests);
    http.exchange(source, kWindow, std::move(stop));
    return std::move(source.outcomes);
}

}  // namespace kcert::net
