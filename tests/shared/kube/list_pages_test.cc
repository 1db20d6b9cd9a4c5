// SPDX-License-Identifier: Apache-2.0

#include "kube/list_pages.h"

#include <catch2/catch.hpp>

#include "shared/kube/api_fixture.h"

namespace kcert::kube {

using namespace fixtures;

namespace {

json::Value page(const std::string& items, const std::string& token = {}) {
    return json::parse_json(R"({"kind":"SecretList","apiVersion":"v1","metadata":{"continue":")" +
                            token + R"("},"items":[)" + items + "]}");
}

std::string item(const std::string& ns, const std::string& name, const std::string& more = "") {
    return R"({"metadata":{"namespace":")" + ns + R"(","name":")" + name + "\"}" + more + "}";
}

net::Response expired(const std::string& token) {
    return {410, {}, R"({"kind":"Status","metadata":{"continue":")" + token + R"("},"code":410})"};
}

ListPages secrets() {
    return {kSecret, {}};
}

}  // namespace

TEST_CASE("a list is put together from its pages, in order", "[kube][unit]") {
    ListPages pages(kSecret, {.ns = "shop", .labels = "app in (a)", .fields = "type=x"});
    CHECK(pages.next_query().text() ==
          "?limit=500&labelSelector=app%20in%20%28a%29&fieldSelector=type%3Dx");

    pages.add(page(item("shop", "b") + "," + item("desk", "z"), "t/1"));
    CHECK_FALSE(pages.done());
    CHECK(pages.next_query().text() ==
          "?limit=500&labelSelector=app%20in%20%28a%29&fieldSelector=type%3Dx&continue=t%2F1");
    pages.add(page(item("shop", "a")));

    REQUIRE(pages.done());
    const auto listed = pages.take();
    REQUIRE(listed.size() == 3);
    CHECK(listed[0].text({"metadata", "name"}) == "z");
    CHECK(listed[1].text({"metadata", "name"}) == "a");
    CHECK(listed[2].text({"metadata", "name"}) == "b");
    CHECK(listed[2].text({"apiVersion"}) == "v1");
    CHECK(listed[2].text({"kind"}) == "Secret");
}

TEST_CASE("an object on two pages counts once, as it was last", "[kube][unit]") {
    ListPages pages = secrets();
    pages.add(page(item("s", "a", R"(,"n":1)"), "t"));
    pages.add(page(item("s", "a", R"(,"n":2)")));

    const auto listed = pages.take();

    REQUIRE(listed.size() == 1);
    CHECK(listed[0]["n"].as_int() == 2);
}

TEST_CASE("an expired token is replaced, or the list begins again once", "[kube][unit]") {
    ListPages pages = secrets();
    pages.add(page(item("s", "a"), "old"));
    REQUIRE(pages.go_on_after_expiry(expired("new")));
    CHECK(pages.next_query().text() == "?limit=500&continue=new");

    REQUIRE(pages.go_on_after_expiry(expired("")));
    CHECK(pages.next_query().text() == "?limit=500");
    pages.add(page(item("s", "b"), "t"));
    CHECK_FALSE(pages.go_on_after_expiry({410, {}, "<html>"}));

    CHECK_FALSE(secrets().go_on_after_expiry(expired("t")));
}

TEST_CASE("a list that never ends is an error", "[kube][unit]") {
    ListPages pages = secrets();
    const auto read_on = [&] {
        for (int i = 0; i < 1001; ++i) {
            pages.add(page("", "t" + std::to_string(i)));
        }
    };
    CHECK_THROWS_AS(read_on(), Error);
    CHECK(pages.next_query().text() == "?limit=500&continue=t999");
}

TEST_CASE("what is no list of the kind is an error", "[kube][unit]") {
    for (const char* text :
         {"{}", R"({"kind":"SecretList","items":{}})", R"({"kind":"PodList","items":[]})",
          R"({"kind":"SecretList","items":[7]})", R"({"kind":"SecretList","items":[{}]})",
          R"({"kind":"SecretList","items":[{"kind":"Pod","metadata":{"name":"a"}}]})",
          R"({"kind":"SecretList","items":[{"metadata":{"name":7}}]})"}) {
        INFO(text);
        CHECK_THROWS_AS(secrets().add(json::parse_json(text)), Error);
    }
    ListPages empty = secrets();
    empty.add(json::parse_json(R"({"kind":"SecretList","items":null})"));
    CHECK(empty.take().empty());
    CHECK_THROWS_AS(ListPages(kSecret, {.ns = {}, .labels = "a=b=c"}), Error);
}

}  // namespace kcert::kube
