// SPDX-License-Identifier: Apache-2.0

#include "base/timestamp.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace kcert {
namespace {

using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// The date and the time of day of an instant.
struct Civil {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    unsigned weekday = 0;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t nanosecond = 0;
};

Civil civil_of(Time time) {
    const auto midnight = floor<std::chrono::days>(time);
    const year_month_day date(midnight);
    const std::chrono::hh_mm_ss clock(time - midnight);
    return {.year = static_cast<int>(date.year()),
            .month = static_cast<unsigned>(date.month()),
            .day = static_cast<unsigned>(date.day()),
            .weekday = std::chrono::weekday(midnight).c_encoding(),
            .hour = clock.hours().count(),
            .minute = clock.minutes().count(),
            .second = clock.seconds().count(),
            .nanosecond = clock.subseconds().count()};
}

/// The instant; nothing where there is no such date or time, or Time cannot hold it.
std::optional<Time> time_of(const Civil& civil) {
    const year_month_day date(std::chrono::year(civil.year), std::chrono::month(civil.month),
                              std::chrono::day(civil.day));
    // 60 is a leap second; it counts as the first of the next minute.
    if (!date.ok() || civil.year < 1678 || civil.year > 2261 || civil.hour > 23 ||
        civil.minute > 59 || civil.second > 60) {
        return std::nullopt;
    }
    return Time(sys_days(date)) + std::chrono::hours(civil.hour) +
           std::chrono::minutes(civil.minute) + std::chrono::seconds(civil.second) +
           std::chrono::nanoseconds(civil.nanosecond);
}

/// Takes a text apart from the front; once something did not fit, it stays failed.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    /// A number of exactly so many digits.
    int number(std::size_t digits) {
        int value = 0;
        if (rest_.size() < digits) {
            failed_ = true;
            return 0;
        }
        for (const char c : rest_.substr(0, digits)) {
            failed_ = failed_ || c < '0' || c > '9';
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }

    void expect(std::string_view literal) {
        if (!accept(literal)) {
            failed_ = true;
        }
    }

    bool accept(std::string_view literal) {
        if (!rest_.starts_with(literal)) {
            return false;
        }
        rest_.remove_prefix(literal.size());
        return true;
    }

    /// Number of the name that comes next, from 1.
    template <std::size_t N>
    unsigned one_of(const std::array<std::string_view, N>& names) {
        for (unsigned i = 0; i < N; ++i) {
            if (accept(names[i])) {
                return i + 1;
            }
        }
        failed_ = true;
        return 0;
    }

    /// Digits of a fraction as nanoseconds; those behind the ninth are dropped.
    std::int64_t fraction() {
        std::int64_t value = 0;
        std::size_t digits = 0;
        for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1)) {
            value = digits++ < 9 ? value * 10 + (rest_[0] - '0') : value;
        }
        failed_ = failed_ || digits == 0;
        for (; digits < 9; ++digits) {
            value *= 10;
        }
        return value;
    }

    void clock(Civil& civil) {
        civil.hour = number(2);
        expect(":");
        civil.minute = number(2);
        expect(":");
        civil.second = number(2);
    }

    /// All was there, and nothing is left.
    bool done() const { return !failed_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

/// "Z" or "+hh:mm".
Duration take_offset(Scanner& text) {
    if (text.accept("Z") || text.accept("z")) {
        return Duration::zero();
    }
    const int sign = text.accept("-") ? -1 : 1;
    if (sign > 0) {
        text.expect("+");
    }
    const int hours = text.number(2);
    text.expect(":");
    return sign * (std::chrono::hours(hours) + std::chrono::minutes(text.number(2)));
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<Time> parse_imf_fixdate(std::string_view input) {
    Scanner text(input);
    Civil civil;
    text.one_of(kDays);
    text.expect(", ");
    civil.day = static_cast<unsigned>(text.number(2));
    text.expect(" ");
    civil.month = text.one_of(kMonths);
    text.expect(" ");
    civil.year = text.number(4);
    text.expect(" ");
    text.clock(civil);
    text.expect(" GMT");
    return text.done() ? time_of(civil) : std::nullopt;
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<Time> parse_rfc850(std::string_view input) {
    const std::size_t comma = input.find(", ");
    if (comma == std::string_view::npos) {
        return std::nullopt;
    }
    Scanner text(input.substr(comma + 2));
    Civil civil;
    civil.day = static_cast<unsigned>(text.number(2));
    text.expect("-");
    civil.month = text.one_of(kMonths);
    text.expect("-");
    const int short_year = text.number(2);
    civil.year = short_year + (short_year < 70 ? 2000 : 1900);
    text.expect(" ");
    text.clock(civil);
    text.expect(" GMT");
    return text.done() ? time_of(civil) : std::nullopt;
}

// "Sun Nov  6 08:49:37 1994"
std::optional<Time> parse_asctime(std::string_view input) {
    Scanner text(input);
    Civil civil;
    text.one_of(kDays);
    text.expect(" ");
    civil.month = text.one_of(kMonths);
    text.expect(" ");
    civil.day = static_cast<unsigned>(text.accept(" ") ? text.number(1) : text.number(2));
    text.expect(" ");
    text.clock(civil);
    text.expect(" ");
    civil.year = text.number(4);
    return text.done() ? time_of(civil) : std::nullopt;
}

}  // namespace

std::string rfc3339(Time time) {
    const Civil c = civil_of(time);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour,
                       c.minute, c.second);
}

std::string rfc3339_micro(Time time) {
    const Civil c = civil_of(time);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", c.year, c.month, c.day, c.hour,
                       c.minute, c.second, c.nanosecond / 1000);
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    Scanner scanner(text);
    Civil civil;
    civil.year = scanner.number(4);
    scanner.expect("-");
    civil.month = static_cast<unsigned>(scanner.number(2));
    scanner.expect("-");
    civil.day = static_cast<unsigned>(scanner.number(2));
    if (!scanner.accept("t")) {
        scanner.expect("T");
    }
    scanner.clock(civil);
    civil.nanosecond = scanner.accept(".") ? scanner.fraction() : 0;
    const Duration offset = take_offset(scanner);
    const auto time = scanner.done() ? time_of(civil) : std::nullopt;
    return time ? std::optional(*time - offset) : std::nullopt;
}

std::string iso_date(Time time) {
    return rfc3339(time).substr(0, 10);
}

std::string rfc1123z(Time time) {
    const Civil c = civil_of(time);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[c.weekday], c.day,
                       kMonths[c.month - 1], c.year, c.hour, c.minute, c.second);
}

std::optional<Time> parse_http_date(std::string_view text) {
    if (auto time = parse_imf_fixdate(text)) {
        return time;
    }
    if (auto time = parse_rfc850(text)) {
        return time;
    }
    return parse_asctime(text);
}

}  // namespace kcert
