// SPDX-License-Identifier: Apache-2.0
//
// From a solver's stanza to its Provider.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sensitive.h"
#include "dns/resolver.h"
#include "dns01/provider.h"
#include "dns01/settings.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::dns01 {

struct ProviderRequest {
    std::string code;    ///< "rfc2136"
    json::Value config;  ///< the stanza as written
    /// The values that the stanza's secret references point to, by the reference's field name:
    /// "tsigSecretSecretRef".
    std::map<std::string, Sensitive> secrets;
    std::string credentials_namespace = {};  ///< where those secrets stand
    /// The user's own program in the stanza's place (--dns01-exec); empty: the stanza decides.
    std::string program = {};
};

/// The outside world of all providers; must outlive them.
struct ProviderWorld {
    const Clock& clock;
    net::HttpClient& http;
    dns::Resolver& resolver;
    ProviderSettings settings = {};
};

/// Throws Error{Config} where the stanza or a secret cannot be used, or the solver is not built in.
std::unique_ptr<Provider> make_provider(const ProviderRequest& request, const ProviderWorld& world);

/// The solvers that make_provider() knows.
std::vector<std::string_view> provider_codes();

/// The variables of the environment that some provider reads: endpoints and ambient credentials, by
/// the names that the services' own tools use.
std::vector<std::string_view> provider_variables();

}  // namespace kcert::dns01
