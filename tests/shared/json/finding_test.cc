// SPDX-License-Identifier: Apache-2.0

#include "json/finding.h"

#include <catch2/catch.hpp>

namespace kcert::json {
namespace {

std::string text_of(FindingKind kind, std::string shown, std::string detail) {
    return format({.kind = kind,
                   .path = FieldPath("spec").child("dnsNames").index(0),
                   .shown = std::move(shown),
                   .detail = std::move(detail)});
}

}  // namespace

TEST_CASE("findings are worded as the API server words them", "[json][unit]") {
    CHECK(text_of(FindingKind::Required, "", "") == "spec.dnsNames[0]: Required value");
    CHECK(text_of(FindingKind::Required, "", "at least one") ==
          "spec.dnsNames[0]: Required value: at least one");
    CHECK(text_of(FindingKind::Invalid, "a_b", "no DNS name") ==
          "spec.dnsNames[0]: Invalid value: \"a_b\": no DNS name");
    CHECK(text_of(FindingKind::Invalid, "", "is empty") ==
          "spec.dnsNames[0]: Invalid value: \"\": is empty");
    CHECK(text_of(FindingKind::Invalid, "1024", "too short") ==
          "spec.dnsNames[0]: Invalid value: 1024: too short");
    CHECK(text_of(FindingKind::NotSupported, "des", "supported values: \"rsa\", \"ecdsa\"") ==
          "spec.dnsNames[0]: Unsupported value: \"des\": supported values: \"rsa\", \"ecdsa\"");
    CHECK(text_of(FindingKind::Forbidden, "", "not here") ==
          "spec.dnsNames[0]: Forbidden: not here");
    CHECK(text_of(FindingKind::TooLong, "", "must have at most 64 characters") ==
          "spec.dnsNames[0]: Too long: must have at most 64 characters");
    CHECK(text_of(FindingKind::TooMany, "101", "must have at most 100 items") ==
          "spec.dnsNames[0]: Too many: 101: must have at most 100 items");
    CHECK(text_of(FindingKind::NotFound, "le", "") == "spec.dnsNames[0]: Not found: \"le\"");
    CHECK(text_of(FindingKind::Duplicate, "a.b", "") ==
          "spec.dnsNames[0]: Duplicate value: \"a.b\"");
    CHECK(text_of(FindingKind::TypeInvalid, "array", "must be of type string") ==
          "spec.dnsNames[0]: Invalid value: \"array\": must be of type string");
    CHECK(text_of(FindingKind::TypeInvalid, "", "must be base64") ==
          "spec.dnsNames[0]: Invalid value: must be base64");
    CHECK(text_of(FindingKind::Note, "", "unknown field") == "spec.dnsNames[0]: unknown field");
}

TEST_CASE("a finding shows control characters of hostile input", "[json][unit]") {
    CHECK(text_of(FindingKind::Invalid, "a\x1b[31m", "no\nname") ==
          "spec.dnsNames[0]: Invalid value: \"a\\x1b[31m\": no\\nname");
}

TEST_CASE("what a finding shows of its input is bounded", "[json][unit]") {
    const std::string flood(100'000, 'x');
    const std::string digits(100'000, '7');

    CHECK(text_of(FindingKind::Invalid, flood, "no").size() < 600);
    CHECK(text_of(FindingKind::Invalid, digits, "no").size() < 600);
    CHECK(text_of(FindingKind::Note, "", flood).size() < 600);
    CHECK(format({.path = FieldPath(flood)}).size() < 600);
    CHECK(text_of(FindingKind::Invalid, std::string(512, 'x'), "no").find("...") ==
          std::string::npos);
}

TEST_CASE("a fault of type is not echoed by what follows from it", "[json][unit]") {
    const Finding fault{.kind = FindingKind::TypeInvalid, .path = FieldPath("spec.acme.config[1]")};
    const auto kept = [&](FindingKind kind, const std::string& path) {
        return without_echoes({fault, {.kind = kind, .path = FieldPath(path)}}).size() == 2;
    };

    CHECK_FALSE(kept(FindingKind::Required, "spec.acme.config[1]"));
    CHECK_FALSE(kept(FindingKind::Required, "spec.acme.config[1].domains"));
    CHECK_FALSE(kept(FindingKind::Invalid, "spec.acme.config[1]"));
    CHECK_FALSE(kept(FindingKind::Required, "spec.acme.config"));
    CHECK(kept(FindingKind::TypeInvalid, "spec.acme.config[1]"));
    CHECK(kept(FindingKind::Invalid, "spec.acme.config"));
    CHECK(kept(FindingKind::Required, "spec.acme"));
    CHECK(kept(FindingKind::Required, "spec.acme.config[10]"));
    CHECK(kept(FindingKind::Required, "spec.acme.config[0].domains"));
}

TEST_CASE("a finding tells its file and line where it knows them", "[json][unit]") {
    Finding finding{.kind = FindingKind::Note, .path = FieldPath("spec"), .detail = "no"};
    CHECK(format_located(finding) == "spec: no");
    finding.file = "a\nb.yaml";
    CHECK(format_located(finding) == "spec: no (a\\nb.yaml)");
    finding.line = 7;
    CHECK(format_located(finding) == "spec: no (a\\nb.yaml:7)");
    finding.file = "-";
    CHECK(format_located(finding) == "spec: no (standard input:7)");
}

TEST_CASE("warnings are no errors", "[json][unit]") {
    CHECK_FALSE(has_errors({{.severity = Severity::Warning}}));
    CHECK(has_errors({{.severity = Severity::Warning}, {.severity = Severity::Error}}));
}

TEST_CASE("keys with dots stand in brackets in a path", "[json][unit]") {
    CHECK(FieldPath("metadata").child("annotations").key("a.b/c").text() ==
          "metadata.annotations[a.b/c]");
    CHECK(FieldPath().child("spec").text() == "spec");
}

}  // namespace kcert::json
