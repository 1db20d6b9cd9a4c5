// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/clouddns_config.h"

#include <catch2/catch.hpp>

#include "base/base64.h"
#include "base/error.h"
#include "support/service_account.h"

namespace kcert::dns01::clouddns {
namespace {

using Catch::Matchers::Contains;
using json::Value;
using testing::service_account;
using testing::text_of;

const Value kReference = Value::object({{"name", "google"}, {"key", "key.json"}});
const Value kStanza =
    Value::object({{"project", " my-project\n"}, {"serviceAccountSecretRef", kReference}});
const Value kAmbientStanza = Value::object({{"project", "my-project"}});

ClouddnsConfig read(const Sensitive& secret, const ProviderSettings& settings = {}) {
    return read_clouddns_config(kStanza, {{"serviceAccountSecretRef", secret}}, settings);
}

std::string failure(const Value& stanza, const std::map<std::string, Sensitive>& secrets,
                    const ProviderSettings& settings = {}) {
    try {
        read_clouddns_config(stanza, secrets, settings);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        return error.what();
    }
    return "nothing failed";
}

std::string failure(const Sensitive& secret) {
    return failure(kStanza, {{"serviceAccountSecretRef", secret}});
}

Sensitive changed(std::string_view member, Value value) {
    Value account = service_account();
    account.set(member, std::move(value));
    return text_of(account);
}

Value personal_login() {
    return Value::object({{"type", "authorized_user"},
                          {"client_id", "id.apps.googleusercontent.com"},
                          {"client_secret", "client-secret"},
                          {"refresh_token", "1//refresh"},
                          {"quota_project_id", "billed-project"}});
}

/// Files by path.
ProviderSettings ambient(std::map<std::string, std::string> files,
                         std::map<std::string, Sensitive, std::less<>> variables) {
    return {.variables = std::move(variables),
            .ambient_credentials = true,
            .read_file = [files = std::move(files)](const std::string& path) {
                const auto file = files.find(path);
                if (file == files.end()) {
                    throw Error(ErrorKind::Config, path + ": no such file");
                }
                return Sensitive(file->second);
            }};
}

TEST_CASE("a service account's key becomes project, credential and Google's own endpoints",
          "[dns01][unit]") {
    const ClouddnsConfig config = read(text_of(service_account()));

    CHECK(config.project == "my-project");
    CHECK(config.api == "https://dns.googleapis.com/dns/v1");
    CHECK(config.credential.token_endpoint == "https://oauth2.googleapis.com/token");
    const auto& account = std::get<ServiceAccountKey>(config.credential.who);
    CHECK(account.email == "dns@my-project.iam.gserviceaccount.com");
    CHECK(account.key_id == "0123abcd");
    CHECK(account.key.thumbprint() == testing::service_account_key().thumbprint());
}

TEST_CASE("white space around the key does no harm", "[dns01][unit]") {
    const std::string text(text_of(service_account()).reveal());

    CHECK_NOTHROW(read(Sensitive("\n " + text + "\n\n")));
}

TEST_CASE("a project that is none is refused", "[dns01][unit]") {
    const char* project = GENERATE("My Project", "a/b", "..", "a..b", "x?y", "a%2fb");
    Value stanza = kStanza;
    stanza.set("project", project);

    CHECK_THAT(failure(stanza, {}), Contains("is no project id"));
    CHECK_THAT(failure(Value::object(), {}), Contains("project is missing"));
}

TEST_CASE("the usual mistakes about the key are told, and the value is not", "[dns01][unit]") {
    const std::string json(text_of(service_account()).reveal());
    const Sensitive pem = testing::service_account_key().to_pem(crypto::KeyEncoding::Pkcs8);

    CHECK_THAT(failure(Sensitive(" \n")), Contains("is empty"));
    CHECK_THAT(failure(Sensitive(base64_encode(json))), Contains("in base64 once more"));
    CHECK_THAT(failure(pem), Contains("is the private key alone"));
    CHECK_THAT(failure(Sensitive("AIzaSyA-1234567")), Contains("is an API key"));
    CHECK_THAT(failure(Sensitive("\x30\x82\x09\xa1...")), Contains("is a P12 file"));
    CHECK_THAT(failure(Sensitive(base64_encode("\x30\x82\x09\xa1..."))), Contains("is a P12 file"));
    CHECK_THAT(failure(Sensitive("p4ssw0rd!")),
               Contains("is no JSON") && !Contains("p4ss") && Contains("gcloud iam"));
    CHECK_THAT(failure(Sensitive("\"{}\"")), Contains("is no JSON object"));
}

TEST_CASE("a JSON key of another kind is named", "[dns01][unit]") {
    CHECK_THAT(failure(text_of(Value::object({{"installed", Value::object()}}))),
               Contains("is an OAuth client"));
    CHECK_THAT(failure(text_of(Value::object({{"web", Value::object()}}))),
               Contains("is an OAuth client"));
    CHECK_THAT(failure(text_of(personal_login())),
               Contains("is a person's own login") && !Contains("client-secret"));
    CHECK_THAT(failure(changed("type", "external_account")),
               Contains("workload identity federation (\"type\": \"external_account\")"));
    CHECK_THAT(failure(changed("type", "impersonated_service_account")),
               Contains("impersonation of a service account"));
    CHECK_THAT(failure(changed("type", 7)), Contains("without \"type\": \"service_account\""));
    CHECK_THAT(failure(changed("universe_domain", "cloud.test")),
               Contains("belongs to the cloud cloud.test"));
}

TEST_CASE("a key that lacks something, or holds what is no RSA key, is refused", "[dns01][unit]") {
    const crypto::PrivateKey ecdsa =
        crypto::PrivateKey::generate({.algorithm = crypto::KeyAlgorithm::Ecdsa, .bits = 256});
    const std::string ecdsa_pem(ecdsa.to_pem(crypto::KeyEncoding::Pkcs8).reveal());

    CHECK_THAT(failure(changed("private_key", nullptr)), Contains("has no \"private_key\""));
    CHECK_THAT(failure(changed("client_email", "a b")), Contains("no usable \"client_email\""));
    CHECK_THAT(failure(changed("client_email", "$(id)@a.test")), Contains("that is none"));
    CHECK_THAT(failure(changed("client_email", "nobody")), Contains("that is none"));
    CHECK_THAT(failure(changed("private_key_id", "a\nb")), Contains("\"private_key_id\""));
    CHECK_THAT(failure(changed("private_key", "-----BEGIN\\nMII\\n")), Contains("escaped twice"));
    CHECK_THAT(failure(changed("private_key", "nonsense")),
               Contains("unusable \"private_key\"") && !Contains("nonsense"));
    CHECK_THAT(failure(changed("private_key", ecdsa_pem)), Contains("is no RSA key"));
}

TEST_CASE("a Secret sends nobody to a token endpoint that is not Google's", "[dns01][unit]") {
    const char* endpoint = GENERATE("https://oauth2.googleapis.com.evil.test/token",
                                    "http://oauth2.googleapis.com/token", "https://evil.test/token",
                                    "http://127.0.0.1:8080/token");

    CHECK_THAT(failure(changed("token_uri", endpoint)),
               Contains("not Google's") && Contains("CLOUDSDK_AUTH_TOKEN_HOST"));
    CHECK(read(changed("token_uri", "https://accounts.google.com/o/oauth2/token"))
              .credential.token_endpoint == "https://accounts.google.com/o/oauth2/token");
    CHECK(read(changed("token_uri", nullptr)).credential.token_endpoint ==
          "https://oauth2.googleapis.com/token");
}

TEST_CASE("the user's own environment moves both endpoints, not the token's audience",
          "[dns01][unit]") {
    const ClouddnsConfig config =
        read(text_of(service_account()),
             {.variables = {
                  {"CLOUDSDK_AUTH_TOKEN_HOST", Sensitive("https://token.test/token")},
                  {"CLOUDSDK_API_ENDPOINT_OVERRIDES_DNS", Sensitive("http://127.0.0.1:8080/")}}});

    CHECK(config.api == "http://127.0.0.1:8080/dns/v1");
    CHECK(config.credential.token_endpoint == "https://token.test/token");
    CHECK(config.credential.audience == "https://oauth2.googleapis.com/token");
}

TEST_CASE("an endpoint with its path stays as it is, one without TLS is refused", "[dns01][unit]") {
    const auto with = [](const char* url) {
        return ProviderSettings{
            .variables = {{"CLOUDSDK_API_ENDPOINT_OVERRIDES_DNS", Sensitive(url)}}};
    };

    CHECK(read(text_of(service_account()), with("https://dns.test/dns/v1/")).api ==
          "https://dns.test/dns/v1");
    CHECK_THAT(failure(kStanza, {{"serviceAccountSecretRef", text_of(service_account())}},
                       with("http://dns.test/")),
               Contains("CLOUDSDK_API_ENDPOINT_OVERRIDES_DNS") && Contains("over TLS only"));
}

TEST_CASE("ambient credentials serve only where they were asked for", "[dns01][unit]") {
    CHECK_THAT(failure(kAmbientStanza, {}),
               Contains("serviceAccountSecretRef is missing") && Contains("--ambient-credentials"));
    CHECK_THAT(failure(kStanza, {}, {.ambient_credentials = true}),
               Contains("what serviceAccountSecretRef points to is empty"));
}

TEST_CASE("ambient credentials: the file that the environment names, else gcloud's",
          "[dns01][unit]") {
    const std::string account(text_of(service_account()).reveal());
    const std::string login(text_of(personal_login()).reveal());
    const std::map<std::string, std::string> files{
        {"/keys/dns.json", account},
        {"/home/u/.config/gcloud/application_default_credentials.json", login},
        {"/gcloud/application_default_credentials.json", login}};

    const auto from = [&](std::map<std::string, Sensitive, std::less<>> variables) {
        return read_clouddns_config(kAmbientStanza, {}, ambient(files, std::move(variables)))
            .credential.who;
    };
    const Sensitive home("/home/u");

    CHECK(std::holds_alternative<ServiceAccountKey>(
        from({{"GOOGLE_APPLICATION_CREDENTIALS", Sensitive("/keys/dns.json")}, {"HOME", home}})));
    CHECK(std::get<PersonalLogin>(from({{"CLOUDSDK_CONFIG", Sensitive("/gcloud")}}))
              .refresh_token.reveal() == "1//refresh");
    CHECK(std::get<PersonalLogin>(from({{"HOME", home}})).quota_project == "billed-project");
}

TEST_CASE("without any the message says where they were looked for and where not",
          "[dns01][unit]") {
    CHECK_THAT(failure(kAmbientStanza, {}, ambient({}, {{"HOME", Sensitive("/home/u")}})),
               Contains("GOOGLE_APPLICATION_CREDENTIALS") &&
                   Contains("application-default login") && Contains("plain http") &&
                   Contains("/home/u/.config/gcloud/"));
    CHECK_THAT(failure(kAmbientStanza, {}, ambient({}, {})), Contains("HOME is not set"));
    CHECK_THAT(failure(kAmbientStanza, {},
                       ambient({}, {{"GOOGLE_APPLICATION_CREDENTIALS", Sensitive("/no")}})),
               Contains("clouddns: GOOGLE_APPLICATION_CREDENTIALS: /no: no such file"));
}

TEST_CASE("a file of one's own may name its token endpoint", "[dns01][unit]") {
    Value account = service_account();
    account.set("token_uri", "https://token.test/token");
    const ProviderSettings settings =
        ambient({{"/key.json", std::string(text_of(account).reveal())}},
                {{"GOOGLE_APPLICATION_CREDENTIALS", Sensitive("/key.json")}});

    CHECK(read_clouddns_config(kAmbientStanza, {}, settings).credential.token_endpoint ==
          "https://token.test/token");
}

}  // namespace
}  // namespace kcert::dns01::clouddns
