// SPDX-License-Identifier: Apache-2.0
//
// What every ObjectStore keeps. A test case calls check_object_store_contract() with a store and a
// namespace that holds none of the objects named here; Catch runs it once a section.

#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "json/json.h"
#include "kube/object_store.h"

namespace kcert::kube::contract {

struct Subject {
    ObjectStore& store;
    std::string ns;

    ObjectKey key(const std::string& name, const Kind& kind = kCertificate) const {
        return {.kind = kind, .ns = ns, .name = name};
    }

    json::Value certificate(const std::string& name) const {
        json::Value object = json::parse_json(
            R"({"apiVersion":"certmanager.k8s.io/v1alpha1","kind":"Certificate","metadata":{},)"
            R"("spec":{"secretName":"web-tls","dnsNames":["example.com"],"unheardOf":{"x":1}}})");
        object.member("metadata").set("name", name);
        object.member("metadata").set("namespace", ns);
        return object;
    }

    json::Value event(const std::string& name) const {
        json::Value object = json::parse_json(
            R"({"apiVersion":"v1","kind":"Event","type":"Normal","reason":"CreateOrder",)"
            R"("metadata":{},"involvedObject":{"kind":"Certificate","name":"web"}})");
        object.member("metadata").set("name", name);
        object.member("metadata").set("namespace", ns);
        object.member("involvedObject").set("namespace", ns);
        return object;
    }
};

/// The StatusError that `act` ends in; code 0 where there is none.
inline StatusError refusal_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const StatusError& refusal) {
        return refusal;
    }
    return {0, "", "nothing was refused"};
}

inline std::vector<std::string> names_of(const std::vector<json::Value>& objects) {
    std::vector<std::string> names;
    for (const json::Value& object : objects) {
        names.emplace_back(object.text({"metadata", "name"}));
    }
    return names;
}

inline void check_reading(const Subject& subject) {
    ObjectStore& store = subject.store;

    SECTION("what is not there is nothing, and no error") {
        CHECK_FALSE(get(store, subject.key("web"), {}));
    }
    SECTION("what was created is read back with a uid, a version and a time") {
        const json::Value stored = create(store, subject.certificate("web"), {});

        const auto read = get(store, subject.key("web"), {});

        REQUIRE(read);
        CHECK(*read == stored);
        CHECK((*read)["spec"] == subject.certificate("web")["spec"]);
        CHECK_FALSE(read->text({"metadata", "uid"}).empty());
        CHECK_FALSE(read->text({"metadata", "resourceVersion"}).empty());
        CHECK_FALSE(read->text({"metadata", "creationTimestamp"}).empty());
    }
    SECTION("a batch is answered in the order of its keys") {
        create(store, subject.certificate("b"), {});
        create(store, subject.certificate("a"), {});
        const std::vector keys{subject.key("b"), subject.key("none"), subject.key("a")};

        const auto fetched = store.get_all(keys, {});

        REQUIRE(fetched.size() == 3);
        CHECK(std::get<0>(fetched[0])->text({"metadata", "name"}) == "b");
        CHECK_FALSE(std::get<0>(fetched[1]));
        CHECK(std::get<0>(fetched[2])->text({"metadata", "name"}) == "a");
    }
    SECTION("a list holds one kind of one namespace, by name") {
        store.create_all(std::vector{subject.certificate("b"), subject.certificate("a")}, {});

        CHECK(names_of(store.list(kCertificate, {.ns = subject.ns}, {})) ==
              std::vector<std::string>{"a", "b"});
        CHECK(store.list(kCertificate, {.ns = subject.ns + "x"}, {}).empty());
        CHECK(store.list(kIssuer, {.ns = subject.ns}, {}).empty());
    }
    SECTION("Events are created and listed as other objects are") {
        create(store, subject.event("web.1"), {});

        const auto events = store.list(kEvent, {.ns = subject.ns}, {});

        REQUIRE(events.size() == 1);
        CHECK(events[0].text({"reason"}) == "CreateOrder");
        CHECK(get(store, subject.key("web.1", kEvent), {}));
    }
    SECTION("a call that was stopped before it began does nothing") {
        std::stop_source stop;
        stop.request_stop();

        CHECK_THROWS_AS(create(store, subject.certificate("web"), stop.get_token()), Error);
        CHECK_FALSE(get(store, subject.key("web"), {}));
    }
}

