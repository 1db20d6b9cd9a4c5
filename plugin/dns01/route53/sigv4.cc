// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/sigv4.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "crypto/digest.h"
#include "net/url.h"

namespace kcert::dns01::route53 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";
constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

std::string sha256_hex(std::string_view bytes) {
    return crypto::hex(crypto::digest(crypto::Digest::Sha256, bytes));
}

/// "20150830T123600Z".
std::string basic_date_time(Time now) {
    std::string text = rfc3339(now);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

/// The Host header as it will be sent.
std::string host_header(const net::Url& url) {
    const bool is_ipv6 = url.host.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + url.host + "]" : url.host;
    const int usual = url.scheme == "https" ? kHttpsPort : kHttpPort;
    return url.port == usual ? host : fmt::format("{}:{}", host, url.port);
}

/// Each segment is encoded once more than it stands in the URL.
std::string canonical_path(std::string_view path) {
    std::vector<std::string> segments = split(path, '/');
    for (std::string& segment : segments) {
        segment = net::percent_encode(segment);
    }
    return join(segments, "/");
}

std::string canonical_query(std::string_view query) {
    if (query.empty()) {
        return {};
    }
    std::vector<std::pair<std::string, std::string>> parameters;
    for (const std::string& parameter : split(query, '&')) {
        const std::size_t equals = std::min(parameter.find('='), parameter.size());
        const std::size_t value = std::min(equals + 1, parameter.size());
        parameters.emplace_back(parameter.substr(0, equals), parameter.substr(value));
    }
    std::ranges::sort(parameters);
    std::vector<std::string> texts;
    for (const auto& [name, value] : parameters) {
        texts.push_back(fmt::format("{}={}", name, value));
    }
    return join(texts, "&");
}

/// Without white space around it, each run of blanks as one.
std::string canonical_value(std::string_view value) {
    std::string canonical(trim(value));
    const auto end = std::unique(canonical.begin(), canonical.end(),
                                 [](char a, char b) { return a == ' ' && b == ' '; });
    canonical.erase(end, canonical.end());
    return canonical;
}

struct CanonicalHeaders {
    std::string lines;
    std::string names;
};

CanonicalHeaders canonical_headers(const net::Headers& headers, const std::string& host) {
    std::map<std::string, std::vector<std::string>> values{{"host", {host}}};
    for (const auto& [name, value] : headers) {
        values[to_lower(name)].push_back(canonical_value(value));
    }
    CanonicalHeaders canonical;
    for (const auto& [name, of_name] : values) {
        canonical.lines += fmt::format("{}:{}\n", name, join(of_name, ","));
        canonical.names += (canonical.names.empty() ? "" : ";") + name;
    }
    return canonical;
}

std::string signature(const AwsCredentials& credentials, const AwsScope& scope,
                      std::string_view date, std::string_view text) {
    const auto step = [](const Sensitive& key, std::string_view bytes) {
        return Sensitive(crypto::hmac(crypto::Digest::Sha256, key, bytes));
    };
    const Sensitive secret("AWS4" + std::string(credentials.secret_access_key.reveal()));
    const Sensitive key =
        step(step(step(step(secret, date), scope.region), scope.service), kTerminator);
    return crypto::hex(step(key, text).reveal());
}

}  // namespace

void sign_v4(net::Request& request, const AwsCredentials& credentials, const AwsScope& scope,
             Time now) {
    const std::optional<net::Url> url = net::parse_url(request.url);
    if (!url) {
        throw Error(ErrorKind::Internal, "signing a request without an absolute URL");
    }
    const std::string time = basic_date_time(now);
    const std::string_view date = std::string_view(time).substr(0, time.find('T'));
    request.headers.emplace_back("X-Amz-Date", time);
    if (!credentials.session_token.empty()) {
        request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
    }
    const std::string_view target = url->path;
    const std::size_t mark = std::min(target.find('?'), target.size());
    const CanonicalHeaders headers = canonical_headers(request.headers, host_header(*url));
    const std::string canonical = fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{}", request.method, canonical_path(target.substr(0, mark)),
        canonical_query(target.substr(std::min(mark + 1, target.size()))), headers.lines,
        headers.names, sha256_hex(request.body));
    const std::string where =
        fmt::format("{}/{}/{}/{}", date, scope.region, scope.service, kTerminator);
    const std::string text =
        fmt::format("{}\n{}\n{}\n{}", kAlgorithm, time, where, sha256_hex(canonical));
    request.headers.emplace_back(
        "Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                     kAlgorithm, credentials.access_key_id, where, headers.names,
                                     signature(credentials, scope, date, text)));
}

}  // namespace kcert::dns01::route53
