// SPDX-License-Identifier: Apache-2.0
//
// What a run is going to ask of the place that holds its objects: a dry run tells of each, a run
// asks beforehand for what it could not take back.

#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "issuance/plan.h"
#include "issuance/subject.h"
#include "json/value.h"
#include "kube/object_store.h"

namespace kcert::issuance {

/// Without these an order or an account would be made at the CA and then forgotten: the status
/// keeps them. One where the account is known, for the question costs a request each.
std::vector<kube::Right> rights_to_remember(const Subject& subject);

/// Asks the place for these, before anything is asked of the CA. Throws Error{Declined} that names
/// all that this user lacks.
void expect_rights_to_remember(kube::ObjectStore& store, const Subject& subject,
                               std::stop_token stop);

/// Without these a run ends before anything is ordered, or in the middle.
std::vector<kube::Right> needed_rights(const Subject& subject, const Plan& plan);

/// Without these it goes on: claims and Events.
std::vector<kube::Right> useful_rights(const Subject& subject);

/// "cannot create secrets in namespace \"shop\"".
std::string lacking(const kube::Right& right);

/// The Secrets that a run would write, for the place to judge: the certificate's with a pair made
/// for this and known to nobody, the others with empty values.
std::vector<json::Value> planned_secrets(const Subject& subject, Time now);

}  // namespace kcert::issuance
