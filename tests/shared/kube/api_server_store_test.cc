// SPDX-License-Identifier: Apache-2.0

#include "kube/api_server_store.h"

#include <catch2/catch.hpp>

#include "shared/kube/api_fixture.h"
#include "shared/kube/object_store_contract.h"

namespace kcert::kube {

using namespace fixtures;
using Catch::Contains;
using contract::refusal_of;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const std::string kConflict = status_text(409, "Conflict", "the object has been modified");
const std::string kForbidden = status_text(403, "Forbidden", "secrets \"web-tls\" is forbidden");
const json::Value kStatusPatch =
    json::parse_json(R"({"metadata":{"uid":"u1","resourceVersion":"3","labels":{"a":"b"}},)"
                     R"("spec":{"x":1},"status":{"phase":"new"}})");

bool has(const net::Request& request, const std::string& name, const std::string& value) {
    return std::find(request.headers.begin(), request.headers.end(), std::pair(name, value)) !=
           request.headers.end();
}

std::string message_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

std::string shown_by(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.shown();
    }
    return "";
}

}  // namespace

TEST_CASE("keys are asked for together, and each has an answer of its own", "[kube][unit]") {
    Api api;
    api.http.reply(200, object_text(kWeb));
    api.http.reply(404, not_found(kWebTls));
    api.http.reply(403, kForbidden);
    const std::vector keys{kWeb, kWebTls, ObjectKey{kSecret, "shop", "a/b"}, kWebTls};

    const auto fetched = api.store.get_all(keys, {});

    REQUIRE(fetched.size() == 4);
    CHECK(std::get<0>(fetched[0])->text({"metadata", "name"}) == "web");
    CHECK_FALSE(std::get<0>(fetched[1]));
    CHECK(std::get<StatusError>(fetched[2]).code() == 400);
    CHECK(std::get<StatusError>(fetched[3]).code() == 403);
    REQUIRE(api.http.requests.size() == 3);
    CHECK(path_of(api.asked(0)) ==
          "/apis/certmanager.k8s.io/v1alpha1/namespaces/shop/certificates/web");
    CHECK(api.store.where() == "context lab");
}

TEST_CASE("every request says who asks and for what form", "[kube][unit]") {
    Api api({}, milliseconds(1500));
    api.http.reply(404, not_found(kWeb));

    get(api.store, kWeb, {});

    CHECK(has(api.asked(0), "Accept", "application/json"));
    CHECK(has(api.asked(0), "Impersonate-User", "alice"));
    CHECK(has(api.asked(0), "Authorization", "Bearer t1"));
    CHECK(api.asked(0).url.ends_with("/web?timeout=1.5s"));
    CHECK(api.asked(0).timeout == milliseconds(1500));
    CHECK(api.asked(0).compression == net::Compression::Gzip);
}

TEST_CASE("a proof is not sent in the clear", "[kube][unit]") {
    Api api({}, {}, "http://api.test:8080");
    api.http.reply(404, not_found(kWeb));

    get(api.store, kWeb, {});

    CHECK(api.credentials->given == 0);
}

TEST_CASE("a proof that was refused is not used again, and the refusal is told", "[kube][unit]") {
    Api api;
    api.http.reply(401, status_text(401, "Unauthorized", "Unauthorized"));
    api.http.reply(404, not_found(kWeb));

    const StatusError refusal = refusal_of([&] { get(api.store, kWeb, {}); });

    CHECK(refusal.shown() == "error: You must be logged in to the server (Unauthorized)");
    CHECK(api.credentials->refusals == std::vector<std::string>{"Bearer t1"});
    CHECK(api.http.requests.size() == 1);
    get(api.store, kWeb, {});
    CHECK(has(api.asked(1), "Authorization", "Bearer t2"));
}

