// SPDX-License-Identifier: Apache-2.0

#include "json/json.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "base/error.h"
#include "base/text.h"

namespace kcert::json {
namespace {

constexpr std::size_t kMaxDepth = 100;

/// A text as RapidJSON reads it; counts the lines that went by.
class TextStream {
  public:
    using Ch = char;

    explicit TextStream(std::string_view text) : text_(text) {}

    // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
    char Peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
    char Take() {
        const char c = Peek();
        line_ += c == '\n' ? 1 : 0;
        ++position_;
        return c;
    }
    std::size_t Tell() const { return position_; }

    // Only a stream that is parsed in place is written to.
    char* PutBegin() { return nullptr; }
    void Put(char) {}
    void Flush() {}
    std::size_t PutEnd(char*) { return 0; }
    // NOLINTEND(readability-identifier-naming)

    int line() const { return line_; }

  private:
    std::string_view text_;
    std::size_t position_ = 0;
    int line_ = 1;
};

/// Where several members bear one name, the last one's value stays, at the place of the first.
void drop_duplicates(Value::Object& members) {
    std::unordered_map<std::string, std::size_t> places;
    Value::Object kept;
    kept.reserve(members.size());
    for (Value::Member& member : members) {
        const auto [place, added] = places.try_emplace(member.first, kept.size());
        if (added) {
            kept.push_back(std::move(member));
        } else {
            kept[place->second].second = std::move(member.second);
        }
    }
    members = std::move(kept);
}

/// Receives RapidJSON's events. False from one ends the parse: the value lies too deep.
class TreeBuilder {
  public:
    explicit TreeBuilder(const TextStream& text) : text_(text) {}

    // NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.
    bool Null() { return add(nullptr); }
    bool Bool(bool value) { return add(value); }
    bool Int(int value) { return add(value); }
    bool Uint(unsigned value) { return add(std::int64_t{value}); }
    bool Int64(std::int64_t value) { return add(value); }
    bool Uint64(std::uint64_t value) {
        constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
        return value <= kMax ? add(static_cast<std::int64_t>(value))
                             : add(static_cast<double>(value));
    }
    bool Double(double value) { return add(value); }
    bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
    bool String(const char* text, rapidjson::SizeType size, bool) {
        return add(std::string(text, size));
    }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        open_.back().key.assign(text, size);
        return true;
    }
    bool StartObject() { return open(Value::object()); }
    bool StartArray() { return open(Value::array()); }
    bool EndObject(rapidjson::SizeType size) {
        if (size > 1) {
            drop_duplicates(open_.back().container.as_object());
        }
        return close();
    }
    bool EndArray(rapidjson::SizeType) { return close(); }
    // NOLINTEND(readability-identifier-naming)

    Value take() { return std::move(root_); }

  private:
    struct Level {
        Value container;
        std::string key;  ///< of the member that is being read
    };

    bool open(Value container) {
        container.set_line(text_.line());
        open_.push_back({.container = std::move(container)});
        return open_.size() <= kMaxDepth;
    }

    bool close() {
        Value done = std::move(open_.back().container);
        open_.pop_back();
        return place(std::move(done));
    }

    bool add(Value value) {
        value.set_line(text_.line());
        return place(std::move(value));
    }

    bool place(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (Level& level = open_.back(); level.container.is_array()) {
            level.container.push_back(std::move(value));
        } else {
            level.container.as_object().emplace_back(std::move(level.key), std::move(value));
        }
        return true;
    }

    const TextStream& text_;
    std::vector<Level> open_;
    Value root_;
};

[[noreturn]] void fail_at(std::string_view text, std::size_t offset, std::string_view what) {
    const std::string_view before = text.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t column = offset - (before.rfind('\n') + 1) + 1;
    throw Error(ErrorKind::Config, fmt::format("line {}, column {}: {}", line, column, what));
}

/// RapidJSON's sentence in our form: small at the front, no full stop.
std::string reason(rapidjson::ParseErrorCode code) {
    if (code == rapidjson::kParseErrorTermination) {
        return fmt::format("nested more than {} levels deep", kMaxDepth);
    }
    std::string text = rapidjson::GetParseError_En(code);
    text.resize(text.ends_with('.') ? text.size() - 1 : text.size());
    return to_lower(text.substr(0, 1)) + text.substr(1);
}

}  // namespace

Value parse_json(std::string_view text) {
    constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                                rapidjson::kParseValidateEncodingFlag |
                                rapidjson::kParseFullPrecisionFlag;
    // RapidJSON takes a NUL for the end and would not see what stands behind it.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        fail_at(text, nul, "a NUL character");
    }
    TextStream stream(text);
    TreeBuilder builder(stream);
    rapidjson::Reader reader;
    const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
    if (result.IsError()) {
        fail_at(text, std::min(result.Offset(), text.size()), reason(result.Code()));
    }
    return builder.take();
}

}  // namespace kcert::json
