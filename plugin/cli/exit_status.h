// SPDX-License-Identifier: Apache-2.0
//
// What the program's exit code says. Users' scripts and monitoring depend on the numbers.

#pragma once

#include "base/error.h"

namespace kcert::cli {

enum class ExitStatus {
    Done = 0,
    Failed = 1,
    Usage = 2,      ///< the command line is wrong
    Refused = 3,    ///< the rules refuse what the manifests say
    Threshold = 4,  ///< kept for monitoring thresholds
    TimedOut = 124,
    Stopped = 130,
};

constexpr ExitStatus exit_status(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Usage:
            return ExitStatus::Usage;
        case ErrorKind::TimedOut:
            return ExitStatus::TimedOut;
        case ErrorKind::Cancelled:
            return ExitStatus::Stopped;
        default:
            return ExitStatus::Failed;
    }
}

}  // namespace kcert::cli
