// SPDX-License-Identifier: Apache-2.0

#include "issuance/rights.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "crypto/self_signed.h"
#include "issuance/account.h"
#include "issuance/secret.h"

namespace kcert::issuance {

namespace {

constexpr auto kStandInLife = std::chrono::hours(1);

kube::Right status_right(const kube::ObjectKey& key) {
    return {
        .verb = "patch", .kind = key.kind, .ns = key.ns, .name = key.name, .subresource = "status"};
}

/// An API server warns of a Secret of this type whose pair is none.
IssuedPair stand_in(Time now) {
    const auto key = crypto::PrivateKey::generate({crypto::KeyAlgorithm::Ecdsa, 256});
    return {.key_pem = key.to_pem(crypto::KeyEncoding::Pkcs8),
            .chain_pem = crypto::make_self_signed(key, "rehearsal", now, now + kStandInLife)};
}

}  // namespace

std::vector<kube::Right> rights_to_remember(const Subject& subject) {
    std::vector<kube::Right> rights{status_right(subject.key)};
    if (!knows_account(subject)) {
        rights.push_back(status_right(subject.issuer_key));
    }
    return rights;
}

std::vector<kube::Right> needed_rights(const Subject& subject, const Plan& plan) {
    const std::string& ns = subject.key.ns;
    if (!plan.due()) {
        return {status_right(subject.key)};
    }
    std::vector<kube::Right> rights = rights_to_remember(subject);
    rights.push_back({.verb = "create", .kind = kube::kSecret, .ns = ns});
    rights.push_back({.verb = "delete",
                      .kind = kube::kSecret,
                      .ns = ns,
                      .name = pending_key_name(subject.key.name)});
    if (subject.target) {
        rights.push_back({.verb = "patch",
                          .kind = kube::kSecret,
                          .ns = ns,
                          .name = subject.certificate.spec.secret_name});
    }
    if (!has_account_key(subject)) {
        rights.push_back({.verb = subject.account ? "patch" : "create",
                          .kind = kube::kSecret,
                          .ns = subject.credentials_namespace,
                          .name = subject.account ? subject.acme().private_key.name : ""});
    }
    return rights;
}

std::vector<kube::Right> useful_rights(const Subject& subject) {
    const std::string& ns = subject.key.ns;
    std::vector<kube::Right> rights{{.verb = "create", .kind = kube::kEvent, .ns = ns}};
    for (const char* verb : {"create", "get", "patch", "delete"}) {
        rights.push_back({.verb = verb, .kind = kube::kLease, .ns = ns});
    }
    return rights;
}

std::string lacking(const kube::Right& right) {
    const std::string resource =
        right.kind.resource() + (right.subresource.empty() ? "" : "/" + right.subresource);
    const std::string name =
        right.name.empty() ? "" : fmt::format(" \"{}\"", printable(right.name));
    return fmt::format("cannot {} {}{}{}", right.verb, resource, name,
                       right.ns.empty() ? " at the cluster scope"
                                        : fmt::format(" in namespace \"{}\"", printable(right.ns)));
}

void expect_rights_to_remember(kube::ObjectStore& store, const Subject& subject,
                               std::stop_token stop) {
    const std::vector<kube::Right> missing =
        store.missing_rights(rights_to_remember(subject), std::move(stop));
    if (missing.empty()) {
        return;
    }
    std::vector<std::string> texts;
    std::ranges::transform(missing, std::back_inserter(texts), lacking);
    throw Error(ErrorKind::Declined,
                fmt::format("this user {}: what the CA makes would not be remembered there, so "
                            "nothing was asked of it",
                            join(texts, ", and ")));
}

std::vector<json::Value> planned_secrets(const Subject& subject, Time now) {
    std::vector<json::Value> secrets{make_secret(subject.certificate, stand_in(now))};
    if (!subject.account) {
        secrets.push_back(make_account_secret(subject.credentials_namespace,
                                              subject.acme().private_key, Sensitive()));
    }
    secrets.push_back(make_pending_key_secret(subject.certificate, Sensitive()));
    return secrets;
}

}  // namespace kcert::issuance
