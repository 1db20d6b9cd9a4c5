// SPDX-License-Identifier: Apache-2.0
//
// A configuration that cannot be used, in a whole message of kubectl's that has a beginning of its
// own: "Error in configuration: …". main prints it without "error: " before it.

#pragma once

#include "base/error.h"

namespace kcert::session {

class ConfigurationError : public Error {
  public:
    explicit ConfigurationError(std::string message)
        : Error(ErrorKind::Config, std::move(message)) {}
};

}  // namespace kcert::session
