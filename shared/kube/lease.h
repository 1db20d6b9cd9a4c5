// SPDX-License-Identifier: Apache-2.0
//
// A claim as a Lease (coordination.k8s.io/v1): who holds which object, since when and until when.
// All times are the API server's. Pure but for this_process().

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::kube {

inline constexpr std::chrono::seconds kLeaseDuration{15};
inline constexpr std::chrono::seconds kLeaseRenewal{5};

/// A process as others can tell whether it still runs.
struct ProcessPlace {
    std::string host;
    long pid = 0;
    /// One boot of one machine and one space of process numbers; two containers may bear the same
    /// host's name. Empty: not known.
    std::string pid_space;
};

ProcessPlace this_process();

/// False only where no process of this number runs beside this one.
bool process_runs(long pid);

/// "alice@desk/4711/5f3a": who holds a claim. `nonce` tells runs of one process number apart.
std::string holder_identity(std::string_view user, std::string_view host, long pid,
                            std::string_view nonce);

/// The name of the Lease that claims an object, in the object's namespace.
ObjectKey lease_key(const ObjectKey& claimed);

/// What a holder writes into its Lease.
struct LeaseHolder {
    std::string identity;
    ProcessPlace process;
};

json::Value new_lease(const ObjectKey& claimed, const LeaseHolder& holder, Time now);

/// The patch by which `holder` takes over a lease that is no longer held.
json::Value takeover_patch(const json::Value& lease, const LeaseHolder& holder, Time now);

/// The patch by which its holder keeps it; nothing happens where it changed meanwhile.
json::Value renewal_patch(const json::Value& lease, Time now);

/// The patch by which a lease that was taken just now gets the server's time.
json::Value stamp_patch(const json::Value& lease, Time now);

/// Whether the lease is held: not expired, and its process not known to be gone.
bool is_held(const json::Value& lease, const ProcessPlace& here,
             const std::function<bool(long)>& runs, Time now);

/// Whether two states of a lease are of one holding: same object, holder and takeover.
bool same_holding(const json::Value& lease, const json::Value& other);

/// "alice@desk/4711/5f3a since 2026-11-30T09:15:00Z".
std::string held_by(const json::Value& lease);

}  // namespace kcert::kube
