// SPDX-License-Identifier: Apache-2.0

#include "issuance/facts.h"

#include <map>
#include <utility>
#include <vector>

#include "api/v1alpha1.h"
#include "names/names.h"

namespace kcert::issuance {
namespace {

/// Guard of a look-up that may be forbidden: a person who may read an Issuer need not be allowed to
/// list those of all namespaces.
template <typename Look>
void if_allowed(Look&& look) {
    try {
        look();
    } catch (const kube::StatusError&) {
        // what is not known is not judged
    }
}

/// The namespaces, other than `ns`, that hold an object of that kind and name.
std::vector<std::string> namespaces_with(kube::ObjectStore& store, const kube::Kind& kind,
                                         std::string_view name, std::string_view ns,
                                         const std::stop_token& stop) {
    std::vector<std::string> found;
    if (name.find_first_of(",=\\") != std::string_view::npos) {
        return found;  // no object has such a name, and a selector would read it as something else
    }
    const kube::Selection selection{.fields = "metadata.name=" + std::string(name)};
    for (const json::Value& object : store.list(kind, selection, stop)) {
        const std::string_view where = object.text({"metadata", "namespace"});
        if (object.text({"metadata", "name"}) == name && where != ns) {
            found.emplace_back(where);
        }
    }
    return found;
}

/// The credentials of `issuer`, which nobody else reads.
void look_up_secrets(kube::ObjectStore& store, const api::AcmeIssuer& issuer, rules::Facts& facts,
                     const std::stop_token& stop) {
    std::vector<kube::ObjectKey> keys;
    for (const std::string& name : credential_names(issuer, rules::all_solvers(issuer))) {
        keys.push_back({kube::kSecret, facts.secrets_namespace, name});
    }
    const std::vector<kube::Fetched> fetched = store.get_all(keys, stop);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto* const object = std::get_if<std::optional<json::Value>>(&fetched[i]);
        if (object == nullptr) {
            continue;  // forbidden: not judged
        }
        json::Findings judged_elsewhere;
        std::optional<api::Secret> secret;
        if (*object) {
            secret = api::decode_secret(**object, judged_elsewhere);
        }
        note_secret(store, keys[i].name, secret, facts, stop);
    }
}

}  // namespace

std::string secrets_namespace(const api::Issuer& issuer,
                              const std::string& cluster_resource_namespace) {
    return issuer.cluster ? cluster_resource_namespace : issuer.meta.ns;
}

std::optional<kube::ObjectKey> issuer_key(const api::Certificate& certificate) {
    const api::IssuerRef& ref = certificate.spec.issuer_ref;
    const bool known = ref.kind.empty() || ref.kind == "Issuer" || ref.is_cluster();
    if (!names::is_dns1123_subdomain(ref.name) || !known ||
        (!ref.group.empty() && ref.group != kube::kIssuer.group)) {
        return std::nullopt;
    }
    return ref.is_cluster() ? kube::ObjectKey{kube::kClusterIssuer, "", ref.name}
                            : kube::ObjectKey{kube::kIssuer, certificate.meta.ns, ref.name};
}

rules::Facts::IssuerLookup note_issuer(kube::ObjectStore& store,
                                       const api::Certificate& certificate,
                                       const std::optional<json::Value>& object,
                                       json::Findings& findings, const std::stop_token& stop) {
    rules::Facts::IssuerLookup lookup;
    const std::string& name = certificate.spec.issuer_ref.name;
    const std::string& ns = certificate.meta.ns;
    if (object) {
        lookup.issuer = api::v1alpha1::decode_issuer(*object, findings);
        lookup.issuer->meta.ns = lookup.issuer->cluster ? "" : ns;
    } else if (certificate.spec.issuer_ref.is_cluster()) {
        if_allowed([&] {
            if (kube::get(store, {kube::kIssuer, ns, name}, stop)) {
                lookup.namespaces_with_name.push_back(ns);
            }
        });
    } else {
        if_allowed([&] {
            const kube::ObjectKey cluster{kube::kClusterIssuer, "", name};
            lookup.cluster_issuer_has_name = kube::get(store, cluster, stop).has_value();
        });
        if_allowed([&] {
            lookup.namespaces_with_name = namespaces_with(store, kube::kIssuer, name, ns, stop);
        });
    }
    return lookup;
}

std::set<std::string> credential_names(const api::AcmeIssuer& issuer,
                                       const rules::Solvers& solvers) {
    std::set<std::string> names;
    for (const api::SecretKeySelector& selector : rules::credentials_of(issuer, solvers)) {
        names.insert(selector.name);
    }
    names.erase("");
    return names;
}

void note_secret(kube::ObjectStore& store, const std::string& name,
                 const std::optional<api::Secret>& secret, rules::Facts& facts,
                 const std::stop_token& stop) {
    std::optional<std::set<std::string>>& keys = facts.secrets[name];
    if (secret) {
        keys.emplace();
        for (const auto& [key, value] : secret->data) {
            keys->insert(key);
        }
        return;
    }
    if_allowed([&] {
        facts.secrets_elsewhere[name] =
            namespaces_with(store, kube::kSecret, name, facts.secrets_namespace, stop);
    });
}

void note_writers(kube::ObjectStore& store, const api::Certificate& certificate,
                  rules::Facts& facts, const std::stop_token& stop) {
    if_allowed([&] {
        std::multimap<std::string, std::string> writers;
        for (const json::Value& other :
             store.list(kube::kCertificate, {.ns = certificate.meta.ns}, stop)) {
            if (other.text({"metadata", "name"}) != certificate.meta.name) {
                writers.emplace(other.text({"spec", "secretName"}),
                                other.text({"metadata", "name"}));
            }
        }
        facts.certificates_by_secret = std::move(writers);
    });
}

rules::Facts gather_facts(kube::ObjectStore& store, const api::Certificate& certificate,
                          std::stop_token stop) {
    rules::Facts facts;
    if (const std::optional<kube::ObjectKey> key = issuer_key(certificate)) {
        json::Findings judged_elsewhere;
        facts.issuer =
            note_issuer(store, certificate, kube::get(store, *key, stop), judged_elsewhere, stop);
    }
    note_writers(store, certificate, facts, stop);
    return facts;
}

rules::Facts gather_facts(kube::ObjectStore& store, const api::Issuer& issuer,
                          const std::string& cluster_resource_namespace, std::stop_token stop) {
    rules::Facts facts;
    facts.secrets_namespace = secrets_namespace(issuer, cluster_resource_namespace);
    if (issuer.spec.acme) {
        look_up_secrets(store, *issuer.spec.acme, facts, stop);
    }
    return facts;
}

}  // namespace kcert::issuance
