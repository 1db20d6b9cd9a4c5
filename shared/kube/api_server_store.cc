// SPDX-License-Identifier: Apache-2.0

#include "kube/api_server_store.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "kube/api_retry.h"
#include "kube/lease_claim.h"
#include "kube/list_pages.h"

namespace kcert::kube {
namespace {

Fetched fetched(const net::Response& response, const Asked& asked) {
    if (is_absence(response, asked)) {
        return std::nullopt;
    }
    if (auto refusal = refusal_in(response, asked)) {
        return *std::move(refusal);
    }
    return std::optional(expected_object(response, asked));
}

/// The object that a write left. Throws where it was refused.
json::Value written(const net::Response& response, const Asked& asked) {
    if (const auto refusal = refusal_in(response, asked)) {
        throw StatusError(*refusal);
    }
    return expected_object(response, asked);
}

/// Another writer came between: nothing was stored, and the same write may succeed the next time.
bool met_conflict(const net::Response& response, const Asked& asked) {
    if (response.status != 409) {
        return false;
    }
    const auto refusal = refusal_in(response, asked);
    return refusal && refusal->reason() == "Conflict";
}

/// An object of another uid is another state. The server calls that an invalid change.
void name_conflict(const net::Response& response, const Asked& asked, const json::Value& patch) {
    if (response.status != 422 || patch.text({"metadata", "uid"}).empty()) {
        return;
    }
    const auto refusal = refusal_in(response, asked);
    const auto& causes = refusal->details()->causes;
    if (!causes.empty() && causes.front().field == "metadata.uid") {
        throw StatusError(409, "Conflict", refusal->words(), *refusal->details());
    }
}

}  // namespace

ApiServerStore::ApiServerStore(ClusterAccess access, net::HttpClient& http, const Clock& clock,
                               ApiServerOptions options)
    : options_(std::move(options)),
      api_(std::move(access), http, clock, options_.warn),
      calls_(options_) {}

json::Value ApiServerStore::post(const Kind& kind, const json::Value& object,
                                 std::stop_token stop) {
    const ApiCall call{.asked = {.verb = "post", .kind = kind},
                       .method = "POST",
                       .path = collection_path(kind, ""),
                       .content_type = "application/json",
                       .body = json::write_json(object)};
    const net::Response response = api_.send(call, std::move(stop));
    if (const auto refusal = refusal_in(response, call.asked)) {
        throw StatusError(*refusal);
    }
    return object_in(response, call.asked);
}

bool ApiServerStore::serves(const Kind& kind, std::stop_token stop) {
    const ApiCall call{.asked = {.verb = "get", .kind = kind},
                       .path = fmt::format("/apis/{}/{}", kind.group, kind.version)};
    const net::Response response = api_.send(call, std::move(stop));
    if (response.status == 404) {
        return false;
    }
    if (const auto refusal = refusal_in(response, call.asked)) {
        throw StatusError(*refusal);
    }
    const json::Value list = object_in(response, call.asked);
    const json::Value& resources = list["resources"];
    return resources.is_array() &&
           std::ranges::any_of(resources.as_array(), [&](const json::Value& resource) {
               return resource.text({"name"}) == kind.plural;
           });
}

std::vector<Fetched> ApiServerStore::get_all(std::span<const ObjectKey> keys,
                                             std::stop_token stop) {
    std::vector<Fetched> result(keys.size(), std::nullopt);
    std::vector<ApiCall> calls;
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (auto fault = path_fault(keys[i])) {
            result[i] = *std::move(fault);
            continue;
        }
        calls.push_back(get_call(keys[i]));
        asked.push_back(i);
    }
    const std::vector<net::Response> answers = api_.send_all(calls, std::move(stop));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        result[asked[i]] = fetched(answers[i], calls[i].asked);
    }
    return result;
}

std::vector<json::Value> ApiServerStore::list(const Kind& kind, const Selection& selection,
                                              std::stop_token stop) {
    ListPages pages(kind, selection);
    while (!pages.done()) {
        const ApiCall call{.asked = {.verb = "list", .kind = kind},
                           .path = collection_path(kind, selection.ns),
                           .query = pages.next_query(),
                           .max_body = ApiCall::kListSize};
        const net::Response response = api_.send(call, stop);
        if (response.status == 410 && pages.go_on_after_expiry(response)) {
            continue;
        }
        if (const auto refusal = refusal_in(response, call.asked)) {
            throw StatusError(*refusal);
        }
        pages.add(object_in(response, call.asked));
    }
    return pages.take();
}

std::vector<json::Value> ApiServerStore::create_all(std::span<const json::Value> objects,
                                                    std::stop_token stop) {
    std::vector<ApiCall> calls;
    for (const json::Value& object : objects) {
        calls.push_back(calls_.create(object));
    }
    const std::vector<net::Response> answers = write_all(calls, std::move(stop));
    std::vector<json::Value> created;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        created.push_back(written(answers[i], calls[i].asked));
    }
    return created;
}

