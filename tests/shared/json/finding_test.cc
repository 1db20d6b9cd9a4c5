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
    CHECK(text_of(FindingKind::TooLong, "", "may not be more than 64 bytes") ==
          "spec.dnsNames[0]: Too long: may not be more than 64 bytes");
    CHECK(text_of(FindingKind::TooMany, "101", "must have at most 100 items") ==
          "spec.dnsNames[0]: Too many: 101: must have at most 100 items");
    CHECK(text_of(FindingKind::NotFound, "le", "") == "spec.dnsNames[0]: Not found: \"le\"");
    CHECK(text_of(FindingKind::Duplicate, "a.b", "") ==
          "spec.dnsNames[0]: Duplicate value: \"a.b\"");
    CHECK(text_of(FindingKind::TypeInvalid, "", "must be a string, not an array") ==
          "spec.dnsNames[0]: Invalid type: must be a string, not an array");
    CHECK(text_of(FindingKind::Note, "", "unknown field") == "spec.dnsNames[0]: unknown field");
}

TEST_CASE("a finding shows control characters of hostile input", "[json][unit]") {
    CHECK(text_of(FindingKind::Invalid, "a\x1b[31m", "no\nname") ==
          "spec.dnsNames[0]: Invalid value: \"a\\x1b[31m\": no\\nname");
}

TEST_CASE("a finding tells file and line as far as they are known", "[json][unit]") {
    Finding finding{.kind = FindingKind::Note, .path = FieldPath("spec"), .detail = "empty"};

    CHECK(format_located(finding, "") == "spec: empty");
    CHECK(format_located(finding, "a\x1b.yaml") == "spec: empty (a\\x1b.yaml)");
    finding.line = 12;
    CHECK(format_located(finding, "") == "spec: empty (line 12 of its file)");
    CHECK(format_located(finding, "web.yaml") == "spec: empty (web.yaml:12)");
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
