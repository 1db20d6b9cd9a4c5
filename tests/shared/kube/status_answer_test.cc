// SPDX-License-Identifier: Apache-2.0

#include "kube/status_answer.h"

#include <catch2/catch.hpp>

#include "shared/kube/api_fixture.h"

namespace kcert::kube {

using namespace fixtures;
using Catch::Contains;
using Catch::Equals;

namespace {

const Asked kGetSecret{.verb = "get", .kind = kSecret, .name = "web-tls"};
const Asked kGetWeb{.verb = "get", .kind = kCertificate, .name = "web"};

StatusError refusal(int code, std::string body, const Asked& asked = kGetSecret) {
    return refusal_in({code, {}, std::move(body)}, asked).value();
}

}  // namespace

TEST_CASE("a Status is taken over with its details", "[kube][unit]") {
    const StatusError read = refusal(
        422, status_text(422, "Invalid", "it is invalid",
                         R"({"kind":"Certificate","name":"web","retryAfterSeconds":3,"causes":[)"
                         R"({"reason":"FieldValueInvalid","message":"no","field":"spec.a"},7]})"));

    CHECK(read.code() == 422);
    CHECK(read.reason() == "Invalid");
    CHECK_THAT(read.what(), Equals("it is invalid"));
    REQUIRE(read.details());
    CHECK(read.details()->kind == "Certificate");
    CHECK(read.details()->name == "web");
    CHECK(read.details()->retry_after_seconds == 3);
    REQUIRE(read.details()->causes.size() == 2);
    CHECK(read.details()->causes[0].field == "spec.a");
    CHECK(read.details()->causes[1].message.empty());
}

TEST_CASE("what a proxy answers gets client-go's words", "[kube][unit]") {
    CHECK_THAT(refusal(403, "<html>no\x1b[2J</html>\n").what(),
               Equals("<html>no\\x1b[2J</html> (get secrets web-tls)"));
    CHECK_THAT(refusal(401, "").what(), Equals("the server has asked for the client to provide "
                                               "credentials (get secrets web-tls)"));
    CHECK(refusal(401, "").reason() == "Unauthorized");
    CHECK_THAT(refusal(404, "404 page not found\n").what(),
               Equals("the server could not find the requested resource (get secrets web-tls)"));
    CHECK_THAT(refusal(502, "bad gateway").what(),
               Equals("an error on the server (\"bad gateway\") has prevented the request from "
                      "succeeding (get secrets web-tls)"));
    CHECK_THAT(refusal(500, "").what(), Contains("(\"unknown\")"));
    CHECK_THAT(refusal(503, "x").what(), Contains("currently unable to handle the request"));
    CHECK_THAT(refusal(418, "").what(), Contains("for an unknown reason"));
    CHECK(refusal(409, "").reason() == "Conflict");
    CHECK(refusal(409, "", {.verb = "post", .kind = kSecret}).reason() == "AlreadyExists");
    CHECK(std::string(refusal(403, std::string(100'000, 'x')).what()).size() < 2100);
}

TEST_CASE("a Status of wrong types is no reason to stumble", "[kube][unit]") {
    for (const char* body :
         {R"({"kind":"Status","apiVersion":"v1","message":7,"reason":[],"details":"x"})",
          R"({"kind":"Status","apiVersion":"v1","details":{"causes":{"a":1},"name":{}}})", "[]",
          "null", "{", "\"Status\"", R"({"kind":"Status","apiVersion":"v1","code":"x"})"}) {
        INFO(body);
        const StatusError read = refusal(503, body);
        CHECK(read.code() == 503);
        CHECK(read.details().has_value());
        CHECK_FALSE(std::string(read.what()).empty());
        CHECK_FALSE(is_absence({404, {}, body}, kGetSecret));
    }
    const std::string many = status_text(422, "Invalid", std::string(1'000'000, 'm'),
                                         R"({"retryAfterSeconds":99999999999})");
    CHECK(std::string(refusal(422, many).what()).size() < 20'000);
    CHECK(refusal(422, std::string(10'000, '[')).code() == 422);
}

TEST_CASE("only a Status that names the object says that it is not there", "[kube][unit]") {
    CHECK(is_absence({404, {}, not_found(kWeb)}, kGetWeb));
    CHECK_FALSE(is_absence({404, {}, not_found(kWebTls)}, kGetWeb));
    CHECK_FALSE(is_absence({404, {}, "404 page not found\n"}, kGetWeb));
    CHECK_FALSE(is_absence({403, {}, not_found(kWeb)}, kGetWeb));
    const std::string no_namespace = status_text(404, "NotFound", "namespaces \"web\" not found",
                                                 R"({"name":"web","kind":"namespaces"})");
    CHECK_FALSE(is_absence({404, {}, no_namespace}, kGetWeb));
}

TEST_CASE("a missing CRD is told with the command that installs it", "[kube][unit]") {
    const StatusError missing = refusal(404, "404 page not found\n", kGetWeb);

    CHECK(missing.code() == 404);
    CHECK_THAT(missing.what(), Contains("a resource type \"certificates.certmanager.k8s.io\"") &&
                                   Contains("kubectl apply -k manifests/crds") &&
                                   Contains("kubectl apply -f install-crds.yaml"));
    CHECK_THAT(missing.shown(), Catch::StartsWith("error: the server doesn't have"));
    CHECK_FALSE(Catch::contains(refusal(404, "404 page not found").what(), "CRD"));
}

TEST_CASE("a redirect is not followed but named", "[kube][unit]") {
    try {
        refusal_in({302, {{"location", "https://login.test/\x1b[2J"}}, "<html>"}, kGetWeb);
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        CHECK_THAT(error.what(), Contains("answered 302 and points to https://login.test/\\x1b"));
    }
}

TEST_CASE("a success that is not what was asked for is no object", "[kube][unit]") {
    for (const std::string& body :
         {std::string("<html>please log in</html>"), std::string(), std::string("[]"),
          std::string("null"), std::string("{}"), object_text(kWeb).substr(0, 30),
          object_text({kSecret, "shop", "other"}), object_text({kLease, "shop", "web-tls"}),
          status_text(200, "Forbidden", "no"), std::string(500, '['),
          std::string(R"({"apiVersion":"v1","kind":"Secret","metadata":[]})")}) {
        INFO(body);
        try {
            expected_object({200, {}, body}, kGetSecret);
            FAIL("nothing was thrown");
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::Transport);
            CHECK_THAT(error.what(),
                       Contains("answer cannot be read") && Contains("(get secrets web-tls)"));
        }
    }
    CHECK(expected_object({200, {}, object_text(kWebTls)}, kGetSecret).is_object());
}

TEST_CASE("a page in place of an object is told as one", "[kube][unit]") {
    const net::Response page{200, {{"content-type", "text/html; charset=utf-8"}}, "<html>log in"};

    CHECK_THROWS_WITH(object_in(page, kGetSecret),
                      Equals("the API server's answer cannot be read: it is text/html; "
                             "charset=utf-8, as a proxy in its place sends it (get secrets "
                             "web-tls)"));
}

}  // namespace kcert::kube
