// SPDX-License-Identifier: Apache-2.0

#include "session/kubeconfig_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/error.h"

namespace kcert::session {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n";

/// Where Go's decoder stops: at the first foreign character, else at the group that is not whole.
std::size_t fault_in_base64(std::string_view text) {
    const std::size_t foreign = text.find_first_not_of(kBase64);
    return foreign != std::string_view::npos ? foreign : text.size() / 4 * 4;
}

}  // namespace

std::string_view go_kind(const json::Value& value) {
    if (value.is_number()) {
        return "number";
    }
    return value.is_bool() ? "bool" : value.type_name();
}

std::string KubeconfigReader::path_to(std::string_view name) const {
    return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void KubeconfigReader::refuse(std::string_view name, const json::Value& found,
                              std::string_view go_type) const {
    throw Error(ErrorKind::Config,
                fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                            go_kind(found), type_, path_to(name), go_type));
}

const json::Value* KubeconfigReader::member(std::string_view name,
                                            bool (json::Value::*fits)() const,
                                            std::string_view go_type) const {
    const json::Value* const found = value_.find(name);
    if (found == nullptr || found->is_null()) {
        return nullptr;
    }
    if (!(found->*fits)()) {
        refuse(name, *found, go_type);
    }
    return found;
}

std::string KubeconfigReader::text(std::string_view name) const {
    const json::Value* const found = member(name, &json::Value::is_string, "string");
    return found == nullptr ? "" : found->as_string();
}

bool KubeconfigReader::flag(std::string_view name) const {
    const json::Value* const found = member(name, &json::Value::is_bool, "bool");
    return found != nullptr && found->as_bool();
}

std::string KubeconfigReader::bytes(std::string_view name) const {
    const json::Value* const found = member(name, &json::Value::is_string, "[]uint8");
    if (found == nullptr) {
        return {};
    }
    std::optional<std::string> decoded = base64_decode(found->as_string());
    if (!decoded) {
        throw Error(ErrorKind::Config, fmt::format("illegal base64 data at input byte {}",
                                                   fault_in_base64(found->as_string())));
    }
    return *std::move(decoded);
}

std::vector<std::string> KubeconfigReader::texts(std::string_view name) const {
    const json::Value* const found = member(name, &json::Value::is_array, "[]string");
    return found == nullptr ? std::vector<std::string>() : elements(name, *found);
}

std::vector<std::string> KubeconfigReader::elements(std::string_view name,
                                                    const json::Value& list) const {
    std::vector<std::string> texts;
    for (const json::Value& element : list.as_array()) {
        if (!element.is_string() && !element.is_null()) {
            refuse(name, element, "string");
        }
        texts.push_back(element.is_null() ? "" : element.as_string());
    }
    return texts;
}

std::vector<std::pair<std::string, std::string>> KubeconfigReader::text_map(
    std::string_view name) const {
    std::vector<std::pair<std::string, std::string>> map;
    if (const json::Value* const found =
            member(name, &json::Value::is_object, "map[string]string")) {
        for (const auto& [key, value] : found->as_object()) {
            if (!value.is_string() && !value.is_null()) {
                refuse(name, value, "string");
            }
            map.emplace_back(key, value.is_null() ? "" : value.as_string());
        }
    }
    return map;
}

std::vector<std::pair<std::string, std::vector<std::string>>> KubeconfigReader::texts_map(
    std::string_view name) const {
    std::vector<std::pair<std::string, std::vector<std::string>>> map;
    const json::Value* const found = member(name, &json::Value::is_object, "map[string][]string");
    if (found == nullptr) {
        return map;
    }
    for (const auto& [key, value] : found->as_object()) {
        if (!value.is_array() && !value.is_null()) {
            refuse(name, value, "[]string");
        }
        map.emplace_back(key, value.is_null() ? std::vector<std::string>() : elements(name, value));
    }
    return map;
}

void KubeconfigReader::object(std::string_view name, const std::string& type,
                              const Each& read) const {
    if (const json::Value* const found = member(name, &json::Value::is_object, "v1." + type)) {
        read(KubeconfigReader(*found, type, path_to(name)));
    }
}

void KubeconfigReader::objects(std::string_view name, const std::string& type,
                               const Each& read) const {
    const json::Value* const found = member(name, &json::Value::is_array, "[]v1." + type);
    if (found == nullptr) {
        return;
    }
    for (const json::Value& element : found->as_array()) {
        if (!element.is_object() && !element.is_null()) {
            refuse(name, element, "v1." + type);
        }
        read(KubeconfigReader(element, type, path_to(name)));
    }
}

}  // namespace kcert::session
