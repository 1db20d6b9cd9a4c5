// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a Certificate and what to do about it. Pure.

#pragma once

#include <string>
#include <vector>

#include "report/model.h"

namespace kcert::report {

/// The most urgent first: what keeps it from being issued, why it should be issued now, what an
/// earlier run left behind. `model` needs all parts but the advice.
std::vector<Advice> advise(const Material& material, const Model& model, Time now,
                           const std::string& issue_command);

}  // namespace kcert::report
