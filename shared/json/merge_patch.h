// SPDX-License-Identifier: Apache-2.0
//
// JSON merge patch (RFC 7386).

#pragma once

#include "json/value.h"

namespace kcert::json {

/// `target` with `patch` applied: null removes a member, objects merge, all else replaces.
Value merge_patch(Value target, const Value& patch);

/// The patch that does what `first` and then `second` do; nulls in it stay. One thing no merge
/// patch can say: that an object is removed and another put in its place; there the two are merged.
Value combine_patches(Value first, const Value& second);

/// The patch that turns `from` into `to`, which holds no null.
Value make_patch(const Value& from, const Value& to);

}  // namespace kcert::json
