// SPDX-License-Identifier: Apache-2.0
//
// A Lease that this run holds: renewed step by step, until it is lost or given back. One thread
// renews, any may ask.

#pragma once

#include <mutex>
#include <stop_token>

#include "kube/api_client.h"
#include "kube/lease.h"

namespace kcert::kube {

class LeaseHold {
  public:
    /// `lease` is what the server stored when it was taken; `taken` our clock's time just before.
    LeaseHold(ApiClient& api, ObjectKey key, json::Value lease, Time taken);

    /// False once somebody else has it, or when it was not renewed for as long as it lasts.
    bool held() const;

    /// Renews it once. A failure to reach the server is none of the holding: the next renewal may
    /// come in time.
    void renew(std::stop_token stop);

    /// Deletes it where it is still ours. Never throws; takes at most some seconds.
    void release() noexcept;

  private:
    ApiCall call(std::string method, const json::Value& body) const;
    /// Sends the patch; false where the lease is in another state than we know.
    bool try_renewal(const std::stop_token& stop);
    /// Reads the state that the lease is in; false where it is no longer ours.
    bool read_again(const std::stop_token& stop);
    json::Value known() const;
    void learn(json::Value lease, Time asked);
    void lose();

    ApiClient& api_;
    const ObjectKey key_;
    mutable std::mutex mutex_;
    json::Value lease_;
    Time renewed_;
    bool lost_ = false;
};

}  // namespace kcert::kube
