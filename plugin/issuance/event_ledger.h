// SPDX-License-Identifier: Apache-2.0
//
// Which Events stand about an object, so that a repeat is counted on the one that is there. Readers
// sort by lastTimestamp, whose unit is the second, and within one by name: a repeat is counted only
// where it then stands behind what the run told before it. Pure. One thread at a time.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::issuance {

struct Repeat {
    kube::ObjectKey key;
    json::Value patch;  ///< merge patch: how often, and when last
};

class EventLedger {
  public:
    /// An Event that is there.
    void note(const json::Value& event);

    /// How to count `event`, a new one of this run, on one that is there. Nothing where it has to
    /// be created: from then on it counts as there.
    std::optional<Repeat> tell(const json::Value& event);

    /// `event`, which could not be counted, is created after all.
    void not_counted(const json::Value& event);

    /// None is counted any more.
    void forget() { known_.clear(); }

  private:
    struct Standing {
        std::string name;
        std::int64_t count = 1;
    };

    std::map<std::string, Standing> known_;          ///< by what makes two Events one
    std::pair<std::string, std::string> last_told_;  ///< lastTimestamp and name
};

}  // namespace kcert::issuance
