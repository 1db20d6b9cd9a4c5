// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a Certificate and what to do about it. Pure.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/gather.h"
#include "report/model.h"

namespace kcert::report {

/// The most urgent first: that a run is under way, what keeps it from being issued, why it should
/// be issued now, what an earlier run left behind. What a run would see to is left out while one is
/// under way.
std::vector<Advice> advise(const Material& material, Time now, const std::string& issue_command);

/// What issuing does not mend, or nobody has to do at once. `users` of the Certificate's Secret.
std::vector<Advice> warn(const Material& material, std::span<const UserModel> users,
                         const std::string& issue_command);

}  // namespace kcert::report
