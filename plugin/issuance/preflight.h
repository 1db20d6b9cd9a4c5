// SPDX-License-Identifier: Apache-2.0
//
// Everything of an issuance that changes nothing: rules, account look-up, provider log-in, zones,
// CNAMEs, CAA, every name server asked once. What `issue --dry-run` prints.

#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "dns01/propagation.h"
#include "issuance/issue.h"

namespace kcert::issuance {

/// What was found out about one name.
struct NameCheck {
    std::string name;
    std::string provider;                    ///< its id in the Issuer
    std::string solver;                      ///< "rfc2136"
    std::string zone;                        ///< empty where it was not found
    std::string record;                      ///< owner of the TXT record
    std::vector<std::string> cnames;         ///< passed through on the way to it
    std::vector<std::string> caa;            ///< records in force; empty: any CA may issue
    std::vector<dns01::ServerView> servers;  ///< each asked once for the record
    std::vector<std::string> problems;       ///< what would keep this name from being issued
    std::vector<std::string> warnings;
};

struct Preflight {
    json::Findings certificate_findings;
    json::Findings issuer_findings;
    bool refused = false;  ///< by the rules; nothing below was looked at
    kube::ObjectKey issuer;
    std::string ca;        ///< "Let's Encrypt STAGING"
    std::string ca_trust;  ///< "browsers do not trust it"
    std::string directory;
    std::string account;  ///< "registered: URL", "would be registered as user@example.com"
    Plan plan;
    std::vector<NameCheck> names;
    std::vector<std::string> writes;    ///< what a run would write, in its order
    std::vector<std::string> problems;  ///< of the whole run: CA, account, a provider, a right
    std::vector<std::string> warnings;  ///< what a run would do without

    /// False where a check failed, be anything due or not: a renewal would meet the same.
    bool good() const;
};

Preflight preflight(const World& world, const IssueRequest& request, std::stop_token stop);

/// Whether CAA records let the CA with these identities issue for a name (RFC 8659 §4.2, §4.3: for
/// a wildcard issuewild counts where there is one). `records` as "0 issue ca.test".
bool caa_allows(const std::vector<std::string>& records, bool wildcard,
                const std::vector<std::string>& identities);

}  // namespace kcert::issuance
