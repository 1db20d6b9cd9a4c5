// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "issuance/file_subject_store.h"
#include "issuance/rights.h"
#include "issuance/run_state.h"
#include "kube/manifest_view.h"
#include "shop.h"

namespace kcert::issuance {

namespace {

using fixtures::Shop;

/// The Shop's Certificate and Issuer as files of -f; its folder holds what is left, the Secrets.
struct FilesIn {
    Shop shop;
    std::vector<kube::ManifestObject> objects = held();
    kube::ManifestView view{objects, "shop", nullptr};
    FileSubjectStore store{view, shop.store, shop.request.certificate};

    Outcome issue() { return issuance::issue(shop_world(), shop.request, shop.progress, {}); }
    World shop_world() {
        const World own = shop.world();
        return {.clock = own.clock,
                .http = own.http,
                .resolver = own.resolver,
                .store = store,
                .make_provider = own.make_provider};
    }
    std::optional<json::Value> state() {
        return kube::get(shop.on_disk, {kube::kSecret, "shop", "web-pending-key"}, {});
    }

  private:
    std::vector<kube::ManifestObject> held() {
        std::vector<kube::ManifestObject> all = kube::read_manifests(shop.folder.path());
        std::erase_if(all, [](const kube::ManifestObject& one) {
            return kube::is_of(one.object, kube::kSecret);
        });
        return all;
    }
};

}  // namespace

TEST_CASE("a Certificate in a file is issued into a live Secret and leaves no state",
          "[issuance][files]") {
    FilesIn files;

    const Outcome outcome = files.issue();

    REQUIRE(outcome.result == Result::Issued);
    CHECK(files.shop.secret("web-tls"));
    CHECK_FALSE(files.state());
    CHECK(files.shop.events().empty());
    CHECK_FALSE(files.shop.certificate().status.not_after);
}

TEST_CASE(
    "a failed run from a file keeps its order in the labelled Secret, the next goes on with it",
    "[issuance][files]") {
    FilesIn files;
    files.shop.before = fixtures::once("finalize", fixtures::problem(500, "serverInternal"));
    const std::stop_source stopper;
    files.shop.after = fixtures::stop_at("authz", stopper);
    CHECK(issuance::issue(files.shop_world(), files.shop.request, files.shop.progress,
                          stopper.get_token())
              .result == Result::Failed);
    REQUIRE(files.state());
    files.shop.before = {};
    files.shop.after = {};

    CHECK(files.issue().result == Result::Issued);

    CHECK(files.shop.orders() == 1);
    CHECK_FALSE(files.state());
}

TEST_CASE("what a run writes is what its rights are asked for", "[issuance][files]") {
    Shop shop;
    const Subject subject = shop.subject();
    const Plan plan = make_plan({.certificate = subject.certificate,
                                 .issuer = subject.issuer,
                                 .current = nullptr,
                                 .now = shop.clock.now()});

    std::vector<std::string> texts;
    for (const kube::Right& right : needed_rights(subject, plan)) {
        texts.push_back(lacking(right));
    }

    CHECK_THAT(texts, Catch::VectorContains(std::string("cannot create secrets in namespace "
                                                        "\"shop\"")));
    CHECK_THAT(texts, Catch::VectorContains(std::string(
                          "cannot patch certificates.certmanager.k8s.io/status \"web\" in "
                          "namespace \"shop\"")));
    CHECK_THAT(texts, Catch::VectorContains(std::string(
                          "cannot patch issuers.certmanager.k8s.io/status \"letsencrypt\" in "
                          "namespace \"shop\"")));
}

TEST_CASE("of two runs that only the version keeps apart the later one ends",
          "[issuance][run_state]") {
    Shop shop;
    Subject mine = shop.subject();
    Subject theirs = shop.subject();
    mine.guarded_by_version = theirs.guarded_by_version = true;
    const World world = shop.world();
    RunState first(world, mine);
    RunState second(world, theirs);

    first.announce({});
    shop.clock.advance(std::chrono::seconds(1));

    CHECK_THROWS_WITH(second.announce({}), Catch::Contains("being worked on by another run"));
    CHECK_NOTHROW(first.store_records({}, {}));
}

TEST_CASE("who edits the Certificate meanwhile is no obstacle to a guarded run",
          "[issuance][run_state]") {
    Shop shop;
    Subject subject = shop.subject();
    subject.guarded_by_version = true;
    const World world = shop.world();
    RunState state(world, subject);
    json::Value edit;
    edit.member("metadata").member("annotations").set("note", "edited");
    shop.on_disk.patch(shop.request.certificate, edit, kube::Part::Main, {});

    state.announce({});

    CHECK(shop.certificate().status.last_attempt);
}

}  // namespace kcert::issuance
