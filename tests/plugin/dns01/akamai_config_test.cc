// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_config.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"

namespace kcert::dns01::akamai {
namespace {

using Catch::Matchers::Contains;

const std::string kHost = "akab-h05tnam3wl42son7nktnlnnx-kbob3i3v.luna.akamaiapis.net";
const std::string kClient = "akab-c113ntt0k3n4qtari252bfxxbsl-yvsdj";
const std::string kAccess = "akab-acc35t0k3nodujqunph3w7hzp7-gtm6ij";
const std::string kSecret = "C113nt53KR3TN6N90yVuAgICxIRwsObLi0E67/N8eRN=";

json::Value stanza(const std::string& host) {
    return json::Value::object({{"serviceConsumerDomain", host}});
}

Secrets secrets() {
    return {{"clientTokenSecretRef", Sensitive(kClient)},
            {"clientSecretSecretRef", Sensitive(kSecret)},
            {"accessTokenSecretRef", Sensitive(kAccess)}};
}

std::string refusal(const json::Value& from, const Secrets& with,
                    const ProviderSettings& settings = {}) {
    try {
        read_akamai_config(from, with, settings);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        CHECK_THAT(error.what(), !Contains(kClient) && !Contains(kSecret) && !Contains(kAccess));
        return error.what();
    }
    return "nothing failed";
}

std::string refusal_of(const std::string& field, const std::string& value) {
    Secrets with = secrets();
    with[field] = Sensitive(value);
    return refusal(stanza(kHost), with);
}

TEST_CASE("akamai reads host, tokens and secret without white space", "[dns01][unit]") {
    Secrets with = secrets();
    with["clientTokenSecretRef"] = Sensitive(" " + kClient + "\n");

    const AkamaiConfig config = read_akamai_config(
        stanza(" AKAB-h05tnam3wl42son7nktnlnnx-kbob3i3v.luna.akamaiapis.net\n"), with, {});

    CHECK(config.base == "https://" + kHost);
    CHECK(config.login.client_token.reveal() == kClient);
    CHECK(config.login.client_secret.reveal() == kSecret);
    CHECK(config.login.access_token.reveal() == kAccess);
}

TEST_CASE("akamai refuses a serviceConsumerDomain that is no host of akamai's", "[dns01][unit]") {
    CHECK_THAT(refusal(stanza("https://" + kHost), secrets()), Contains("without https://"));
    CHECK_THAT(refusal(stanza(kHost + "/config-dns/v2"), secrets()), Contains("without a path"));
    CHECK_THAT(refusal(stanza(""), secrets()), Contains("ends in .akamaiapis.net"));
    CHECK_THAT(refusal(stanza("evil.test"), secrets()), Contains("no host of Akamai's API"));
    CHECK_THAT(refusal(stanza("evil.test#.akamaiapis.net"), secrets()), Contains("no host"));
    CHECK_THAT(refusal(stanza("a@evil.test:1?.akamaiapis.net"), secrets()), Contains("no host"));
    CHECK_THAT(refusal(stanza(".akamaiapis.net"), secrets()), Contains("no host"));
}

TEST_CASE("AKAMAI_HOST leads elsewhere than to akamai, or is passed over", "[dns01][unit]") {
    const auto base = [](const std::string& host) {
        return read_akamai_config(stanza(kHost), secrets(),
                                  {.variables = {{"AKAMAI_HOST", Sensitive(host)}}})
            .base;
    };

    CHECK(base("127.0.0.1:8443") == "https://127.0.0.1:8443");
    CHECK(base(" Api.Test ") == "https://api.test");
    CHECK(base("akab-another.luna.akamaiapis.net") == "https://" + kHost);
    CHECK(base("") == "https://" + kHost);
    for (const char* host : {"https://api.test", "api.test/path", "a b"}) {
        CHECK_THAT(
            refusal(stanza(kHost), secrets(), {.variables = {{"AKAMAI_HOST", Sensitive(host)}}}),
            Contains("AKAMAI_HOST holds no host"));
    }
}

TEST_CASE("akamai tells the usual mistakes with EdgeGrid's credentials", "[dns01][unit]") {
    const std::string edgerc = "[default]\nclient_secret = " + kSecret + "\nhost = " + kHost +
                               "\naccess_token = " + kAccess + "\nclient_token = " + kClient;

    CHECK_THAT(refusal_of("clientTokenSecretRef", edgerc), Contains("a .edgerc"));
    CHECK_THAT(refusal_of("clientSecretSecretRef", "client_secret = " + kSecret),
               Contains("a line of one"));
    CHECK_THAT(refusal_of("clientSecretSecretRef", kClient), Contains("is a token"));
    CHECK_THAT(refusal_of("accessTokenSecretRef", kSecret),
               Contains("looks like the client secret"));
    CHECK_THAT(refusal_of("accessTokenSecretRef", kHost), Contains("serviceConsumerDomain"));
    CHECK_THAT(refusal_of("accessTokenSecretRef", kClient), Contains("the same token"));
    CHECK_THAT(refusal_of("accessTokenSecretRef", "\"" + kAccess + "\""), Contains("in quotes"));
    CHECK_THAT(refusal_of("clientTokenSecretRef", base64_encode(kClient)), Contains("twice"));
    CHECK_THAT(refusal_of("clientSecretSecretRef", base64_encode(kSecret)), Contains("twice"));
    CHECK_THAT(refusal_of("clientSecretSecretRef", " \n"), Contains("is missing or empty"));
    CHECK_THAT(refusal(stanza(kHost), {}), Contains("clientTokenSecretRef") && Contains("missing"));
}

}  // namespace
}  // namespace kcert::dns01::akamai
