// SPDX-License-Identifier: Apache-2.0

#include "cli/table.h"

#include <algorithm>

#include "base/text.h"

namespace kcert::cli {
namespace {

using Line = std::vector<std::string>;

bool begins_code_point(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// A cell has a width only where a tab ends it, so the last of a line has none.
bool has_column(const Line& line, std::size_t column) {
    return column + 1 < line.size();
}

/// Pads the cells of one column over each run of lines that have it.
void pad_column(std::vector<Line>& lines, std::size_t column, const ColumnStyle& style) {
    for (std::size_t begin = 0; begin < lines.size();) {
        if (!has_column(lines[begin], column)) {
            ++begin;
            continue;
        }
        std::size_t end = begin;
        std::size_t width = style.min_width;
        for (; end < lines.size() && has_column(lines[end], column); ++end) {
            width = std::max(width, display_width(lines[end][column]) + style.padding);
        }
        for (; begin < end; ++begin) {
            std::string& cell = lines[begin][column];
            cell.append(width - display_width(cell), ' ');
        }
    }
}

}  // namespace

std::string align_columns(std::string_view text, const ColumnStyle& style) {
    std::vector<Line> lines;
    std::size_t columns = 0;
    for (const std::string& line : split(text, '\n')) {
        lines.push_back(split(line, '\t'));
        columns = std::max(columns, lines.back().size());
    }
    for (std::size_t column = 0; column + 1 < columns; ++column) {
        pad_column(lines, column, style);
    }
    std::vector<std::string> joined;
    joined.reserve(lines.size());
    for (const Line& line : lines) {
        joined.push_back(join(line, ""));
    }
    return join(joined, "\n");
}

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_code_point));
}

std::string_view clipped(std::string_view text, std::size_t width) {
    std::size_t points = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (begins_code_point(text[at]) && points++ == width) {
            return text.substr(0, at);
        }
    }
    return text;
}

}  // namespace kcert::cli
