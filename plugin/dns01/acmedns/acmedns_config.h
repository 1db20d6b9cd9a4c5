// SPDX-License-Identifier: Apache-2.0
//
// The acmedns stanza of an issuer, read and checked.

#pragma once

#include <map>
#include <string>

#include "base/sensitive.h"
#include "json/value.h"

namespace kcert::dns01::acmedns {

/// What acme-dns gave to whoever registered.
struct AcmeDnsAccount {
    std::string username;
    Sensitive password;
    std::string fulldomain;  ///< where the CNAME has to lead: "d420….auth.example.com"
    std::string subdomain;
};

struct AcmeDnsConfig {
    std::string host;                                ///< URL without a path's last slash
    std::map<std::string, AcmeDnsAccount> accounts;  ///< by domain, in lower case
};

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
AcmeDnsConfig read_acmedns_config(const json::Value& stanza,
                                  const std::map<std::string, Sensitive>& secrets);

}  // namespace kcert::dns01::acmedns
