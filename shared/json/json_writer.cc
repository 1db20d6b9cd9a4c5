// SPDX-License-Identifier: Apache-2.0

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
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace kcert::json
