// SPDX-License-Identifier: Apache-2.0

#include "rules/requested_names.h"

#include <set>
#include <utility>

#include "names/names.h"
#include "rules/written_names.h"

namespace kcert::rules {

std::vector<WrittenName> written_names(const api::CertificateSpec& spec) {
    std::vector<WrittenName> written;
    const json::FieldPath path("spec");
    if (!spec.common_name.empty()) {
        written.push_back(
            {path.child("commonName"), spec.common_name, names::to_a_labels(spec.common_name)});
    }
    for (std::size_t i = 0; i < spec.dns_names.size(); ++i) {
        written.push_back({path.child("dnsNames").index(i), spec.dns_names[i],
                           names::to_a_labels(spec.dns_names[i])});
    }
    return written;
}

std::vector<WrittenName> distinct_names(const api::CertificateSpec& spec) {
    std::vector<WrittenName> distinct;
    std::set<std::string> seen;
    for (WrittenName& name : written_names(spec)) {
        if (name.a_labels && seen.insert(*name.a_labels).second) {
            distinct.push_back(std::move(name));
        }
    }
    return distinct;
}

bool too_many_to_judge(const api::CertificateSpec& spec) {
    constexpr std::size_t kMostNamesJudged = 1000;
    return spec.dns_names.size() > kMostNamesJudged;
}

RequestedNames requested_names(const api::CertificateSpec& spec) {
    RequestedNames requested{.common_name = names::to_a_labels(spec.common_name).value_or("")};
    for (WrittenName& name : distinct_names(spec)) {
        requested.names.push_back(std::move(*name.a_labels));
    }
    return requested;
}

}  // namespace kcert::rules
