// SPDX-License-Identifier: Apache-2.0

#include "issuance/plan.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "crypto/digest.h"
#include "issuance/renewal.h"
#include "issuance/secret.h"
#include "rules/rules.h"

namespace kcert::issuance {

namespace {

std::string key_text(const crypto::KeySpec& key) {
    return fmt::format("{} {}", key.algorithm == crypto::KeyAlgorithm::Rsa ? "RSA" : "ECDSA",
                       key.bits);
}

std::string_view encoding_text(crypto::KeyEncoding encoding) {
    return encoding == crypto::KeyEncoding::Pkcs8 ? "pkcs8" : "pkcs1";
}

std::string quoted_list(const std::set<std::string>& names) {
    return fmt::format("\"{}\"", fmt::join(names, "\", \""));
}

void compare_names(const Plan& plan, std::vector<std::string>& reasons) {
    const std::set<std::string> wanted(plan.names.names.begin(), plan.names.names.end());
    std::set<std::string> held;
    for (const std::string& name : plan.current->dns_names) {
        held.insert(to_lower(name));
    }
    std::set<std::string> lacking;
    std::set<std::string> extra;
    std::ranges::set_difference(wanted, held, std::inserter(lacking, lacking.end()));
    std::ranges::set_difference(held, wanted, std::inserter(extra, extra.end()));
    if (!lacking.empty()) {
        reasons.push_back("the certificate lacks " + quoted_list(lacking));
    }
    if (!extra.empty()) {
        reasons.push_back("the certificate still has " + quoted_list(extra));
    }
}

/// What the Secret's annotations say of the request that made it. Silent where they are missing:
/// another tool may have written the Secret.
void compare_origin(const PlanInput& input, const Plan& plan, std::vector<std::string>& reasons) {
    const api::StringMap& marks = input.current->meta.annotations;
    const api::IssuerRef& issuer = input.certificate.spec.issuer_ref;
    const std::string kind = issuer.is_cluster() ? "ClusterIssuer" : "Issuer";
    const auto differs = [&](std::string_view mark, const std::string& wanted) {
        const auto held = api::find(marks, mark);
        return held && *held != wanted;
    };
    if (differs(kIssuerNameAnnotation, issuer.name) || differs(kIssuerKindAnnotation, kind)) {
        reasons.push_back(
            fmt::format("it was issued through another issuer than {} \"{}\"", kind, issuer.name));
    } else if (differs(kDirectoryAnnotation, plan.directory)) {
        reasons.push_back(fmt::format("it was issued by another CA: {}",
                                      *api::find(marks, kDirectoryAnnotation)));
    }
    if (differs(kUsagesAnnotation, join(input.certificate.spec.usages, ","))) {
        reasons.push_back("spec.usages changed");
    }
}

/// The default is asked for only of a key that this tool wrote.
void compare_encoding(const PlanInput& input, const Plan& plan, std::vector<std::string>& reasons) {
    const bool asked = !input.certificate.spec.key_encoding.empty() ||
                       api::find(input.current->meta.annotations, kDirectoryAnnotation);
    if (asked && plan.current_encoding != plan.encoding) {
        reasons.push_back(fmt::format("its key is written as {}, asked for is {}",
                                      encoding_text(plan.current_encoding),
                                      encoding_text(plan.encoding)));
    }
}

void compare_time(const PlanInput& input, const Plan& plan, std::vector<std::string>& reasons) {
    const crypto::CertificateInfo& leaf = *plan.current;
    if (leaf.not_after <= input.now) {
        reasons.push_back("it expired on " + iso_date(leaf.not_after));
    } else if (*plan.renew_from <= input.now) {
        const Duration window =
            renewal_window({leaf.not_before, leaf.not_after}, input.certificate.spec.renew_before);
        reasons.push_back(fmt::format("due since {} ({} before expiry)",
                                      human_duration(input.now - *plan.renew_from),
                                      human_duration(window)));
    }
}

/// The leaf of the Secret, where its key belongs to it; else what is wrong.
void read_current(const PlanInput& input, Plan& plan) {
    const std::string where =
        fmt::format("secret \"{}\"", printable(input.certificate.spec.secret_name));
    if (input.current == nullptr) {
        plan.missing = where + " not found";
        return;
    }
    const Sensitive* chain = input.current->find("tls.crt");
    const Sensitive* key = input.current->find("tls.key");
    if (chain == nullptr || key == nullptr || chain->empty() || key->empty()) {
        plan.missing = fmt::format("{} has no {}", where,
                                   chain == nullptr || chain->empty() ? "tls.crt" : "tls.key");
        return;
    }
    try {
        const auto certificates = crypto::Certificate::parse_pem(chain->reveal());
        const auto private_key = crypto::PrivateKey::from_pem(*key);
        if (!certificates.front().has_key(private_key)) {
            plan.missing = "tls.key of " + where + " does not belong to its tls.crt";
            return;
        }
        plan.current = certificates.front().info();
        plan.current_encoding = crypto::key_encoding(*key);
        plan.renew_from = renewal_time({plan.current->not_before, plan.current->not_after},
                                       input.certificate.spec.renew_before);
    } catch (const Error& error) {
        plan.missing = fmt::format("{} cannot be read: {}", where, error.what());
    }
}

}  // namespace

crypto::KeySpec key_spec(const api::CertificateSpec& spec) {
    const bool ecdsa = spec.key_algorithm == "ecdsa";
    if (ecdsa) {
        return {.algorithm = crypto::KeyAlgorithm::Ecdsa,
                .bits = spec.key_size == 0 ? 256 : static_cast<int>(spec.key_size)};
    }
    // OpenSSL makes both primes of the same size: an odd size becomes the next even one.
    const int bits = spec.key_size == 0 ? 2048 : static_cast<int>(spec.key_size);
    return {.algorithm = crypto::KeyAlgorithm::Rsa, .bits = bits + bits % 2};
}

crypto::KeyEncoding key_encoding(const api::CertificateSpec& spec) {
    return spec.key_encoding == "pkcs8" ? crypto::KeyEncoding::Pkcs8 : crypto::KeyEncoding::Pkcs1;
}

std::string directory_url(const api::AcmeIssuer& issuer) {
    return rules::successor_of_retired_directory(issuer.server).value_or(issuer.server);
}

Plan make_plan(const PlanInput& input) {
    Plan plan{
        .names = rules::requested_names(input.certificate.spec),
        .key = key_spec(input.certificate.spec),
        .encoding = key_encoding(input.certificate.spec),
        .directory = directory_url(*input.issuer.spec.acme),
    };
    read_current(input, plan);
    if (!plan.current) {
        plan.reasons.push_back(plan.missing);
        return plan;
    }
    compare_names(plan, plan.reasons);
    if (plan.current->key != plan.key) {
        plan.reasons.push_back(fmt::format("its key is {}, asked for is {}",
                                           key_text(plan.current->key), key_text(plan.key)));
    }
    compare_encoding(input, plan, plan.reasons);
    compare_origin(input, plan, plan.reasons);
    compare_time(input, plan, plan.reasons);
    if (plan.reasons.empty() && input.force) {
        plan.reasons.push_back("--force");
    }
    return plan;
}

std::string spec_hash(const api::Certificate& certificate, const api::AcmeIssuer& issuer,
                      const Plan& plan) {
    std::vector<std::string> names = plan.names.names;
    std::ranges::sort(names);
    // Members are parted by a character that none of them can hold.
    const std::string text = fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{}", plan.directory, plan.names.common_name, join(names, ","),
        key_text(plan.key), join(certificate.spec.usages, ","), issuer.profile);
    return crypto::hex(crypto::digest(crypto::Digest::Sha256, text)).substr(0, 32);
}

}  // namespace kcert::issuance
