// SPDX-License-Identifier: Apache-2.0

#include "base/sensitive.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <utility>

#include "base/log.h"

namespace kcert {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
    out << value;
};

}  // namespace

TEST_CASE("a sensitive text is shown only by reveal", "[base][unit]") {
    const Sensitive secret(std::string("s3cret"));

    CHECK(secret.reveal() == "s3cret");
    CHECK_FALSE(secret.empty());
    static_assert(!Streamable<Sensitive>);
    static_assert(!std::is_convertible_v<Sensitive, std::string_view>);
    static_assert(!std::is_convertible_v<std::string, Sensitive>);
}

TEST_CASE("a sensitive text that is moved leaves nothing behind", "[base][unit]") {
    Sensitive from(std::string("short"));

    const Sensitive to(std::move(from));

    CHECK(to.reveal() == "short");
    CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(std::string_view(from.reveal().data(), 5) == std::string_view("\0\0\0\0\0", 5));
}

TEST_CASE("a sensitive text survives being assigned to itself", "[base][unit]") {
    Sensitive secret(std::string("kept"));
    const Sensitive& same = secret;

    secret = same;

    CHECK(secret == Sensitive(std::string("kept")));
}

TEST_CASE("wiping overwrites the whole capacity", "[base][unit]") {
    std::string text(100, 'k');
    text.resize(20);
    const char* bytes = text.data();

    wipe(text);

    CHECK(text.empty());
    CHECK(text.data() == bytes);
    CHECK(std::string_view(bytes, 20).find('k') == std::string_view::npos);
}

TEST_CASE("the log is silent until a level is asked for", "[base][unit]") {
    CHECK_FALSE(log::enabled(1));

    log::set_level(6);

    CHECK(log::enabled(6));
    CHECK_FALSE(log::enabled(7));
    log::set_level(0);
}

}  // namespace kcert
