// SPDX-License-Identifier: Apache-2.0
//
// The table of Events as kubectl describe shows it: by lastTimestamp, whose unit is the second, and
// within one second by name. After runs of unlike steps it tells the last run's in their order.

#include <algorithm>

#include <catch2/catch.hpp>

#include "issuance/journal.h"
#include "shop.h"

namespace kcert::issuance {

namespace {

using fixtures::Shop;
using Steps = std::vector<std::string>;

void run(Shop& shop, const Steps& steps) {
    Journal journal(shop.store, shop.clock, *kube::get(shop.on_disk, shop.request.certificate, {}));
    for (const std::string& step : steps) {
        journal.normal(step, "text");
    }
    CHECK(journal.close().empty());
}

/// The reasons of the Events last seen now, as kubectl sorts them.
Steps last_run(Shop& shop) {
    std::vector<json::Value> events = shop.on_disk.list(kube::kEvent, {.ns = "shop"}, {});
    std::ranges::stable_sort(events, {}, [](const json::Value& event) {
        return std::string(event.text({"lastTimestamp"}));
    });
    Steps reasons;
    for (const json::Value& object : events) {
        const api::Event event = api::decode_event(object);
        if (event.last == std::chrono::floor<std::chrono::seconds>(shop.clock.now())) {
            reasons.push_back(event.reason);
        }
    }
    return reasons;
}

}  // namespace

TEST_CASE("the table tells the last of several unlike runs in the order of its steps",
          "[issuance][journal]") {
    const auto runs = GENERATE(
        std::vector<Steps>{
            {"Check", "Prepare", "Present", "ErrorPrepare"},
            {"Check", "Prepare", "Present", "SelfCheck", "Obtain", "Issue", "Issued"}},
        std::vector<Steps>{
            {"Check", "Prepare", "Obtain", "Issue", "ErrorIssue"},
            {"Check", "Prepare", "Present", "SelfCheck", "Obtain", "Issue", "Issued"},
            {"Prepare", "Present", "SelfCheck", "Obtain", "Renew", "Renewed"}},
        std::vector<Steps>{{"Prepare", "Issue"}, {"Check", "Prepare", "Issue"}, {"Check", "Issue"}},
        std::vector<Steps>{{"C", "B", "A"}, {"A", "B", "C"}, {"B", "C", "A"}});
    Shop shop;

    for (const Steps& steps : runs) {
        shop.clock.advance(std::chrono::minutes(5));
        run(shop, steps);
        CHECK(last_run(shop) == steps);
    }
}

TEST_CASE("the same run again multiplies nothing", "[issuance][journal]") {
    Shop shop;
    const Steps steps{"Check", "Prepare", "Present", "ErrorPrepare"};

    for (int i = 0; i < 3; ++i) {
        shop.clock.advance(std::chrono::minutes(5));
        run(shop, steps);
    }

    CHECK(shop.events().size() == steps.size());
    CHECK(last_run(shop) == steps);
}

}  // namespace kcert::issuance
