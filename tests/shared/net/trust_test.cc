// SPDX-License-Identifier: Apache-2.0

#include "net/trust.h"

#include <catch2/catch.hpp>

#include "net/curl_http_client.h"

namespace kcert::net {

TEST_CASE("the environment's file is trusted alone", "[net][unit]") {
    const Trust trust = system_trust({.ssl_cert_file = "/my/ca.pem"});

    CHECK(trust.file == "/my/ca.pem");
    CHECK(trust.dir.empty());
}

TEST_CASE("the environment's directories are trusted alone", "[net][unit]") {
    const Trust trust = system_trust({.ssl_cert_dir = "/my/certs:/more"});

    CHECK(trust.file.empty());
    CHECK(trust.dir == "/my/certs:/more");
}

TEST_CASE("without either the system's roots are trusted", "[net][unit]") {
    const Trust trust = system_trust({});

    CHECK(trust.file.empty() != trust.dir.empty());
}

}  // namespace kcert::net
