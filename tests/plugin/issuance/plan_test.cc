// SPDX-License-Identifier: Apache-2.0

#include "issuance/plan.h"

#include <catch2/catch.hpp>

#include "plugin/issuance/fixtures.h"

namespace kcert::issuance {
namespace {

using Catch::Contains;
using fixtures::kBegin;
using fixtures::kEnd;
using std::chrono::days;

/// A case changes what it is about and plans again.
struct Ask {
    api::Certificate certificate = fixtures::certificate();
    api::Issuer issuer = fixtures::issuer();
    std::optional<api::Secret> secret = fixtures::secret();
    Time now = kBegin + days(10);
    bool force = false;

    Plan plan() const {
        return make_plan({certificate, issuer, secret ? &*secret : nullptr, now, force});
    }
    std::string only_reason() const {
        const Plan made = plan();
        REQUIRE(made.reasons.size() == 1);
        return made.reasons.front();
    }
};

TEST_CASE("a certificate that matches its spec and is not due needs nothing", "[issuance][plan]") {
    const Plan plan = Ask().plan();

    CHECK_FALSE(plan.due());
    CHECK(plan.renew_from == kEnd - days(30));
    CHECK(plan.missing.empty());
}

TEST_CASE("a Secret that is not there is a reason, in the words of the Event", "[issuance][plan]") {
    Ask ask;
    ask.secret.reset();

    CHECK(ask.only_reason() == "secret \"web-tls\" not found");
    CHECK(ask.plan().missing == "secret \"web-tls\" not found");
}

TEST_CASE("a Secret without one half of the pair is no certificate", "[issuance][plan]") {
    Ask ask;
    ask.secret->data.erase("tls.key");

    CHECK_THAT(ask.only_reason(), Contains("has no tls.key"));
}

TEST_CASE("a Secret that holds rubbish is no certificate", "[issuance][plan]") {
    Ask ask;
    ask.secret->data["tls.crt"] = Sensitive("rubbish");

    CHECK_THAT(ask.only_reason(), Contains("cannot be read"));
}

TEST_CASE("a key that does not belong to the certificate is a reason", "[issuance][plan]") {
    Ask ask;
    ask.secret->data["tls.key"] = Sensitive(fixtures::file("other.key"));

    CHECK_THAT(ask.only_reason(), Contains("does not belong"));
}

TEST_CASE("names that are lacking or left over are reasons", "[issuance][plan]") {
    Ask ask;
    ask.certificate.spec.dns_names = {"api.example.com"};

    const Plan plan = ask.plan();

    REQUIRE(plan.reasons.size() == 2);
    CHECK(plan.reasons[0] == "the certificate lacks \"api.example.com\"");
    CHECK(plan.reasons[1] == "the certificate still has \"www.example.com\"");
}

TEST_CASE("another key algorithm or size is a reason", "[issuance][plan]") {
    Ask ask;
    ask.certificate.spec.key_algorithm = "ecdsa";

    CHECK(ask.only_reason() == "its key is RSA 2048, asked for is ECDSA 256");
}

TEST_CASE("another encoding of the key is a reason", "[issuance][plan]") {
    Ask ask;
    ask.certificate.spec.key_encoding = "pkcs8";

    CHECK(ask.only_reason() == "its key is written as pkcs1, asked for is pkcs8");
}

TEST_CASE("the default encoding is asked for only of a key that this tool wrote",
          "[issuance][plan]") {
    Ask ask;
    Sensitive& key = ask.secret->data["tls.key"];
    key = crypto::PrivateKey::from_pem(key).to_pem(crypto::KeyEncoding::Pkcs8);
    CHECK(ask.only_reason() == "its key is written as pkcs8, asked for is pkcs1");

    ask.secret->meta.annotations.clear();
    CHECK_FALSE(ask.plan().due());
}

TEST_CASE("an RSA key of an odd size is asked for and compared as OpenSSL makes it",
          "[issuance][plan]") {
    api::CertificateSpec spec;
    spec.key_size = 2049;

    CHECK(key_spec(spec).bits == 2050);
    CHECK(crypto::PrivateKey::generate(key_spec(spec)).spec() == key_spec(spec));
}

TEST_CASE("another issuer, kind of issuer or CA is a reason", "[issuance][plan]") {
    Ask renamed;
    renamed.certificate.spec.issuer_ref.name = "other";
    Ask cluster;
    cluster.certificate.spec.issuer_ref.kind = "ClusterIssuer";
    Ask production;
    production.issuer.spec.acme->server = "https://prod.test/directory";

    CHECK_THAT(renamed.only_reason(), Contains("another issuer"));
    CHECK_THAT(cluster.only_reason(), Contains("another issuer"));
    CHECK_THAT(production.only_reason(), Contains("another CA: https://ca.test/directory"));
}

TEST_CASE("a Secret without annotations is judged by its certificate alone", "[issuance][plan]") {
    Ask ask;
    ask.secret->meta.annotations.clear();

    CHECK_FALSE(ask.plan().due());
}

TEST_CASE("changed usages are a reason", "[issuance][plan]") {
    Ask ask;
    ask.certificate.spec.usages = {"digital signature", "client auth"};

    CHECK(ask.only_reason() == "spec.usages changed");
}

TEST_CASE("a certificate is due from its window on, and says since when", "[issuance][plan]") {
    Ask ask;
    ask.now = kEnd - days(27);

    CHECK(ask.only_reason() == "due since 3d (30d before expiry)");
}

TEST_CASE("an expired certificate is due", "[issuance][plan]") {
    Ask ask;
    ask.now = kEnd + days(1);

    CHECK(ask.only_reason() == "it expired on 2026-04-01");
}

TEST_CASE("asking with --force is a reason only where there is no other", "[issuance][plan]") {
    Ask ask;
    ask.force = true;
    Ask due = ask;
    due.secret.reset();

    CHECK(ask.only_reason() == "--force");
    CHECK_THAT(due.only_reason(), Contains("not found"));
}

TEST_CASE("a retired directory is replaced by its successor", "[issuance][plan]") {
    Ask ask;
    ask.secret.reset();
    ask.issuer.spec.acme->server = "https://acme-staging.api.letsencrypt.org/directory";

    CHECK(ask.plan().directory == "https://acme-staging-v02.api.letsencrypt.org/directory");
}

TEST_CASE("key and encoding follow the spec and its defaults", "[issuance][plan]") {
    api::CertificateSpec spec;
    CHECK(key_spec(spec) == crypto::KeySpec{crypto::KeyAlgorithm::Rsa, 2048});
    CHECK(key_encoding(spec) == crypto::KeyEncoding::Pkcs1);

    spec.key_algorithm = "ecdsa";
    spec.key_encoding = "pkcs8";
    CHECK(key_spec(spec) == crypto::KeySpec{crypto::KeyAlgorithm::Ecdsa, 256});
    CHECK(key_encoding(spec) == crypto::KeyEncoding::Pkcs8);

    spec.key_size = 384;
    CHECK(key_spec(spec).bits == 384);
}

TEST_CASE("the hash of an ask changes with all that an order depends on", "[issuance][plan]") {
    const Ask ask;
    const std::string hash = spec_hash(ask.certificate, *ask.issuer.spec.acme, ask.plan());
    Ask more = ask;
    more.certificate.spec.dns_names.emplace_back("api.example.com");
    Ask larger = ask;
    larger.certificate.spec.key_size = 4096;
    Ask profile = ask;
    profile.issuer.spec.acme->profile = "shortlived";

    for (const Ask& other : {more, larger, profile}) {
        CHECK(hash != spec_hash(other.certificate, *other.issuer.spec.acme, other.plan()));
    }
    CHECK(hash == spec_hash(ask.certificate, *ask.issuer.spec.acme, ask.plan()));
}

}  // namespace
}  // namespace kcert::issuance
