// SPDX-License-Identifier: Apache-2.0

#include "acme/answer.h"

#include <fmt/format.h>

#include "acme/ca_url.h"
#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "json/json.h"

namespace kcert::acme {

json::Value read_object(const net::Response& response, std::string_view what) {
    json::Value value;
    try {
        value = json::parse_json(response.body);
    } catch (const Error& error) {
        throw Error(ErrorKind::Declined,
                    fmt::format("the CA's {} is not JSON: {}", what, error.what()));
    }
    if (!value.is_object()) {
        throw Error(ErrorKind::Declined,
                    fmt::format("the CA's {} is no JSON object but {}", what, value.type_name()));
    }
    return value;
}

std::string read_location(const net::Response& response, std::string_view what) {
    const std::optional<std::string> location = response.header("location");
    if (!location) {
        throw Error(ErrorKind::Declined,
                    fmt::format("the CA's answer does not tell the URL of the {}", what));
    }
    return check_ca_url(*location, what);
}

std::vector<std::string> read_texts(const json::Value& list) {
    std::vector<std::string> texts;
    if (list.is_array()) {
        for (const json::Value& element : list.as_array()) {
            if (element.is_string()) {
                texts.push_back(element.as_string());
            }
        }
    }
    return texts;
}

std::optional<Time> read_time(const json::Value& object, std::string_view name) {
    return parse_rfc3339(object.text({name}));
}

std::string read_name(const json::Value& identifier) {
    return to_lower(identifier.text({"value"}));
}

}  // namespace kcert::acme
