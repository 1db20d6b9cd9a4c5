// SPDX-License-Identifier: Apache-2.0
//
// The text of a TXT record in the notation of zone files (RFC 1035 §5.1), as several services want
// it: "one string" "and another". Pure.

#pragma once

#include <string>
#include <string_view>

namespace kcert::dns01 {

/// `text` in quotes, cut into strings of 255 bytes.
std::string quoted_text(std::string_view text);

/// What `content` stands for: its quoted strings joined; without quotes in front, or where they do
/// not close, it is the text itself.
std::string unquoted_text(std::string_view content);

}  // namespace kcert::dns01
