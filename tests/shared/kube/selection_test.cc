// SPDX-License-Identifier: Apache-2.0

#include "kube/selection.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"

namespace kcert::kube {
namespace {

using Catch::Equals;
using Catch::StartsWith;

const json::Value kObject = json::parse_json(
    R"({"metadata":{"name":"web","labels":{"app":"web","tier":"front","size":"10","empty":"",)"
    R"("example.com/team":"a","odd":7}},"type":"Warning","count":2,"done":true})");

bool by_labels(const std::string& text) {
    return Selector({.ns = {}, .labels = text, .fields = {}}).matches(kObject);
}

bool by_fields(const std::string& text) {
    return Selector({.ns = {}, .labels = {}, .fields = text}).matches(kObject);
}

std::string fault_of(const std::string& labels, const std::string& fields = {}) {
    try {
        const Selector selector({.ns = {}, .labels = labels, .fields = fields});
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Usage);
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("labels select as kubectl's -l does", "[kube][unit]") {
    for (const char* text : {"",
                             " ",
                             "app=web",
                             "app==web",
                             "app = web , tier=front",
                             "app!=db",
                             "nope!=x",
                             "app",
                             "!nope",
                             "! nope",
                             "app in (db, web)",
                             "app notin (db)",
                             "nope notin (x)",
                             "example.com/team=a",
                             "empty=",
                             "empty in (,x)",
                             "size>9",
                             "size<11",
                             "app in (web),tier",
                             "in",
                             "in=",
                             "app in(web)"}) {
        INFO(text);
        CHECK(by_labels(text) == (std::string(text).substr(0, 2) != "in"));
    }
    for (const char* text :
         {"app=db", "app!=web", "nope", "!app", "app in (db)", "app notin (web, db)",
          "app=web,tier=back", "size>10", "app>1", "nope<5", "odd=7", "empty=x"}) {
        INFO(text);
        CHECK_FALSE(by_labels(text));
    }
}

TEST_CASE("a label selector that makes no sense is refused in kubectl's words", "[kube][unit]") {
    CHECK_THAT(fault_of("a=b=c"),
               Equals("unable to parse requirement: found '=', expected: ',' or 'end of string'"));
    CHECK_THAT(fault_of("a b"), Equals("unable to parse requirement: found 'b', expected: in, "
                                       "notin, =, ==, !=, gt, lt"));
    CHECK_THAT(fault_of("a in b"), Equals("unable to parse requirement: found 'b' expected: '('"));
    CHECK_THAT(fault_of("a in (b"),
               Equals("unable to parse requirement: found '', expected: ',' or ')'"));
    CHECK_THAT(fault_of("a,"),
               Equals("unable to parse requirement: found '', expected: identifier after ','"));
    CHECK_THAT(fault_of(",a"), StartsWith("unable to parse requirement: found ',', expected: !"));
    CHECK_THAT(fault_of("!"),
               Equals("unable to parse requirement: found '', expected: identifier"));
    CHECK_THAT(fault_of("a/b/c=d"),
               StartsWith("unable to parse requirement: key: Invalid value: \"a/b/c\""));
    CHECK_THAT(fault_of("a=-b"),
               StartsWith("unable to parse requirement: values[0][a]: Invalid value: \"-b\""));
    CHECK_THAT(fault_of("a>b"), StartsWith("unable to parse requirement: values[0]: Invalid"));
    CHECK_THAT(fault_of(std::string("a\x1b=b")),
               StartsWith("unable to parse requirement: key: Invalid value: \"a\\x1b\""));
    CHECK_FALSE(fault_of(std::string(64, 'a')).empty());
}

TEST_CASE("the Events about an object are asked for by its kind, place, name and uid",
          "[kube][unit]") {
    const Selection one = events_about({kCertificate, "shop", "web"}, "u1");
    CHECK(one.ns == "shop");
    CHECK(one.fields ==
          "involvedObject.kind=Certificate,involvedObject.namespace=shop,involvedObject.name=web,"
          "involvedObject.uid=u1");
    CHECK(events_about({kCertificate, "", ""}).fields == "involvedObject.kind=Certificate");
    CHECK(events_about({kCertificate, "", "a,type=x"}).fields == "involvedObject.kind=Certificate");
}

TEST_CASE("fields select as kubectl's --field-selector does", "[kube][unit]") {
    for (const char* text :
         {"", "type=Warning", "type==Warning", "type!=Normal", "metadata.name=web,type=Warning",
          "count=2", "done=true", "nope=", "nope!=x", ",type=Warning,"}) {
        INFO(text);
        CHECK(by_fields(text));
    }
    CHECK_FALSE(by_fields("type=Normal"));
    CHECK_FALSE(by_fields("type=Warning,count=3"));
    const json::Value odd = json::parse_json(R"({"note":"a,b=c\\d"})");
    CHECK(Selector({.ns = {}, .labels = {}, .fields = R"(note=a\,b\=c\\d)"}).matches(odd));

    CHECK_THAT(fault_of("", "type"), Equals("invalid selector: 'type'; can't understand 'type'"));
    CHECK_THAT(fault_of("", "a=b=c"), Equals("invalid selector: 'a=b=c'; can't understand "
                                             "'a=b=c'"));
    CHECK_FALSE(fault_of("", "=b").empty());
    CHECK_FALSE(fault_of("", "!=b").empty());
    CHECK_FALSE(fault_of("", R"(a=b\)").empty());
}

}  // namespace kcert::kube
