// SPDX-License-Identifier: Apache-2.0

#include "kube/object_key.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/text.h"

namespace kcert::kube {
namespace {

constexpr std::array kKnownKinds{kSecret, kEvent,         kLease,   kCertificate,
                                 kIssuer, kClusterIssuer, kIngress, kGateway};

Error not_an_object(std::string_view what) {
    return {ErrorKind::Config, std::string(what)};
}

}  // namespace

std::string Kind::api_version() const {
    return group.empty() ? std::string(version) : fmt::format("{}/{}", group, version);
}

std::string Kind::resource() const {
    return group.empty() ? std::string(plural) : fmt::format("{}.{}", plural, group);
}

std::string describe(const ObjectKey& key) {
    const std::string name = key.ns.empty() ? key.name : key.ns + "/" + key.name;
    return fmt::format("{} {}", key.kind.kind, printable(name));
}

std::optional<Kind> kind_of(const json::Value& object) {
    for (const Kind& known : kKnownKinds) {
        if (object.text({"kind"}) == known.kind &&
            object.text({"apiVersion"}) == known.api_version()) {
            return known;
        }
    }
    return std::nullopt;
}

ObjectKey key_of(const json::Value& object, std::string_view default_namespace) {
    const std::string_view api_version = object.text({"apiVersion"});
    const std::string_view kind = object.text({"kind"});
    const std::string_view name = object.text({"metadata", "name"});
    if (api_version.empty() || kind.empty()) {
        throw not_an_object(api_version.empty() ? "apiVersion is missing" : "kind is missing");
    }
    const std::optional<Kind> known = kind_of(object);
    if (!known) {
        throw not_an_object(
            fmt::format("{} {} is not known here", printable(api_version), printable(kind)));
    }
    if (const json::Value& written = object.at({"metadata", "name"});
        !written.is_null() && !written.is_string()) {
        throw not_an_object(fmt::format("line {}: metadata.name of a {} must be a string: quote it",
                                        written.line(), kind));
    }
    if (name.empty()) {
        throw not_an_object(fmt::format("{} without metadata.name", kind));
    }
    ObjectKey key{.kind = *known, .ns = {}, .name = std::string(name)};
    if (known->scope == Scope::Namespaced) {
        const std::string_view ns = object.text({"metadata", "namespace"});
        key.ns = ns.empty() ? default_namespace : ns;
    }
    return key;
}

}  // namespace kcert::kube
