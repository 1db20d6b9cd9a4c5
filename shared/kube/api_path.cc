// SPDX-License-Identifier: Apache-2.0

#include "kube/api_path.h"

#include <fmt/format.h>

#include "base/text.h"
#include "net/url.h"

namespace kcert::kube {
namespace {

/// What is wrong with a path segment; empty where nothing is.
std::string segment_fault(std::string_view text) {
    if (text == "." || text == "..") {
        return fmt::format("may not be '{}'", text);
    }
    for (const char* part : {"/", "%"}) {
        if (text.find(part) != std::string_view::npos) {
            return fmt::format("may not contain '{}'", part);
        }
    }
    return {};
}

std::optional<StatusError> refusal_of(std::string_view what, std::string_view text) {
    constexpr std::size_t kShown = 253;
    const std::string fault = segment_fault(text);
    if (fault.empty()) {
        return std::nullopt;
    }
    return StatusError(
        400, "BadRequest",
        fmt::format("invalid {} \"{}\": [{}]", what, printable(shortened(text, kShown)), fault));
}

void expect_namespace(std::string_view ns) {
    if (const auto refusal = refusal_of("namespace", ns)) {
        throw StatusError(*refusal);
    }
}

}  // namespace

std::string collection_path(const Kind& kind, std::string_view ns) {
    expect_namespace(ns);
    std::string path = kind.group.empty() ? fmt::format("/api/{}", kind.version)
                                          : fmt::format("/apis/{}/{}", kind.group, kind.version);
    if (!ns.empty()) {
        path += "/namespaces/" + net::percent_encode(ns);
    }
    return path + fmt::format("/{}", kind.plural);
}

std::string object_path(const ObjectKey& key, std::string_view subresource) {
    if (const auto refusal = path_fault(key)) {
        throw StatusError(*refusal);
    }
    std::string path = collection_path(key.kind, key.ns) + "/" + net::percent_encode(key.name);
    return subresource.empty() ? path : path + "/" + std::string(subresource);
}

std::optional<StatusError> path_fault(const ObjectKey& key) {
    if (key.name.empty()) {
        return StatusError(400, "BadRequest", "resource name may not be empty");
    }
    if (key.kind.scope == Scope::Namespaced && key.ns.empty()) {
        return StatusError(400, "BadRequest",
                           "an empty namespace may not be set when a resource name is provided");
    }
    const auto refusal = refusal_of("namespace", key.ns);
    return refusal ? refusal : refusal_of("resource name", key.name);
}

void Query::add(std::string_view name, std::string_view value) {
    text_ += fmt::format("{}{}={}", text_.empty() ? '?' : '&', name, net::percent_encode(value));
}

}  // namespace kcert::kube
