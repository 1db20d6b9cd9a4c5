// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/api_token.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "dns01/service/service_client.h"
#include "net/url.h"

namespace kcert::dns01 {
namespace {

constexpr std::size_t kLongest = 4096;

bool is_visible(char c) {
    return c > ' ' && c <= '~';
}

/// Random bytes of this number look like text once in 10^6 times.
bool is_base64_of_text(std::string_view text) {
    constexpr std::size_t kLeast = 16;
    const std::optional<std::string> bytes = base64_decode(text);
    if (!bytes) {
        return false;
    }
    const Sensitive inner(*bytes);
    const std::string_view line = trim(inner.reveal());
    return line.size() >= kLeast && std::ranges::all_of(line, is_visible);
}

/// What is wrong with it; empty where nothing is.
std::string_view mistake_in(std::string_view text) {
    if (text.empty()) {
        return "is missing or empty";
    }
    if (text.front() == '"' || text.front() == '\'' || text.back() == '"' || text.back() == '\'') {
        return "stands in quotes: store it without them";
    }
    if (to_lower(text.substr(0, 7)) == "bearer ") {
        return "begins with \"Bearer \": store only what stands behind it";
    }
    if (text.size() > kLongest || !std::ranges::all_of(text, is_visible)) {
        return "is not the one line that the service's console shows";
    }
    if (is_base64_of_text(text)) {
        return "is still base64 after the Secret was decoded: it was encoded twice; write it as it "
               "is under stringData";
    }
    return {};
}

}  // namespace

Sensitive read_api_token(std::string_view service, std::string_view field, const Secrets& secrets) {
    const auto found = secrets.find(std::string(field));
    const std::string_view text =
        found == secrets.end() ? std::string_view() : trim(found->second.reveal());
    if (const std::string_view mistake = mistake_in(text); !mistake.empty()) {
        throw Error(ErrorKind::Config,
                    fmt::format("{}: what {} points to {}", service, field, mistake));
    }
    return Sensitive(std::string(text));
}

std::string words_without(const Sensitive& secret, std::string_view text) {
    const bool shown = !secret.empty() && text.find(secret.reveal()) != std::string_view::npos;
    return shown ? "(words that show the credential)" : quoted_words(text);
}

std::string read_endpoint(std::string_view service, std::string_view variable,
                          std::string_view standard, const ProviderSettings& settings) {
    std::string_view text = trim(settings.variable(variable));
    if (text.empty()) {
        return std::string(standard);
    }
    const std::optional<net::Url> url = net::parse_url(text);
    if (!url || text.find_first_of("?#") != std::string_view::npos) {
        throw Error(ErrorKind::Config,
                    fmt::format("{}: the variable {} holds no URL of a host and a path", service,
                                variable));
    }
    if (url->scheme != "https" && !net::is_loopback_host(url->host)) {
        throw Error(ErrorKind::Config,
                    fmt::format("{}: the variable {} names {} without https: credentials go over "
                                "TLS only",
                                service, variable, printable(url->host)));
    }
    while (text.ends_with('/')) {
        text.remove_suffix(1);
    }
    return std::string(text);
}

}  // namespace kcert::dns01
