// SPDX-License-Identifier: Apache-2.0
//
// What all kinds have in common, free of any wire version.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace kcert::api {

using StringMap = std::vector<std::pair<std::string, std::string>>;

/// The value of that key; nothing where it is not there.
std::optional<std::string> find(const StringMap& map, std::string_view key);

struct ObjectMeta {
    std::string name;
    std::string generate_name;  ///< prefix from which the API server makes a name
    std::string ns;             ///< empty for cluster-scoped kinds
    std::string uid;
    std::string resource_version;
    std::int64_t generation = 0;
    std::optional<Time> created;
    StringMap labels;
    StringMap annotations;
};

/// A value in a Secret.
struct SecretKeySelector {
    std::string name;
    std::string key;

    bool operator==(const SecretKeySelector&) const = default;
};

struct Condition {
    std::string type;
    std::string status;  ///< True, False, Unknown
    std::string reason;
    std::string message;
    std::optional<Time> last_transition;
};

}  // namespace kcert::api