inline void check_selecting(const Subject& subject) {
    ObjectStore& store = subject.store;

    SECTION("labels select as kubectl's -l does") {
        json::Value web = subject.certificate("web");
        web.member("metadata").member("labels").set("app", "web");
        web.member("metadata").member("labels").set("tier", "front");
        json::Value api = subject.certificate("api");
        api.member("metadata").member("labels").set("app", "api");
        store.create_all(std::vector{web, api, subject.certificate("plain")}, {});
        using Names = std::vector<std::string>;
        const auto selected = [&](const char* labels) {
            return names_of(store.list(kCertificate, {.ns = subject.ns, .labels = labels}, {}));
        };

        CHECK(selected("app=web") == Names{"web"});
        CHECK(selected("app==web,tier=front") == Names{"web"});
        CHECK(selected("app=api,tier=front").empty());
        CHECK(selected("app!=web") == Names{"api", "plain"});
        CHECK(selected("app in (web, api),!tier") == Names{"api"});
        CHECK(selected("app notin (web)") == Names{"api", "plain"});
        CHECK(selected("app") == Names{"api", "web"});
        CHECK(selected("!app") == Names{"plain"});
        CHECK(selected("").size() == 3);
        CHECK_THROWS_AS(selected("app=web=x"), Error);
    }
    SECTION("fields select") {
        json::Value other = subject.event("other.1");
        other.member("involvedObject").set("name", "other");
        other.set("type", "Warning");
        store.create_all(std::vector{subject.event("web.1"), other}, {});
        const auto selected = [&](const char* fields) {
            return names_of(
                store.list(kEvent, {.ns = subject.ns, .labels = {}, .fields = fields}, {}));
        };

        CHECK(selected("involvedObject.name=web") == std::vector<std::string>{"web.1"});
        CHECK(selected("involvedObject.kind=Certificate,type!=Normal") ==
              std::vector<std::string>{"other.1"});
        CHECK(selected("metadata.name==web.1") == std::vector<std::string>{"web.1"});
        CHECK(selected("involvedObject.name=none").empty());
        CHECK_THROWS_AS(selected("nonsense"), Error);
    }
}

inline void check_creating(const Subject& subject) {
    ObjectStore& store = subject.store;

    SECTION("what is there is not created again, and earlier ones of the batch stay") {
        create(store, subject.certificate("web"), {});
        const std::vector batch{subject.certificate("new"), subject.certificate("web")};

        const StatusError refusal = refusal_of([&] { store.create_all(batch, {}); });

        CHECK(refusal.code() == 409);
        CHECK(refusal.reason() == "AlreadyExists");
        CHECK(get(store, subject.key("new"), {}));
    }
    SECTION("to ask whether objects could be written changes nothing") {
        create(store, subject.certificate("web"), {});
        const std::vector keys{subject.key("web"), subject.key("new")};

        store.expect_writable(keys, {});

        CHECK(names_of(store.list(kCertificate, {.ns = subject.ns}, {})) ==
              std::vector<std::string>{"web"});
    }
    SECTION("what was removed is gone, and can be created again as another object") {
        const json::Value first = create(store, subject.certificate("web"), {});

        CHECK(store.remove(subject.key("web"), {}));
        CHECK_FALSE(store.remove(subject.key("web"), {}));
        CHECK_FALSE(get(store, subject.key("web"), {}));
        const json::Value second = create(store, subject.certificate("web"), {});
        CHECK(first.text({"metadata", "uid"}) != second.text({"metadata", "uid"}));
    }
}

