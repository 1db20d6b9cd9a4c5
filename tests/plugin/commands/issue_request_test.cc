// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "base/error.h"
#include "commands/issue_request.h"
#include "plugin/commands/desk.h"
#include "support/temporary_folder.h"

namespace kcert::commands {
namespace {

using namespace std::chrono_literals;

const kube::ObjectKey kWeb{kube::kCertificate, "shop", "web"};

TEST_CASE("flags become what issuance takes", "[commands][unit]") {
    Desk desk;
    desk.shared.cluster_resource_namespace = "cert-manager";

    const issuance::IssueRequest request =
        issue_request({.force = true,
                       .take_over = true,
                       .timeout = 1min,
                       .propagation_timeout = 2s,
                       .propagation_wait = 3s,
                       .dns01_check = cli::Dns01Check::Recursive,
                       .dns_port = 5353,
                       .account_key_type = cli::AccountKeyType::Rsa},
                      kWeb, desk.context());

    CHECK(request.certificate == kWeb);
    CHECK(request.force);
    CHECK(request.subject.take_over);
    CHECK(request.subject.cluster_resource_namespace == "cert-manager");
    CHECK(request.account.until == desk.clock.now() + 1min);
    CHECK(request.account.new_key == crypto::KeySpec{crypto::KeyAlgorithm::Rsa, 2048});
    CHECK(request.propagation.mode == dns01::CheckMode::Recursive);
    CHECK(request.propagation.timeout == 2s);
    CHECK(request.propagation.extra_wait == 3s);
    CHECK(request.propagation.authoritative_port == 5353);
}

TEST_CASE("the file of --acme-ca is read", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    const std::string pem = "-----BEGIN CERTIFICATE-----\n" + std::string(100'000, 'A');
    folder.write("ca.pem", pem);
    Desk desk;

    const issuance::IssueRequest request =
        issue_request({.acme_ca = (folder.path() / "ca.pem").string()}, kWeb, desk.context());

    CHECK(request.account.ca_pem == pem);
}

TEST_CASE("what --acme-ca names must be a file of certificates", "[commands][unit]") {
    const testing::TemporaryFolder folder;
    folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\n");
    Desk desk;

    CHECK_THROWS_WITH(issue_request({.acme_ca = "/nonexistent.pem"}, kWeb, desk.context()),
                      Catch::Contains("/nonexistent.pem cannot be read"));
    CHECK_THROWS_WITH(
        issue_request({.acme_ca = (folder.path() / "key.pem").string()}, kWeb, desk.context()),
        Catch::Contains("is no file of PEM certificates"));
    CHECK_THROWS_WITH(issue_request({.acme_ca = "/dev/zero"}, kWeb, desk.context()),
                      Catch::Contains("is no file of PEM certificates"));
}

}  // namespace
}  // namespace kcert::commands
