// SPDX-License-Identifier: Apache-2.0
//
// Where the user works: the place that holds the objects, and the namespace.

#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "kube/object_store.h"

namespace kcert::session {

struct SessionFlags {
    std::string local;  ///< --local; empty: not given
    std::string ns;     ///< -n; empty: not given
};

struct Session {
    std::unique_ptr<kube::ObjectStore> store;
    std::string ns;
};

/// -n, else "default".
std::string namespace_of(const SessionFlags& flags);

/// Throws Error{Config} where the flags name no place, or one that is not there. `clock` must
/// outlive the session.
Session open(const SessionFlags& flags, const Clock& clock);

}  // namespace kcert::session
