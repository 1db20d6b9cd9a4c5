// SPDX-License-Identifier: Apache-2.0
//
// The rfc2136 stanza of an issuer, read and checked.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/sensitive.h"
#include "dns01/rfc2136/update.h"
#include "json/value.h"

namespace kcert::dns01::rfc2136 {

struct Rfc2136Config {
    std::string host;  ///< an IP literal without brackets, or a name
    std::uint16_t port = 53;
    std::optional<TsigKey> key;
};

/// `secrets` by the reference's field name. Throws Error{Config}; its message shows no secret.
Rfc2136Config read_rfc2136_config(const json::Value& stanza,
                                  const std::map<std::string, Sensitive>& secrets);

}  // namespace kcert::dns01::rfc2136
