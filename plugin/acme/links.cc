// SPDX-License-Identifier: Apache-2.0

#include "acme/links.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "net/url.h"

namespace kcert::acme {

namespace {

/// Cuts what stands before the first of `ends` outside quotes off `text`; both go on behind it.
std::string_view take_until(std::string_view& text, std::string_view ends) {
    bool quoted = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (quoted && text[i] == '\\') {
            ++i;
        } else if (!quoted && ends.find(text[i]) != std::string_view::npos) {
            break;
        }
    }
    const std::string_view taken = text.substr(0, i);
    text.remove_prefix(std::min(i, text.size()));
    return taken;
}

bool is_relation(std::string_view parameter, std::string_view relation) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos || to_lower(trim(parameter.substr(0, equals))) != "rel") {
        return false;
    }
    std::string_view value = trim(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
    }
    for (const std::string& word : split(value, ' ')) {  // rel="index alternate" names two
        if (to_lower(word) == relation) {
            return true;
        }
    }
    return false;
}

/// Reads one `<target>; name=value …` off `text`; the target where it is of that relation.
std::optional<std::string> take_link(std::string_view& text, std::string_view relation) {
    text = trim(text);
    const std::size_t close = text.find('>');
    if (!text.starts_with('<') || close == std::string_view::npos) {
        take_until(text, ",");
        return std::nullopt;
    }
    const std::string target(text.substr(1, close - 1));
    text.remove_prefix(close + 1);
    bool related = false;
    take_until(text, ";,");
    while (text.starts_with(';')) {
        text.remove_prefix(1);
        related |= is_relation(take_until(text, ";,"), relation);
    }
    return related ? std::optional(target) : std::nullopt;
}

}  // namespace

std::vector<std::string> link_targets(const net::Response& response, std::string_view relation,
                                      std::string_view base) {
    std::vector<std::string> targets;
    for (const auto& [name, value] : response.headers) {
        std::string_view rest = name == "link" ? std::string_view(value) : std::string_view();
        while (!rest.empty()) {
            const std::optional<std::string> target = take_link(rest, relation);
            if (!rest.empty()) {
                rest.remove_prefix(1);
            }
            if (std::optional<std::string> url =
                    target ? net::resolve_url(base, *target) : std::nullopt) {
                targets.push_back(*std::move(url));
            }
        }
    }
    return targets;
}

}  // namespace kcert::acme
