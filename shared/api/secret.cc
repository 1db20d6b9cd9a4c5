// SPDX-License-Identifier: Apache-2.0

#include "api/secret.h"

#include <optional>
#include <utility>

#include "api/common_codec.h"
#include "base/base64.h"

namespace kcert::api {
namespace {

std::optional<Sensitive> open_value(const json::Value& value) {
    if (value.is_null()) {
        return Sensitive();
    }
    std::optional<std::string> bytes;
    if (value.is_string()) {
        bytes = base64_decode(value.as_string());
    }
    return bytes ? std::optional(Sensitive(std::move(*bytes))) : std::nullopt;
}

}  // namespace

const Sensitive* Secret::find(const std::string& key) const {
    const auto entry = data.find(key);
    return entry == data.end() ? nullptr : &entry->second;
}

Secret decode_secret(const json::Value& object, json::Findings& findings) {
    json::ObjectReader reader(object, {}, findings);
    Secret secret{.meta = decode_meta(reader), .type = reader.string("type")};
    const json::FieldPath path("data");
    const json::Value& data = object["data"];
    const json::ObjectReader checked(data, path, findings);
    if (!data.is_object()) {
        return secret;
    }
    for (const auto& [key, value] : data.as_object()) {
        std::optional<Sensitive> opened = open_value(value);
        if (opened) {
            secret.data.insert_or_assign(key, std::move(*opened));
        } else {
            findings.push_back({.rule = "schema/base64",
                                .kind = json::FindingKind::TypeInvalid,
                                .path = path.key(key),
                                .detail = "must be base64",
                                .line = value.line()});
        }
    }
    return secret;
}

}  // namespace kcert::api
