// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/api_token.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"

namespace kcert::dns01 {
namespace {

using Catch::Matchers::Contains;

constexpr std::string_view kToken = "Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY";

std::string refusal(const std::string& written) {
    try {
        read_api_token("dns", "tokenSecretRef", {{"tokenSecretRef", Sensitive(written)}});
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        CHECK_THAT(error.what(), !Contains("Sn3lZJ"));
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("white space around a token is trimmed", "[dns01][unit]") {
    const Secrets secrets{{"tokenSecretRef", Sensitive(" " + std::string(kToken) + "\r\n")}};

    CHECK(read_api_token("dns", "tokenSecretRef", secrets).reveal() == kToken);
}

TEST_CASE("the usual mistakes with a token are told and its value is not", "[dns01][unit]") {
    const std::string token(kToken);

    CHECK_THAT(refusal(""), Contains("missing or empty"));
    CHECK_THAT(refusal("\"" + token + "\""), Contains("quotes"));
    CHECK_THAT(refusal("'" + token + "'"), Contains("quotes"));
    CHECK_THAT(refusal("Bearer " + token), Contains("\"Bearer \""));
    CHECK_THAT(refusal(base64_encode(token + "\n")), Contains("encoded twice"));
    CHECK_THAT(refusal(token + "\n" + token), Contains("one line"));
    CHECK_THAT(refusal(token + "\x01"), Contains("one line"));
    CHECK_THAT(refusal(std::string(5000, 'x')), Contains("one line"));
    CHECK(refusal(token) == "nothing failed");
}

TEST_CASE("a service's words that show the credential are not repeated", "[dns01][unit]") {
    const Sensitive token{std::string(kToken)};

    CHECK(words_without(token, "no such zone\n") == "no such zone\\n");
    CHECK_THAT(words_without(token, "what is " + std::string(kToken) + "?"), !Contains("Sn3lZJ"));
    CHECK_THAT(words_without(token, std::string(280, ' ') + std::string(kToken)),
               !Contains("Sn3lZJ"));
}

TEST_CASE("an endpoint comes from the user's environment, over TLS or to this host",
          "[dns01][unit]") {
    const auto endpoint = [](const char* value) {
        ProviderSettings settings;
        settings.variables.emplace("DNS_URL", Sensitive(value));
        return read_endpoint("dns", "DNS_URL", "https://api.test/v1", settings);
    };

    CHECK(endpoint(" ") == "https://api.test/v1");
    CHECK(endpoint("https://other.test/v1/") == "https://other.test/v1");
    CHECK(endpoint("http://127.0.0.1:8080") == "http://127.0.0.1:8080");
    CHECK_THROWS_AS(endpoint("http://other.test/v1"), Error);
    CHECK_THROWS_AS(endpoint("https://user:word@other.test"), Error);
    CHECK_THROWS_AS(endpoint("https://other.test/?a=b"), Error);
    CHECK_THROWS_AS(endpoint("other.test"), Error);
}

}  // namespace
}  // namespace kcert::dns01