TEST_CASE("a busy server is asked again when it says, and only for those answers", "[kube][unit]") {
    Api api;
    api.http.reply(429, "", {{"retry-after", "2"}});
    api.http.reply(200, object_text(kWebTls));
    api.http.reply(503, "", {{"retry-after", "1"}});
    api.http.reply(200, object_text(kWeb));

    const auto fetched = api.store.get_all(std::vector{kWeb, kWebTls}, {});

    CHECK(std::get<0>(fetched[0]));
    CHECK(std::get<0>(fetched[1]));
    CHECK(api.http.requests.size() == 4);
    CHECK(api.clock.sleeps() == std::vector<Duration>{seconds(2), seconds(1)});
}

TEST_CASE("a server that stays busy is given up on", "[kube][unit]") {
    Api api;
    for (int i = 0; i < 12; ++i) {
        api.http.reply(429, "slow down", {{"retry-after", "1"}});
    }

    CHECK(refusal_of([&] { get(api.store, kWeb, {}); }).code() == 429);
    CHECK(api.http.requests.size() == 11);
}

TEST_CASE("the flag --request-timeout bounds a request and its repetitions", "[kube][unit]") {
    Api api({}, seconds(5));
    for (int i = 0; i < 12; ++i) {
        api.http.reply(503, "", {{"retry-after", "2"}});
    }

    CHECK(refusal_of([&] { get(api.store, kWeb, {}); }).code() == 503);
    CHECK(api.http.requests.size() == 3);
    CHECK(api.asked(2).timeout == seconds(1));
}

TEST_CASE("a run that is stopped does not wait for a busy server", "[kube][unit]") {
    Api api;
    std::stop_source stop;
    stop.request_stop();

    CHECK_THROWS_AS(get(api.store, kWeb, stop.get_token()), Error);
    CHECK(api.clock.sleeps().empty());
}

TEST_CASE("a server that cannot be reached is told as kubectl tells it", "[kube][unit]") {
    Api api;
    api.http.fail(ErrorKind::Transport, "connecting to api.test:6443: connection refused");

    CHECK(shown_by([&] { get(api.store, kWeb, {}); }) ==
          "Unable to connect to the server: connecting to api.test:6443: connection refused");
    CHECK(api.http.requests.size() == 1);
}

TEST_CASE("an address where nothing listens is told in kubectl's words for it", "[kube][unit]") {
    Api api;
    api.http.refuse();

    CHECK(shown_by([&] { get(api.store, kWeb, {}); }) ==
          "The connection to the server api.test:6443 was refused - did you specify the right host "
          "or port?");
}

TEST_CASE("a reading whose connection breaks is asked again", "[kube][unit]") {
    Api api;
    api.http.cut_off();
    api.http.cut_off();
    api.http.reply(200, object_text(kWeb));

    CHECK(get(api.store, kWeb, {}));
    CHECK(api.clock.sleeps() == std::vector<Duration>{seconds(1), seconds(1)});

    for (int i = 0; i < 12; ++i) {
        api.http.cut_off();
    }
    CHECK_THAT(message_of([&] { get(api.store, kWeb, {}); }),
               Contains("Unable to connect to the server: the connection was closed"));
    CHECK(api.http.requests.size() == 14);
}

TEST_CASE("who cannot prove anything has not asked", "[kube][unit]") {
    Api api;
    api.credentials->fault = "getting credentials: exec: executable aws not found";

    CHECK(shown_by([&] { get(api.store, kWeb, {}); }) ==
          "Unable to connect to the server: getting credentials: exec: executable aws not found");
    CHECK(api.http.requests.empty());
}

TEST_CASE("warnings of the server are told once", "[kube][unit]") {
    Api api;
    for (int i = 0; i < 2; ++i) {
        api.http.reply(404, not_found(kWeb), {{"warning", "299 - \"old version\""}});
        get(api.store, kWeb, {});
    }

    CHECK(api.warnings == std::vector<std::string>{"old version"});
}

