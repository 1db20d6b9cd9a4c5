// SPDX-License-Identifier: Apache-2.0
//
// Which URLs of a CA we are willing to speak to: absolute https; http on loopback only. A CA's
// answer must not send signed requests elsewhere in the clear.

#pragma once

#include <string>
#include <string_view>

namespace kcert::acme {

bool is_usable_ca_url(std::string_view url);

/// `url`, or Error{Declined} that says which URL of the CA is unusable: check_ca_url(url,
/// "finalize").
std::string check_ca_url(std::string url, std::string_view what);

}  // namespace kcert::acme
