// SPDX-License-Identifier: Apache-2.0

#include "issuance/ending.h"

#include "base/deadline.h"

namespace kcert::issuance {

std::vector<api::PlacedRecord> note_records(Outcome& outcome, CleanUp clean_up) {
    outcome.removed = clean_up.removed;
    outcome.left = std::move(clean_up.left);
    std::vector<api::PlacedRecord> left;
    left.reserve(outcome.left.size());
    for (const Leftover& leftover : outcome.left) {
        left.push_back(leftover.record);
    }
    return left;
}

void store_end(const Progress& progress, const std::function<void(std::stop_token)>& store) {
    const Deadline deadline(kCleanUpTime, {});
    try {
        store(deadline.token());
    } catch (const Error& error) {
        progress.warn(std::string("the end of the run could not be stored: ") + error.what());
    }
}

}  // namespace kcert::issuance
