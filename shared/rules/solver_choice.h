// SPDX-License-Identifier: Apache-2.0
//
// Which solver of the Issuer answers for which name: by config[] and dns01.providers where the
// Certificate has spec.acme, else by the selectors of solvers[] (v0.10's choice rule).

#pragma once

#include <string>
#include <string_view>

#include "api/certificate.h"
#include "api/issuer.h"

namespace kcert::rules {

enum class NoSolver {
    NotConfigured,    ///< no config[] entry lists the name, or no solvers[] entry fits it
    Http01Only,       ///< what answers for it is http01, which this tool does not solve
    UnknownProvider,  ///< config[] names a provider that the Issuer does not have
};

struct SolverChoice {
    const api::Dns01Solver* solver = nullptr;  ///< inside the issuer given; null: none
    NoSolver why = NoSolver::NotConfigured;    ///< where solver is null
    std::string provider;                      ///< the name that config[] gives, or the solver's
};

/// `name` in A-labels with its "*." where it is a wildcard.
SolverChoice choose_solver(const api::Certificate& certificate, const api::AcmeIssuer& issuer,
                           std::string_view name);

}  // namespace kcert::rules
