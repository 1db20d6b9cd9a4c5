// SPDX-License-Identifier: Apache-2.0

#include "issuance/journal.h"

#include <catch2/catch.hpp>

#include "shop.h"

namespace kcert::issuance {

namespace {

using Catch::Matchers::Contains;
using fixtures::Shop;

json::Value certificate(Shop& shop) {
    return *kube::get(shop.on_disk, shop.request.certificate, {});
}

}  // namespace

TEST_CASE("Events stand in the order of the steps though the clock stands still",
          "[issuance][journal]") {
    Shop shop;
    Journal journal(shop.store, shop.clock, certificate(shop));

    for (int i = 0; i < 20; ++i) {
        journal.normal("Step", std::to_string(i));
    }
    journal.close();

    const std::vector<std::string> events = shop.events();
    REQUIRE(events.size() == 20);
    for (int i = 0; i < 20; ++i) {
        CHECK(events[static_cast<std::size_t>(i)] == "Normal Step " + std::to_string(i));
    }
}

TEST_CASE("an Event is about the Certificate and from kubectl-cert", "[issuance][journal]") {
    Shop shop;
    Journal journal(shop.store, shop.clock, certificate(shop));

    journal.warning("ErrorIssueCertificate", "no");
    journal.close();

    const api::Event event =
        api::decode_event(shop.on_disk.list(kube::kEvent, {.ns = "shop"}, {}).at(0));
    CHECK(event.type == "Warning");
    CHECK(event.source == "kubectl-cert");
    CHECK(event.object_kind == "Certificate");
    CHECK(event.object_name == "web");
    CHECK(event.first == shop.clock.now());
}

TEST_CASE("three domains are told one by one, four in one Event", "[issuance][journal]") {
    Shop shop;
    Journal journal(shop.store, shop.clock, certificate(shop));

    journal.for_domains("A", "Looking at ", std::vector<std::string>{"a", "b", "c"});
    journal.for_domains("B", "Looking at ", std::vector<std::string>{"a", "b", "c", "d"});
    journal.close();

    CHECK(shop.events() ==
          std::vector<std::string>{"Normal A Looking at domain a", "Normal A Looking at domain b",
                                   "Normal A Looking at domain c",
                                   "Normal B Looking at 4 domains: a, b, c and 1 more"});
}

TEST_CASE("a hostile message is cut between characters and shown, not obeyed",
          "[issuance][journal]") {
    Shop shop;
    Journal journal(shop.store, shop.clock, certificate(shop));

    std::string message = "\x1b[2J\n";
    for (int i = 0; i < 2000; ++i) {
        message += "ü";
    }
    journal.normal("Long", message);
    journal.close();

    const api::Event event =
        api::decode_event(shop.on_disk.list(kube::kEvent, {.ns = "shop"}, {}).at(0));
    CHECK(event.message.size() <= 1024);
    CHECK(event.message.ends_with("ü ..."));
    CHECK(event.message.starts_with("\\x1b[2J; ü"));
}

TEST_CASE("a message of many lines is one line as an Event", "[issuance][journal]") {
    Shop shop;
    Journal journal(shop.store, shop.clock, certificate(shop));

    journal.warning("Late", "not seen after 5m\n  a.test TXT\n    ns1: no answer\n");
    journal.close();

    CHECK(shop.events() ==
          std::vector<std::string>{"Warning Late not seen after 5m; a.test TXT; ns1: no answer"});
}

TEST_CASE("why Events could not be written is told when the journal closes",
          "[issuance][journal]") {
    Shop shop;
    shop.store.forbid("create Event");
    Journal journal(shop.store, shop.clock, certificate(shop));

    journal.normal("Step", "one");

    CHECK_THAT(journal.close(), Contains("you may not create Event"));
    CHECK_THAT(journal.close(), Contains("you may not create Event"));
}

std::vector<std::string> counted(Shop& shop) {
    std::vector<std::string> lines;
    for (const json::Value& object : shop.on_disk.list(kube::kEvent, {.ns = "shop"}, {})) {
        const api::Event event = api::decode_event(object);
        lines.push_back(event.reason + " x" + std::to_string(event.count));
    }
    return lines;
}

void tell(Shop& shop, const std::vector<std::string>& reasons) {
    Journal journal(shop.store, shop.clock, certificate(shop));
    for (const std::string& reason : reasons) {
        journal.normal(reason, "text");
    }
    CHECK(journal.close().empty());
}

TEST_CASE("what an earlier run told is counted, what is new stands behind it",
          "[issuance][journal]") {
    Shop shop;
    tell(shop, {"Prepare", "Present", "Failed"});
    const Time first = shop.clock.now();
    shop.clock.advance(std::chrono::minutes(10));

    tell(shop, {"Prepare", "Present", "Obtain", "Issued"});

    CHECK(counted(shop) == std::vector<std::string>{"Prepare x2", "Present x2", "Failed x1",
                                                    "Obtain x1", "Issued x1"});
    const api::Event prepare =
        api::decode_event(shop.on_disk.list(kube::kEvent, {.ns = "shop"}, {}).at(0));
    CHECK(prepare.first == first);
    CHECK(prepare.last == shop.clock.now());
}

TEST_CASE("one run's repeat is counted too", "[issuance][journal]") {
    Shop shop;

    tell(shop, {"Step", "Step", "Step"});

    CHECK(counted(shop) == std::vector<std::string>{"Step x3"});
}

TEST_CASE("who may not list or change Events creates them", "[issuance][journal]") {
    Shop shop;
    tell(shop, {"Prepare", "Present"});
    shop.clock.advance(std::chrono::minutes(10));
    shop.store.forbid(GENERATE("list events", "patch Event"));

    tell(shop, {"Prepare", "Present"});

    CHECK(counted(shop) ==
          std::vector<std::string>{"Prepare x1", "Present x1", "Prepare x1", "Present x1"});
}

TEST_CASE("an Event that is gone meanwhile is created anew", "[issuance][journal]") {
    Shop shop;
    tell(shop, {"Prepare", "Present"});
    shop.clock.advance(std::chrono::minutes(10));
    const json::Value there = shop.on_disk.list(kube::kEvent, {.ns = "shop"}, {}).at(0);
    shop.store.on_call = [&](const std::string& call) {
        if (call.starts_with("patch Event")) {
            shop.on_disk.remove(kube::key_of(there, "shop"), {});
        }
    };

    tell(shop, {"Prepare"});

    CHECK(counted(shop) == std::vector<std::string>{"Present x1", "Prepare x1"});
}

TEST_CASE("a journal that nobody closes still writes what waits", "[issuance][journal]") {
    Shop shop;

    { Journal(shop.store, shop.clock, certificate(shop)).normal("Step", "last"); }

    CHECK(shop.events() == std::vector<std::string>{"Normal Step last"});
}

}  // namespace kcert::issuance
