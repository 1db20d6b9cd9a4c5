// SPDX-License-Identifier: Apache-2.0

#include "acme/jws.h"

#include <optional>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "json/json.h"

namespace kcert::acme {

namespace {

json::Value flattened(const std::string& header, const std::string& payload,
                      std::string_view signature) {
    return json::Value::object(
        {{"protected", header}, {"payload", payload}, {"signature", base64url_encode(signature)}});
}

json::Value protected_header(const crypto::PrivateKey& key, const JwsHeader& header) {
    json::Value value = json::Value::object({{"alg", key.jws_algorithm()}});
    if (header.account_url.empty()) {
        value.set("jwk", json::parse_json(key.public_jwk()));
    } else {
        value.set("kid", header.account_url);
    }
    value.set("nonce", header.nonce);
    value.set("url", header.url);
    return value;
}

crypto::Digest mac_digest(const std::string& algorithm) {
    if (algorithm == "HS256") {
        return crypto::Digest::Sha256;
    }
    if (algorithm == "HS384") {
        return crypto::Digest::Sha384;
    }
    if (algorithm == "HS512") {
        return crypto::Digest::Sha512;
    }
    throw Error(ErrorKind::Config,
                fmt::format("external account: no such MAC algorithm: {} (HS256, HS384, HS512)",
                            printable(algorithm)));
}

Sensitive mac_key(const ExternalAccount& external) {
    std::optional<std::string> bytes = base64url_decode(trim(external.mac_key.reveal()));
    if (!bytes) {
        bytes = base64_decode(external.mac_key.reveal());
    }
    if (!bytes || bytes->empty()) {
        throw Error(ErrorKind::Config,
                    "external account: the MAC key is not base64url; give it as the CA shows it");
    }
    return Sensitive(std::move(*bytes));
}

}  // namespace

std::string sign_request(const crypto::PrivateKey& key, const JwsHeader& header,
                         std::string_view payload) {
    const std::string first = base64url_encode(json::write_json(protected_header(key, header)));
    const std::string second = base64url_encode(payload);
    return json::write_json(flattened(first, second, key.sign_jws(first + "." + second)));
}

json::Value bind_external_account(const ExternalAccount& external, const crypto::PrivateKey& key,
                                  std::string_view new_account_url) {
    const crypto::Digest digest = mac_digest(external.algorithm);
    const json::Value header = json::Value::object(
        {{"alg", external.algorithm}, {"kid", external.key_id}, {"url", new_account_url}});
    const std::string first = base64url_encode(json::write_json(header));
    const std::string second = base64url_encode(key.public_jwk());
    return flattened(first, second, crypto::hmac(digest, mac_key(external), first + "." + second));
}

}  // namespace kcert::acme
