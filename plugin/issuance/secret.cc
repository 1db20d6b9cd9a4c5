// SPDX-License-Identifier: Apache-2.0

#include "issuance/secret.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "json/merge_patch.h"
#include "kube/object_key.h"

namespace kcert::issuance {

namespace {

constexpr std::string_view kPendingLabel = "certmanager.k8s.io/pending-key-of";
constexpr std::size_t kMaxName = 253;

// Marks of other owners.
constexpr std::string_view kForeignPrefix = "cert-manager.io/";
constexpr std::string_view kForeignLabel = "controller.cert-manager.io/fao";
constexpr std::string_view kInjectionAnnotation = "cert-manager.io/allow-direct-injection";
constexpr std::string_view kManagerLabel = "app.kubernetes.io/managed-by";
constexpr std::array<std::string_view, 2> kArgoMarks{"argocd.argoproj.io/instance",
                                                     "argocd.argoproj.io/tracking-id"};

json::Value encoded(std::string_view bytes) {
    return base64_encode(bytes);
}

json::Value annotations(const api::Certificate& certificate, const IssuedPair& pair) {
    const api::IssuerRef& issuer = certificate.spec.issuer_ref;
    return json::Value::object({
        {"certmanager.k8s.io/alt-names", join(pair.leaf.dns_names, ",")},
        {"certmanager.k8s.io/common-name", pair.leaf.subject_common_name},
        {std::string(kIssuerNameAnnotation), issuer.name},
        {std::string(kIssuerKindAnnotation), issuer.is_cluster() ? "ClusterIssuer" : "Issuer"},
        {"certmanager.k8s.io/certificate-name", certificate.meta.name},
        {std::string(kDirectoryAnnotation), pair.directory},
        {std::string(kUsagesAnnotation), join(certificate.spec.usages, ",")},
    });
}

/// A label's value holds at most 63 characters; a longer name is cut and told apart by its digest.
std::string label_value(const std::string& name) {
    constexpr std::size_t kMaxLabel = 63;
    if (name.size() <= kMaxLabel) {
        return name;
    }
    return name.substr(0, 46) +
           crypto::hex(crypto::digest(crypto::Digest::Sha256, name)).substr(0, 16);
}

const json::Value::Array& owner_references(const json::Value& secret) {
    static const json::Value::Array none;
    const json::Value& owners = secret.at({"metadata", "ownerReferences"});
    return owners.is_array() ? owners.as_array() : none;
}

/// v0.10 made a Secret's Certificate its owner where it was told to.
bool refers_to(const json::Value& owner, const api::Certificate& certificate) {
    return owner.text({"kind"}) == kube::kCertificate.kind &&
           owner.text({"apiVersion"}).starts_with(std::string(kube::kCertificate.group) + "/") &&
           owner.text({"name"}) == certificate.meta.name;
}

json::Value base_secret(std::string_view ns, std::string_view name, std::string_view type) {
    return json::Value::object({
        {"apiVersion", kube::kSecret.api_version()},
        {"kind", kube::kSecret.kind},
        {"metadata", json::Value::object({{"name", name}, {"namespace", ns}})},
        {"type", type},
    });
}

/// The Secret of an order under way, with one member.
json::Value pending_secret(const std::string& ns, const std::string& certificate,
                           std::string_view key, std::string_view value) {
    json::Value secret = base_secret(ns, pending_key_name(certificate), "Opaque");
    secret.member("metadata")
        .set("labels",
             json::Value::object({{std::string(kPendingLabel), label_value(certificate)}}));
    secret.set("data", json::Value::object({{std::string(key), encoded(value)}}));
    return secret;
}

}  // namespace

json::Value secret_patch(const api::Certificate& certificate, const IssuedPair& pair,
                         const json::Value& release) {
    json::Value labels =
        json::Value::object({{std::string(kNameLabel), label_value(certificate.meta.name)}});
    const json::Value patch = json::Value::object({
        {"metadata", json::Value::object({{"labels", std::move(labels)},
                                          {"annotations", annotations(certificate, pair)}})},
        {"data", json::Value::object({{"tls.crt", encoded(pair.chain_pem)},
                                      {"tls.key", encoded(pair.key_pem.reveal())}})},
    });
    return json::combine_patches(release, patch);
}

json::Value make_secret(const api::Certificate& certificate, const IssuedPair& pair) {
    json::Value secret =
        base_secret(certificate.meta.ns, certificate.spec.secret_name, api::kTlsSecretType);
    json::Value patch = secret_patch(certificate, pair);
    for (auto& [name, value] : patch.member("metadata").as_object()) {
        secret.member("metadata").set(name, std::move(value));
    }
    secret.set("data", std::move(patch.member("data")));
    return secret;
}

std::optional<std::string> foreign_owner(const json::Value& secret,
                                         const api::Certificate& certificate) {
    const json::Value& labels = secret.at({"metadata", "labels"});
    const json::Value& marks = secret.at({"metadata", "annotations"});
    // The annotation holds the whole name, the label may be cut.
    for (const json::Value* mark : {&marks[kNameLabel], &labels[kNameLabel]}) {
        if (mark->is_string()) {
            const std::string& owner = mark->as_string();
            if (owner != certificate.meta.name && owner != label_value(certificate.meta.name)) {
                return "Certificate " + owner;
            }
            break;
        }
    }
    if (const json::Value& owner = marks["cert-manager.io/certificate-name"]; owner.is_string()) {
        return "cert-manager.io's Certificate " + owner.as_string();
    }
    if (labels.has(kForeignLabel)) {
        return "cert-manager.io";
    }
    if (const json::Value& pending = labels[kPendingLabel]; pending.is_string()) {
        return fmt::format("an order of Certificate {} that is under way", pending.as_string());
    }
    for (const std::string_view mark : kArgoMarks) {
        if (labels.has(mark) || marks.has(mark)) {
            return "Argo CD";
        }
    }
    for (const json::Value& owner : owner_references(secret)) {
        if (!refers_to(owner, certificate)) {
            return fmt::format("{} {}", owner.text({"kind"}), owner.text({"name"}));
        }
    }
    const json::Value& manager = labels[kManagerLabel];
    if (manager.is_string() && manager.as_string() != "kubectl-cert") {
        return manager.as_string();
    }
    return std::nullopt;
}

json::Value release_patch(const json::Value& secret, const api::Certificate& certificate) {
    json::Value patch = json::Value::object();
    const json::Value& marks = secret.at({"metadata", "annotations"});
    for (const auto& [name, value] :
         marks.is_object() ? marks.as_object() : json::Value::Object()) {
        // That one is for those who read the Secret, whoever writes it.
        if ((name.starts_with(kForeignPrefix) && name != kInjectionAnnotation) ||
            std::ranges::find(kArgoMarks, name) != kArgoMarks.end()) {
            patch.member("metadata").member("annotations").set(name, nullptr);
        }
    }
    const json::Value& labels = secret.at({"metadata", "labels"});
    for (const std::string_view label :
         {kForeignLabel, kManagerLabel, kPendingLabel, kArgoMarks[0], kArgoMarks[1]}) {
        if (labels.has(label)) {
            patch.member("metadata").member("labels").set(label, nullptr);
        }
    }
    json::Value own;
    for (const json::Value& owner : owner_references(secret)) {
        if (refers_to(owner, certificate)) {
            own.push_back(owner);
        }
    }
    if (!owner_references(secret).empty()) {
        patch.member("metadata").set("ownerReferences", std::move(own));
    }
    return patch;
}

json::Value make_account_secret(std::string_view ns, const api::SecretKeySelector& selector,
                                const Sensitive& key_pem) {
    json::Value secret = base_secret(ns, selector.name, "Opaque");
    secret.set("data", json::Value::object({{selector.key, encoded(key_pem.reveal())}}));
    return secret;
}

std::string pending_key_name(std::string_view certificate_name) {
    if (certificate_name.size() + api::kPendingKeySuffix.size() <= kMaxName) {
        return fmt::format("{}{}", certificate_name, api::kPendingKeySuffix);
    }
    const std::string digest =
        crypto::hex(crypto::digest(crypto::Digest::Sha256, certificate_name)).substr(0, 16);
    return fmt::format("{}x{}{}", certificate_name.substr(0, 200), digest, api::kPendingKeySuffix);
}

json::Value make_pending_key_secret(const api::Certificate& certificate, const Sensitive& key_pem) {
    return pending_secret(certificate.meta.ns, certificate.meta.name, "tls.key", key_pem.reveal());
}

json::Value make_state_secret(const kube::ObjectKey& certificate, std::string_view state) {
    return pending_secret(certificate.ns, certificate.name, kStateKey, state);
}

bool is_pending_key_secret(const json::Value& secret, const api::Certificate& certificate) {
    const json::Value& mark = secret.at({"metadata", "labels"})[kPendingLabel];
    return mark.is_string() && mark.as_string() == label_value(certificate.meta.name);
}

}  // namespace kcert::issuance
