// SPDX-License-Identifier: Apache-2.0
//
// What services with a token or key of one line have in common: the usual mistakes when it is
// written into a Secret, and that it is never shown. Pure.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/sensitive.h"
#include "dns01/settings.h"

namespace kcert::dns01 {

using Secrets = std::map<std::string, Sensitive>;

/// What the reference `field` points to, white space trimmed. Throws Error{Config} that does not
/// show it where it is missing, stands in quotes, has "Bearer " in front, is encoded in base64
/// twice, or is no line of visible ASCII.
Sensitive read_api_token(std::string_view service, std::string_view field, const Secrets& secrets);

/// quoted_words(), or "(words that show the credential)" where that is so.
std::string words_without(const Sensitive& secret, std::string_view text);

/// The URL that the user's own environment names, or `standard`; without a slash at the end. Throws
/// Error{Config} unless it is https (loopback aside) and nothing but a host and a path.
std::string read_endpoint(std::string_view service, std::string_view variable,
                          std::string_view standard, const ProviderSettings& settings);

}  // namespace kcert::dns01
