// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "plugin/session/fixtures.h"
#include "session/server_url.h"

namespace kcert::session {
namespace {

std::string refusal(const std::string& server) {
    return told([&] { server_url(server); });
}

TEST_CASE("a server's path is a prefix; its query and last slash are not", "[session][unit]") {
    CHECK(server_url("https://api.test:6443").text == "https://api.test:6443");
    CHECK(server_url("https://api.test/").text == "https://api.test");
    CHECK(server_url("https://api.test/k8s/clusters/c/").text == "https://api.test/k8s/clusters/c");
    CHECK(server_url("https://api.test/k8s?a=b#c").text == "https://api.test/k8s");
    CHECK(server_url("https://[2001:db8::1]:6443").text == "https://[2001:db8::1]:6443");
    CHECK(server_url("HTTPS://api.test").secure);
}

TEST_CASE("without a scheme a server is spoken to by http, which stays on this machine",
          "[session][unit]") {
    CHECK(server_url("127.0.0.1:8001").text == "http://127.0.0.1:8001");
    CHECK_FALSE(server_url("127.0.0.1:8001").secure);
    CHECK(server_url("localhost").text == "http://localhost");
    CHECK_FALSE(server_url("http://[::1]:8001/proxy").secure);
    CHECK(refusal("http://api.test:8080").find("without TLS") != std::string::npos);
    CHECK(refusal("api.test:6443").find("without TLS") != std::string::npos);
}

TEST_CASE("what is no server is refused", "[session][unit]") {
    CHECK(refusal("127.0.0.1:1/path") ==
          "error: host must be a URL or a host:port pair: \"127.0.0.1:1/path\"");
    CHECK(refusal("https://") == "error: host must be a URL or a host:port pair: \"https://\"");
    CHECK(refusal("https://a b") ==
          "error: host must be a URL or a host:port pair: \"https://a b\"");
    CHECK(refusal("ftp://x") ==
          "Unable to connect to the server: unsupported protocol scheme \"ftp\"");
    CHECK(refusal("https://user:pw@api.test").find("pw@") == std::string::npos);
    CHECK(refusal("https://user:pw@api.test") != "no error");
}

}  // namespace
}  // namespace kcert::session
