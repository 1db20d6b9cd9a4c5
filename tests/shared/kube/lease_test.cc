// SPDX-License-Identifier: Apache-2.0

#include "kube/lease.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/merge_patch.h"
#include "shared/kube/api_fixture.h"

namespace kcert::kube {

using namespace fixtures;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Time kNow = testing::ManualClock().now();
const ProcessPlace kDesk{.host = "desk", .pid = 1, .pid_space = "boot pid:[1]"};
const LeaseHolder kAlice{.identity = "alice@desk/4711/5f3a", .process = kDesk};

bool all_run(long) {
    return true;
}

bool none_runs(long) {
    return false;
}

json::Value lease() {
    json::Value made = new_lease(kWeb, kAlice, kNow);
    made.member("metadata").set("uid", "u1");
    made.member("metadata").set("resourceVersion", "7");
    return made;
}

json::Value with_spec(const char* name, json::Value value) {
    json::Value made = lease();
    made.member("spec").set(name, std::move(value));
    return made;
}

}  // namespace

TEST_CASE("a lease tells who holds it since when and for how long", "[kube][unit]") {
    const json::Value made = lease();

    CHECK(made["spec"] ==
          json::parse_json(R"({"holderIdentity":"alice@desk/4711/5f3a","leaseDurationSeconds":15,)"
                           R"("acquireTime":"2026-11-23T00:00:00.000000Z",)"
                           R"("renewTime":"2026-11-23T00:00:00.000000Z","leaseTransitions":0})"));
    CHECK(made.text({"metadata", "namespace"}) == "shop");
    CHECK(made.text({"metadata", "labels", "app.kubernetes.io/managed-by"}) == "kubectl-cert");
    CHECK(held_by(made) == "alice@desk/4711/5f3a since 2026-11-23T00:00:00Z");
    CHECK(holder_identity("alice", "desk", 4711, "5f3a") == kAlice.identity);
}

TEST_CASE("every object has a lease of its own, under a name that is allowed", "[kube][unit]") {
    CHECK(lease_key(kWeb) == ObjectKey{kLease, "shop", "kubectl-cert-web"});
    CHECK(lease_key({kIssuer, "shop", "web"}).name == "kubectl-cert.issuers.web");
    const std::string almost(240, 'a');
    CHECK(lease_key({kCertificate, "shop", almost}).name == "kubectl-cert-" + almost);
    const std::string long_name = std::string(222, 'a') + ".-" + std::string(29, 'b');
    const std::string cut = lease_key({kCertificate, "shop", long_name}).name;
    CHECK(cut.size() <= 253);
    CHECK(cut.find(".-") == std::string::npos);
    CHECK(cut.find("--") == std::string::npos);
    CHECK(cut != lease_key({kCertificate, "shop", long_name + "c"}).name);
    CHECK(cut == lease_key({kCertificate, "shop", long_name}).name);
    CHECK_THROWS_AS(lease_key({kClusterIssuer, "", "ca"}), Error);
}

TEST_CASE("a lease is held until it was not renewed for as long as it lasts", "[kube][unit]") {
    CHECK(is_held(lease(), kDesk, all_run, kNow));
    CHECK(is_held(lease(), kDesk, all_run, kNow + seconds(15) - milliseconds(1)));
    CHECK_FALSE(is_held(lease(), kDesk, all_run, kNow + seconds(15)));
    const json::Value renewed = json::merge_patch(lease(), renewal_patch(lease(), kNow + hours(1)));
    CHECK(is_held(renewed, kDesk, all_run, kNow + hours(1) + seconds(14)));
    CHECK(held_by(renewed) == held_by(lease()));
}

