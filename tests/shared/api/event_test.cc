// SPDX-License-Identifier: Apache-2.0

#include "api/event.h"

#include <catch2/catch.hpp>
#include <string>

#include "base/timestamp.h"
#include "json/yaml.h"

namespace kcert::api {
namespace {

const Time kNow = *parse_rfc3339("2026-11-20T10:00:00Z");

json::Value document(std::string_view yaml) {
    return json::parse_yaml(yaml).at(0);
}

}  // namespace

TEST_CASE("an Event is about its object and from kubectl-cert", "[api][unit]") {
    const json::Value about = document(R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata: {name: web, namespace: shop, uid: u1}
)");

    const json::Value event = make_event(about, "Normal", "IssueCertificate", "Issuing", kNow);

    CHECK(event.text({"kind"}) == "Event");
    CHECK(event.text({"metadata", "namespace"}) == "shop");
    CHECK(event.text({"metadata", "name"}) == "web.18e9b8832bdd4000");
    CHECK(event.text({"involvedObject", "apiVersion"}) == "certmanager.k8s.io/v1alpha1");
    CHECK_FALSE(event["involvedObject"].has("resourceVersion"));
    const Event read = decode_event(event);
    CHECK(read.type == "Normal");
    CHECK(read.reason == "IssueCertificate");
    CHECK(read.message == "Issuing");
    CHECK(read.source == "kubectl-cert");
    CHECK(read.object_kind == "Certificate");
    CHECK(read.object_name == "web");
    CHECK(read.object_uid == "u1");
    CHECK(read.first == kNow);
    CHECK(read.last == kNow);
    CHECK(read.count == 1);
}

TEST_CASE("an Event of the newer kind has its times in eventTime and series", "[api][unit]") {
    const Event single =
        decode_event(document("{eventTime: '2026-11-20T10:00:00.000000Z', reportingComponent: "
                              "other, firstTimestamp: null}"));
    const Event series = decode_event(
        document("{eventTime: '2026-11-20T10:00:00.000000Z', lastTimestamp: null,"
                 " series: {count: 5, lastObservedTime: '2026-11-20T10:07:00.000000Z'}}"));

    CHECK(single.source == "other");
    CHECK(single.first == kNow);
    CHECK(single.last == kNow);
    CHECK(single.count == 1);
    CHECK(series.first == kNow);
    CHECK(series.last == kNow + std::chrono::minutes(7));
    CHECK(series.count == 5);
}

TEST_CASE("an Event about a cluster-scoped object lives in default", "[api][unit]") {
    const json::Value event = make_event(document("{kind: ClusterIssuer, metadata: {name: le}}"),
                                         "Normal", "Reason", "text", kNow);

    CHECK(event.text({"metadata", "namespace"}) == "default");
    CHECK_FALSE(event["involvedObject"].has("namespace"));
}

TEST_CASE("an Event's name and message stay within their bounds", "[api][unit]") {
    std::string umlauts;
    for (int i = 0; i < 600; ++i) {
        umlauts += "ü";
    }
    const json::Value about =
        json::Value::object({{"metadata", json::Value::object({{"name", std::string(250, 'a')}})}});

    const json::Value event = make_event(about, "Warning", "Reason", umlauts, kNow);

    CHECK(event.text({"metadata", "name"}).size() == 253);
    const std::string_view message = event.text({"message"});
    CHECK(message.size() <= 1024);
    CHECK(message.substr(message.size() - 5) == "ü...");
}

TEST_CASE("an Event of the newer API is read by its own times and source", "[api][unit]") {
    const Event event = decode_event(document(R"(
reportingComponent: other
eventTime: "2026-11-20T10:00:00.000000Z"
firstTimestamp: null
)"));

    CHECK(event.source == "other");
    CHECK(event.first == kNow);
    CHECK(event.last == kNow);
    CHECK(event.count == 1);
}

}  // namespace kcert::api
