// SPDX-License-Identifier: Apache-2.0

#include "api/solver_catalog.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

namespace kcert::api {

TEST_CASE("the catalogue lists the API's solvers in its order", "[api][unit]") {
    std::vector<std::string> codes;
    codes.reserve(solver_catalog().size());
    for (const SolverEntry& entry : solver_catalog()) {
        codes.emplace_back(entry.code);
    }

    CHECK(codes == std::vector<std::string>{"clouddns", "cloudflare", "route53", "azuredns",
                                            "akamai", "acmedns", "digitalocean", "rfc2136",
                                            "webhook"});
}

TEST_CASE("each field of a solver stands once, with help", "[api][unit]") {
    for (const SolverEntry& entry : solver_catalog()) {
        std::set<std::string_view> seen;
        for (const SolverField& field : entry.fields) {
            INFO(entry.code << "." << field.name);
            CHECK(seen.insert(field.name).second);
            CHECK_FALSE(field.help.empty());
            CHECK(field.name.ends_with("SecretRef") == (field.type == FieldType::SecretKey));
        }
    }
}

TEST_CASE("a solver is found by its stanza's name", "[api][unit]") {
    REQUIRE(find_solver("rfc2136"));
    CHECK(find_solver("rfc2136")->fields.front().name == "nameserver");
    CHECK(find_solver("RFC2136") == nullptr);
}

}  // namespace kcert::api