TEST_CASE("a list is asked for in pages", "[kube][unit]") {
    Api api;
    api.http.reply(200, R"({"kind":"SecretList","metadata":{"continue":"t"},"items":[)"
                        R"({"metadata":{"name":"b","namespace":"shop"}}]})");
    api.http.reply(410, status_text(410, "Expired", "too old"));
    api.http.reply(200, R"({"kind":"SecretList","items":[)"
                        R"({"metadata":{"name":"c","namespace":"shop"}}]})");

    const auto listed = api.store.list(kSecret, {.ns = "shop", .labels = "a=b"}, {});

    REQUIRE(listed.size() == 1);
    CHECK(path_of(api.asked(0)) == "/api/v1/namespaces/shop/secrets?limit=500&labelSelector=a%3Db");
    CHECK(path_of(api.asked(1)) ==
          "/api/v1/namespaces/shop/secrets?limit=500&labelSelector=a%3Db&continue=t");
    CHECK(path_of(api.asked(2)) == path_of(api.asked(0)));
    api.http.reply(403, kForbidden);
    CHECK(refusal_of([&] { api.store.list(kSecret, {}, {}); }).code() == 403);
    CHECK_THROWS_AS(api.store.list(kSecret, {.ns = "..", .labels = ""}, {}), StatusError);
    CHECK_THROWS_AS(api.store.list(kSecret, {.ns = "shop", .labels = "a=b=c"}, {}), Error);
}

TEST_CASE("objects are posted together; the first refusal in their order is told", "[kube][unit]") {
    Api api;
    api.http.reply(201, object_text(kWebTls));
    api.http.reply(409, status_text(409, "AlreadyExists", "secrets \"web-tls\" already exists"));
    api.http.reply(403, kForbidden);
    const json::Value secret = json::parse_json(object_text(kWebTls));

    const StatusError refusal = refusal_of([&] {
        api.store.create_all(std::vector{secret, secret, secret}, {});
    });

    CHECK(refusal.reason() == "AlreadyExists");
    REQUIRE(api.http.requests.size() == 3);
    CHECK(api.asked(0).method == "POST");
    CHECK(path_of(api.asked(0)) == "/api/v1/namespaces/shop/secrets?fieldManager=kubectl-cert");
    CHECK(has(api.asked(0), "Content-Type", "application/json"));
}

TEST_CASE("a write whose connection breaks is not sent again", "[kube][unit]") {
    Api api;
    api.http.cut_off();

    CHECK_THROWS_AS(create(api.store, json::parse_json(object_text(kWebTls)), {}), Error);
    CHECK(api.http.requests.size() == 1);
}

TEST_CASE("a patch of the main part leaves the status out", "[kube][unit]") {
    Api api;
    api.http.reply(200, object_text(kWeb, "4"));

    const json::Value patched = api.store.patch(kWeb, kStatusPatch, Part::Main, {});

    CHECK(patched.text({"metadata", "resourceVersion"}) == "4");
    CHECK(api.asked(0).method == "PATCH");
    CHECK(has(api.asked(0), "Content-Type", "application/merge-patch+json"));
    CHECK_FALSE(api.sent(0).has("status"));
    CHECK(api.sent(0).text({"metadata", "labels", "a"}) == "b");
}

TEST_CASE("a status goes to its own path, with the state that it is meant for", "[kube][unit]") {
    Api api;
    api.http.reply(200, object_text(kWeb));

    api.store.patch(kWeb, kStatusPatch, Part::Status, {});

    CHECK(path_of(api.asked(0)).ends_with("/certificates/web/status?fieldManager=kubectl-cert"));
    CHECK(api.sent(0) == json::parse_json(R"({"status":{"phase":"new"},)"
                                          R"("metadata":{"uid":"u1","resourceVersion":"3"}})"));
}

TEST_CASE("a status goes to the object where its kind has no path for it", "[kube][unit]") {
    Api api;
    json::Value with_status = json::parse_json(object_text(kWeb));
    with_status.member("status").set("phase", "new");
    api.http.reply(404, not_found(kWeb));
    api.http.reply(200, json::write_json(with_status));
    api.http.reply(200, json::write_json(with_status));

    api.store.patch(kWeb, kStatusPatch, Part::Status, {});
    api.store.patch(kWeb, kStatusPatch, Part::Status, {});

    REQUIRE(api.http.requests.size() == 3);
    CHECK(path_of(api.asked(1)).ends_with("/certificates/web?fieldManager=kubectl-cert"));
    CHECK(api.sent(1) == api.sent(0));
    CHECK(path_of(api.asked(2)) == path_of(api.asked(1)));
}