json::Value ApiServerStore::patch(const ObjectKey& key, const json::Value& merge_patch, Part part,
                                  std::stop_token stop) {
    if (part == Part::Status && !lacks_status_path(key.kind)) {
        return patch_status(key, merge_patch, std::move(stop));
    }
    const ApiCall call = calls_.patch(key, merge_patch, part, Part::Main);
    return written(write(call, merge_patch, std::move(stop)), call.asked);
}

json::Value ApiServerStore::patch_status(const ObjectKey& key, const json::Value& patch,
                                         std::stop_token stop) {
    const ApiCall call = calls_.patch(key, patch, Part::Status, Part::Status);
    const net::Response response = write(call, patch, stop);
    if (response.status != 404) {
        return written(response, call.asked);
    }
    // The answer is the same where the object is missing and where its kind has no such path.
    const ApiCall to_object = calls_.patch(key, patch, Part::Status, Part::Main);
    json::Value stored = written(write(to_object, patch, std::move(stop)), to_object.asked);
    if (stored.has("status")) {
        const std::lock_guard lock(mutex_);
        without_status_path_.push_back(key.kind);
    }
    return stored;
}

bool ApiServerStore::remove(const ObjectKey& key, std::stop_token stop) {
    const ApiCall call = calls_.remove(key);
    const net::Response response = api_.send(call, std::move(stop));
    if (is_absence(response, call.asked)) {
        return false;
    }
    if (const auto refusal = refusal_in(response, call.asked)) {
        throw StatusError(*refusal);
    }
    return true;
}

std::vector<Right> ApiServerStore::missing_rights(std::span<const Right> rights,
                                                  std::stop_token stop) {
    std::vector<ApiCall> calls;
    for (const Right& right : rights) {
        calls.push_back(WriteCalls::review(right));
    }
    const std::vector<net::Response> answers = api_.send_all(calls, std::move(stop));
    std::vector<Right> missing;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (refusal_in(answers[i], calls[i].asked)) {
            continue;
        }
        const json::Value review = object_in(answers[i], calls[i].asked);
        const json::Value& allowed = review.at({"status", "allowed"});
        if (allowed.is_bool() && !allowed.as_bool()) {
            missing.push_back(rights[i]);
        }
    }
    return missing;
}

void ApiServerStore::rehearse(std::span<const json::Value> objects, std::stop_token stop) {
    std::vector<ObjectKey> keys;
    for (const json::Value& object : objects) {
        keys.push_back(key_of(object, ""));
    }
    const std::vector<Fetched> there = get_all(keys, stop);
    std::vector<ApiCall> calls;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        // One that may not be read is created, as a run would that cannot know of it.
        const auto* found = std::get_if<std::optional<json::Value>>(&there[i]);
        calls.push_back(found != nullptr && *found ? calls_.patch(keys[i], objects[i], Part::Main,
                                                                  Part::Main, Storing::DryRun)
                                                   : calls_.create(objects[i], Storing::DryRun));
    }
    const std::vector<net::Response> answers = write_all(calls, std::move(stop));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        written(answers[i], calls[i].asked);
    }
}

std::unique_ptr<Claim> ApiServerStore::claim(const ObjectKey& key, std::stop_token stop) {
    return claim_by_lease(api_, key, options_, std::move(stop));
}

std::optional<std::string> ApiServerStore::claimed_by(const ObjectKey& key, std::stop_token stop) {
    return lease_holder(api_, key, std::move(stop));
}

StatusError ApiServerStore::not_found(const ObjectKey& key) const {
    return {404, "NotFound",
            fmt::format("{} \"{}\" not found", key.kind.resource(), printable(key.name)),
            StatusDetails{.kind = std::string(key.kind.plural), .name = key.name}};
}

std::vector<net::Response> ApiServerStore::write_all(std::span<const ApiCall> calls,
                                                     std::stop_token stop) {
    std::vector<net::Response> answers = api_.send_all(calls, stop);
    for (int tries = 1; tries < kMostConflicts; ++tries) {
        std::vector<ApiCall> again;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (met_conflict(answers[i], calls[i].asked)) {
                again.push_back(calls[i]);
                places.push_back(i);
            }
        }
        if (again.empty()) {
            break;
        }
        const std::size_t seed =
            std::hash<std::string>()(options_.holder_identity) + static_cast<std::size_t>(tries);
        if (!api_.clock().sleep_for(conflict_wait(seed), stop)) {
            throw Error(ErrorKind::Cancelled, "stopped");
        }
        std::vector<net::Response> repeated = api_.send_all(again, stop);
        for (std::size_t i = 0; i < repeated.size(); ++i) {
            answers[places[i]] = std::move(repeated[i]);
        }
    }
    return answers;
}

/// With a precondition a conflict is the answer; without one the server reads again by itself.
net::Response ApiServerStore::write(const ApiCall& call, const json::Value& patch,
                                    std::stop_token stop) {
    net::Response response = has_precondition(patch)
                                 ? api_.send(call, std::move(stop))
                                 : std::move(write_all({&call, 1}, std::move(stop)).front());
    name_conflict(response, call.asked, patch);
    return response;
}

bool ApiServerStore::lacks_status_path(const Kind& kind) const {
    const std::lock_guard lock(mutex_);
    return std::find(without_status_path_.begin(), without_status_path_.end(), kind) !=
           without_status_path_.end();
}

}  // namespace kcert::kube
