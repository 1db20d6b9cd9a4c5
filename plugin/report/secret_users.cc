// SPDX-License-Identifier: Apache-2.0

#include "report/secret_users.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "names/names.h"

namespace kcert::report {
namespace {

void for_each(const json::Value& list, const std::function<void(const json::Value&)>& see) {
    if (list.is_array()) {
        std::ranges::for_each(list.as_array(), see);
    }
}

void add(std::vector<std::string>& hosts, const json::Value& host) {
    if (!host.is_string() || host.as_string().empty()) {
        return;
    }
    std::string name = to_lower(host.as_string());
    if (std::ranges::find(hosts, name) == hosts.end()) {
        hosts.push_back(std::move(name));
    }
}

/// An entry of spec.tls[] without hosts stands for those of the rules.
bool note_ingress(const json::Value& spec, const kube::ObjectKey& secret,
                  std::vector<std::string>& hosts) {
    bool uses = false;
    for_each(spec["tls"], [&](const json::Value& tls) {
        if (tls.text({"secretName"}) != secret.name) {
            return;
        }
        uses = true;
        const json::Value& named = tls["hosts"];
        if (named.is_array() && !named.as_array().empty()) {
            for_each(named, [&](const json::Value& host) { add(hosts, host); });
        } else {
            for_each(spec["rules"], [&](const json::Value& rule) { add(hosts, rule["host"]); });
        }
    });
    return uses;
}

/// Whether an entry of certificateRefs[], in a Gateway of namespace `ns`, means the Secret.
bool refers_to(const json::Value& reference, std::string_view ns, const kube::ObjectKey& secret) {
    const std::string_view group = reference.text({"group"});
    const std::string_view kind = reference.text({"kind"});
    const std::string_view in = reference.text({"namespace"});
    return (group.empty() || group == "core") && (kind.empty() || kind == secret.kind.kind) &&
           (in.empty() ? ns : in) == secret.ns && reference.text({"name"}) == secret.name;
}

bool note_gateway(const json::Value& spec, std::string_view ns, const kube::ObjectKey& secret,
                  std::vector<std::string>& hosts) {
    bool uses = false;
    for_each(spec["listeners"], [&](const json::Value& listener) {
        bool here = false;
        for_each(listener.at({"tls", "certificateRefs"}), [&](const json::Value& reference) {
            here = here || refers_to(reference, ns, secret);
        });
        if (here) {
            uses = true;
            add(hosts, listener["hostname"]);
        }
    });
    return uses;
}

}  // namespace

std::optional<SecretUser> as_user(const json::Value& object, const kube::Kind& kind,
                                  const kube::ObjectKey& secret) {
    SecretUser user{.key = {.kind = kind,
                            .ns = std::string(object.text({"metadata", "namespace"})),
                            .name = std::string(object.text({"metadata", "name"}))}};
    const json::Value& spec = object["spec"];
    const bool uses =
        !secret.name.empty() &&
        (kind == kube::kIngress ? user.key.ns == secret.ns && note_ingress(spec, secret, user.hosts)
                                : note_gateway(spec, user.key.ns, secret, user.hosts));
    return uses ? std::optional(std::move(user)) : std::nullopt;
}

std::vector<std::string> not_covered(std::span<const std::string> hosts,
                                     std::span<const std::string> names) {
    std::vector<std::string> bare;
    for (const std::string& host : hosts) {
        const bool covered = std::ranges::any_of(names, [&](const std::string& name) {
            return to_lower(name) == to_lower(host) || names::wildcard_covers(name, host);
        });
        if (!covered) {
            bare.push_back(host);
        }
    }
    return bare;
}

}  // namespace kcert::report
