// SPDX-License-Identifier: Apache-2.0

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "cli/help.h"
#include "cli/invocation.h"

namespace kcert::cli {
namespace {

std::string help(const std::vector<std::string>& arguments) {
    return std::get<HelpRequest>(parse(arguments, "kubectl cert").command).text;
}

std::string golden(const std::string& name) {
    std::ifstream file(std::string(KCERT_TEST_DATA) + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("help is laid out as kubectl lays it out", "[cli][unit]") {
    CHECK(help({"-h"}) == golden("help.txt"));
    CHECK(help({"describe", "-h"}) == golden("help-describe.txt"));
    CHECK(help({"example", "-h"}) == golden("help-example.txt"));
    CHECK(help({"options"}) == golden("options.txt"));
    CHECK(help({"options", "-h"}) == golden("help-options.txt"));
    CHECK(help({"help", "-h"}) == golden("help-help.txt"));
    CHECK(help({"issue", "-h"}) == golden("help-issue.txt"));
    CHECK(help({"validate", "--help"}) == golden("help-validate.txt"));
    CHECK(help({"version", "-h"}) == golden("help-version.txt"));
}

TEST_CASE("nothing, help and -h ask for the same help", "[cli][unit]") {
    CHECK(help({}) == help({"-h"}));
    CHECK(help({"help"}) == help({"--help"}));
    CHECK(help({"help", "issue"}) == help({"issue", "web", "-h"}));
}

TEST_CASE("on a terminal long lines are broken at spaces and examples are not", "[cli][unit]") {
    CHECK(wrapped("one two three\n\nfour\n", 7) == "one two\nthree\n\nfour\n");
    CHECK(wrapped("    --flag='':\n\tone two three\n", 15) ==
          "    --flag='':\n\tone two\n\tthree\n");
    CHECK(wrapped("  kubectl cert issue web\n", 10) == "  kubectl cert issue web\n");
    CHECK(wrapped("aWordThatIsTooLong x\n", 5) == "aWordThatIsTooLong x\n");
}

TEST_CASE("a command's own help leaves kubectl's global options to options", "[cli][unit]") {
    for (const std::string flag : {"--context", "--token", "--namespace", "--request-timeout"}) {
        CHECK(help({"issue", "-h"}).find(flag) == std::string::npos);
        CHECK(help({"options"}).find(flag) != std::string::npos);
    }
    CHECK(help({"issue", "-h"}).find("--local") != std::string::npos);
}

TEST_CASE("every command shows two examples under the name the user typed", "[cli][unit]") {
    for (const CommandText& command : command_texts()) {
        const std::string text = render_help("kcert", command, {});
        CAPTURE(text);

        CHECK(text.find("  # ") != text.rfind("  # "));
        CHECK(text.find("{}") == std::string::npos);
        CHECK(text.find("kubectl cert") == std::string::npos);
    }
}

}  // namespace
}  // namespace kcert::cli
