// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <string>

#include "rules/certificate_rules.h"

namespace kcert::rules {
namespace {

const json::FieldPath kSpec("spec");

constexpr std::array<std::string_view, 23> kUsages{"signing",
                                                   "digital signature",
                                                   "content commitment",
                                                   "key encipherment",
                                                   "key agreement",
                                                   "data encipherment",
                                                   "cert sign",
                                                   "crl sign",
                                                   "encipher only",
                                                   "decipher only",
                                                   "any",
                                                   "server auth",
                                                   "client auth",
                                                   "code signing",
                                                   "email protection",
                                                   "s/mime",
                                                   "ipsec end system",
                                                   "ipsec tunnel",
                                                   "ipsec user",
                                                   "timestamping",
                                                   "ocsp signing",
                                                   "microsoft sgc",
                                                   "netscape sgc"};

void check_key_size(const api::CertificateSpec& spec, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("keySize");
    const std::string shown = std::to_string(spec.key_size);
    if (spec.key_size < 0) {
        verdicts.invalid("certificate/key-size-negative", path, shown, "cannot be less than zero");
        return;
    }
    if (spec.key_size == 0) {
        return;
    }
    const bool rsa = spec.key_algorithm.empty() || spec.key_algorithm == "rsa";
    if (rsa && (spec.key_size < 2048 || spec.key_size > 8192)) {
        verdicts.invalid("certificate/rsa-key-size", path, shown,
                         "must be between 2048 & 8192 for rsa keyAlgorithm");
    }
    constexpr std::array<std::string_view, 3> kCurves{"256", "384", "521"};
    if (spec.key_algorithm == "ecdsa" &&
        std::find(kCurves.begin(), kCurves.end(), shown) == kCurves.end()) {
        verdicts.not_supported("certificate/ecdsa-key-size", path, shown, kCurves);
    }
}

}  // namespace

void check_key(const api::CertificateSpec& spec, Verdicts& verdicts) {
    check_key_size(spec, verdicts);
    if (!spec.key_algorithm.empty() && spec.key_algorithm != "rsa" &&
        spec.key_algorithm != "ecdsa") {
        verdicts.invalid("certificate/key-algorithm", kSpec.child("keyAlgorithm"),
                         spec.key_algorithm, "must be either empty or one of rsa or ecdsa");
    }
    if (!spec.key_encoding.empty() && spec.key_encoding != "pkcs1" &&
        spec.key_encoding != "pkcs8") {
        verdicts.invalid("certificate/key-encoding", kSpec.child("keyEncoding"), spec.key_encoding,
                         "must be either empty or one of pkcs1 or pkcs8");
    }
    for (std::size_t i = 0; i < spec.usages.size(); ++i) {
        if (std::find(kUsages.begin(), kUsages.end(), spec.usages[i]) == kUsages.end()) {
            verdicts.invalid("certificate/usage", kSpec.child("usages").index(i), spec.usages[i],
                             "unknown keyusage");
        }
    }
}

}  // namespace kcert::rules
