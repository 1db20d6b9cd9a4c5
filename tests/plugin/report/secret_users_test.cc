// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "json/yaml.h"
#include "report/secret_users.h"

namespace kcert::report {
namespace {

using Hosts = std::vector<std::string>;

const kube::ObjectKey kTls{kube::kSecret, "shop", "web-tls"};

std::optional<SecretUser> ingress(const std::string& spec, const std::string& ns = "shop") {
    return as_user(
        json::parse_yaml("{metadata: {name: front, namespace: " + ns + "}, spec: " + spec + "}")
            .at(0),
        kube::kIngress, kTls);
}

std::optional<SecretUser> gateway(const std::string& spec, const std::string& ns = "shop") {
    return as_user(
        json::parse_yaml("{metadata: {name: edge, namespace: " + ns + "}, spec: " + spec + "}")
            .at(0),
        kube::kGateway, kTls);
}

TEST_CASE("an Ingress uses the Secret for the hosts of its entries, each once", "[report][unit]") {
    const auto user = ingress(
        "{tls: [{hosts: [a.test, B.test], secretName: web-tls}, {hosts: [c.test], secretName: "
        "other},"
        " {hosts: [a.test, d.test], secretName: web-tls}]}");

    REQUIRE(user);
    CHECK(user->hosts == Hosts{"a.test", "b.test", "d.test"});
    CHECK(user->key == kube::ObjectKey{kube::kIngress, "shop", "front"});
}

TEST_CASE("an entry without hosts stands for those of the rules", "[report][unit]") {
    const auto user = ingress("{tls: [{secretName: web-tls}], rules: [{host: a.test}, {}]}");

    REQUIRE(user);
    CHECK(user->hosts == Hosts{"a.test"});
}

TEST_CASE("an Ingress with another Secret, or in another namespace, is no user", "[report][unit]") {
    CHECK_FALSE(ingress("{tls: [{hosts: [a.test], secretName: other}]}"));
    CHECK_FALSE(ingress("{tls: [{hosts: [a.test], secretName: web-tls}]}", "back"));
    CHECK_FALSE(ingress("{}"));
}

TEST_CASE("a Gateway uses the Secret by a listener's reference", "[report][unit]") {
    const std::string reference =
        GENERATE("{name: web-tls}", "{group: '', kind: Secret, name: web-tls}",
                 "{group: core, name: web-tls, namespace: shop}");

    const auto user = gateway("{listeners: [{hostname: '*.a.test', tls: {certificateRefs: [" +
                              reference + "]}}, {hostname: b.test}]}");

    REQUIRE(user);
    CHECK(user->hosts == Hosts{"*.a.test"});
}

TEST_CASE("a Gateway of another namespace names the Secret's", "[report][unit]") {
    const auto listener = [](const std::string& reference) {
        return "{listeners: [{tls: {certificateRefs: [" + reference + "]}}]}";
    };

    CHECK_FALSE(gateway(listener("{name: web-tls}"), "edge"));
    CHECK_FALSE(gateway(listener("{name: web-tls, namespace: edge}")));
    CHECK_FALSE(gateway(listener("{name: web-tls, kind: ConfigMap}")));
    const auto user = gateway(listener("{name: web-tls, namespace: shop}"), "edge");
    REQUIRE(user);
    CHECK(user->hosts.empty());
}

TEST_CASE("what is of a wrong type is passed over", "[report][unit]") {
    CHECK_FALSE(ingress("{tls: web-tls}"));
    CHECK_FALSE(ingress("[]"));
    CHECK_FALSE(gateway("{listeners: {tls: 1}}"));
    const auto user = ingress("{tls: [1, {secretName: web-tls, hosts: [1, {}, a.test]}]}");
    REQUIRE(user);
    CHECK(user->hosts == Hosts{"a.test"});
}

TEST_CASE("a wildcard covers one label, and a wildcard host is covered by itself only",
          "[report][unit]") {
    const Hosts names{"example.com", "*.Example.com"};

    CHECK(not_covered(Hosts{"example.com", "www.example.com", "*.example.com"}, names).empty());
    CHECK(not_covered(Hosts{"a.b.example.com", "*.b.example.com", "example.org"}, names) ==
          Hosts{"a.b.example.com", "*.b.example.com", "example.org"});
}

}  // namespace
}  // namespace kcert::report
