// SPDX-License-Identifier: Apache-2.0

#include "rules/requested_names.h"

#include <catch2/catch.hpp>

namespace kcert::rules {

TEST_CASE("requested names are the common name, then the DNS names, each once", "[rules][unit]") {
    const RequestedNames requested = requested_names(
        {.common_name = "example.com",
         .dns_names = {"www.example.com", "Example.COM", "www.example.com.", "*.example.com"}});

    CHECK(requested.common_name == "example.com");
    CHECK(requested.names ==
          std::vector<std::string>{"example.com", "www.example.com", "*.example.com"});
}

TEST_CASE("a common name that is not set is not derived", "[rules][unit]") {
    const RequestedNames requested = requested_names({.dns_names = {"example.com"}});

    CHECK(requested.common_name.empty());
    CHECK(requested.names == std::vector<std::string>{"example.com"});
}

TEST_CASE("requested names are A-labels, and what is no DNS name is left out", "[rules][unit]") {
    const RequestedNames requested =
        requested_names({.common_name = "no name", .dns_names = {"bücher.example", "a_b.example"}});

    CHECK(requested.common_name.empty());
    CHECK(requested.names == std::vector<std::string>{"xn--bcher-kva.example"});
}

}  // namespace kcert::rules
