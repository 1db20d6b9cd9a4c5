// SPDX-License-Identifier: Apache-2.0

#include "kube/status_error.h"

#include <catch2/catch.hpp>

namespace kcert::kube {
namespace {

StatusError invalid(std::vector<StatusCause> causes) {
    return {422,
            "Invalid",
            "Certificate.certmanager.k8s.io \"web\" is invalid: spec…",
            {.kind = "Certificate", .name = "web", .causes = std::move(causes)}};
}

const StatusCause kName{.reason = "FieldValueInvalid",
                        .message = "Invalid value: \"x\": no",
                        .field = "spec.dnsNames[0]"};
const StatusCause kSecretName{
    .reason = "FieldValueRequired", .message = "Required value", .field = "spec.secretName"};

}  // namespace

TEST_CASE("a refusal is shown as kubectl shows it", "[kube][unit]") {
    CHECK(StatusError(403, "Forbidden", "secrets is forbidden", StatusDetails()).shown() ==
          "Error from server (Forbidden): secrets is forbidden");
    CHECK(StatusError(418, "", "tea", StatusDetails()).shown() == "Error from server: tea");
    CHECK(StatusError(401, "Unauthorized", "Unauthorized", StatusDetails()).shown() ==
          "error: You must be logged in to the server (Unauthorized)");
    CHECK(StatusError(403, "Forbidden", "stands in web.yaml").shown() ==
          "error: stands in web.yaml");
}

TEST_CASE("the faults of an invalid object stand on a line each", "[kube][unit]") {
    CHECK(invalid({kName, kName}).shown() ==
          "The Certificate \"web\" is invalid: spec.dnsNames[0]: Invalid value: \"x\": no");
    CHECK(invalid({kName, kSecretName}).shown() ==
          "The Certificate \"web\" is invalid: \n"
          "* spec.dnsNames[0]: Invalid value: \"x\": no\n"
          "* spec.secretName: Required value");
    CHECK(invalid({}).shown() == "The Certificate \"web\" is invalid");
    CHECK(StatusError(422, "Invalid", "odd", StatusDetails()).shown() ==
          "The request is invalid: odd");
}

TEST_CASE("what was going on stands in front of a refusal", "[kube][unit]") {
    StatusError forbidden(403, "Forbidden", "no", StatusDetails());
    forbidden.prepend("storing the Secret");
    CHECK(forbidden.shown() == "Error from server (Forbidden): storing the Secret: no");

    StatusError refusal = invalid({kSecretName});
    refusal.prepend("storing");
    CHECK(refusal.shown() ==
          "storing: The Certificate \"web\" is invalid: spec.secretName: Required value");
}

TEST_CASE("a refusal does not speak to the terminal", "[kube][unit]") {
    CHECK(StatusError(403, "Forbid\x1b", "a\x1b[2Jb\nc", StatusDetails()).shown() ==
          "Error from server (Forbid\\x1b): a\\x1b[2Jb\nc");
}

}  // namespace kcert::kube
