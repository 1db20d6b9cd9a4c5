// SPDX-License-Identifier: Apache-2.0

#include "report/gather.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "api/v1alpha1.h"
#include "issuance/conditions.h"
#include "issuance/facts.h"
#include "issuance/secret.h"
#include "issuance/subject.h"
#include "names/names.h"
#include "report/lists.h"
#include "report/reading.h"
#include "report/side_reading.h"
#include "rules/rules.h"

namespace kcert::report {
namespace {

/// Fills the part from what the store says, `decode` turning the object into its struct.
template <typename Object, typename Decode>
void fill(Part<Object>& part, const kube::Fetched& fetched, Decode&& decode) {
    if (const auto* const refusal = std::get_if<kube::StatusError>(&fetched)) {
        part.error = refusal->what();
    } else if (const auto& object = std::get<std::optional<json::Value>>(fetched)) {
        part.value = decode(*object);
    }
}

api::Certificate decode(const json::Value& object, const kube::ObjectKey& key) {
    json::Findings told_by_judging;
    api::Certificate certificate = api::v1alpha1::decode_certificate(object, told_by_judging);
    certificate.meta.ns = key.ns;
    return certificate;
}

/// Its status holds what a run leaves there while it is under way.
bool unsettled(const api::Certificate& certificate) {
    return certificate.status.order || !certificate.status.records.empty();
}

/// One reading of all that the wanted Certificates speak of, in rounds: what the user named and the
/// lists; what the Certificates refer to; the credentials of their issuers.
class Gathering {
  public:
    Gathering(kube::ObjectStore& store, const Wanted& wanted, std::string cluster_namespace,
              std::stop_token stop)
        : store_(store),
          reading_(store),
          wanted_(wanted),
          cluster_namespace_(std::move(cluster_namespace)),
          stop_(std::move(stop)),
          lists_(store, wanted) {}

    Gathered named();
    Gathered listed();
    /// The Certificates whose names begin with that one.
    std::vector<std::string> names_that_begin_with(const std::string& name);

  private:
    void ask_for_claims(std::vector<kube::ObjectKey> keys);
    void complete(std::vector<Material>& materials);
    void note_claims(std::vector<Material>& materials);
    void read_references(std::vector<Material>& materials);
    void fill_parts(Material& material);
    std::vector<kube::ObjectKey> credentials_of(const Material& material) const;
    void read_credentials(std::vector<Material>& materials);
    void judge(Material& material);

    kube::ObjectStore& store_;
    Reading reading_;
    const Wanted& wanted_;
    std::string cluster_namespace_;
    std::stop_token stop_;
    Lists lists_;
    std::vector<kube::ObjectKey> claim_keys_;
    std::optional<SideClaims> claims_;
};

void Gathering::ask_for_claims(std::vector<kube::ObjectKey> keys) {
    claim_keys_ = keys;
    claims_.emplace(store_, std::move(keys));
}

Gathered Gathering::named() {
    std::vector<kube::ObjectKey> keys;
    for (const std::string& name : wanted_.names) {
        keys.push_back({kube::kCertificate, wanted_.ns, name});
    }
    ask_for_claims(keys);
    Gathered gathered;
    const std::vector<kube::Fetched> fetched = reading_.get_all(keys, stop_);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const auto* const refusal = std::get_if<kube::StatusError>(&fetched[i])) {
            throw kube::StatusError(*refusal);
        }
        if (const auto& object = std::get<std::optional<json::Value>>(fetched[i])) {
            gathered.materials.push_back({.key = keys[i], .certificate = decode(*object, keys[i])});
        } else {
            gathered.missing.push_back(keys[i].name);
        }
    }
    complete(gathered.materials);
    return gathered;
}

Gathered Gathering::listed() {
    Gathered gathered;
    std::vector<kube::ObjectKey> claim_keys;
    const kube::Selection selection{.ns = wanted_.ns, .labels = wanted_.selector};
    for (const json::Value& object : reading_.list(kube::kCertificate, selection, stop_)) {
        kube::ObjectKey key{kube::kCertificate, std::string(object.text({"metadata", "namespace"})),
                            std::string(object.text({"metadata", "name"}))};
        reading_.know(key, object);
        Material material{.key = key, .certificate = decode(object, key)};
        // A look at each of many claims only where a run would change what is said.
        if (unsettled(material.certificate) ||
            !issuance::is_true(material.certificate.status.conditions, "Ready")) {
            claim_keys.push_back(std::move(key));
        }
        gathered.materials.push_back(std::move(material));
    }
    ask_for_claims(std::move(claim_keys));
    complete(gathered.materials);
    return gathered;
}

std::vector<std::string> Gathering::names_that_begin_with(const std::string& name) {
    std::vector<std::string> names;
    for (const json::Value& object : reading_.list(kube::kCertificate, {.ns = wanted_.ns}, stop_)) {
        if (const std::string_view found = object.text({"metadata", "name"});
            found.starts_with(name)) {
            names.emplace_back(found);
        }
    }
    return names;
}

void Gathering::complete(std::vector<Material>& materials) {
    read_references(materials);
    note_claims(materials);
    read_credentials(materials);
    for (Material& material : materials) {
        judge(material);
    }
    lists_.hand_out(materials, stop_);
}

