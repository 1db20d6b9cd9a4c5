// SPDX-License-Identifier: Apache-2.0

#include "issuance/event_ledger.h"

#include <catch2/catch.hpp>

#include "api/event.h"
#include "base/timestamp.h"

namespace kcert::issuance {

namespace {

using namespace std::chrono_literals;

const Time kFirstRun = *parse_rfc3339("2026-11-20T10:00:00Z");
const Time kSecondRun = kFirstRun + 10min;

json::Value event(std::string_view reason, Time now) {
    static const json::Value about = json::Value::object(
        {{"apiVersion", "certmanager.k8s.io/v1alpha1"},
         {"kind", "Certificate"},
         {"metadata",
          json::Value::object({{"name", "web"}, {"namespace", "shop"}, {"uid", "u1"}})}});
    return api::make_event(about, "Normal", reason, "text", now);
}

}  // namespace

TEST_CASE("a repeat is counted on the Event that is there", "[issuance][journal]") {
    EventLedger ledger;
    const json::Value first = event("Prepare", kFirstRun);
    ledger.note(first);

    const auto second = ledger.tell(event("Prepare", kSecondRun));
    const auto third = ledger.tell(event("Prepare", kSecondRun + 1min));

    REQUIRE(second);
    CHECK(second->key ==
          kube::ObjectKey{kube::kEvent, "shop", std::string(first.text({"metadata", "name"}))});
    CHECK(second->patch ==
          json::Value::object({{"count", 2}, {"lastTimestamp", rfc3339(kSecondRun)}}));
    REQUIRE(third);
    CHECK(third->patch["count"] == json::Value(3));
}

TEST_CASE("an Event with another word in it is another", "[issuance][journal]") {
    EventLedger ledger;
    json::Value other = event("Prepare", kFirstRun);
    const std::string member = GENERATE("type", "reason", "message");
    other.set(member, "different");
    json::Value of_other_source = event("Prepare", kFirstRun);
    of_other_source.member("source").set("component", "cert-manager-controller");
    json::Value about_earlier_object = event("Prepare", kFirstRun);
    about_earlier_object.member("involvedObject").set("uid", "u0");
    ledger.note(other);
    ledger.note(of_other_source);
    ledger.note(about_earlier_object);

    CHECK_FALSE(ledger.tell(event("Prepare", kSecondRun)));
}

TEST_CASE("within one second a repeat that would stand before a later step is not counted",
          "[issuance][journal]") {
    EventLedger ledger;
    ledger.note(event("Prepare", kFirstRun));
    ledger.note(event("Obtain", kFirstRun + 1ns));

    CHECK(ledger.tell(event("Prepare", kSecondRun)));
    CHECK_FALSE(ledger.tell(event("Present", kSecondRun + 1ns)));
    CHECK_FALSE(ledger.tell(event("Obtain", kSecondRun + 2ns)));
}

TEST_CASE("a second later its time puts it behind", "[issuance][journal]") {
    EventLedger ledger;
    ledger.note(event("Obtain", kFirstRun));

    CHECK_FALSE(ledger.tell(event("Present", kSecondRun)));
    CHECK(ledger.tell(event("Obtain", kSecondRun + 1s)));
}

TEST_CASE("what could not be counted is there anew, and told in its order", "[issuance][journal]") {
    EventLedger ledger;
    ledger.note(event("Prepare", kFirstRun));
    ledger.note(event("Present", kFirstRun + 1ns));
    const json::Value again = event("Prepare", kSecondRun);
    REQUIRE(ledger.tell(again));

    ledger.not_counted(again);

    CHECK_FALSE(ledger.tell(event("Present", kSecondRun + 1ns)));
    const auto later = ledger.tell(event("Prepare", kSecondRun + 1min));
    REQUIRE(later);
    CHECK(later->key.name == again.text({"metadata", "name"}));
    CHECK(later->patch["count"] == json::Value(2));
}

}  // namespace kcert::issuance
