// SPDX-License-Identifier: Apache-2.0
//
// Columns of text, as kubectl sets them: cells end at a tab, and consecutive lines that have a cell
// in a column share its width (Go's text/tabwriter).

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kcert::cli {

struct ColumnStyle {
    std::size_t min_width;
    std::size_t padding;
};

inline constexpr ColumnStyle kGetTable{.min_width = 6, .padding = 3};
inline constexpr ColumnStyle kDescribe{.min_width = 0, .padding = 2};

/// `text` with its tabs turned into spaces. The last cell of a line has no width.
std::string align_columns(std::string_view text, const ColumnStyle& style);

/// How many columns `text` takes on a terminal: code points, none of them double.
std::size_t display_width(std::string_view text);

/// The first `width` code points.
std::string_view clipped(std::string_view text, std::size_t width);

}  // namespace kcert::cli
