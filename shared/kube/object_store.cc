// SPDX-License-Identifier: Apache-2.0

#include "kube/object_store.h"

#include <fmt/format.h>

#include "base/text.h"

namespace kcert::kube {

StatusError ObjectStore::not_found(const ObjectKey& key) const {
    const std::string place =
        key.ns.empty() ? "" : fmt::format("namespace \"{}\" of ", printable(key.ns));
    return {404, "NotFound",
            fmt::format("{} \"{}\" not found in {}{}", key.kind.resource(), printable(key.name),
                        place, where())};
}

std::optional<json::Value> get(ObjectStore& store, const ObjectKey& key, std::stop_token stop) {
    std::vector<Fetched> fetched = store.get_all(std::span(&key, 1), std::move(stop));
    if (const auto* refusal = std::get_if<StatusError>(&fetched.at(0))) {
        throw StatusError(*refusal);
    }
    return std::get<std::optional<json::Value>>(std::move(fetched[0]));
}

json::Value create(ObjectStore& store, const json::Value& object, std::stop_token stop) {
    return std::move(store.create_all(std::span(&object, 1), std::move(stop)).at(0));
}

}  // namespace kcert::kube
