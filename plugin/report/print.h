// SPDX-License-Identifier: Apache-2.0
//
// A Model as text in the manner of `kubectl describe`, and as data. Pure; all texts from outside
// are made harmless for a terminal.

#pragma once

#include <string>

#include "base/clock.h"
#include "json/value.h"
#include "report/model.h"

namespace kcert::report {

/// Aligned, ready for a terminal. Ages are counted up to `now`.
std::string to_text(const Model& model, Time now);

json::Value to_value(const Model& model, Time now);

}  // namespace kcert::report
