// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "cli/table.h"

namespace kcert::cli {
namespace {

TEST_CASE("a get table has columns of at least six and gaps of three", "[cli][unit]") {
    CHECK(align_columns("NAME\tREADY\tAGE\nweb\tTrue\t3m\nlonger-name\tFalse\t2d\n", kGetTable) ==
          "NAME          READY   AGE\n"
          "web           True    3m\n"
          "longer-name   False   2d\n");
}

TEST_CASE("describe aligns each run of lines by itself", "[cli][unit]") {
    CHECK(
        align_columns("Name:\tweb\nNamespace:\tshop\nConditions:\n  Type\tStatus\n  Ready\tTrue\n",
                      kDescribe) ==
        "Name:       web\n"
        "Namespace:  shop\n"
        "Conditions:\n"
        "  Type   Status\n"
        "  Ready  True\n");
}

TEST_CASE("an empty cell keeps its column", "[cli][unit]") {
    CHECK(align_columns("Labels:\ta=1\n\tb=2", kDescribe) == "Labels:  a=1\n         b=2");
}

TEST_CASE("widths count code points, not bytes", "[cli][unit]") {
    CHECK(align_columns("bücher\tx\nab\ty", kDescribe) == "bücher  x\nab      y");
    CHECK(display_width("bücher.de") == 9);
    CHECK(clipped("bücher", 2) == "bü");
    CHECK(clipped("ab", 9) == "ab");
}

}  // namespace
}  // namespace kcert::cli
