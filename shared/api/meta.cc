// SPDX-License-Identifier: Apache-2.0

#include "api/meta.h"

namespace kcert::api {

std::optional<std::string> find(const StringMap& map, std::string_view key) {
    for (const auto& [name, value] : map) {
        if (name == key) {
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace kcert::api
