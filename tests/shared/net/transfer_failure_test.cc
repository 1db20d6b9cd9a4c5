// SPDX-License-Identifier: Apache-2.0

#include "net/transfer_failure.h"

#include <cerrno>

#include <catch2/catch.hpp>

namespace kcert::net {

namespace {

std::string words(TransferFailure failure) {
    failure.host = "ca.test:443";
    failure.ca_source = "the CA certificates in /bundle";
    return describe(failure).what();
}

}  // namespace

TEST_CASE("a failed connect names host, proxy and cause", "[net][unit]") {
    CHECK(words({.code = CURLE_COULDNT_CONNECT, .os_error = ECONNREFUSED}) ==
          "connecting to ca.test:443: connection refused");
    CHECK(words({.code = CURLE_COULDNT_CONNECT, .proxy = "p.test:1", .os_error = ENETUNREACH}) ==
          "connecting to ca.test:443 through the proxy p.test:1: network is unreachable");
    CHECK(words({.code = CURLE_COULDNT_RESOLVE_HOST}) ==
          "connecting to ca.test:443: name not found");
}

TEST_CASE("a server where nothing listens is told apart from a proxy", "[net][unit]") {
    const TransferFailure nobody{.code = CURLE_COULDNT_CONNECT, .os_error = ECONNREFUSED};
    TransferFailure behind = nobody;
    behind.proxy = "p.test:1";

    CHECK(describe(nobody).refused());
    CHECK_FALSE(describe(behind).refused());
    CHECK_FALSE(describe({.code = CURLE_COULDNT_CONNECT, .os_error = ENETUNREACH}).refused());
}

TEST_CASE("a proxy's refusal shows its status", "[net][unit]") {
    CHECK(words({.code = CURLE_RECV_ERROR, .proxy = "p.test:1", .proxy_status = 407}) ==
          "connecting to ca.test:443 through the proxy p.test:1: the proxy answered 407");
}

TEST_CASE("a timeout says how long was waited", "[net][unit]") {
    CHECK(words({.code = CURLE_OPERATION_TIMEDOUT, .timeout = std::chrono::seconds(30)}) ==
          "no answer from ca.test:443 within 30s");
}

TEST_CASE("an untrusted certificate says why and what to do", "[net][unit]") {
    CHECK(words({.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = 20}) ==
          "the certificate of ca.test:443 is not trusted: its issuer is not among the CA "
          "certificates in /bundle; if it is the right server, name its CA by SSL_CERT_FILE");
    CHECK_THAT(words({.code = CURLE_PEER_FAILED_VERIFICATION,
                      .trust_advice = "name its CA by --acme-ca FILE",
                      .verify_result = 20}),
               Catch::EndsWith("; if it is the right server, name its CA by --acme-ca FILE"));
    CHECK(words({.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = 10}) ==
          "the certificate of ca.test:443 is not trusted: it has expired (or this machine's clock "
          "is wrong)");
}

TEST_CASE("what trying again cannot mend is a matter of the setup", "[net][unit]") {
    CHECK(describe({.code = CURLE_PEER_FAILED_VERIFICATION}).kind() == ErrorKind::Config);
    CHECK(describe({.code = CURLE_SSL_CACERT_BADFILE}).kind() == ErrorKind::Config);
    CHECK(describe({.code = CURLE_SSL_CERTPROBLEM}).kind() == ErrorKind::Config);
    CHECK(describe({.code = CURLE_GOT_NOTHING}).kind() == ErrorKind::Transport);
}

TEST_CASE("a connection that broke is told apart from one that never was", "[net][unit]") {
    for (const CURLcode code : {CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR,
                                CURLE_SEND_ERROR, CURLE_HTTP2_STREAM}) {
        CHECK(describe({.code = code}).cut_off());
    }
    for (const CURLcode code :
         {CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_PEER_FAILED_VERIFICATION}) {
        CHECK_FALSE(describe({.code = code}).cut_off());
    }
    CHECK_FALSE(describe({.code = CURLE_RECV_ERROR, .proxy_status = 502}).cut_off());
}

TEST_CASE("control characters in a server's words are shown, not obeyed", "[net][unit]") {
    CHECK_THAT(words({.code = CURLE_SSL_CONNECT_ERROR, .detail = "bad \x1b[31m"}),
               !Catch::Contains("\x1b"));
}

}  // namespace kcert::net
