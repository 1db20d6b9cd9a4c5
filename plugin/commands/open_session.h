// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "commands/context.h"
#include "session/session.h"

namespace kcert::commands {

/// The shared flags as the session takes them.
session::SessionFlags session_flags(const cli::SharedOptions& shared);

/// Opens what the shared flags and the environment name; its warnings are told first. Throws as
/// session::open() does.
session::Session open_session(const Context& context);

}  // namespace kcert::commands
