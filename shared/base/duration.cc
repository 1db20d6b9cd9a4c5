// SPDX-License-Identifier: Apache-2.0

#include "base/duration.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>

namespace kcert {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr days kYear{365};

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

// A name that begins with another comes before it.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00b5s", 1'000},  // micro sign
                                      {"\u03bcs", 1'000},  // Greek mu
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<std::int64_t> take_unit(std::string_view& text) {
    for (const Unit& unit : kUnits) {
        if (take(text, unit.name)) {
            return unit.nanoseconds;
        }
    }
    return std::nullopt;
}

/// One "number unit" of a duration in nanoseconds, taken from the front of `text`.
std::optional<std::int64_t> take_part(std::string_view& text) {
    std::int64_t whole = 0;
    std::size_t digits = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
        if (__builtin_mul_overflow(whole, 10, &whole) ||
            __builtin_add_overflow(whole, text.front() - '0', &whole)) {
            return std::nullopt;
        }
    }
    double fraction = 0;
    if (take(text, ".")) {
        for (double scale = 0.1; !text.empty() && is_digit(text.front()); scale /= 10, ++digits) {
            fraction += (text.front() - '0') * scale;
            text.remove_prefix(1);
        }
    }
    const auto unit = take_unit(text);
    std::int64_t result = 0;
    if (digits == 0 || !unit || __builtin_mul_overflow(whole, *unit, &result)) {
        return std::nullopt;
    }
    const auto rest = static_cast<std::int64_t>(fraction * static_cast<double>(*unit) + 1e-3);
    if (__builtin_add_overflow(result, rest, &result)) {
        return std::nullopt;
    }
    return result;
}

/// "1.5" for 1500000000 billionths, without zeros at the end.
std::string decimal(std::uint64_t count, std::uint64_t one) {
    std::string text = fmt::format("{}", count / one);
    if (std::uint64_t rest = count % one; rest != 0) {
        text += '.';
        for (one /= 10; rest != 0; one /= 10) {
            text += static_cast<char>('0' + rest / one);
            rest %= one;
        }
    }
    return text;
}

/// "5m30s", or "5m" where the smaller part is none.
std::string two_parts(std::int64_t big, char big_unit, std::int64_t small, char small_unit) {
    return small == 0 ? fmt::format("{}{}", big, big_unit)
                      : fmt::format("{}{}{}{}", big, big_unit, small, small_unit);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (text == "0") {
        return Duration::zero();
    }
    if (text.empty()) {
        return std::nullopt;
    }
    std::int64_t total = 0;
    while (!text.empty()) {
        const auto part = take_part(text);
        if (!part || __builtin_add_overflow(total, *part, &total)) {
            return std::nullopt;
        }
    }
    return Duration(negative ? -total : total);
}

std::string format_duration(Duration duration) {
    const bool negative = duration.count() < 0;
    const auto count = static_cast<std::uint64_t>(duration.count());
    const std::uint64_t nanos = negative ? 0 - count : count;
    const std::string_view sign = negative ? "-" : "";
    if (nanos == 0) {
        return "0s";
    }
    if (nanos < 1'000) {
        return fmt::format("{}{}ns", sign, nanos);
    }
    if (nanos < 1'000'000) {
        return fmt::format("{}{}\u00b5s", sign, decimal(nanos, 1'000));
    }
    if (nanos < 1'000'000'000) {
        return fmt::format("{}{}ms", sign, decimal(nanos, 1'000'000));
    }
    const std::uint64_t all_minutes = nanos / 60'000'000'000;
    std::string text(sign);
    if (all_minutes >= 60) {
        text += fmt::format("{}h", all_minutes / 60);
    }
    if (all_minutes > 0) {
        text += fmt::format("{}m", all_minutes % 60);
    }
    return text + decimal(nanos % 60'000'000'000, 1'000'000'000) + "s";
}

std::string human_duration(Duration duration) {
    const auto count = [duration](auto unit) {
        return std::chrono::duration_cast<decltype(unit)>(duration).count();
    };
    // kubectl forgives clocks that differ by a second.
    if (duration <= -seconds(2)) {
        return "<invalid>";
    }
    if (duration < seconds(1)) {
        return "0s";
    }
    if (duration < minutes(2)) {
        return fmt::format("{}s", count(seconds()));
    }
    if (duration < minutes(10)) {
        return two_parts(count(minutes()), 'm', count(seconds()) % 60, 's');
    }
    if (duration < hours(3)) {
        return fmt::format("{}m", count(minutes()));
    }
    if (duration < hours(8)) {
        return two_parts(count(hours()), 'h', count(minutes()) % 60, 'm');
    }
    if (duration < hours(48)) {
        return fmt::format("{}h", count(hours()));
    }
    if (duration < days(8)) {
        return two_parts(count(days()), 'd', count(hours()) % 24, 'h');
    }
    if (duration < 2 * kYear) {
        return fmt::format("{}d", count(days()));
    }
    if (duration < 8 * kYear) {
        return two_parts(count(days()) / 365, 'y', count(days()) % 365, 'd');
    }
    return fmt::format("{}y", count(days()) / 365);
}

}  // namespace kcert
