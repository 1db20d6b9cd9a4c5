// SPDX-License-Identifier: Apache-2.0

#include "acme/read_order.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "acme/answer.h"
#include "acme/ca_url.h"
#include "acme/retry.h"

namespace kcert::acme {

namespace {

constexpr std::size_t kMaxAuthorizations = 1000;

constexpr std::array kStatuses = {
    std::pair{OrderStatus::Pending, std::string_view("pending")},
    std::pair{OrderStatus::Ready, std::string_view("ready")},
    std::pair{OrderStatus::Processing, std::string_view("processing")},
    std::pair{OrderStatus::Valid, std::string_view("valid")},
    std::pair{OrderStatus::Invalid, std::string_view("invalid")},
};

OrderStatus read_status(std::string_view text) {
    for (const auto& [status, word] : kStatuses) {
        if (word == text) {
            return status;
        }
    }
    return OrderStatus::Unknown;
}

std::vector<std::string> read_names(const json::Value& identifiers) {
    std::vector<std::string> names;
    if (identifiers.is_array()) {
        for (const json::Value& identifier : identifiers.as_array()) {
            names.push_back(read_name(identifier));
        }
    }
    return names;
}

std::vector<std::string> read_authorization_urls(const json::Value& list) {
    std::vector<std::string> urls = read_texts(list);
    if (urls.size() > kMaxAuthorizations) {
        throw Error(ErrorKind::Declined,
                    fmt::format("the CA wants {} authorizations in one order", urls.size()));
    }
    for (const std::string& url : urls) {
        check_ca_url(url, "authorization");
    }
    return urls;
}

}  // namespace

std::string_view to_string(OrderStatus status) {
    for (const auto& [known, word] : kStatuses) {
        if (known == status) {
            return word;
        }
    }
    return "unknown";
}

Order read_order(const net::Response& response, std::string url, Time now) {
    const json::Value body = read_object(response, "order");
    Order order{.url = std::move(url),
                .status = read_status(body.text({"status"})),
                .names = read_names(body["identifiers"]),
                .authorizations = read_authorization_urls(body["authorizations"]),
                .finalize = check_ca_url(std::string(body.text({"finalize"})), "finalize"),
                .expires = read_time(body, "expires")};
    if (order.status == OrderStatus::Valid) {
        order.certificate = check_ca_url(std::string(body.text({"certificate"})), "certificate");
    }
    if (body["error"].is_object()) {
        order.error = read_problem(body["error"]);
    }
    if (const std::optional<Time> at = retry_time(response, now)) {
        order.retry_after = *at - now;
    }
    return order;
}

}  // namespace kcert::acme
