// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/route53_config.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"

namespace kcert::dns01::route53 {
namespace {

using Catch::Matchers::Contains;
using Secrets = std::map<std::string, Sensitive>;
using Variables = std::map<std::string, Sensitive, std::less<>>;

const std::string kId = "AKIAIOSFODNN7EXAMPLE";
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const std::string kTemporaryId = "ASIAIOSFODNN7EXAMPLE";

json::Value stanza(std::string id = kId, std::string region = "eu-west-1") {
    return json::Value::object({{"region", region}, {"accessKeyID", id}});
}

Secrets secrets(std::string secret = kSecret) {
    return {{"secretAccessKeySecretRef", Sensitive(std::move(secret))}};
}

/// A user's environment, with the files that stand in it.
struct Surroundings {
    Variables variables;
    std::map<std::string, std::string> files;
    bool allowed = true;

    ProviderSettings settings() const {
        return {.variables = variables,
                .ambient_credentials = allowed,
                .read_file = [this](const std::string& path) {
                    const auto found = files.find(path);
                    if (found == files.end()) {
                        throw Error(ErrorKind::Config, path + ": no such file");
                    }
                    return Sensitive(found->second);
                }};
    }

    AwsCredentials key() const {
        const auto config =
            read_route53_config(json::Value::object({{"region", "eu-west-1"}}), {}, settings());
        return std::get<AwsCredentials>(config.login);
    }

