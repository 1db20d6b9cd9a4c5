// SPDX-License-Identifier: Apache-2.0
//
// Which CAs a domain lets issue (RFC 8659), as the resolver tells it.

#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "dns/resolver.h"

namespace kcert::dns01 {

/// CAA records as "0 issue ca.test", or why they cannot be told. Empty: any CA may issue.
using Caa = std::variant<std::vector<std::string>, Error>;

/// The CAA records that apply to each domain (RFC 8659 §3: the closest ancestor that has any), by
/// one round of questions. Throws only where it was stopped.
std::vector<Caa> relevant_caa(dns::Resolver& resolver, std::span<const std::string> domains,
                              std::stop_token stop);

}  // namespace kcert::dns01
