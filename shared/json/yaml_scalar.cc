// SPDX-License-Identifier: Apache-2.0

#include "json/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace kcert::json {
namespace {

constexpr std::string_view kNull[] = {"", "~", "null", "Null", "NULL"};
constexpr std::string_view kTrue[] = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                      "True", "TRUE", "on",  "On",  "ON"};
constexpr std::string_view kFalse[] = {"n",     "N",     "no",  "No",  "NO", "false",
                                       "False", "FALSE", "off", "Off", "OFF"};
constexpr std::string_view kNan[] = {".nan", ".NaN", ".NAN"};
constexpr std::string_view kInfinity[] = {".inf", ".Inf", ".INF"};

template <std::size_t N>
bool is_one_of(std::string_view text, const std::string_view (&words)[N]) {
    return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

std::optional<Value> resolve_word(std::string_view text) {
    if (is_one_of(text, kNull)) {
        return Value();
    }
    if (is_one_of(text, kTrue)) {
        return Value(true);
    }
    if (is_one_of(text, kFalse)) {
        return Value(false);
    }
    if (is_one_of(text, kNan)) {
        return Value(std::numeric_limits<double>::quiet_NaN());
    }
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
    if (is_one_of(text, kInfinity)) {
        const double infinity = std::numeric_limits<double>::infinity();
        return Value(negative ? -infinity : infinity);
    }
    return std::nullopt;
}

/// The base that the digits' prefix tells, which is taken off. As in Go a leading 0 alone means 8.
int take_base(std::string_view& digits) {
    if (digits.size() < 2 || digits[0] != '0') {
        return 10;
    }
    int base = 8;
    std::size_t prefix = 1;
    if (digits[1] == 'x' || digits[1] == 'X') {
        base = 16;
        prefix = 2;
    } else if (digits[1] == 'o' || digits[1] == 'O') {
        prefix = 2;
    } else if (digits[1] == 'b' || digits[1] == 'B') {
        base = 2;
        prefix = 2;
    }
    digits.remove_prefix(prefix);
    return base;
}

std::optional<Value> resolve_integer(std::string_view text, bool negative) {
    const int base = take_base(text);
    std::uint64_t magnitude = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, fault] = std::from_chars(text.data(), end, magnitude, base);
    if (fault != std::errc() || stopped != end) {
        return std::nullopt;
    }
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (negative && magnitude <= kMax + 1) {
        return Value(static_cast<std::int64_t>(0 - magnitude));
    }
    if (magnitude <= kMax) {
        return Value(static_cast<std::int64_t>(magnitude));
    }
    return Value(negative ? -static_cast<double>(magnitude) : static_cast<double>(magnitude));
}

/// A float; an integer where it is whole, as it leaves Go's JSON encoder without a point.
std::optional<Value> resolve_float(std::string_view text, bool negative) {
    const bool has_digits = text.find_first_of("0123456789") < text.find_first_of("eE");
    const bool other = text.find_first_not_of("0123456789.eE+-") != std::string_view::npos;
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, fault] = std::from_chars(text.data(), end, number);
    if (!has_digits || other || fault != std::errc() || stopped != end) {
        return std::nullopt;
    }
    number = negative ? -number : number;
    constexpr double kIntegerRange = 9.2e18;
    if (std::trunc(number) == number && std::abs(number) < kIntegerRange) {
        return Value(static_cast<std::int64_t>(number));
    }
    return Value(number);
}

std::optional<Value> resolve_number(std::string_view text) {
    std::string digits(text);
    std::erase(digits, '_');
    std::string_view rest = digits;
    const bool negative = rest.starts_with('-');
    rest.remove_prefix(negative || rest.starts_with('+') ? 1 : 0);
    if (rest.empty() || rest[0] == '-' || rest[0] == '+') {
        return std::nullopt;
    }
    auto integer = resolve_integer(rest, negative);
    return integer ? integer : resolve_float(rest, negative);
}

}  // namespace

Value resolve_plain(std::string_view text) {
    if (auto word = resolve_word(text)) {
        return *word;
    }
    // Only these begin a number; "_1" does not.
    if (std::string_view("+-.0123456789").find(text.front()) != std::string_view::npos) {
        if (auto number = resolve_number(text)) {
            return *number;
        }
    }
    return Value(text);
}

}  // namespace kcert::json
