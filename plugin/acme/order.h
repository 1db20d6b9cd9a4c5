// SPDX-License-Identifier: Apache-2.0
//
// Orders (RFC 8555 §7.4): asked for, looked at, waited for, finalized. The order is polled, never
// its authorizations one by one; those are looked at only to tell why an order became invalid.

#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "acme/problem.h"
#include "acme/transport.h"
#include "base/clock.h"

namespace kcert::acme {

enum class OrderStatus {
    Pending,
    Ready,
    Processing,
    Valid,
    Invalid,
    Unknown,  ///< a word that RFC 8555 does not know; waited for like Processing
};

/// "pending", … as RFC 8555 spells it.
std::string_view to_string(OrderStatus status);

struct Order {
    std::string url;
    OrderStatus status = OrderStatus::Unknown;
    std::vector<std::string> names;           ///< "*." included, lower case
    std::vector<std::string> authorizations;  ///< URLs
    std::string finalize;                     ///< URL
    std::string certificate;                  ///< URL; empty until it is valid
    std::optional<Time> expires;
    std::optional<Problem> error;
    std::optional<Duration> retry_after;  ///< what the CA asked to wait before the next look
};

struct OrderRequest {
    std::vector<std::string> names;  ///< A-labels, "*." included
    std::string profile = {};        ///< empty: the CA's default
    std::string replaces = {};       ///< RFC 9773 certificate id; empty: none
};

/// Told of every look at an order that is waited for.
using OrderObserver = std::function<void(const Order&)>;

/// Throws Error{Config} before anything is sent where the CA does not offer the profile, and
/// Error{Declined} where the order that comes back is for other names.
Order new_order(Transport& transport, const OrderRequest& request, std::stop_token stop);

/// The order at `url`; nothing where the CA has it no more, or not for this account.
std::optional<Order> fetch_order(Transport& transport, const std::string& url,
                                 std::stop_token stop);

/// Looks at `order` again and again, first after some 25 ms, until it is ready or valid. Throws
/// ProblemError with the cause for each name when it becomes invalid, Error{TimedOut} when the
/// transport's time is up.
Order poll_order(Transport& transport, const Order& order, const OrderObserver& observer,
                 std::stop_token stop);

/// Finalizes a ready order with the CSR and waits until it is valid. One that is processing or
/// valid already is only waited for. Throws as poll_order.
Order finalize_order(Transport& transport, const Order& order, std::string_view csr_der,
                     const OrderObserver& observer, std::stop_token stop);

}  // namespace kcert::acme
