// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "json/place.h"
#include "json/yaml.h"

namespace kcert::json {
namespace {

constexpr std::string_view kText =
    "metadata:\n"
    "  annotations:\n"
    "    example.com/note: x\n"
    "spec:\n"
    "  secretName: web-tls\n"
    "  acme:\n"
    "    config:\n"
    "    - domains: [a.test]\n"
    "    - domains:\n"
    "      - b.test\n"
    "      - c.test\n";

int line_at(const std::string& path) {
    return line_of(parse_yaml(kText).front(), FieldPath(path));
}

TEST_CASE("a path leads to the line of its value", "[json][unit]") {
    CHECK(line_at("spec.secretName") == 5);
    CHECK(line_at("spec.acme.config[0].domains[0]") == 8);
    CHECK(line_at("spec.acme.config[1].domains[1]") == 11);
    CHECK(line_at("metadata.annotations[example.com/note]") == 3);
}

TEST_CASE("what is missing is missed where it should stand", "[json][unit]") {
    CHECK(line_at("spec.issuerRef.name") == line_at("spec"));
    CHECK(line_at("spec.acme.config[7]") == line_at("spec.acme.config"));
    CHECK(line_at("spec.acme.config[x") == line_at("spec.acme.config"));
}

TEST_CASE("a value that was made has no lines", "[json][unit]") {
    CHECK(line_of(Value::object({{"spec", Value::object()}}), FieldPath("spec")) == 0);
}

TEST_CASE("findings are placed, unless they know their place, and echoes are dropped",
          "[json][unit]") {
    Findings findings{{.path = FieldPath("spec.secretName")},
                      {.path = FieldPath("spec.secretName"), .line = 99},
                      {.path = FieldPath("data[a]"), .line = 7, .file = "secret.yaml"},
                      {.kind = FindingKind::TypeInvalid, .path = FieldPath("spec.acme")},
                      {.kind = FindingKind::Required, .path = FieldPath("spec.acme.config")}};

    settle(findings, parse_yaml(kText).front(), "web.yaml");

    REQUIRE(findings.size() == 4);
    CHECK(findings[0].line == 5);
    CHECK(findings[0].file == "web.yaml");
    CHECK(findings[1].line == 99);
    CHECK(findings[2].line == 7);
    CHECK(findings[2].file == "secret.yaml");
    CHECK(findings[3].line == 7);
}

}  // namespace
}  // namespace kcert::json
