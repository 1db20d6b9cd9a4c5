// SPDX-License-Identifier: Apache-2.0

#include "rules/solver_choice.h"

#include <catch2/catch.hpp>

namespace kcert::rules {
namespace {

using Selector = api::Solver::Selector;

api::Solver solver(const std::string& mark, std::optional<Selector> selector) {
    return {.selector = std::move(selector), .dns01 = api::Dns01Solver{.name = mark}};
}

/// The mark of the solver that `solvers` choose for the name; "" where there is none.
std::string chosen(std::vector<api::Solver> solvers, const std::string& name,
                   api::StringMap labels = {}) {
    const api::AcmeIssuer issuer{.solvers = std::move(solvers)};
    const SolverChoice choice =
        choose_solver({.meta = {.labels = std::move(labels)}}, issuer, name);
    CHECK(choice.provider == (choice.solver ? choice.solver->name : ""));
    return choice.provider;
}

api::AcmeIssuer two_providers() {
    return {.providers = {{.name = "one"}, {.name = "two"}}};
}

api::Certificate with_config(std::vector<api::DomainSolver> config) {
    return {.spec = {.acme_config = std::move(config)}};
}

}  // namespace

TEST_CASE("a name is solved by the provider that its config entry names", "[rules][unit]") {
    const api::AcmeIssuer issuer = two_providers();
    const api::Certificate certificate =
        with_config({{.domains = {"Example.com"}, .dns01_provider = "one"},
                     {.domains = {"*.bücher.example", "example.com"}, .dns01_provider = "two"}});

    CHECK(choose_solver(certificate, issuer, "example.com").solver == &issuer.providers[0]);
    const SolverChoice wildcard = choose_solver(certificate, issuer, "*.xn--bcher-kva.example");
    CHECK(wildcard.solver == &issuer.providers[1]);
    CHECK(wildcard.provider == "two");
}

TEST_CASE("a config entry for the apex does not answer for its wildcard", "[rules][unit]") {
    const api::AcmeIssuer issuer = two_providers();

    const SolverChoice choice =
        choose_solver(with_config({{.domains = {"example.com"}, .dns01_provider = "one"}}), issuer,
                      "*.example.com");

    CHECK(choice.solver == nullptr);
    CHECK(choice.why == NoSolver::NotConfigured);
}

TEST_CASE("a provider that the Issuer lacks is told by its name", "[rules][unit]") {
    const SolverChoice choice =
        choose_solver(with_config({{.domains = {"example.com"}, .dns01_provider = "three"}}),
                      two_providers(), "example.com");

    CHECK(choice.solver == nullptr);
    CHECK(choice.why == NoSolver::UnknownProvider);
    CHECK(choice.provider == "three");
}

TEST_CASE("an http01 entry leaves the name to a later dns01 entry", "[rules][unit]") {
    const api::AcmeIssuer issuer = two_providers();
    const api::DomainSolver http{.domains = {"example.com"}, .http01 = api::DomainSolver::Http01{}};

    const SolverChoice alone = choose_solver(with_config({http}), issuer, "example.com");
    const SolverChoice both =
        choose_solver(with_config({http, {.domains = {"example.com"}, .dns01_provider = "two"}}),
                      issuer, "example.com");

    CHECK(alone.why == NoSolver::Http01Only);
    CHECK(both.solver == &issuer.providers[1]);
}

TEST_CASE("config counts even where the Issuer has solvers", "[rules][unit]") {
    const api::AcmeIssuer issuer{.solvers = {solver("any", std::nullopt)}};

    const SolverChoice choice = choose_solver(with_config({}), issuer, "example.com");

    CHECK(choice.solver == nullptr);
}

TEST_CASE("a matching name beats a matching zone beats labels beats no selector", "[rules][unit]") {
    const api::Solver any = solver("any", std::nullopt);
    const api::Solver label = solver("label", Selector{.match_labels = {{"a", "1"}}});
    const api::Solver labels = solver("labels", Selector{.match_labels = {{"a", "1"}, {"b", "2"}}});
    const api::Solver zone = solver("zone", Selector{.dns_zones = {"example.com"}});
    const api::Solver name = solver("name", Selector{.dns_names = {"www.example.com"}});
    const api::StringMap has{{"a", "1"}, {"b", "2"}};

    CHECK(chosen({any, label}, "www.example.com", has) == "label");
    CHECK(chosen({any, label, labels}, "www.example.com", has) == "labels");
    CHECK(chosen({any, labels, zone}, "www.example.com", has) == "zone");
    CHECK(chosen({zone, name, labels}, "www.example.com", has) == "name");
    CHECK(chosen({name, zone, labels, label, any}, "other.test", has) == "labels");
    CHECK(chosen({name, zone, labels, label, any}, "other.test") == "any");
}

TEST_CASE("the zone with more labels wins, and a tie goes to the earlier", "[rules][unit]") {
    const api::Solver wide = solver("wide", Selector{.dns_zones = {"example.com"}});
    const api::Solver narrow = solver("narrow", Selector{.dns_zones = {"test", "a.example.com"}});
    const api::Solver same = solver("same", Selector{.dns_zones = {"example.com"}});

    CHECK(chosen({wide, narrow}, "www.a.example.com") == "narrow");
    CHECK(chosen({wide, narrow}, "a.example.com") == "narrow");
    CHECK(chosen({wide, same}, "www.example.com") == "wide");
    CHECK(chosen({solver("first", std::nullopt), solver("second", Selector{})}, "a.test") ==
          "first");
}

TEST_CASE("every part of a selector must fit", "[rules][unit]") {
    const api::Solver both =
        solver("both", Selector{.match_labels = {{"a", "1"}}, .dns_zones = {"example.com"}});

    CHECK(chosen({both}, "www.example.com", {{"a", "1"}}) == "both");
    CHECK(chosen({both}, "www.example.com", {{"a", "2"}}).empty());
    CHECK(chosen({both}, "www.example.com").empty());
    CHECK(chosen({both}, "www.badexample.com", {{"a", "1"}}).empty());
}

TEST_CASE("a wildcard lies in its zone and is named with its star", "[rules][unit]") {
    CHECK(chosen({solver("zone", Selector{.dns_zones = {"Example.com"}})}, "*.example.com") ==
          "zone");
    CHECK(
        chosen({solver("apex", Selector{.dns_names = {"example.com"}})}, "*.example.com").empty());
    CHECK(chosen({solver("star", Selector{.dns_names = {"*.example.com"}})}, "*.example.com") ==
          "star");
}

TEST_CASE("an http01 solver that fits best is told, but leaves wildcards to others",
          "[rules][unit]") {
    const api::Solver http{.selector = Selector{.dns_zones = {"example.com"}},
                           .http01 = api::Http01{}};
    const api::AcmeIssuer issuer{.solvers = {http, solver("any", std::nullopt)}};

    const SolverChoice plain = choose_solver({}, issuer, "www.example.com");
    const SolverChoice wildcard = choose_solver({}, issuer, "*.example.com");
    const SolverChoice alone = choose_solver({}, {.solvers = {http}}, "*.example.com");

    CHECK(plain.solver == nullptr);
    CHECK(plain.why == NoSolver::Http01Only);
    REQUIRE(wildcard.solver);
    CHECK(wildcard.provider == "any");
    CHECK(alone.why == NoSolver::Http01Only);
}

}  // namespace kcert::rules