TEST_CASE("a holder on this host whose process is gone holds nothing", "[kube][unit]") {
    const auto asked_for = [](long& pid) {
        return [&pid](long asked) {
            pid = asked;
            return false;
        };
    };
    long pid = 0;
    CHECK_FALSE(is_held(lease(), kDesk, asked_for(pid), kNow));
    CHECK(pid == 4711);

    ProcessPlace elsewhere = kDesk;
    elsewhere.host = "other";
    CHECK(is_held(lease(), elsewhere, none_runs, kNow));
    ProcessPlace container = kDesk;
    container.pid_space = "boot pid:[2]";
    CHECK(is_held(lease(), container, none_runs, kNow));
    json::Value unknown = lease();
    unknown.member("metadata").erase("annotations");
    CHECK(is_held(unknown, kDesk, none_runs, kNow));
    CHECK(is_held(unknown, {.host = "desk"}, none_runs, kNow));
}

TEST_CASE("a strange lease neither blocks for ever nor confuses", "[kube][unit]") {
    CHECK_FALSE(is_held(with_spec("holderIdentity", ""), kDesk, all_run, kNow));
    CHECK_FALSE(is_held(with_spec("holderIdentity", 7), kDesk, all_run, kNow));
    CHECK_FALSE(is_held(with_spec("renewTime", nullptr), kDesk, all_run, kNow));
    CHECK_FALSE(is_held(with_spec("renewTime", "soon"), kDesk, all_run, kNow));
    CHECK_FALSE(is_held(with_spec("renewTime", "9999-12-31T23:59:59Z"), kDesk, all_run, kNow));
    CHECK(is_held(with_spec("renewTime", "2026-11-23T00:00:30Z"), kDesk, all_run, kNow));
    const json::Value lasting = with_spec("leaseDurationSeconds", std::int64_t{2'000'000'000});
    CHECK(is_held(lasting, kDesk, all_run, kNow + seconds(59)));
    CHECK_FALSE(is_held(lasting, kDesk, all_run, kNow + seconds(60)));
    CHECK(is_held(with_spec("leaseDurationSeconds", "x"), kDesk, all_run, kNow + seconds(14)));
    for (const char* holder : {"x", "/", "//", "a@/1/n", "@desk/x/n", "@desk/-1/n", "a/b",
                               "a@desk/99999999999999999999/n", "a@desk/4711"}) {
        INFO(holder);
        CHECK(is_held(with_spec("holderIdentity", holder), kDesk, none_runs, kNow));
    }
    CHECK_FALSE(is_held(with_spec("holderIdentity", "a/b@c@desk/12/n"), kDesk, none_runs, kNow));
    CHECK_FALSE(is_held(json::Value(), kDesk, all_run, kNow));
    CHECK(held_by(with_spec("holderIdentity", "a\x1b[2J")) ==
          "a\\x1b[2J since 2026-11-23T00:00:00Z");
    CHECK(held_by(with_spec("holderIdentity", std::string(5000, 'x'))).size() < 400);
}

TEST_CASE("a takeover names the state that it was meant for and counts", "[kube][unit]") {
    const LeaseHolder bob{.identity = "bob@lap/2/n",
                          .process = {.host = "lap", .pid = 2, .pid_space = "s"}};

    const json::Value patch = takeover_patch(lease(), bob, kNow + seconds(20));

    CHECK(patch.text({"metadata", "resourceVersion"}) == "7");
    CHECK(patch.text({"metadata", "uid"}) == "u1");
    const json::Value taken = json::merge_patch(lease(), patch);
    CHECK(taken.at({"spec", "leaseTransitions"}).as_int() == 1);
    CHECK(held_by(taken) == "bob@lap/2/n since 2026-11-23T00:00:20Z");
    CHECK_FALSE(same_holding(lease(), taken));
    CHECK_FALSE(same_holding(taken, json::merge_patch(taken, takeover_patch(taken, bob, kNow))));
    CHECK(same_holding(lease(), json::merge_patch(lease(), renewal_patch(lease(), kNow))));
}

TEST_CASE("this process runs and tells where", "[kube][unit]") {
    const ProcessPlace here = this_process();

    CHECK_FALSE(here.host.empty());
    CHECK(process_runs(here.pid));
    CHECK(process_runs(1));
    CHECK_FALSE(process_runs(0x3fffffff));
}

}  // namespace kcert::kube