    std::string failure() const {
        try {
            key();
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Config);
            return error.what();
        }
        return "nothing failed";
    }
};

std::string failure(const json::Value& config, const Secrets& held,
                    const ProviderSettings& settings = {}) {
    try {
        read_route53_config(config, held, settings);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        CHECK_THAT(error.what(), !Contains(kSecret));
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("a key is read without the white space around it", "[dns01][unit]") {
    const Route53Config config =
        read_route53_config(stanza(" " + kId + "\n"), secrets(kSecret + "\n"), {});

    CHECK(std::get<AwsCredentials>(config.login).access_key_id == kId);
    CHECK(std::get<AwsCredentials>(config.login).secret_access_key.reveal() == kSecret);
    CHECK(config.role.empty());
    CHECK(config.hosted_zone_id.empty());
}

TEST_CASE("a region leads to its partition's endpoints", "[dns01][unit]") {
    struct Case {
        const char* region;
        const char* partition;
        const char* route53;
        const char* signed_for;
        const char* sts;
    };
    const auto expected = GENERATE(values<Case>({
        {"eu-west-1", "aws", "https://route53.amazonaws.com", "us-east-1",
         "https://sts.eu-west-1.amazonaws.com"},
        {"cn-north-1", "aws-cn", "https://route53.amazonaws.com.cn", "cn-northwest-1",
         "https://sts.cn-north-1.amazonaws.com.cn"},
        {"us-gov-east-1", "aws-us-gov", "https://route53.us-gov.amazonaws.com", "us-gov-west-1",
         "https://sts.us-gov-east-1.amazonaws.com"},
        {"us-iso-east-1", "aws-iso", "https://route53.c2s.ic.gov", "us-iso-east-1",
         "https://sts.us-iso-east-1.c2s.ic.gov"},
        {"us-isob-east-1", "aws-iso-b", "https://route53.sc2s.sgov.gov", "us-isob-east-1",
         "https://sts.us-isob-east-1.sc2s.sgov.gov"},
        {"eu-isoe-west-1", "aws-iso-e", "https://route53.cloud.adc-e.uk", "eu-isoe-west-1",
         "https://sts.eu-isoe-west-1.cloud.adc-e.uk"},
        {"us-isof-south-1", "aws-iso-f", "https://route53.csp.hci.ic.gov", "us-isof-south-1",
         "https://sts.us-isof-south-1.csp.hci.ic.gov"},
        {"eusc-de-east-1", "aws-eusc", "https://route53.amazonaws.eu", "eusc-de-east-1",
         "https://sts.eusc-de-east-1.amazonaws.eu"},
        {" US-East-1 ", "aws", "https://route53.amazonaws.com", "us-east-1",
         "https://sts.us-east-1.amazonaws.com"},
    }));

    const AwsEndpoints endpoints = aws_endpoints(expected.region);

    CHECK(endpoints.partition == expected.partition);
    CHECK(endpoints.route53.url == expected.route53);
    CHECK(endpoints.route53.region == expected.signed_for);
    CHECK(endpoints.sts.url == expected.sts);
}

TEST_CASE("a text that is no region means the world, one that could lead elsewhere is refused",
          "[dns01][unit]") {
    CHECK(aws_endpoints("aws-global").route53.url == "https://route53.amazonaws.com");
    CHECK(aws_endpoints("aws-global").sts.url == "https://sts.amazonaws.com");
    CHECK(aws_endpoints("aws-global").sts.region == "us-east-1");

    const char* region = GENERATE("", "evil.test/", "a.b", "us-east-1@evil", "us east 1", "-a-b-1");
    CAPTURE(region);
    CHECK_THAT(failure(stanza(kId, region), secrets()), Contains("is no AWS region"));
}

TEST_CASE("endpoints are overridden by the user's environment, the service's own name first",
          "[dns01][unit]") {
    const ProviderSettings settings{
        .variables = {{"AWS_ENDPOINT_URL", Sensitive("https://aws.test:8443/base/")},
                      {"AWS_ENDPOINT_URL_STS", Sensitive("http://127.0.0.1:8080")}}};

    const Route53Config config = read_route53_config(stanza(), secrets(), settings);

    CHECK(config.endpoints.route53.url == "https://aws.test:8443/base");
    CHECK(config.endpoints.sts.url == "http://127.0.0.1:8080");
}

TEST_CASE("an endpoint that is neither https nor on this machine is refused", "[dns01][unit]") {
    const char* url =
        GENERATE("http://aws.test", "aws.test", "https://aws.test/?a=b", "https://user@aws.test");
    CAPTURE(url);

    CHECK_THAT(failure(stanza(), secrets(),
                       {.variables = {{"AWS_ENDPOINT_URL_ROUTE_53", Sensitive(url)}}}),
               Contains("AWS_ENDPOINT_URL_ROUTE_53"));
}

TEST_CASE("a key that is mistaken in a usual way is told without being shown", "[dns01][unit]") {
    CHECK_THAT(failure(stanza(), secrets(kId)), Contains("is an access key id, not its secret"));
    CHECK_THAT(failure(stanza(), secrets("\"" + kSecret + "\"")), Contains("quotes around it"));
    CHECK_THAT(failure(stanza(), secrets(kSecret.substr(1))), Contains("has 39 characters"));
    CHECK_THAT(failure(stanza(), secrets(kSecret + "\n" + kSecret)), Contains("line ends"));
    CHECK_THAT(failure(stanza(), secrets(" ")),
               Contains("secretAccessKeySecretRef points to") && Contains("is empty"));
    CHECK_THAT(failure(stanza(), secrets(base64_encode(kSecret + "\n"))),
               Contains("encoded twice"));
    CHECK_THAT(failure(stanza(kSecret), secrets()), Contains("looks like a secret access key"));
    CHECK_THAT(failure(stanza("'" + kId + "'"), secrets()), Contains("quotes around it"));
    CHECK_THAT(failure(stanza("me"), secrets()), Contains("is no access key id"));
    CHECK_THAT(failure(stanza(kTemporaryId), secrets()),
               Contains("temporary key") && Contains("--ambient-credentials"));
}

TEST_CASE("key id and secret belong together", "[dns01][unit]") {
    CHECK_THAT(failure(stanza(), {}), Contains("secretAccessKeySecretRef is missing"));
    CHECK_THAT(failure(stanza(""), secrets()), Contains("accessKeyID is missing"));
}

TEST_CASE("a role must be a role's ARN", "[dns01][unit]") {
    auto config = stanza();
    config.set("role", "arn:aws:iam::123456789012:role/dns\n");
    CHECK(read_route53_config(config, secrets(), {}).role == "arn:aws:iam::123456789012:role/dns");

    const char* role = GENERATE("dns", "arn:aws:iam::123456789012:user/dns", "arn:a:role/ x");
    config.set("role", role);
    CHECK_THAT(failure(config, secrets()), Contains("is no ARN of a role"));
}

TEST_CASE("a hosted zone's id is read in both of its forms", "[dns01][unit]") {
    auto config = stanza();
    const char* id = GENERATE("Z2ABC", "/hostedzone/Z2ABC", "hostedzone/Z2ABC");
    config.set("hostedZoneID", id);
    CHECK(read_route53_config(config, secrets(), {}).hosted_zone_id == "Z2ABC");
}

TEST_CASE("what is no hosted zone's id leads nowhere", "[dns01][unit]") {
    auto config = stanza();
    const char* id = GENERATE("../Z1", "Z1/rrset", "example.com", "/hostedzone/");
    config.set("hostedZoneID", id);
    CHECK_THAT(failure(config, secrets()), Contains("is no id of a hosted zone"));
}

TEST_CASE("the environment's credentials are taken only where that was allowed", "[dns01][unit]") {
    Surroundings user{.variables = {{"AWS_ACCESS_KEY_ID", Sensitive(kId)},
                                    {"AWS_SECRET_ACCESS_KEY", Sensitive(kSecret)}},
                      .allowed = false};
    CHECK_THAT(user.failure(), Contains("run with --ambient-credentials"));

    user.allowed = true;
    CHECK(user.key().access_key_id == kId);
}

TEST_CASE("a temporary key of the environment comes with its token", "[dns01][unit]") {
    Surroundings user{.variables = {{"AWS_ACCESS_KEY_ID", Sensitive(kTemporaryId)},
                                    {"AWS_SECRET_ACCESS_KEY", Sensitive(kSecret)}}};
    CHECK_THAT(user.failure(), Contains("no session token beside it"));

    user.variables["AWS_SESSION_TOKEN"] = Sensitive("token");
    CHECK(user.key().session_token.reveal() == "token");
}

TEST_CASE("a web identity is a role and a token in a file", "[dns01][unit]") {
    const Surroundings user{
        .variables = {{"AWS_ROLE_ARN", Sensitive("arn:aws:iam::123456789012:role/pod")},
                      {"AWS_WEB_IDENTITY_TOKEN_FILE", Sensitive("/run/token")}},
        .files = {{"/run/token", "a.b.c\n"}}};

    const auto config =
        read_route53_config(json::Value::object({{"region", "eu-west-1"}}), {}, user.settings());

    const auto& identity = std::get<WebIdentity>(config.login);
    CHECK(identity.role == "arn:aws:iam::123456789012:role/pod");
    CHECK(identity.session_name == "cert-manager");
    CHECK(identity.token.reveal() == "a.b.c");
}

TEST_CASE("the shared credentials file is read last, the profile as the user names it",
          "[dns01][unit]") {
    Surroundings user{.variables = {{"HOME", Sensitive("/home/me")}},
                      .files = {{"/home/me/.aws/credentials",
                                 "# mine\n[default]\naws_access_key_id = " + kId +
                                     "\naws_secret_access_key=" + kSecret +
                                     "\n\n[work]\r\nAWS_ACCESS_KEY_ID = " + kTemporaryId +
                                     "\r\naws_secret_access_key = " + kSecret +
                                     "\r\naws_session_token = token=\r\n[empty]\n"}}};
    CHECK(user.key().access_key_id == kId);

    user.variables["AWS_PROFILE"] = Sensitive("work");
    CHECK(user.key().access_key_id == kTemporaryId);
    CHECK(user.key().session_token.reveal() == "token=");

    user.variables["AWS_PROFILE"] = Sensitive("empty");
    CHECK_THAT(user.failure(), Contains("of profile \"empty\" in /home/me/.aws/credentials"));

    user.variables["AWS_SHARED_CREDENTIALS_FILE"] = Sensitive("/none");
    CHECK_THAT(user.failure(), Contains("AWS_SHARED_CREDENTIALS_FILE: /none: no such file"));
}

TEST_CASE("surroundings without credentials are told, and that those of an instance are not asked",
          "[dns01][unit]") {
    const Surroundings user{.variables = {{"HOME", Sensitive("/home/me")}}};

    CHECK_THAT(user.failure(), Contains("AWS_ACCESS_KEY_ID") && Contains("plain http") &&
                                   Contains("/home/me/.aws/credentials: no such file"));
    CHECK_THAT(Surroundings{}.failure(), Contains("AWS_WEB_IDENTITY_TOKEN_FILE"));
}

}  // namespace
}  // namespace kcert::dns01::route53
