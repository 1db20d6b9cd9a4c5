// SPDX-License-Identifier: Apache-2.0

#include "dns01/provider.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace kcert::dns01 {
namespace {

std::string message(const std::vector<ZoneFailure>& failures) {
    std::vector<std::string> lines;
    for (const ZoneFailure& failure : failures) {
        if (std::ranges::find(lines, failure.error.what()) == lines.end()) {
            lines.emplace_back(failure.error.what());
        }
    }
    return join(lines, "; ");
}

}  // namespace

ZonesError::ZonesError(std::vector<ZoneFailure> failures)
    : Error(failures.front().error.kind(), message(failures)), failures_(std::move(failures)) {}

}  // namespace kcert::dns01
