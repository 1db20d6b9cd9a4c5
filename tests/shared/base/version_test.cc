// SPDX-License-Identifier: Apache-2.0

#include "base/version.h"

#include <sys/utsname.h>

#include <catch2/catch.hpp>
#include <string>

#include "base/text.h"

namespace kcert {
namespace {

TEST_CASE("the platform is the one that runs this, in Go's words", "[base][unit]") {
    utsname machine{};
    REQUIRE(::uname(&machine) == 0);
    const std::string processor(machine.machine);
    const std::string go = processor == "x86_64"    ? "amd64"
                           : processor == "aarch64" ? "arm64"
                                                    : processor;

    CHECK(kPlatform == to_lower(machine.sysname) + "/" + go);
}

}  // namespace
}  // namespace kcert
