// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/edgegrid.h"

#include <catch2/catch.hpp>

#include "support/manual_clock.h"

namespace kcert::dns01::akamai {
namespace {

/// The test data of Akamai's edgegrid-python 2.0.9 (akamai/edgegrid/test): nobody's credentials.
const EdgeGridLogin kLogin{
    .client_token = Sensitive("akab-client-token-xxx-xxxxxxxxxxxxxxxx"),
    .client_secret = Sensitive("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx="),
    .access_token = Sensitive("akab-access-token-xxx-xxxxxxxxxxxxxxxx")};
constexpr std::size_t kTheirMostBody = 2048;

std::string signature(const std::string& method, const std::string& path, const std::string& body) {
    const std::string header = edgegrid_authorization(
        {.method = method,
         .url = "https://akaa-baseurl-xxxxxxxxxxx-xxxxxxxxxxxxx.luna.akamaiapis.net" + path,
         .body = body},
        kLogin, "20140321T19:34:21+0000", "nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", kTheirMostBody);
    return header.substr(header.rfind(";signature=") + 11);
}

TEST_CASE("edgegrid signs as akamai's own library does", "[dns01][unit]") {
    CHECK(signature("GET", "/", "") == "tL+y4hxyHxgWVD30X3pWnGKHcPzmrIF+LThiAOhMxYU=");
    CHECK(signature("GET", "/testapi/v1/t1?p1=1&p2=2", "") ==
          "hKDH1UlnQySSHjvIcZpDMbQHihTQ0XyVAKZaApabdeA=");
    CHECK(signature("GET", "/testapi/v1/configs/111;222;333?from=12345&limit=200000", "") ==
          "pmQF7Is2+O4r/mMojPR4yeF58BrempNNoBX5/DT0Fxs=");
    CHECK(signature("POST", "/testapi/v1/t3", "datadatadatadatadatadatadatadata") ==
          "hXm4iCxtpN22m4cbZb4lVLW5rhX8Ca82vCFqXzSTPe4=");
    CHECK(signature("POST", "/testapi/v1/t6", "") ==
          "1gEDxeQGD5GovIkJJGcBaKnZ+VaPtrc4qBUHixjsPCQ=");
    CHECK(signature("PUT", "/testapi/v1/t6", "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP") ==
          "GNBWEYSEWOLtu+7dD52da2C39aX/Jchpon3K/AmBqBU=");
}

TEST_CASE("edgegrid signs a long body's beginning", "[dns01][unit]") {
    const std::string most(kTheirMostBody, 'd');

    CHECK(signature("POST", "/testapi/v1/t3", most) ==
          signature("POST", "/testapi/v1/t3", most + "more"));
    CHECK(signature("POST", "/testapi/v1/t3", most) !=
          signature("POST", "/testapi/v1/t3", most.substr(1)));
}

TEST_CASE("edgegrid's header names tokens, instant and nonce, and no secret", "[dns01][unit]") {
    const std::string header =
        edgegrid_authorization({.url = "https://127.0.0.1:8443/a"}, kLogin,
                               edgegrid_timestamp(testing::ManualClock().now()), "the-nonce");

    CHECK(
        header.starts_with("EG1-HMAC-SHA256 client_token=akab-client-token-xxx-xxxxxxxxxxxxxxxx;"
                           "access_token=akab-access-token-xxx-xxxxxxxxxxxxxxxx;"
                           "timestamp=20261123T00:00:00+0000;nonce=the-nonce;signature="));
    CHECK(header.find(kLogin.client_secret.reveal()) == std::string::npos);
}

}  // namespace
}  // namespace kcert::dns01::akamai
