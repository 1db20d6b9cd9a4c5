// SPDX-License-Identifier: Apache-2.0

#include "dns01/cloudflare/cloudflare_config.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace kcert::dns01::cloudflare {
namespace {

using Catch::Matchers::Contains;

const std::string kToken = "Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY";
const std::string kKey = "c2547eb745079dac9320b638f5e225cf483cc";

json::Value reference(std::string_view field) {
    return json::Value::object(
        {{std::string(field), json::Value::object({{"name", "cf"}, {"key", "secret"}})}});
}

json::Value key_stanza(const char* email) {
    json::Value stanza = reference("apiKeySecretRef");
    stanza.set("email", email);
    return stanza;
}

std::string refusal(const json::Value& stanza, const Secrets& secrets) {
    try {
        read_cloudflare_config(stanza, secrets, {});
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        CHECK_THAT(error.what(), !Contains(kToken) && !Contains(kKey));
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("cloudflare takes a token alone, or a global key with the e-mail address",
          "[dns01][unit]") {
    const CloudflareConfig token = read_cloudflare_config(
        reference("apiTokenSecretRef"), {{"apiTokenSecretRef", Sensitive(kToken + "\n")}}, {});
    const CloudflareConfig key = read_cloudflare_config(key_stanza(" me@example.com "),
                                                        {{"apiKeySecretRef", Sensitive(kKey)}}, {});

    CHECK(token.login == CloudflareLogin::Token);
    CHECK(token.secret.reveal() == kToken);
    CHECK(token.base == "https://api.cloudflare.com/client/v4");
    CHECK(key.login == CloudflareLogin::GlobalKey);
    CHECK(key.email == "me@example.com");
}

TEST_CASE("cloudflare refuses both credentials and neither", "[dns01][unit]") {
    json::Value both = key_stanza("me@example.com");
    both.set("apiTokenSecretRef", reference("apiTokenSecretRef")["apiTokenSecretRef"]);

    CHECK_THAT(refusal(both, {}), Contains("exactly one"));
    CHECK_THAT(refusal(json::Value::object(), {}), Contains("exactly one"));
}

TEST_CASE("a token in the field of the key, and the other way round, is told", "[dns01][unit]") {
    const auto of_key = [](const std::string& text) {
        return refusal(key_stanza("me@example.com"), {{"apiKeySecretRef", Sensitive(text)}});
    };
    const auto of_token = [](const std::string& text) {
        return refusal(reference("apiTokenSecretRef"), {{"apiTokenSecretRef", Sensitive(text)}});
    };

    CHECK_THAT(of_key(kToken), Contains("is an API token: name it in apiTokenSecretRef"));
    CHECK_THAT(of_key("cfut_" + kToken + "01234567"), Contains("is an API token"));
    CHECK_THAT(of_key("v1.0-0123456789"), Contains("Origin CA key"));
    CHECK_THAT(of_token(kKey), Contains("is a global API key: name it in apiKeySecretRef"));
    CHECK_THAT(of_token("cfk_" + kToken + "01234567"), Contains("is a global API key"));
    CHECK_THAT(of_token(std::string(32, 'a')), Contains("id of a zone"));
    CHECK(of_token("cfat_" + kToken + "01234567") == "nothing failed");
    CHECK(of_key("cfk_" + kToken + "01234567") == "nothing failed");
}

TEST_CASE("a global key needs an e-mail address that fits into a header", "[dns01][unit]") {
    const char* email =
        GENERATE("", "me", "me@example.com\r\nX-Auth-Key: other", "me @example.com");
    CAPTURE(email);

    CHECK_THAT(refusal(key_stanza(email), {{"apiKeySecretRef", Sensitive(kKey)}}),
               Contains("email"));
}

TEST_CASE("the base of cloudflare's API comes from the user's environment", "[dns01][unit]") {
    ProviderSettings settings;
    settings.variables.emplace(kCloudflareBaseUrl, Sensitive("http://127.0.0.1:1/client/v4/"));

    CHECK(read_cloudflare_config(reference("apiTokenSecretRef"),
                                 {{"apiTokenSecretRef", Sensitive(kToken)}}, settings)
              .base == "http://127.0.0.1:1/client/v4");
}

}  // namespace
}  // namespace kcert::dns01::cloudflare
