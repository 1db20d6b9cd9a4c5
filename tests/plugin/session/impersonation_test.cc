// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "session/impersonation.h"

namespace kcert::session {
namespace {

TEST_CASE("whoever is impersonated stands in the headers, one a group and a value",
          "[session][unit]") {
    const User user{.as = "jane",
                    .as_uid = "7",
                    .as_groups = {"dev", "ops"},
                    .as_user_extra = {{"scopes", {"view", "edit"}}}};

    CHECK(impersonation_headers(user) == net::Headers{{"Impersonate-User", "jane"},
                                                      {"Impersonate-Uid", "7"},
                                                      {"Impersonate-Group", "dev"},
                                                      {"Impersonate-Group", "ops"},
                                                      {"Impersonate-Extra-scopes", "view"},
                                                      {"Impersonate-Extra-scopes", "edit"}});
}

TEST_CASE("nobody impersonated, no headers", "[session][unit]") {
    CHECK(impersonation_headers({}).empty());
}

TEST_CASE("a key of any characters becomes the name of a header", "[session][unit]") {
    const User user{.as = "jane", .as_user_extra = {{"acme.test/a b%ü", {"v"}}}};

    CHECK(impersonation_headers(user).back().first ==
          "Impersonate-Extra-acme.test%2Fa%20b%25%C3%BC");
}

}  // namespace
}  // namespace kcert::session
