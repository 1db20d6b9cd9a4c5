// SPDX-License-Identifier: Apache-2.0
//
// Claims on an API server: takes a Lease, keeps it while the run works, gives it back.

#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "kube/api_client.h"
#include "kube/lease.h"
#include "kube/object_store.h"

namespace kcert::kube {

/// Claims `key`: StatusError 409 Conflict where another run holds it. Where this user has no right
/// to Leases, a Claim with a weakness, and a warning. The Claim renews its Lease on a thread of its
/// own and deletes it when it goes. `api` must outlive it.
std::unique_ptr<Claim> claim_by_lease(ApiClient& api, const ObjectKey& key,
                                      const ApiServerOptions& options, std::stop_token stop);

/// Who holds it since when; nothing where nobody does or it cannot be told.
std::optional<std::string> lease_holder(ApiClient& api, const ObjectKey& key, std::stop_token stop);

}  // namespace kcert::kube