TEST_CASE("what is not there is told as the server tells it", "[kube][unit]") {
    Api api;

    const StatusError missing = api.store.not_found(kWeb);

    CHECK(missing.code() == 404);
    CHECK(missing.shown() ==
          "Error from server (NotFound): certificates.certmanager.k8s.io \"web\" not found");
}

TEST_CASE("a status of an object that is not there is refused", "[kube][unit]") {
    Api api;
    api.http.reply(404, not_found(kWeb));
    api.http.reply(404, not_found(kWeb));

    const StatusError refusal =
        refusal_of([&] { api.store.patch(kWeb, kStatusPatch, Part::Status, {}); });

    CHECK(refusal.code() == 404);
    CHECK(std::string(refusal.what()) == "certificates.certmanager.k8s.io \"web\" not found");
}

TEST_CASE("a write that met another is tried again some times", "[kube][unit]") {
    const json::Value patch = json::parse_json(R"({"spec":{"x":1}})");
    Api api;
    for (int i = 0; i < 3; ++i) {
        api.http.reply(409, kConflict);
    }
    api.http.reply(200, object_text(kWeb));
    api.store.patch(kWeb, patch, Part::Main, {});
    CHECK(api.http.requests.size() == 4);
    CHECK(api.clock.sleeps().size() == 3);

    Api stubborn;
    for (int i = 0; i < 9; ++i) {
        stubborn.http.reply(409, kConflict);
    }
    CHECK(refusal_of([&] { stubborn.store.patch(kWeb, patch, Part::Main, {}); }).code() == 409);
    CHECK(stubborn.http.requests.size() == 5);

    Api guarded;
    guarded.http.reply(409, kConflict);
    CHECK(refusal_of([&] { guarded.store.patch(kWeb, kStatusPatch, Part::Main, {}); }).reason() ==
          "Conflict");
    CHECK(guarded.http.requests.size() == 1);
}

TEST_CASE("another object of the same name is a conflict", "[kube][unit]") {
    Api api;
    api.http.reply(422, status_text(422, "Invalid", "uid is immutable",
                                    R"({"causes":[{"field":"metadata.uid","message":"no"}]})"));

    CHECK(refusal_of([&] { api.store.patch(kWeb, kStatusPatch, Part::Main, {}); }).reason() ==
          "Conflict");
}

TEST_CASE("what is removed goes with what belongs to it", "[kube][unit]") {
    Api api;
    api.http.reply(200, R"({"kind":"Status","status":"Success"})");
    CHECK(api.store.remove(kWebTls, {}));
    CHECK(api.asked(0).method == "DELETE");
    CHECK(api.sent(0).text({"propagationPolicy"}) == "Background");
    api.http.reply(404, not_found(kWebTls));
    CHECK_FALSE(api.store.remove(kWebTls, {}));
    api.http.reply(404, "404 page not found");
    CHECK(refusal_of([&] { api.store.remove(kWebTls, {}); }).code() == 404);
    api.http.reply(403, kForbidden);
    CHECK(refusal_of([&] { api.store.remove(kWebTls, {}); }).code() == 403);
}

TEST_CASE("a dry run stores nothing", "[kube][unit]") {
    Api api({.dry_run = true});
    api.http.reply(201, object_text(kWebTls));
    api.http.reply(200, object_text(kWebTls));
    api.http.reply(200, "{}");

    create(api.store, json::parse_json(object_text(kWebTls)), {});
    api.store.patch(kWebTls, json::parse_json(R"({"data":{}})"), Part::Main, {});
    api.store.remove(kWebTls, {});

    CHECK(api.asked(0).url.ends_with("?fieldManager=kubectl-cert&dryRun=All"));
    CHECK(api.asked(1).url.ends_with("?fieldManager=kubectl-cert&dryRun=All"));
    CHECK(api.sent(2)["dryRun"] == json::parse_json(R"(["All"])"));
}

