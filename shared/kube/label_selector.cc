// SPDX-License-Identifier: Apache-2.0
//
// The grammar of kubectl's -l: a scanner and a parser over its words.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "kube/selection.h"

namespace kcert::kube {
namespace {

constexpr std::string_view kSymbols = "=!(),<>";

[[noreturn]] void refuse(std::string_view what) {
    throw Error(ErrorKind::Usage, fmt::format("unable to parse requirement: {}", what));
}

/// Words and symbols ("==" and "!=" are one each) of a selector, without the blanks between them.
std::vector<std::string> scan(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    std::vector<std::string> words;
    while (!(text = trim(text)).empty()) {
        std::size_t length = 1;
        if (text.starts_with("==") || text.starts_with("!=")) {
            length = 2;
        } else if (kSymbols.find(text.front()) == std::string_view::npos) {
            length =
                std::min(text.find_first_of(std::string(kSymbols).append(kBlanks)), text.size());
        }
        words.emplace_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return words;
}

bool is_symbol(std::string_view word) {
    return word.empty() || kSymbols.find(word.front()) != std::string_view::npos;
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// A qualified name's last part, and a label's value where it is not empty.
bool is_label_word(std::string_view text) {
    return !text.empty() && text.size() <= 63 && is_letter_or_digit(text.front()) &&
           is_letter_or_digit(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
               return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.';
           });
}

bool is_label_prefix(std::string_view text) {
    return text.size() <= 253 && is_label_word(text.substr(0, 63)) && text == to_lower(text);
}

void expect_key(std::string_view key) {
    const std::size_t slash = key.find('/');
    const bool prefixed = slash != std::string_view::npos;
    if ((prefixed && !is_label_prefix(key.substr(0, slash))) ||
        !is_label_word(prefixed ? key.substr(slash + 1) : key)) {
        refuse(
            fmt::format("key: Invalid value: \"{}\": name part must consist of alphanumeric "
                        "characters, '-', '_' or '.', and must start and end with an "
                        "alphanumeric character",
                        printable(key)));
    }
}

class Parser {
  public:
    explicit Parser(std::string_view text) : words_(scan(text)) {}

    std::vector<LabelRequirement> parse() {
        std::vector<LabelRequirement> requirements;
        while (!at_end()) {
            requirements.push_back(requirement());
            if (!at_end() && take() != ",") {
                --next_;
                refuse(fmt::format("found '{}', expected: ',' or 'end of string'", shown()));
            }
            if (at_end() && words_.back() == ",") {
                refuse("found '', expected: identifier after ','");
            }
        }
        return requirements;
    }

  private:
    using Operator = LabelRequirement::Operator;

    bool at_end() const { return next_ == words_.size(); }
    std::string_view peek() const { return at_end() ? std::string_view() : words_[next_]; }
    std::string take() { return at_end() ? std::string() : words_[next_++]; }
    std::string shown() const { return printable(peek()); }

    std::string identifier(std::string_view expected) {
        if (is_symbol(peek())) {
            refuse(fmt::format("found '{}', expected: {}", shown(), expected));
        }
        return take();
    }

    LabelRequirement requirement() {
        LabelRequirement result;
        const bool negated = peek() == "!";
        next_ += negated ? 1 : 0;
        result.key = identifier(negated ? "identifier" : "!, identifier, or 'end of string'");
        expect_key(result.key);
        if (negated || at_end() || peek() == ",") {
            result.op = negated ? Operator::Absent : Operator::Exists;
            return result;
        }
        result.op = operation();
        result.values = in_brackets_ ? listed_values() : std::vector<std::string>{value()};
        expect_values(result);
        return result;
    }

    Operator operation() {
        struct Word {
            std::string_view word;
            Operator op;
            bool brackets;
        };
        static constexpr std::array<Word, 7> kWords{{{"=", Operator::In, false},
                                                     {"==", Operator::In, false},
                                                     {"!=", Operator::NotIn, false},
                                                     {"in", Operator::In, true},
                                                     {"notin", Operator::NotIn, true},
                                                     {">", Operator::Greater, false},
                                                     {"<", Operator::Less, false}}};
        for (const Word& known : kWords) {
            if (peek() == known.word) {
                ++next_;
                in_brackets_ = known.brackets;
                return known.op;
            }
        }
        refuse(fmt::format("found '{}', expected: in, notin, =, ==, !=, gt, lt", shown()));
    }

    /// One value; an empty one is a value too ("app=").
    std::string value() {
        if (at_end() || peek() == "," || peek() == ")") {
            return {};
        }
        return identifier("identifier");
    }

    std::vector<std::string> listed_values() {
        if (take() != "(") {
            --next_;
            refuse(fmt::format("found '{}' expected: '('", shown()));
        }
        std::vector<std::string> values{value()};
        while (peek() == ",") {
            ++next_;
            values.push_back(value());
        }
        if (peek() != ")") {
            refuse(fmt::format("found '{}', expected: ',' or ')'", shown()));
        }
        ++next_;
        return values;
    }

    static void expect_values(const LabelRequirement& requirement) {
        const bool numbers =
            requirement.op == Operator::Greater || requirement.op == Operator::Less;
        for (const std::string& value : requirement.values) {
            if (!value.empty() && !is_label_word(value)) {
                refuse(
                    fmt::format("values[0][{}]: Invalid value: \"{}\": a valid label must be "
                                "an empty string or consist of alphanumeric characters, '-', "
                                "'_' or '.', and must start and end with an alphanumeric "
                                "character",
                                printable(requirement.key), printable(value)));
            }
            if (numbers &&
                (value.empty() || value.find_first_not_of("0123456789") != std::string::npos)) {
                refuse(
                    fmt::format("values[0]: Invalid value: \"{}\": for 'Gt', 'Lt' operators, "
                                "the value must be an integer",
                                printable(value)));
            }
        }
    }

    std::vector<std::string> words_;
    std::size_t next_ = 0;
    bool in_brackets_ = false;
};

}  // namespace

std::vector<LabelRequirement> parse_label_selector(std::string_view text) {
    return Parser(text).parse();
}

}  // namespace kcert::kube
