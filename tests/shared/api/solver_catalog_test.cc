// SPDX-License-Identifier: Apache-2.0

#include "api/solver_catalog.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/text.h"

namespace kcert::api {
namespace {

std::string shown_field(const SolverField& field) {
    return field.required ? fmt::format("**{}**", field.name) : std::string(field.name);
}

/// The stanza with the fields that most people fill in, as YAML on one line.
std::string example_of(const SolverEntry& entry) {
    std::vector<std::string> members;
    for (const SolverField& field : entry.fields) {
        if (!field.required && !field.usual) {
            continue;
        }
        const bool secret = field.type == FieldType::SecretKey;
        members.push_back(fmt::format(
            "{}: {}", field.name,
            secret ? fmt::format("{{name: {}-credentials, key: {}}}", entry.code, field.example)
                   : std::string(field.example)));
    }
    return fmt::format("`{}: {{{}}}`", entry.code, join(members, ", "));
}

std::string provider_table() {
    std::string table =
        "| stanza | service | fields (bold: needed) | least that the credential may do | example "
        "|\n"
        "|---|---|---|---|---|\n";
    for (const SolverEntry& entry : solver_catalog()) {
        std::vector<std::string> fields;
        for (const SolverField& field : entry.fields) {
            fields.push_back(shown_field(field));
        }
        table += fmt::format("| `{}` | {} | {} | {} | {} |\n", entry.code, entry.title,
                             join(fields, ", "), entry.permissions, example_of(entry));
    }
    return table;
}

}  // namespace

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

TEST_CASE("the README's table of DNS providers is the catalogue's", "[api][unit]") {
    std::ifstream file(std::string(KCERT_TEST_DATA) + "/../../../README.md");
    const std::string readme(std::istreambuf_iterator<char>(file), {});

    CHECK_THAT(readme, Catch::Matchers::Contains(provider_table()));
}

}  // namespace kcert::api
