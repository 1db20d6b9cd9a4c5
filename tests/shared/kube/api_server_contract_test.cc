// SPDX-License-Identifier: Apache-2.0
//
// The contract of an ObjectStore, kept by a real API server that a test of tests/e2e has started:
// $KCERT_API_SERVER, $KCERT_API_CA (a file), $KCERT_API_TOKEN, $KCERT_API_NAMESPACE.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "kube/api_server_store.h"
#include "kube/lease.h"
#include "net/curl_http_client.h"
#include "shared/kube/object_store_contract.h"

namespace kcert::kube {
namespace {

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    REQUIRE(value != nullptr);
    return value;
}

class Token final : public Credentials {
  public:
    explicit Token(std::string token) : token_(std::move(token)) {}
    void add_to(net::Request& request, std::stop_token) override {
        request.headers.emplace_back("Authorization", "Bearer " + token_);
    }

  private:
    std::string token_;
};

struct Server {
    Server() { clear(); }
    ~Server() { clear(); }

    static ClusterAccess access() {
        std::ifstream file(from_environment("KCERT_API_CA"));
        ClusterAccess access{
            .server = from_environment("KCERT_API_SERVER"),
            .credentials = std::make_shared<Token>(from_environment("KCERT_API_TOKEN")),
            .name = "context lab"};
        access.route.ca_pem.assign(std::istreambuf_iterator<char>(file), {});
        return access;
    }

    /// Catch runs a test case once a section: each begins with nothing.
    void clear() {
        for (const Kind& kind : {kCertificate, kIssuer, kSecret, kEvent, kLease}) {
            for (const json::Value& object : store.list(kind, {.ns = ns}, {})) {
                store.remove(key_of(object, ns), {});
            }
        }
    }

    const std::string ns = from_environment("KCERT_API_NAMESPACE");
    SystemClock clock;
    net::CurlHttpClient http{net::NetworkSettings{.user_agent = "kubectl-cert-tests"}};
    ApiServerStore store{
        access(), http, clock,
        ApiServerOptions{.holder_identity = holder_identity("lab", this_process().host,
                                                            this_process().pid, "contract")}};
};

json::Value object_of(const Kind& kind, const std::string& ns, const std::string& name) {
    json::Value object =
        json::Value::object({{"apiVersion", kind.api_version()}, {"kind", kind.kind}});
    object.member("metadata").set("name", name);
    object.member("metadata").set("namespace", ns);
    return object;
}

}  // namespace

TEST_CASE("an API server keeps the contract of an ObjectStore") {
    Server server;

    contract::check_object_store_contract(server.store, server.ns);
}

TEST_CASE("a list of more than one page is whole and in order") {
    Server server;
    std::vector<json::Value> secrets;
    for (int i = 1000; i < 1520; ++i) {
        secrets.push_back(object_of(kSecret, server.ns, "s" + std::to_string(i)));
    }
    server.store.create_all(secrets, {});

    const auto listed = server.store.list(kSecret, {.ns = server.ns}, {});

    REQUIRE(listed.size() == 520);
    CHECK(listed.front().text({"metadata", "name"}) == "s1000");
    CHECK(listed.back().text({"metadata", "name"}) == "s1519");
    CHECK(key_of(listed.back(), "").kind == kSecret);
}

TEST_CASE("a status goes to the object where the CRD has no path for it") {
    Server server;
    const ObjectKey key{kIssuer, server.ns, "ca"};
    create(server.store, object_of(kIssuer, server.ns, "ca"), {});
    const json::Value patch = json::parse_json(R"({"status":{"phase":"new"}})");

    CHECK(server.store.patch(key, patch, Part::Status, {}).text({"status", "phase"}) == "new");
    CHECK(get(server.store, key, {})->text({"status", "phase"}) == "new");
    CHECK(contract::refusal_of([&] {
              server.store.patch({kIssuer, server.ns, "none"}, patch, Part::Status, {});
          }).code() == 404);
}

TEST_CASE("a patch that names another object of the same name is a conflict") {
    Server server;
    const ObjectKey key{kSecret, server.ns, "s"};
    create(server.store, object_of(kSecret, server.ns, "s"), {});
    const json::Value patch = json::parse_json(
        R"({"metadata":{"uid":"11111111-2222-3333-4444-555555555555"},"data":{"a":"Yg=="}})");

    CHECK(contract::refusal_of([&] { server.store.patch(key, patch, Part::Main, {}); }).reason() ==
          "Conflict");
}

TEST_CASE("a refusal of the server reads as kubectl shows it") {
    Server server;
    json::Value secret = object_of(kSecret, server.ns, "Not_A_Name");
    const StatusError invalid = contract::refusal_of([&] { create(server.store, secret, {}); });
    CHECK_THAT(invalid.shown(),
               Catch::StartsWith("The Secret \"Not_A_Name\" is invalid: metadata.name: Invalid "
                                 "value: \"Not_A_Name\": "));

    const StatusError missing =
        contract::refusal_of([&] { server.store.list(kClusterIssuer, {}, {}); });
    CHECK_THAT(missing.what(), Catch::Contains("kubectl apply -k manifests/crds"));
    const StatusError nowhere =
        contract::refusal_of([&] { create(server.store, object_of(kSecret, "nowhere", "s"), {}); });
    CHECK(nowhere.shown() == "Error from server (NotFound): namespaces \"nowhere\" not found");
}

TEST_CASE("what is rehearsed is judged and not stored") {
    Server server;
    json::Value secret = object_of(kSecret, server.ns, "s");
    server.store.rehearse({&secret, 1}, {});
    CHECK_FALSE(get(server.store, {kSecret, server.ns, "s"}, {}));

    create(server.store, secret, {});
    secret.member("data").set("a", "Yg==");
    server.store.rehearse({&secret, 1}, {});
    CHECK_FALSE(get(server.store, {kSecret, server.ns, "s"}, {})->has("data"));
    secret.member("data").set("a", "no base64!");
    CHECK_THROWS_AS(server.store.rehearse({&secret, 1}, {}), StatusError);
    const Right right{.verb = "create", .kind = kSecret, .ns = server.ns};
    CHECK(server.store.missing_rights({&right, 1}, {}).empty());
}

TEST_CASE("a claim is a Lease that goes with it") {
    Server server;
    const ObjectKey web{kCertificate, server.ns, "web"};
    auto claim = server.store.claim(web, {});
    const auto lease = get(server.store, lease_key(web), {});
    REQUIRE(lease);
    CHECK_THAT(std::string(lease->text({"spec", "holderIdentity"})),
               Catch::StartsWith("lab@") && Catch::EndsWith("/contract"));

    json::Value takeover = json::parse_json(R"({"spec":{"holderIdentity":"x@elsewhere/1/n"}})");
    server.store.patch(lease_key(web), takeover, Part::Main, {});
    claim.reset();
    CHECK(get(server.store, lease_key(web), {}));

    takeover.member("spec").set("renewTime", "2020-01-01T00:00:00.000000Z");
    server.store.patch(lease_key(web), takeover, Part::Main, {});
    claim = server.store.claim(web, {});
    CHECK(get(server.store, lease_key(web), {})->at({"spec", "leaseTransitions"}).as_int() == 1);
    claim.reset();
    CHECK_FALSE(get(server.store, lease_key(web), {}));
}

}  // namespace kcert::kube
