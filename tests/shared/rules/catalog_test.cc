// SPDX-License-Identifier: Apache-2.0

#include "rules/catalog.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "shared/rules/judge.h"

namespace kcert::rules {
namespace {

using testing::Case;
using Judge = json::Findings (*)(const std::string&, const std::string&);

struct Table {
    const std::vector<Case>& cases;
    Judge judge;
};

std::vector<Table> tables() {
    return {{testing::certificate_cases(), testing::judge_certificate},
            {testing::certificate_reference_cases(), testing::judge_certificate},
            {testing::issuer_cases(), testing::judge_issuer},
            {testing::solver_cases(), testing::judge_issuer},
            {testing::issuer_reference_cases(), testing::judge_issuer}};
}

const json::Finding* find_at(const json::Findings& findings, const Case& each) {
    for (const json::Finding& finding : findings) {
        if (finding.rule == each.rule && finding.path.text() == each.path) {
            return &finding;
        }
    }
    return nullptr;
}

/// Every literal of a source that has a rule's shape: "certificate/issuer-kind".
void add_rules_of(const std::string& source, std::set<std::string>& found) {
    for (const std::string group : {"metadata", "certificate", "issuer", "schema"}) {
        const std::string begin = "\"" + group + "/";
        for (std::size_t at = source.find(begin); at != std::string::npos;
             at = source.find(begin, at + 1)) {
            const std::size_t end = source.find('"', at + 1);
            found.insert(source.substr(at + 1, end - at - 1));
        }
    }
}

/// The rules that the program's sources name, the catalogue aside.
std::set<std::string> rules_in_sources() {
    namespace fs = std::filesystem;
    std::set<std::string> found;
    for (const char* tree : {"shared", "plugin"}) {
        const fs::path root = fs::path(KCERT_TEST_DATA) / "../../.." / tree;
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
            if (entry.path().extension() == ".cc" && entry.path().filename() != "catalog.cc") {
                std::stringstream text;
                text << std::ifstream(entry.path()).rdbuf();
                add_rules_of(text.str(), found);
            }
        }
    }
    return found;
}

}  // namespace

TEST_CASE("each rule fires where its case says, as severe as the catalogue says", "[rules][unit]") {
    for (const Table& table : tables()) {
        for (const Case& each : table.cases) {
            INFO(each.rule << " " << each.path << "\n" << each.fires);

            const json::Findings findings = table.judge(each.fires, each.world);

            INFO(testing::summary(findings));
            const json::Finding* finding = find_at(findings, each);
            const Rule* rule = find_rule(each.rule);
            REQUIRE(finding);
            REQUIRE(rule);
            CHECK(finding->severity == rule->severity);
        }
    }
}

TEST_CASE("no rule fires on the sound counterpart of its case", "[rules][unit]") {
    for (const Table& table : tables()) {
        for (const Case& each : table.cases) {
            INFO(each.rule << "\n" << each.silent);

            const json::Findings findings = table.judge(
                each.silent, each.silent_world.empty() ? each.world : each.silent_world);

            INFO(testing::summary(findings));
            CHECK(findings.empty());
        }
    }
}

TEST_CASE("every rule of the catalogue has a case, and every case a rule", "[rules][unit]") {
    std::set<std::string> in_catalog;
    for (const Rule& rule : catalog()) {
        INFO(rule.id);
        CHECK(in_catalog.insert(std::string(rule.id)).second);
        CHECK_FALSE(rule.path.empty());
        CHECK_FALSE(rule.meaning.empty());
    }
    std::set<std::string> in_cases;
    for (const Table& table : tables()) {
        for (const Case& each : table.cases) {
            in_cases.insert(each.rule);
            for (const json::Finding& finding : table.judge(each.fires, each.world)) {
                in_cases.insert(finding.rule);
            }
        }
    }

    CHECK(in_cases == in_catalog);
}

TEST_CASE("the sources name the rules of the catalogue and no others", "[rules][unit]") {
    std::set<std::string> in_catalog;
    for (const Rule& rule : catalog()) {
        in_catalog.insert(std::string(rule.id));
    }

    CHECK(rules_in_sources() == in_catalog);
}

TEST_CASE("the wording of every rule is as it was agreed", "[rules][unit]") {
    std::string wording;
    for (const Table& table : tables()) {
        for (const Case& each : table.cases) {
            const json::Findings findings = table.judge(each.fires, each.world);
            if (const json::Finding* finding = find_at(findings, each)) {
                wording += fmt::format("{}\n    {}\n", each.rule, json::format(*finding));
            }
        }
    }
    std::ifstream file(KCERT_TEST_DATA "/wording.txt");
    std::stringstream agreed;
    agreed << file.rdbuf();

    CHECK(wording == agreed.str());
}

TEST_CASE("a warning's line fits into the 120 characters that kubectl gets", "[rules][unit]") {
    for (const Table& table : tables()) {
        for (const Case& each : table.cases) {
            for (const json::Finding& finding : table.judge(each.fires, each.world)) {
                const std::string line = json::format(finding);
                INFO(line);
                CHECK((finding.severity == json::Severity::Error || line.size() <= 120));
            }
        }
    }
}

}  // namespace kcert::rules