TEST_CASE("a rehearsal lets the server judge what would be created or changed", "[kube][unit]") {
    Api api;
    const std::vector objects{json::parse_json(object_text(kWebTls)),
                              json::parse_json(object_text(kWeb))};
    api.http.reply(200, object_text(kWebTls));
    api.http.reply(404, not_found(kWeb));
    api.http.reply(200, object_text(kWebTls));
    api.http.reply(403, status_text(403, "Forbidden", "certificates is forbidden"));

    const StatusError refusal = refusal_of([&] { api.store.rehearse(objects, {}); });

    CHECK(refusal.code() == 403);
    REQUIRE(api.http.requests.size() == 4);
    CHECK(api.asked(2).method == "PATCH");
    CHECK(api.asked(3).method == "POST");
    CHECK(api.asked(2).url.ends_with("dryRun=All"));
    CHECK(api.asked(3).url.ends_with("dryRun=All"));
}

TEST_CASE("missing rights are asked for, and what is not answered is not told", "[kube][unit]") {
    Api api;
    const std::vector<Right> rights{{.verb = "create", .kind = kSecret, .ns = "shop"},
                                    {.verb = "patch",
                                     .kind = kCertificate,
                                     .ns = "shop",
                                     .name = "web",
                                     .subresource = "status"},
                                    {.verb = "get", .kind = kLease, .ns = "shop"},
                                    {.verb = "get", .kind = kIssuer, .ns = "shop"}};
    api.http.reply(201, R"({"status":{"allowed":true}})");
    api.http.reply(201, R"({"status":{"allowed":false}})");
    api.http.reply(403, kForbidden);
    api.http.reply(201, R"({"status":{"allowed":"no"}})");

    const auto missing = api.store.missing_rights(rights, {});

    REQUIRE(missing.size() == 1);
    CHECK(missing[0].subresource == "status");
    CHECK(path_of(api.asked(0)) == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
    CHECK(api.sent(1).at({"spec", "resourceAttributes"}) ==
          json::parse_json(R"({"verb":"patch","group":"certmanager.k8s.io",)"
                           R"("resource":"certificates","namespace":"shop","name":"web",)"
                           R"("subresource":"status"})"));
}

constexpr Kind kSolver{"acme.example.com", "v1alpha1", "ChallengePayload", "my-solver",
                       Scope::Cluster};

TEST_CASE("what is posted to an aggregated API comes back as it answered", "[kube][unit]") {
    Api api;
    api.http.reply(201, R"({"kind":"ChallengePayload","response":{"success":true}})");

    const json::Value answer =
        api.store.post(kSolver, json::parse_json(R"({"request":{"uid":"1"}})"), {});

    CHECK(answer.at({"response", "success"}).as_bool());
    CHECK(api.asked(0).method == "POST");
    CHECK(path_of(api.asked(0)) == "/apis/acme.example.com/v1alpha1/my-solver");
    CHECK(api.sent(0) == json::parse_json(R"({"request":{"uid":"1"}})"));
}

TEST_CASE("an aggregated API that refuses is told in its words", "[kube][unit]") {
    Api api;
    api.http.reply(403, kForbidden);

    const StatusError refusal =
        refusal_of([&] { api.store.post(kSolver, json::Value::object(), {}); });

    CHECK(refusal.code() == 403);
}

TEST_CASE("an aggregated API serves the resources that it lists", "[kube][unit]") {
    Api api;
    api.http.reply(200, R"({"resources":[{"name":"other"},{"name":"my-solver"}]})");
    api.http.reply(200, R"({"resources":[{"name":"other"}, 7]})");
    api.http.reply(200, R"({"resources":"my-solver"})");
    api.http.reply(404, "404 page not found");

    CHECK(api.store.serves(kSolver, {}));
    CHECK_FALSE(api.store.serves(kSolver, {}));
    CHECK_FALSE(api.store.serves(kSolver, {}));
    CHECK_FALSE(api.store.serves(kSolver, {}));
    CHECK(path_of(api.asked(0)) == "/apis/acme.example.com/v1alpha1");
}

}  // namespace kcert::kube
