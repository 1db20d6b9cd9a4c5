// SPDX-License-Identifier: Apache-2.0
//
// How every run ends, whatever became of it: records noted, the status stored.

#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <vector>

#include "api/certificate.h"
#include "issuance/issue.h"

namespace kcert::issuance {

/// What a stopped or failed run still has for taking its records back.
inline constexpr auto kCleanUpTime = std::chrono::seconds(30);

/// Notes what became of the records; those that are left.
std::vector<api::PlacedRecord> note_records(Outcome& outcome, CleanUp clean_up);

/// Guard: a status that cannot be stored makes no other end of a run.
void store_end(const Progress& progress, const std::function<void(std::stop_token)>& store);

}  // namespace kcert::issuance
