// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/uuid.h"

#include <catch2/catch.hpp>

namespace kcert::dns01 {
namespace {

TEST_CASE("a UUID of random bytes is one of version 4", "[dns01][unit]") {
    CHECK(uuid_of(std::string(16, '\xff')) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
    CHECK(uuid_of(std::string(16, '\0')) == "00000000-0000-4000-8000-000000000000");
}

}  // namespace
}  // namespace kcert::dns01