void Gathering::note_claims(std::vector<Material>& materials) {
    const std::vector<Claimed> claimed = claims_->get(stop_);
    std::map<std::string, const Claimed*> by_key;
    for (std::size_t i = 0; i < claim_keys_.size(); ++i) {
        by_key[describe(claim_keys_[i])] = &claimed[i];
    }
    for (Material& material : materials) {
        if (const auto found = by_key.find(describe(material.key)); found != by_key.end()) {
            material.holder = found->second->holder;
            material.holder_error = found->second->error;
        }
    }
}

/// The objects that the Certificates refer to, in one batch.
void Gathering::read_references(std::vector<Material>& materials) {
    std::vector<kube::ObjectKey> keys;
    for (Material& material : materials) {
        const std::string& ns = material.key.ns;
        material.secret.key = {kube::kSecret, ns, material.certificate.spec.secret_name};
        if (names::is_dns1123_subdomain(material.secret.key.name)) {
            keys.push_back(material.secret.key);
        }
        keys.push_back({kube::kSecret, ns, issuance::pending_key_name(material.key.name)});
        if (const auto issuer = issuance::issuer_key(material.certificate)) {
            material.issuer.key = *issuer;
            keys.push_back(*issuer);
        }
    }
    reading_.get_all(keys, stop_);
    std::ranges::for_each(materials, [this](Material& material) { fill_parts(material); });
}

/// From what is read already.
void Gathering::fill_parts(Material& material) {
    json::Findings told_by_judging;
    if (names::is_dns1123_subdomain(material.secret.key.name)) {
        fill(material.secret, reading_.get_all(std::array{material.secret.key}, stop_).front(),
             [&](const json::Value& found) { return api::decode_secret(found, told_by_judging); });
    }
    if (!material.issuer.key.name.empty()) {
        fill(material.issuer, reading_.get_all(std::array{material.issuer.key}, stop_).front(),
             [&](const json::Value& found) {
                 return api::v1alpha1::decode_issuer(found, told_by_judging);
             });
    }
    material.secret_file = material.secret.value ? store_.file_of(material.secret.key) : "";
}

/// What judging reads of the issuer's Secrets.
std::vector<kube::ObjectKey> Gathering::credentials_of(const Material& material) const {
    const auto& issuer = material.issuer.value;
    if (!issuer || !issuer->spec.acme) {
        return {};
    }
    const api::AcmeIssuer& acme = *issuer->spec.acme;
    std::set<std::string> names =
        issuance::credential_names(acme, rules::chosen_solvers(material.certificate, acme));
    names.insert(acme.private_key.name);
    names.erase("");
    std::vector<kube::ObjectKey> keys;
    for (const std::string& name : names) {
        keys.push_back({kube::kSecret,
                        material.issuer.key.ns.empty() ? cluster_namespace_ : material.key.ns,
                        name});
    }
    return keys;
}

/// The credentials, in one batch; beside them who else writes a Secret that bears no mark yet.
void Gathering::read_credentials(std::vector<Material>& materials) {
    std::vector<kube::ObjectKey> keys;
    std::set<std::string> unmarked;
    for (const Material& material : materials) {
        std::ranges::move(credentials_of(material), std::back_inserter(keys));
        const auto& secret = material.secret.value;
        if (!secret || !api::find(secret->meta.annotations, issuance::kNameLabel)) {
            unmarked.insert(material.key.ns);
        }
        // A run may have ended between the looks at its status and at its claim: what it left there
        // is not taken for that of a dead one.
        if (!material.holder && unsettled(material.certificate)) {
            reading_.forget(material.key);
            keys.push_back(material.key);
        }
    }
    std::optional<Background<std::string>> writers;
    if (!unmarked.empty()) {
        writers.emplace([&](const std::stop_token& stop) {
            return reading_failure([&] {
                for (const std::string& ns : unmarked) {
                    reading_.list(kube::kCertificate, {.ns = ns}, stop);
                }
            });
        });
    }
    reading_.get_all(keys, stop_);
    if (writers) {
        writers->get(stop_);  // who may not list them is not told by judging either
    }
    for (Material& material : materials) {
        if (!material.holder && unsettled(material.certificate)) {
            const kube::Fetched again = reading_.get_all(std::array{material.key}, stop_).front();
            const auto* const object = std::get_if<std::optional<json::Value>>(&again);
            if (object != nullptr && *object) {
                material.certificate = decode(**object, material.key);
            }
        }
    }
}

/// Guard: what may not be read keeps the Certificate from being judged, not from being described.
void Gathering::judge(Material& material) {
    material.verdicts_error = reading_failure([&] {
        const issuance::Subject subject = issuance::load_subject(
            reading_, material.key, {.cluster_resource_namespace = cluster_namespace_}, stop_);
        material.verdicts = {{subject.key, subject.certificate_findings},
                             {subject.issuer_key, subject.issuer_findings}};
    });
}

}  // namespace

Gathered gather(kube::ObjectStore& store, const Wanted& wanted,
                const std::string& cluster_resource_namespace, std::stop_token stop) {
    Gathering gathering(store, wanted, cluster_resource_namespace, stop);
    if (wanted.names.empty()) {
        return gathering.listed();
    }
    Gathered gathered = gathering.named();
    if (wanted.names.size() > 1 || gathered.missing.empty()) {
        return gathered;
    }
    // As kubectl does. Guard: who may not list them is told that there is none of that name.
    std::vector<std::string> longer;
    reading_failure([&] { longer = gathering.names_that_begin_with(wanted.names.front()); });
    return longer.empty() ? gathered
                          : gather(store, {.ns = wanted.ns, .names = longer},
                                   cluster_resource_namespace, std::move(stop));
}

}  // namespace kcert::report
