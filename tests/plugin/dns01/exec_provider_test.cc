// SPDX-License-Identifier: Apache-2.0

#include "dns01/exec/exec_provider.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/text.h"

namespace kcert::dns01::exec {
namespace {

using Catch::Matchers::Contains;
using Calls = std::vector<std::string>;

const std::vector<TxtRecord> kRecords{{"a.test.", "_acme-challenge.a.test.", "one"},
                                      {"b.test.", "_acme-challenge.b.test.", "-two"}};

/// Runs nothing; answers with the ending that is set for a record's name.
struct Programs {
    Calls calls;
    std::map<std::string, ProgramEnding> endings;

    ExecProvider provider() {
        return {
            "./dns",
            {.run_program = [this](const std::string& file, std::span<const std::string> arguments,
                                   std::stop_token stop) -> ProgramEnding {
                if (stop.stop_requested()) {
                    throw Error(ErrorKind::Cancelled, "stopped");
                }
                calls.push_back(file + " " + join(arguments, " "));
                return endings[arguments[1]];
            }}};
    }
};

TEST_CASE("the program is called for each record as lego calls one", "[dns01][exec]") {
    Programs programs;
    ExecProvider provider = programs.provider();

    provider.present(kRecords, {});
    provider.clean_up(std::span(kRecords).first(1), {});

    CHECK(programs.calls == Calls{"./dns present _acme-challenge.a.test. one",
                                  "./dns present _acme-challenge.b.test. -two",
                                  "./dns cleanup _acme-challenge.a.test. one"});
}

TEST_CASE("a failure names call, exit code and what the program said", "[dns01][exec]") {
    Programs programs;
    programs.endings["_acme-challenge.a.test."] = {.exit_code = 3, .talk = "no\x1b[31m zone\n"};
    ExecProvider provider = programs.provider();
    try {
        provider.present(kRecords, {});
        FAIL("nothing was thrown");
    } catch (const ZonesError& error) {
        REQUIRE(error.failures().size() == 1);
        CHECK(error.failures()[0].zone == "a.test.");
        CHECK_THAT(error.what(), Contains("./dns present _acme-challenge.a.test.: exit code 3: "
                                          "no\\x1b[31m zone"));
    }
    CHECK(programs.calls.size() == 2);
}

TEST_CASE("of a long talk the end is told, where the reason stands", "[dns01][exec]") {
    Programs programs;
    programs.endings["_acme-challenge.a.test."] = {
        .exit_code = 1, .talk = "begun" + std::string(5000, 'x') + " no such zone\n"};

    CHECK_THROWS_WITH(programs.provider().present(kRecords, {}),
                      Contains("exit code 1: ...xxx") && Catch::EndsWith("xxx no such zone") &&
                          !Contains("begun"));
}

TEST_CASE("a signal is told as one", "[dns01][exec]") {
    Programs programs;
    programs.endings["_acme-challenge.a.test."] = {.exit_code = -1};
    CHECK_THROWS_WITH(programs.provider().present(kRecords, {}), Contains("a signal ended it"));
}

TEST_CASE("a stopped run of a program is Cancelled", "[dns01][exec]") {
    Programs programs;
    std::stop_source stop;
    stop.request_stop();
    try {
        programs.provider().present(kRecords, stop.get_token());
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

}  // namespace
}  // namespace kcert::dns01::exec
