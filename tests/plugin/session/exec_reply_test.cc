// SPDX-License-Identifier: Apache-2.0

#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/timestamp.h"
#include "session/exec_reply.h"

namespace kcert::session {
namespace {

constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";

ExecReply parse(const std::string& status,
                const std::string& head = R"("kind":"ExecCredential",)"
                                          R"("apiVersion":"client.authentication.k8s.io/v1")") {
    return parse_exec_reply("{" + head + (status.empty() ? "" : ",\"status\":" + status) + "}",
                            kV1);
}

TEST_CASE("a token with its expiry is read", "[session][unit]") {
    const ExecReply reply =
        parse(R"({"token":"t0k","expirationTimestamp":"2026-11-23T01:00:00+01:00"})");

    CHECK(reply.token.reveal() == "t0k");
    CHECK(reply.expires == parse_rfc3339("2026-11-23T00:00:00Z"));
    CHECK(reply.certificate_pem.empty());
}

TEST_CASE("a certificate with its key is read, beside a token or without", "[session][unit]") {
    const std::string pair = R"("clientCertificateData":"-----BEGIN CERTIFICATE-----\nA",)"
                             R"("clientKeyData":"-----BEGIN EC PRIVATE KEY-----\nB")";

    const ExecReply alone = parse("{" + pair + "}");
    const ExecReply both = parse("{\"token\":\"t\"," + pair + "}");

    CHECK(alone.certificate_pem == "-----BEGIN CERTIFICATE-----\nA");
    CHECK(alone.key_pem.reveal() == "-----BEGIN EC PRIVATE KEY-----\nB");
    CHECK_FALSE(alone.expires);
    CHECK(both.token.reveal() == "t");
    CHECK_FALSE(both.key_pem.empty());
}

TEST_CASE("a reply in YAML and one without kind are read, as kubectl reads them",
          "[session][unit]") {
    const ExecReply yaml = parse_exec_reply(
        "apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus:\n  token: "
        "t0k\n",
        kV1);

    CHECK(yaml.token.reveal() == "t0k");
    CHECK(parse(R"({"token":"t"})", R"("apiVersion":"client.authentication.k8s.io/v1")")
              .token.reveal() == "t");
}

TEST_CASE("a reply of another version is refused with both named", "[session][unit]") {
    CHECK_THROWS_WITH(
        parse(R"({"token":"t"})", R"("kind":"ExecCredential",)"
                                  R"("apiVersion":"client.authentication.k8s.io/v1beta1")"),
        "exec plugin is configured to use API version "
        "client.authentication.k8s.io/v1, plugin returned version "
        "client.authentication.k8s.io/v1beta1");
    CHECK_THROWS_WITH(parse(R"({"token":"t"})", R"("kind":"ExecCredential")"),
                      Catch::Contains("plugin returned no version"));
}

TEST_CASE("a reply of another kind or group is refused", "[session][unit]") {
    CHECK_THROWS_WITH(parse("{}", R"("kind":"Foo","apiVersion":"client.authentication.k8s.io/v1")"),
                      "decoding stdout: no kind \"Foo\" is registered for version "
                      "\"client.authentication.k8s.io/v1\"");
    CHECK_THROWS_WITH(parse("{}", R"("kind":"ExecCredential","apiVersion":"foo/v1")"),
                      Catch::Contains("no kind \"ExecCredential\" is registered"));
}

TEST_CASE("a reply without what it is for is refused in client-go's words", "[session][unit]") {
    CHECK_THROWS_WITH(parse(""), "exec plugin didn't return a status field");
    CHECK_THROWS_WITH(parse("{}"), "exec plugin didn't return a token or cert/key pair");
    CHECK_THROWS_WITH(parse(R"({"clientKeyData":"a"})"),
                      "exec plugin returned only certificate or key, not both");
    CHECK_THROWS_WITH(parse(R"({"token":"t","clientCertificateData":"a"})"),
                      "exec plugin returned only certificate or key, not both");
    CHECK_THROWS_WITH(parse(R"({"clientKeyData":"a","clientCertificateData":"b"})"),
                      "failed parsing client key/certificate: tls: failed to find any PEM data in "
                      "certificate input");
}

TEST_CASE("malformed replies are refused without showing what may be a secret", "[session][unit]") {
    constexpr const char* kMistypedToken =
        R"({"apiVersion":"client.authentication.k8s.io/v1","status":{"token":["s3cret"]}})";
    constexpr const char* kMistypedStatus =
        R"({"apiVersion":"client.authentication.k8s.io/v1","status":"s3cret"})";
    for (const char* const text : {"", "hello s3cret", "[\"s3cret\"]", "{\"s3cret",
                                   "a: b\n---\na: s3cret\n", kMistypedStatus, kMistypedToken}) {
        try {
            parse_exec_reply(text, kV1);
            FAIL(text);
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Config);
            CHECK_THAT(error.what(), Catch::StartsWith("decoding stdout: "));
            CHECK_THAT(error.what(), !Catch::Contains("s3cret"));
        }
    }
}

TEST_CASE("an expiry that is no time is refused, with control characters shown",
          "[session][unit]") {
    CHECK_THROWS_WITH(parse("{\"token\":\"t\",\"expirationTimestamp\":\"yester\\u001bday\"}"),
                      Catch::Contains("\"yester\\x1bday\" is no RFC 3339 time"));
}

}  // namespace
}  // namespace kcert::session
