// SPDX-License-Identifier: Apache-2.0

#include "report/reading.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kcert::report {
namespace {

std::string id_of(const kube::Kind& kind, const kube::Selection& selection) {
    return fmt::format("{}\n{}\n{}\n{}", kind.resource(), selection.ns, selection.labels,
                       selection.fields);
}

}  // namespace

std::vector<kube::Fetched> Reading::get_all(std::span<const kube::ObjectKey> keys,
                                            std::stop_token stop) {
    std::vector<kube::ObjectKey> unknown;
    {
        const std::lock_guard lock(mutex_);
        for (const kube::ObjectKey& key : keys) {
            const bool asked = std::ranges::find(unknown, key) != unknown.end();
            if (!asked && !objects_.contains(describe(key))) {
                unknown.push_back(key);
            }
        }
    }
    std::vector<kube::Fetched> answers;
    if (!unknown.empty()) {
        answers = store_.get_all(unknown, std::move(stop));
    }
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < unknown.size(); ++i) {
        objects_.insert_or_assign(describe(unknown[i]), std::move(answers[i]));
    }
    std::vector<kube::Fetched> fetched;
    fetched.reserve(keys.size());
    for (const kube::ObjectKey& key : keys) {
        fetched.push_back(objects_.at(describe(key)));
    }
    return fetched;
}

const std::vector<json::Value>* Reading::known_list(const std::string& id) const {
    const auto found = lists_.find(id);
    if (found == lists_.end()) {
        return nullptr;
    }
    if (const auto* const refusal = std::get_if<kube::StatusError>(&found->second)) {
        throw kube::StatusError(*refusal);
    }
    return &std::get<std::vector<json::Value>>(found->second);
}

std::vector<json::Value> Reading::list(const kube::Kind& kind, const kube::Selection& selection,
                                       std::stop_token stop) {
    const std::string id = id_of(kind, selection);
    kube::Selection everywhere = selection;
    everywhere.ns.clear();
    {
        const std::lock_guard lock(mutex_);
        if (const auto* const known = known_list(id)) {
            return *known;
        }
        if (const auto* const known = known_list(id_of(kind, everywhere))) {
            std::vector<json::Value> here;
            std::ranges::copy_if(*known, std::back_inserter(here), [&](const json::Value& object) {
                return object.text({"metadata", "namespace"}) == selection.ns;
            });
            return here;
        }
    }
    const auto answer = [&]() -> Answer {
        try {
            return store_.list(kind, selection, std::move(stop));
        } catch (const kube::StatusError& refusal) {
            return refusal;
        }
    }();
    const std::lock_guard lock(mutex_);
    lists_.insert_or_assign(id, answer);
    return *known_list(id);
}

void Reading::know(const kube::ObjectKey& key, const json::Value& object) {
    const std::lock_guard lock(mutex_);
    objects_.insert_or_assign(describe(key), std::optional(object));
}

void Reading::forget(const kube::ObjectKey& key) {
    const std::lock_guard lock(mutex_);
    objects_.erase(describe(key));
}

}  // namespace kcert::report
