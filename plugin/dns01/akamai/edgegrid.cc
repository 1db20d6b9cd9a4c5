// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/edgegrid.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/timestamp.h"
#include "crypto/digest.h"
#include "net/url.h"

namespace kcert::dns01::akamai {
namespace {

constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;

std::string base64_hmac(std::string_view bytes, const Sensitive& key) {
    return base64_encode(crypto::hmac(crypto::Digest::Sha256, key, bytes));
}

/// Host and port as the Host header shows them.
std::string authority(const net::Url& url) {
    const int standard = url.scheme == "https" ? kHttpsPort : kHttpPort;
    const std::string host =
        url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    return url.port == standard ? host : fmt::format("{}:{}", host, url.port);
}

/// Of a POST only: bodies of PUT and PATCH are not signed.
std::string content_hash(const net::Request& request, std::size_t signed_body) {
    if (request.method != "POST" || request.body.empty()) {
        return {};
    }
    return base64_encode(crypto::digest(crypto::Digest::Sha256,
                                        std::string_view(request.body).substr(0, signed_body)));
}

}  // namespace

std::string edgegrid_timestamp(Time time) {
    std::string text = rfc3339(time);
    text.pop_back();
    std::erase(text, '-');
    return text + "+0000";
}

std::string edgegrid_authorization(const net::Request& request, const EdgeGridLogin& login,
                                   std::string_view timestamp, std::string_view nonce,
                                   std::size_t signed_body) {
    const net::Url url = net::parse_url(request.url).value();
    const std::string unsigned_header =
        fmt::format("EG1-HMAC-SHA256 client_token={};access_token={};timestamp={};nonce={};",
                    login.client_token.reveal(), login.access_token.reveal(), timestamp, nonce);
    const Sensitive key(base64_hmac(timestamp, login.client_secret));
    // The empty field is that of the signed headers.
    const std::string signed_text =
        fmt::format("{}\t{}\t{}\t{}\t\t{}\t{}", request.method, url.scheme, authority(url),
                    url.path, content_hash(request, signed_body), unsigned_header);
    return fmt::format("{}signature={}", unsigned_header, base64_hmac(signed_text, key));
}

}  // namespace kcert::dns01::akamai
