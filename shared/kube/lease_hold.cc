// SPDX-License-Identifier: Apache-2.0

#include "kube/lease_hold.h"

#include "base/deadline.h"
#include "base/log.h"
#include "json/json.h"

namespace kcert::kube {
namespace {

constexpr std::chrono::seconds kTimeToRelease{5};
/// One that takes longer is given up for the next.
constexpr std::chrono::seconds kTimeToRenew{4};

json::Value delete_options(const json::Value& lease) {
    json::Value options = json::Value::object({{"apiVersion", "v1"}, {"kind", "DeleteOptions"}});
    json::Value& preconditions = options.member("preconditions");
    preconditions.set("uid", lease.at({"metadata", "uid"}));
    preconditions.set("resourceVersion", lease.at({"metadata", "resourceVersion"}));
    return options;
}

}  // namespace

LeaseHold::LeaseHold(ApiClient& api, ObjectKey key, json::Value lease, Time taken)
    : api_(api), key_(std::move(key)), lease_(std::move(lease)), renewed_(taken) {}

bool LeaseHold::held() const {
    const std::lock_guard lock(mutex_);
    return !lost_ && api_.clock().now() < renewed_ + kLeaseDuration;
}

void LeaseHold::renew(std::stop_token stop) {
    try {
        const Deadline deadline(kTimeToRenew, std::move(stop));
        const std::stop_token enough = deadline.token();
        if (held() && !try_renewal(enough) && read_again(enough) && !try_renewal(enough)) {
            log::write(1, "the lease changes while it is renewed");
        }
    } catch (const Error& error) {
        log::write(1, std::string("renewing the claim: ") + error.what());
    }
}

void LeaseHold::release() noexcept {
    if (!held()) {
        return;
    }
    try {
        const Deadline deadline(kTimeToRelease, {});
        api_.send(call("DELETE", delete_options(known())), deadline.token());
        lose();
    } catch (const std::exception& error) {
        log::write(1, std::string("giving the claim back: ") + error.what());
    }
}

ApiCall LeaseHold::call(std::string method, const json::Value& body) const {
    const bool patch = method == "PATCH";
    ApiCall call{.asked = {.verb = patch ? "patch" : "delete", .kind = kLease, .name = key_.name},
                 .method = std::move(method),
                 .path = object_path(key_),
                 .content_type = patch ? "application/merge-patch+json" : "application/json",
                 .body = json::write_json(body)};
    return call;
}

bool LeaseHold::try_renewal(const std::stop_token& stop) {
    const Time asked_at = api_.clock().now();
    const ApiCall patch = call("PATCH", renewal_patch(known(), api_.server_now()));
    const net::Response response = api_.send(patch, stop);
    if (const auto refusal = refusal_in(response, patch.asked)) {
        if (refusal->code() == 404) {
            lose();
            return true;
        }
        if (refusal->code() != 409) {
            throw StatusError(*refusal);
        }
        return false;
    }
    learn(expected_object(response, patch.asked), asked_at);
    return true;
}

bool LeaseHold::read_again(const std::stop_token& stop) {
    const ApiCall get = get_call(key_);
    const net::Response response = api_.send(get, stop);
    const auto refusal = refusal_in(response, get.asked);
    if (refusal && refusal->code() != 404) {
        throw StatusError(*refusal);
    }
    json::Value lease = refusal ? json::Value() : expected_object(response, get.asked);
    const std::lock_guard lock(mutex_);
    lost_ = !same_holding(lease, lease_);
    lease_ = std::move(lease);
    return !lost_;
}

json::Value LeaseHold::known() const {
    const std::lock_guard lock(mutex_);
    return lease_;
}

void LeaseHold::learn(json::Value lease, Time asked) {
    const std::lock_guard lock(mutex_);
    lease_ = std::move(lease);
    renewed_ = asked;
}

void LeaseHold::lose() {
    const std::lock_guard lock(mutex_);
    lost_ = true;
}

}  // namespace kcert::kube
