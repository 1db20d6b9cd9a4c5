// SPDX-License-Identifier: Apache-2.0

#include "dns01/rfc2136/rfc2136_config.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "dns/resolver.h"

namespace kcert::dns01::rfc2136 {
namespace {

constexpr std::string_view kSecretField = "tsigSecretSecretRef";

bool is_host_name(std::string_view text) {
    constexpr std::size_t kMaxName = 253;
    return !text.empty() && text.size() <= kMaxName && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

std::uint16_t read_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, port);
    return error == std::errc{} && parsed == end ? port : 0;
}

Rfc2136Config read_server(std::string_view text) {
    if (text.empty()) {
        throw Error(ErrorKind::Config, "rfc2136: nameserver is missing");
    }
    if (auto server = dns::parse_server(text)) {
        return {.host = std::move(server->address), .port = server->port};
    }
    const std::size_t colon = text.rfind(':');
    const bool with_port = colon != std::string_view::npos;
    Rfc2136Config config{.host = to_lower(text.substr(0, colon))};
    config.port = with_port ? read_port(text.substr(colon + 1)) : config.port;
    if (!is_host_name(config.host) || config.port == 0) {
        throw Error(ErrorKind::Config,
                    fmt::format("rfc2136: nameserver \"{}\" is no address or name, with or without "
                                ":port",
                                printable(text)));
    }
    return config;
}

TsigAlgorithm read_algorithm(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, TsigAlgorithm>, 4> kAlgorithms{{
        {"hmacmd5", TsigAlgorithm::HmacMd5},
        {"hmacsha1", TsigAlgorithm::HmacSha1},
        {"hmacsha256", TsigAlgorithm::HmacSha256},
        {"hmacsha512", TsigAlgorithm::HmacSha512},
    }};
    if (text.empty()) {
        return TsigAlgorithm::HmacMd5;
    }
    for (const auto& [name, algorithm] : kAlgorithms) {
        if (to_lower(text) == name) {
            return algorithm;
        }
    }
    throw Error(ErrorKind::Config, fmt::format("rfc2136: tsigAlgorithm \"{}\" is none of HMACMD5, "
                                               "HMACSHA1, HMACSHA256, HMACSHA512",
                                               printable(text)));
}

/// The secret as ldns wants it: base64 without white space.
Sensitive read_secret(const Sensitive& secret) {
    std::optional<std::string> bytes = base64_decode(trim(secret.reveal()));
    if (!bytes || bytes->empty()) {
        throw Error(ErrorKind::Config,
                    fmt::format("rfc2136: what {} points to is not the base64 text of a TSIG key, "
                                "as \"tsig-keygen\" prints it behind \"secret\"",
                                kSecretField));
    }
    const Sensitive decoded(std::move(*bytes));
    return Sensitive(base64_encode(decoded.reveal()));
}

}  // namespace

Rfc2136Config read_rfc2136_config(const json::Value& stanza,
                                  const std::map<std::string, Sensitive>& secrets) {
    Rfc2136Config config = read_server(trim(stanza.text({"nameserver"})));
    const std::string_view name = trim(stanza.text({"tsigKeyName"}));
    const auto secret = secrets.find(std::string(kSecretField));
    const bool has_secret = secret != secrets.end() && !secret->second.empty();
    if (name.empty() && !has_secret) {
        return config;
    }
    if (name.empty() || !has_secret) {
        throw Error(ErrorKind::Config,
                    fmt::format("rfc2136: tsigKeyName and {} belong together: {} is missing or "
                                "empty",
                                kSecretField, name.empty() ? "tsigKeyName" : kSecretField));
    }
    config.key = TsigKey{.name = dns::fqdn(name),
                         .algorithm = read_algorithm(stanza.text({"tsigAlgorithm"})),
                         .secret = read_secret(secret->second)};
    return config;
}

}  // namespace kcert::dns01::rfc2136
