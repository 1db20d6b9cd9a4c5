// SPDX-License-Identifier: Apache-2.0

#include "dns01/webhook/webhook_provider.h"

#include <mutex>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"
#include "kube/status_error.h"

namespace kcert::dns01::webhook {
namespace {

using Catch::Matchers::Contains;

/// Answers as it is told and keeps what was posted.
class Solver final : public kube::AggregatedApi {
  public:
    json::Value post(const kube::Kind& kind, const json::Value& object, std::stop_token) override {
        const std::lock_guard lock(mutex_);
        if (kind.plural == "selfsubjectaccessreviews") {
            asked.push_back(object.at({"spec", "resourceAttributes"}));
            if (refusal) {
                throw kube::StatusError(*refusal);
            }
            return review;
        }
        posted.push_back(object);
        resource = kind.resource();
        version = kind.version;
        if (refusal) {
            throw kube::StatusError(*refusal);
        }
        return answer;
    }
    bool serves(const kube::Kind& kind, std::stop_token) override {
        resource = kind.resource();
        return served;
    }

    json::Value answer = json::parse_json(R"({"response": {"success": true}})");
    std::optional<kube::StatusError> refusal;
    bool served = true;
    json::Value review = json::parse_json(R"({"status": {"allowed": true}})");
    std::vector<json::Value> asked;
    std::vector<json::Value> posted;
    std::string resource;
    std::string version;

  private:
    std::mutex mutex_;
};

const std::vector<TxtRecord> kRecords{
    {"example.com.", "_acme-challenge.www.example.com.", "digest", "www.example.com"}};

WebhookConfig config_of(const char* text) {
    return read_webhook_config(json::parse_json(text));
}

WebhookProvider provider_of(Solver& solver) {
    return {config_of(R"({"groupName": "acme.example.com", "solverName": "my-solver",
                          "config": {"zone": 7}})"),
            "shop", false, &solver};
}

std::string failure(Solver& solver) {
    try {
        provider_of(solver).present(kRecords, {});
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing failed";
}

TEST_CASE("a solver is posted the payload that cert-manager posts", "[dns01][webhook]") {
    Solver solver;

    provider_of(solver).present(kRecords, {});

    CHECK(solver.resource == "my-solver.acme.example.com");
    CHECK(solver.version == "v1alpha1");
    REQUIRE(solver.posted.size() == 1);
    json::Value payload = solver.posted[0];
    CHECK(payload.text({"request", "uid"}).size() == 36);
    payload.member("request").erase("uid");
    CHECK(payload == json::parse_json(R"({
        "apiVersion": "webhook.acme.cert-manager.io/v1alpha1", "kind": "ChallengePayload",
        "request": {"action": "Present", "type": "dns-01", "dnsName": "www.example.com",
                    "key": "digest", "resourceNamespace": "shop",
                    "resolvedFQDN": "_acme-challenge.www.example.com.",
                    "resolvedZone": "example.com.", "allowAmbientCredentials": false,
                    "config": {"zone": 7}}})"));
}

TEST_CASE("clean-up is an action of its own", "[dns01][webhook]") {
    Solver solver;

    provider_of(solver).clean_up(kRecords, {});

    CHECK(solver.posted.at(0).text({"request", "action"}) == "CleanUp");
}

TEST_CASE("a solver's refusal is told in its words, on one line", "[dns01][webhook]") {
    Solver solver;
    solver.answer = json::parse_json(
        R"({"response": {"success": false, "status": {"message": "no such\n\u001b[31mzone"}}})");

    CHECK_THAT(failure(solver),
               Contains("webhook: my-solver.acme.example.com: Present of "
                        "_acme-challenge.www.example.com.: no such\\n\\x1b[31mzone"));
}

TEST_CASE("an answer that is none counts as no success", "[dns01][webhook]") {
    Solver solver;
    solver.answer = json::parse_json(
        GENERATE("{}", R"({"response": []})", R"({"response": {"success": "true"}})"));

    CHECK_THAT(failure(solver), Contains("without success and gave no reason"));
}

TEST_CASE("the API server's refusal stands behind what was tried", "[dns01][webhook]") {
    Solver solver;
    solver.refusal = kube::StatusError(403, "Forbidden", "not allowed");

    CHECK_THAT(failure(solver),
               Contains("Present of _acme-challenge.www.example.com.: not allowed"));
}

TEST_CASE("a dry run finds out whether the solver's API is there", "[dns01][webhook]") {
    Solver solver;
    const std::vector<std::string> zones{"example.com."};
    WebhookProvider provider = provider_of(solver);
    CHECK_NOTHROW(provider.verify(zones, {}));

    solver.served = false;

    CHECK_THROWS_WITH(provider.verify(zones, {}),
                      Contains("my-solver.acme.example.com: the API server does not serve it"));
    CHECK(solver.posted.empty());
}

TEST_CASE("a dry run finds out whether this user may call the solver", "[dns01][webhook]") {
    Solver solver;
    solver.review = json::parse_json(R"({"status": {"allowed": false}})");

    CHECK_THROWS_WITH(provider_of(solver).verify({}, {}),
                      Contains("create on my-solver in API group acme.example.com is missing"));
    CHECK(solver.posted.empty());
    CHECK(solver.asked ==
          std::vector{json::parse_json(
              R"({"verb": "create", "group": "acme.example.com", "resource": "my-solver"})")});
}

TEST_CASE("an API server that does not tell of rights forbids nothing", "[dns01][webhook]") {
    Solver solver;
    WebhookProvider provider = provider_of(solver);
    solver.review = json::parse_json(GENERATE("{}", R"({"status": {"allowed": "no"}})"));
    CHECK_NOTHROW(provider.verify({}, {}));

    solver.refusal = kube::StatusError(403, "Forbidden", "not allowed");

    CHECK_NOTHROW(provider.verify({}, {}));
}

TEST_CASE("without an API server there is no solver webhook", "[dns01][webhook]") {
    CHECK_THROWS_WITH(WebhookProvider(config_of(R"({"groupName": "a.b", "solverName": "c"})"), "",
                                      false, nullptr),
                      Contains("a folder of manifests has none"));
}

TEST_CASE("names that would be more than one part of a path are refused", "[dns01][webhook]") {
    CHECK_THROWS_AS(config_of(R"({"groupName": "a/b", "solverName": "c"})"), Error);
    CHECK_THROWS_AS(config_of(R"({"groupName": "a.b", "solverName": ".."})"), Error);
    CHECK_THROWS_AS(config_of(R"({"groupName": "a.b"})"), Error);
}

}  // namespace
}  // namespace kcert::dns01::webhook
