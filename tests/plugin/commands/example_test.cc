// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "api/solver_catalog.h"
#include "base/error.h"
#include "commands/example.h"
#include "commands/validate.h"
#include "plugin/commands/desk.h"

namespace kcert::commands {
namespace {

TEST_CASE("the example of each provider passes the rules as it is", "[commands][unit]") {
    for (const api::SolverEntry& entry : api::solver_catalog()) {
        INFO(entry.code);
        Desk printed;
        CHECK(example({.provider = std::string(entry.code)}, printed.context()) ==
              cli::ExitStatus::Done);
        Desk judged;
        judged.in.str(printed.out.str());

        CHECK(validate({.files = {"-"}}, judged.context()) == cli::ExitStatus::Done);

        CHECK(judged.out.str() ==
              "issuer.certmanager.k8s.io/letsencrypt-staging valid\n"
              "certificate.certmanager.k8s.io/example-com valid\n");
        CHECK_THAT(judged.err.str(), !Catch::Contains("Warning"));
    }
}

TEST_CASE("the example names each field, with its help, and what is not needed as a comment",
          "[commands][unit]") {
    for (const api::SolverEntry& entry : api::solver_catalog()) {
        Desk desk;
        example({.provider = std::string(entry.code)}, desk.context());

        for (const api::SolverField& field : entry.fields) {
            INFO(entry.code << "." << field.name);
            CHECK_FALSE(field.example.empty());
            const std::string name(field.name);
            CHECK_THAT(desk.out.str(), Catch::Contains(std::string(field.help) + "\n"));
            CHECK_THAT(desk.out.str(), Catch::Contains("\n          " + name + ":") ||
                                           Catch::Contains("\n          # " + name + ":"));
        }
    }
}

TEST_CASE("the example stands in the namespace that was asked for", "[commands][unit]") {
    Desk desk;
    desk.shared.ns = "shop";

    example({.provider = "cloudflare"}, desk.context());

    CHECK_THAT(desk.out.str(), Catch::Contains("  name: cloudflare-credentials\n"
                                               "  namespace: shop\n") &&
                                   !Catch::Contains("namespace: default"));
}

TEST_CASE("a provider that is not known is wrong usage, and the known ones are listed",
          "[commands][unit]") {
    Desk desk;

    CHECK_THROWS_WITH(
        example({.provider = "cloudflair"}, desk.context()),
        Catch::StartsWith("unknown provider \"cloudflair\" (did you mean cloudflare?): it must be "
                          "one of clouddns, cloudflare, route53, azuredns, akamai, acmedns, "
                          "digitalocean, rfc2136, webhook"));
    CHECK(desk.out.str().empty());
}

}  // namespace
}  // namespace kcert::commands
