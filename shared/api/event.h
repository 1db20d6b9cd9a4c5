// SPDX-License-Identifier: Apache-2.0
//
// Events (core/v1) about an object, as kubectl describe shows them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/value.h"

namespace kcert::api {

struct Event {
    std::string type;  ///< Normal, Warning
    std::string reason;
    std::string message;
    std::string source;      ///< source.component, else reportingComponent
    std::string field_path;  ///< the part of the object that it is about; may be empty
    std::string object_kind;
    std::string object_name;
    std::string object_uid;
    std::optional<Time> first;  ///< eventTime, else firstTimestamp
    std::optional<Time> last;   ///< of the series, else lastTimestamp, else `first`
    std::int64_t count = 1;
};

Event decode_event(const json::Value& object);

/// A new core/v1 Event about `about` (a whole object) from component kubectl-cert. Its name is
/// OBJECT.HEX with the nanoseconds of `now`, which the caller lets grow.
json::Value make_event(const json::Value& about, std::string_view type, std::string_view reason,
                       std::string_view message, Time now);

}  // namespace kcert::api
