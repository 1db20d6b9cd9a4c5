// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "json/json.h"

namespace kcert::json {
namespace {

rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
}

template <typename Writer>
void write(Writer& writer, const Value& value) {
    if (value.is_object()) {
        writer.StartObject();
        for (const auto& [name, member] : value.as_object()) {
            writer.Key(name.data(), size_of(name));
            write(writer, member);
        }
        writer.EndObject();
    } else if (value.is_array()) {
        writer.StartArray();
        for (const Value& element : value.as_array()) {
            write(writer, element);
        }
        writer.EndArray();
    } else if (value.is_string()) {
        writer.String(value.as_string().data(), size_of(value.as_string()));
    } else if (value.is_bool()) {
        writer.Bool(value.as_bool());
    } else if (value.is_int()) {
        writer.Int64(value.as_int());
    } else if (value.is_number()) {
        writer.Double(value.as_double());
    } else {
        writer.Null();
    }
}

/// DEL and the C1 controls, among them U+009B, which begins a terminal's commands as ESC [ does.
/// They stand in strings alone, where the escape means the same.
std::string with_controls_escaped(std::string_view text) {
    constexpr char kDelete = '\x7f';
    constexpr char kLeadOfC1 = '\xc2';
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
        if (text[i] == kDelete) {
            result += "\\u007f";
        } else if (text[i] == kLeadOfC1 && next >= 0x80 && next < 0xa0) {
            result += fmt::format("\\u00{:02x}", next);
            ++i;
        } else {
            result += text[i];
        }
    }
    return result;
}

}  // namespace

std::string write_json(const Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    write(writer, value);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string write_pretty_json(const Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    write(writer, value);
    return with_controls_escaped({buffer.GetString(), buffer.GetSize()}) + "\n";
}

}  // namespace kcert::json
