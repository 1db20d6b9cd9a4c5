// SPDX-License-Identifier: Apache-2.0
//
// The DNS-01 providers of one Issuer, built when they are first needed and kept for the run.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "dns01/provider.h"
#include "issuance/subject.h"
#include "issuance/world.h"

namespace kcert::issuance {

/// How a solver is named in messages and in what is stored: its name in dns01.providers, or
/// "spec.acme.solvers[2]".
std::string solver_id(const api::AcmeIssuer& issuer, const api::Dns01Solver& solver);

/// One thread uses it; `world` and `subject` must outlive it.
class Providers {
  public:
    Providers(const World& world, const Subject& subject) : world_(world), subject_(subject) {}

    /// Throws Error{Config} where stanza or credentials cannot be used.
    dns01::Provider& of(const api::Dns01Solver& solver);

    /// The provider of that id. Throws Error{Config} where the Issuer has it no more.
    dns01::Provider& of(const std::string& id);

  private:
    const World& world_;
    const Subject& subject_;
    std::map<std::string, std::unique_ptr<dns01::Provider>> built_;
};

}  // namespace kcert::issuance
