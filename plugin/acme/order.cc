// SPDX-License-Identifier: Apache-2.0

#include "acme/order.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "acme/answer.h"
#include "acme/authorization.h"
#include "acme/ca_url.h"
#include "acme/read_order.h"
#include "base/base64.h"
#include "base/text.h"
#include "json/json.h"

namespace kcert::acme {

namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(25);
constexpr Duration kLongestPause = std::chrono::seconds(5);
/// A day of looks at the longest pause: no run lasts that long.
constexpr int kMaxLooks = 20'000;
/// How often a finalize whose fate is unknown, or that came too early, is sent.
constexpr int kMaxTries = 3;

void check_profile(const Directory& directory, const std::string& profile) {
    std::vector<std::string> offered;
    for (const auto& [name, description] : directory.profiles) {
        offered.push_back(name);
    }
    if (!profile.empty() && std::find(offered.begin(), offered.end(), profile) == offered.end()) {
        throw Error(ErrorKind::Config,
                    fmt::format("the CA does not offer the profile {}, but {}", printable(profile),
                                offered.empty() ? "none" : printable(join(offered, ", "))));
    }
}

std::string order_body(const OrderRequest& request) {
    json::Value identifiers = json::Value::array();
    for (const std::string& name : request.names) {
        identifiers.push_back(json::Value::object({{"type", "dns"}, {"value", name}}));
    }
    json::Value body = json::Value::object({{"identifiers", std::move(identifiers)}});
    if (!request.profile.empty()) {
        body.set("profile", request.profile);
    }
    if (!request.replaces.empty()) {
        body.set("replaces", request.replaces);
    }
    return json::write_json(body);
}

std::set<std::string> as_set(const std::vector<std::string>& names) {
    std::set<std::string> set;
    for (const std::string& name : names) {
        set.insert(to_lower(name));
    }
    return set;
}

// RFC 8555 §7.4: the client checks that the identifiers are those that it asked for.
void check_names(const Order& order, const std::vector<std::string>& asked) {
    if (as_set(order.names) != as_set(asked)) {
        throw Error(
            ErrorKind::Declined,
            fmt::format("the CA opened an order for other names than asked: {} instead of {}",
                        printable(join(order.names, ", ")), join(asked, ", ")));
    }
}

bool is_settled(OrderStatus status) {
    return status == OrderStatus::Ready || status == OrderStatus::Valid;
}

Order look(Transport& transport, const std::string& url, const std::stop_token& stop) {
    return read_order(transport.fetch(url, stop), url, transport.clock().now());
}

[[noreturn]] void throw_invalid(Transport& transport, const Order& order,
                                const std::stop_token& stop) {
    Problem problem = order.error.value_or(Problem{.detail = "the order became invalid"});
    std::vector<Problem> causes = fetch_failures(transport, order.authorizations, stop);
    if (!causes.empty()) {
        problem.subproblems = std::move(causes);
    }
    throw ProblemError(std::move(problem));
}

/// Sends the CSR; the order as the CA has it then.
Order send_csr(Transport& transport, const Order& order, const std::string& body,
               const std::stop_token& stop) {
    const Post post{.url = order.finalize, .payload = body, .after_fault = AfterFault::Report};
    const PostOutcome outcome = std::move(transport.post_all({&post, 1}, stop).front());
    if (const auto* response = std::get_if<net::Response>(&outcome)) {
        return read_order(*response, order.url, transport.clock().now());
    }
    const auto* refused = std::get_if<ProblemError>(&outcome);
    const bool not_ready = refused != nullptr && refused->problem().is("orderNotReady");
    if (not_ready || std::holds_alternative<Uncertain>(outcome)) {
        transport.wait(kFirstPause, "finalizing the order", stop);
        return look(transport, order.url, stop);
    }
    answer(outcome);
    return order;
}

}  // namespace

Order new_order(Transport& transport, const OrderRequest& request, std::stop_token stop) {
    check_profile(transport.directory(), request.profile);
    const net::Response response = transport.post(
        {.url = transport.directory().new_order, .payload = order_body(request)}, std::move(stop));
    Order order = read_order(response, read_location(response, "order"), transport.clock().now());
    check_names(order, request.names);
    return order;
}

std::optional<Order> fetch_order(Transport& transport, const std::string& url,
                                 std::stop_token stop) {
    if (!is_usable_ca_url(url)) {
        return std::nullopt;
    }
    const Post post{.url = url};
    const PostOutcome outcome = std::move(transport.post_all({&post, 1}, std::move(stop)).front());
    if (const auto* refused = std::get_if<ProblemError>(&outcome)) {
        const int status = refused->problem().status;
        if (status == 401 || status == 403 || status == 404 || status == 410) {
            return std::nullopt;
        }
    }
    return read_order(answer(outcome), url, transport.clock().now());
}

Order poll_order(Transport& transport, const Order& order, const OrderObserver& observer,
                 std::stop_token stop) {
    Order seen = order;
    // What the CA said of a pending order was said before the challenges were answered.
    if (seen.status == OrderStatus::Pending) {
        seen.retry_after.reset();
    }
    Duration pause = kFirstPause;
    for (int looks = 0; looks < kMaxLooks; ++looks) {
        if (seen.status == OrderStatus::Invalid) {
            throw_invalid(transport, seen, stop);
        }
        if (is_settled(seen.status)) {
            return seen;
        }
        transport.wait(std::max(seen.retry_after.value_or(pause), kFirstPause),
                       fmt::format("the order is still {}", to_string(seen.status)), stop);
        seen = look(transport, order.url, stop);
        if (observer) {
            observer(seen);
        }
        pause = std::min(pause * 17 / 10, kLongestPause);
    }
    throw Error(ErrorKind::TimedOut,
                fmt::format("the order {} stays {}", order.url, to_string(seen.status)));
}

Order finalize_order(Transport& transport, const Order& order, std::string_view csr_der,
                     const OrderObserver& observer, std::stop_token stop) {
    const std::string body =
        json::write_json(json::Value::object({{"csr", base64url_encode(csr_der)}}));
    Order seen = order;
    for (int tries = 0;; ++tries) {
        seen = poll_order(transport, seen, observer, stop);
        if (seen.status == OrderStatus::Valid) {
            return seen;
        }
        if (tries == kMaxTries) {
            throw Error(
                ErrorKind::Declined,
                fmt::format("the CA leaves the order {} ready, whatever it is sent", order.url));
        }
        seen = send_csr(transport, seen, body, stop);
    }
}

}  // namespace kcert::acme
