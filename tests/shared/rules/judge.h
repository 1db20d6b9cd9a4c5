// SPDX-License-Identifier: Apache-2.0
//
// Judges a manifest given as a merge patch of a sound one, beside a world of other objects: the
// tables of rules are written in these words.

#pragma once

#include <string>
#include <vector>

#include "json/finding.h"
#include "json/value.h"

namespace kcert::rules::testing {

/// A rule, where it fires, and on what. `silent` has no finding at all.
struct Case {
    std::string rule;
    std::string path;
    std::string fires;              ///< YAML: merge patch of the sound object
    std::string silent;             ///< the same
    std::string world = {};         ///< YAML: objects that are looked up; empty: nothing is
    std::string silent_world = {};  ///< the same, for `silent`; `world` where it is empty
};

/// All findings on the sound Certificate (shop/web) or Issuer (shop/letsencrypt), patched.
json::Findings judge_certificate(const std::string& patch, const std::string& world = "");
json::Findings judge_issuer(const std::string& patch, const std::string& world = "");

json::Value document(const std::string& yaml);

const std::vector<Case>& certificate_cases();
const std::vector<Case>& issuer_cases();
const std::vector<Case>& solver_cases();
const std::vector<Case>& certificate_reference_cases();
const std::vector<Case>& issuer_reference_cases();

/// rule and path of each finding, for messages.
std::string summary(const json::Findings& findings);

}  // namespace kcert::rules::testing
