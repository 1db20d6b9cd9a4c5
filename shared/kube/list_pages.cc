// SPDX-License-Identifier: Apache-2.0

#include "kube/list_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "json/json.h"
#include "kube/selection.h"

namespace kcert::kube {
namespace {

constexpr std::string_view kPageSize = "500";  // kubectl's
constexpr int kMostRequests = 1000;

using Place = std::pair<std::string_view, std::string_view>;

Place place(const json::Value& object) {
    return {object.text({"metadata", "namespace"}), object.text({"metadata", "name"})};
}

/// The items of a list of a core kind do not say what they are.
void complete(json::Value& item, const Kind& kind) {
    json::Value::Object& members = item.as_object();
    if (!item.has("kind")) {
        members.emplace(members.begin(), "kind", kind.kind);
    }
    if (!item.has("apiVersion")) {
        members.emplace(members.begin(), "apiVersion", kind.api_version());
    }
}

bool is_of(const json::Value& item, const Kind& kind) {
    return item.text({"kind"}) == kind.kind && item.text({"apiVersion"}) == kind.api_version() &&
           !item.text({"metadata", "name"}).empty();
}

[[noreturn]] void fail(const Kind& kind, std::string_view why) {
    throw Error(ErrorKind::Transport,
                fmt::format("the API server's list of {} {}", kind.resource(), why));
}

std::string replacement_token(const std::string& body) {
    try {
        return std::string(json::parse_json(body).text({"metadata", "continue"}));
    } catch (const Error&) {
        return {};  // no Status: then without a replacement
    }
}

}  // namespace

ListPages::ListPages(const Kind& kind, Selection selection)
    : kind_(kind), selection_(std::move(selection)) {
    [[maybe_unused]] const Selector understood(selection_);
}

Query ListPages::next_query() const {
    Query query;
    query.add("limit", kPageSize);
    if (!selection_.labels.empty()) {
        query.add("labelSelector", selection_.labels);
    }
    if (!selection_.fields.empty()) {
        query.add("fieldSelector", selection_.fields);
    }
    if (!token_.empty()) {
        query.add("continue", token_);
    }
    return query;
}

void ListPages::add(json::Value page) {
    count_request();
    json::Value& items = page.member("items");
    if (page.text({"kind"}) != std::string(kind_.kind) + "List" ||
        (!items.is_array() && !items.is_null())) {
        fail(kind_, "is no such list");
    }
    for (json::Value& item : items.is_null() ? json::Value::Array() : std::move(items.as_array())) {
        if (!item.is_object()) {
            fail(kind_, "holds something that is no object");
        }
        complete(item, kind_);
        if (!is_of(item, kind_)) {
            fail(kind_, "holds an object of another kind or without a name");
        }
        items_.push_back(std::move(item));
    }
    token_ = page.text({"metadata", "continue"});
    done_ = token_.empty();
}

bool ListPages::go_on_after_expiry(const net::Response& response) {
    count_request();
    if (token_.empty()) {
        return false;
    }
    std::string replacement = replacement_token(response.body);
    if (!replacement.empty() && replacement != token_) {
        token_ = std::move(replacement);
        return true;
    }
    token_.clear();
    items_.clear();
    return !std::exchange(restarted_, true);
}

std::vector<json::Value> ListPages::take() {
    // An object that changed while the list was read may stand on two pages; the last one counts.
    std::reverse(items_.begin(), items_.end());
    std::stable_sort(items_.begin(), items_.end(),
                     [](const auto& one, const auto& other) { return place(one) < place(other); });
    items_.erase(
        std::unique(items_.begin(), items_.end(),
                    [](const auto& one, const auto& other) { return place(one) == place(other); }),
        items_.end());
    return std::move(items_);
}

void ListPages::count_request() {
    if (++requests_ > kMostRequests) {
        fail(kind_, fmt::format("does not end after {} pages", kMostRequests));
    }
}

}  // namespace kcert::kube
