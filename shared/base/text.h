// SPDX-License-Identifier: Apache-2.0
//
// Small questions about text that the standard library leaves open.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kcert {

/// The parts between separators; one empty part for an empty text.
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);
/// ASCII only; other bytes stay.
std::string to_lower(std::string_view text);

bool is_utf8(std::string_view text);

/// `text` as it may reach a terminal or a log line: control characters (C0, DEL, C1), bidirectional
/// overrides and bytes that are no UTF-8 are shown as \n, \t, \x1b, \u202e …; line ends too.
std::string printable(std::string_view text);

/// As printable(), but line ends and tabs stay.
std::string printable_lines(std::string_view text);

/// The text, or where it is longer its first bytes, cut between two characters, and "...".
std::string shortened(std::string_view text, std::size_t most_bytes);

/// The candidate that `word` was probably meant to be; empty where none is near.
std::string closest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace kcert
