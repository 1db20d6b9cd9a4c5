// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include "base/text.h"
#include "json/json.h"
#include "json/yaml.h"
#include "json/yaml_scalar.h"

namespace kcert::json {
namespace {

/// "2026-11-30", "12:30:45": YAML 1.1 takes these for dates and base 60.
bool looks_like_a_time(std::string_view text) {
    return text.find_first_not_of("0123456789:-+.TtZz ") == std::string_view::npos &&
           text.find_first_of(":-") != std::string_view::npos;
}

bool is_plain(std::string_view text) {
    constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`=<. ";
    return !text.empty() && kIndicators.find(text.front()) == std::string_view::npos &&
           !text.ends_with(' ') && !text.ends_with(':') &&
           text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos &&
           text.find("\xef\xbb\xbf") == std::string_view::npos && printable(text) == text &&
           resolve_plain(text).is_string() && !looks_like_a_time(text);
}

/// A text of lines that a literal block can hold as it is.
bool is_block(std::string_view text) {
    return text.find('\n') != std::string_view::npos && text.front() != '\n' &&
           text.front() != ' ' && text.find('\t') == std::string_view::npos &&
           text.find("\xef\xbb\xbf") == std::string_view::npos && printable_lines(text) == text;
}

std::string double_quoted(std::string_view text) {
    // printable() shows what may not stand in YAML by escapes that YAML knows.
    std::string escaped;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            escaped += '\\';
        }
        escaped += c;
    }
    std::string result = printable(escaped);
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    for (std::size_t at = result.find(kByteOrderMark); at != std::string::npos;
         at = result.find(kByteOrderMark)) {
        result.replace(at, kByteOrderMark.size(), "\\ufeff");
    }
    return fmt::format("\"{}\"", result);
}

std::string block(std::string_view text, std::size_t indent) {
    std::string result = "|";
    if (!text.ends_with('\n')) {
        result += '-';
    } else if (text.ends_with("\n\n")) {
        result += '+';
    }
    std::vector<std::string> lines = split(text, '\n');
    if (lines.back().empty()) {
        lines.pop_back();
    }
    for (const std::string& line : lines) {
        result += '\n';
        result += line.empty() ? "" : std::string(indent, ' ') + line;
    }
    return result;
}

std::string key_text(std::string_view key) {
    return is_plain(key) ? std::string(key) : double_quoted(key);
}

std::string scalar(const Value& value, std::size_t indent) {
    if (value.is_object() || value.is_array()) {
        return value.is_object() ? "{}" : "[]";
    }
    if (!value.is_string()) {
        return write_json(value);
    }
    const std::string& text = value.as_string();
    if (is_plain(text)) {
        return text;
    }
    return is_block(text) ? block(text, indent) : double_quoted(text);
}

bool is_nested(const Value& value) {
    return (value.is_object() && !value.as_object().empty()) ||
           (value.is_array() && !value.as_array().empty());
}

/// Lines of a container, each begun with `indent` spaces except the first, which the caller began.
void write_lines(std::string& out, const Value& value, std::size_t indent) {
    const std::string margin(indent, ' ');
    bool first = true;
    const auto begin_line = [&] {
        out += first ? std::string() : margin;
        first = false;
    };
    if (value.is_array()) {
        for (const Value& element : value.as_array()) {
            begin_line();
            out += "- ";
            if (is_nested(element)) {
                write_lines(out, element, indent + 2);
            } else {
                out += scalar(element, indent + 2) + "\n";
            }
        }
        return;
    }
    for (const auto& [name, member] : value.as_object()) {
        begin_line();
        out += key_text(name) + ":";
        if (is_nested(member)) {
            // kubectl puts the dashes of a list below its key, not further in.
            const std::size_t inner = member.is_array() ? indent : indent + 2;
            out += "\n" + std::string(inner, ' ');
            write_lines(out, member, inner);
        } else {
            out += " " + scalar(member, indent + 2) + "\n";
        }
    }
}

}  // namespace

std::string write_yaml(const Value& value) {
    if (!is_nested(value)) {
        return scalar(value, 2) + "\n";
    }
    std::string out;
    write_lines(out, value, 0);
    return out;
}

}  // namespace kcert::json
