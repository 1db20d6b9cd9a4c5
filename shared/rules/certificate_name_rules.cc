// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "names/names.h"
#include "rules/certificate_rules.h"
#include "rules/ip_address.h"
#include "rules/written_names.h"

namespace kcert::rules {
namespace {

const json::FieldPath kSpec("spec");
constexpr std::size_t kLongestCommonName = 64;  // X.520's upper bound, RFC 5280 appendix A.1
constexpr std::size_t kMostNames = 100;         // what public CAs put into one certificate

/// Why to_a_labels() found no DNS name in it, as far as can be told.
std::string syntax_detail(const std::string& name) {
    if (name.empty()) {
        return "must not be empty";
    }
    if (is_ip_address(name)) {
        return "is an IP address, not a DNS name";
    }
    if (name.find('*') != std::string::npos) {
        return "a wildcard is written \"*.\" in front of a domain, once";
    }
    if (names::is_dns1123_label(name)) {
        return "is a single label: a CA signs full domain names";
    }
    return "must be a DNS name: labels of letters, digits and hyphens, at most 63 characters each";
}

void check_syntax(const WrittenName& name, Verdicts& verdicts) {
    if (!name.a_labels) {
        verdicts.invalid("certificate/dns-name-syntax", name.path, name.text,
                         syntax_detail(name.text));
    } else if (names::is_public_suffix(names::without_wildcard(*name.a_labels))) {
        verdicts.invalid("certificate/public-suffix", name.path, name.text,
                         "is a public suffix, under which others register: no CA signs it");
    }
}

/// RFC 6125 §6.4.3: a wildcard stands for one label, so the one that covers a name is known.
std::string covering_wildcard(const std::string& name) {
    return "*" + name.substr(std::min(name.find('.'), name.size()));
}

void check_redundant(const std::vector<WrittenName>& written, Verdicts& verdicts) {
    std::set<std::string> wildcards;
    for (const WrittenName& name : written) {
        if (name.a_labels && names::is_wildcard(*name.a_labels)) {
            wildcards.insert(*name.a_labels);
        }
    }
    for (const WrittenName& name : written) {
        if (!name.a_labels || names::is_wildcard(*name.a_labels)) {
            continue;
        }
        const std::string wildcard = covering_wildcard(*name.a_labels);
        if (wildcards.contains(wildcard)) {
            verdicts.invalid("certificate/dns-name-redundant", name.path, name.text,
                             fmt::format("\"{}\" of this Certificate stands for it, and CAs "
                                         "refuse both in one order: remove one of the two",
                                         wildcard));
        }
    }
}

void check_common_name(const std::string& name, Verdicts& verdicts) {
    if (names::to_a_labels(name).value_or(name).size() > kLongestCommonName) {
        verdicts.too_long("certificate/common-name-length", kSpec.child("commonName"),
                          kLongestCommonName);
    }
}

void check_ip_addresses(const std::vector<std::string>& addresses, Verdicts& verdicts) {
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        if (!is_ip_address(addresses[i])) {
            verdicts.invalid("certificate/ip-address-syntax", kSpec.child("ipAddresses").index(i),
                             addresses[i], "invalid IP address");
        }
    }
}

}  // namespace

void check_names(const api::CertificateSpec& spec, Verdicts& verdicts) {
    const json::FieldPath path = kSpec.child("dnsNames");
    check_common_name(spec.common_name, verdicts);
    check_ip_addresses(spec.ip_addresses, verdicts);
    if (spec.common_name.empty() && spec.dns_names.empty()) {
        verdicts.required("certificate/names-required", path,
                          "at least one dnsName is required if commonName is not set");
    }
    if (too_many_to_judge(spec)) {
        verdicts.too_many("certificate/too-many-names", path, spec.dns_names.size(), kMostNames);
        return;
    }
    const std::vector<WrittenName> written = written_names(spec);
    for (const WrittenName& name : written) {
        check_syntax(name, verdicts);
    }
    check_redundant(written, verdicts);
    if (const std::size_t count = distinct_names(spec).size(); count > kMostNames) {
        verdicts.too_many("certificate/too-many-names", path, count, kMostNames);
    }
}

}  // namespace kcert::rules
