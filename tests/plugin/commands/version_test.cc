// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "base/version.h"
#include "commands/version.h"
#include "plugin/commands/desk.h"

namespace kcert::commands {
namespace {

TEST_CASE("version is said in kubectl's words", "[commands][unit]") {
    Desk desk;

    CHECK(version({}, desk.console) == cli::ExitStatus::Done);

    CHECK(desk.out.str() == "Client Version: v" + std::string(kVersion) + "\n");
}

TEST_CASE("version is data too", "[commands][unit]") {
    Desk desk;

    version({.output = cli::OutputFormat::Json}, desk.console);

    CHECK(desk.out.str() == "{\n    \"clientVersion\": {\n        \"gitVersion\": \"v" +
                                std::string(kVersion) + "\"\n    }\n}\n");
}

}  // namespace
}  // namespace kcert::commands