inline void check_patching(const Subject& subject) {
    ObjectStore& store = subject.store;
    const ObjectKey key = subject.key("web");
    const json::Value both = json::parse_json(
        R"({"spec":{"secretName":null,"commonName":"example.com"},"status":{"phase":"new"}})");

    SECTION("a patch of the main part leaves the status and what it does not name") {
        create(store, subject.certificate("web"), {});

        const json::Value patched = store.patch(key, both, Part::Main, {});

        CHECK(patched["spec"] ==
              json::parse_json(R"({"dnsNames":["example.com"],"unheardOf":{"x":1},)"
                               R"("commonName":"example.com"})"));
        CHECK_FALSE(patched.has("status"));
        CHECK(get(store, key, {}) == patched);
    }
    SECTION("a patch of the status leaves the main part") {
        const json::Value before = create(store, subject.certificate("web"), {});

        const json::Value patched = store.patch(key, both, Part::Status, {});

        CHECK(patched["spec"] == before["spec"]);
        CHECK(patched.text({"status", "phase"}) == "new");
        CHECK(get(store, key, {}) == patched);
    }
    SECTION("a resourceVersion in a patch is a precondition") {
        const json::Value first = create(store, subject.certificate("web"), {});
        const json::Value second = store.patch(key, both, Part::Main, {});
        json::Value conditional = json::parse_json(R"({"spec":{"commonName":"b.example.com"}})");
        conditional.member("metadata")
            .set("resourceVersion", first.at({"metadata", "resourceVersion"}));

        const StatusError refusal =
            refusal_of([&] { store.patch(key, conditional, Part::Main, {}); });

        CHECK(refusal.code() == 409);
        CHECK(refusal.reason() == "Conflict");
        CHECK(get(store, key, {}) == second);
        conditional.member("metadata")
            .set("resourceVersion", second.at({"metadata", "resourceVersion"}));
        CHECK(store.patch(key, conditional, Part::Main, {}).text({"spec", "commonName"}) ==
              "b.example.com");
    }
    SECTION("what is not there cannot be patched") {
        const StatusError refusal = refusal_of([&] { store.patch(key, both, Part::Main, {}); });

        CHECK(refusal.code() == 404);
        CHECK(refusal.reason() == "NotFound");
    }
    SECTION("patches that come at the same time are all kept") {
        create(store, subject.certificate("web"), {});
        {
            std::vector<std::jthread> writers;
            for (int writer = 0; writer < 4; ++writer) {
                writers.emplace_back([&store, &key, writer] {
                    for (int i = 0; i < 5; ++i) {
                        json::Value patch;
                        const std::string name =
                            "w" + std::to_string(writer) + "-" + std::to_string(i);
                        patch.member("metadata").member("annotations").set(name, "x");
                        store.patch(key, patch, Part::Main, {});
                    }
                });
            }
        }

        const auto read = get(store, key, {});

        for (const char* name : {"w0-0", "w0-4", "w1-4", "w2-4", "w3-0", "w3-4"}) {
            CHECK(read->text({"metadata", "annotations", name}) == "x");
        }
    }
}

inline void check_claiming(const Subject& subject) {
    ObjectStore& store = subject.store;
    const ObjectKey key = subject.key("web");

    SECTION("a claim keeps others out until it goes") {
        auto claim = store.claim(key, {});
        CHECK(claim->held());

        const StatusError refusal = refusal_of([&] { store.claim(key, {}); });

        CHECK(refusal.code() == 409);
        CHECK(refusal.reason() == "Conflict");
        CHECK(store.claim(subject.key("other"), {})->held());
        claim.reset();
        CHECK(store.claim(key, {})->held());
    }
    SECTION("who holds a claim can be asked without keeping anybody out") {
        CHECK_FALSE(store.claimed_by(key, {}));
        auto claim = store.claim(key, {});

        const std::optional<std::string> holder = store.claimed_by(key, {});

        REQUIRE(holder);
        CHECK_THAT(refusal_of([&] { store.claim(key, {}); }).what(), Catch::Contains(*holder));
        CHECK(claim->held());
        CHECK_FALSE(store.claimed_by(subject.key("other"), {}));
        claim.reset();
        CHECK_FALSE(store.claimed_by(key, {}));
    }
}

inline void check_object_store_contract(ObjectStore& store, const std::string& ns) {
    const Subject subject{.store = store, .ns = ns};
    check_reading(subject);
    check_selecting(subject);
    check_creating(subject);
    check_patching(subject);
    check_claiming(subject);
}

}  // namespace kcert::kube::contract
