// SPDX-License-Identifier: Apache-2.0

#include "json/merge_patch.h"

namespace kcert::json {

Value merge_patch(Value target, const Value& patch) {
    if (!patch.is_object()) {
        return patch;
    }
    if (!target.is_object()) {
        target = Value::object();
    }
    for (const auto& [name, value] : patch.as_object()) {
        if (value.is_null()) {
            target.erase(name);
        } else {
            Value& place = target.member(name);
            place = merge_patch(std::move(place), value);
        }
    }
    return target;
}

Value combine_patches(Value first, const Value& second) {
    if (!first.is_object() || !second.is_object()) {
        return second;
    }
    for (const auto& [name, value] : second.as_object()) {
        Value& place = first.member(name);
        place = combine_patches(std::move(place), value);
    }
    return first;
}

Value make_patch(const Value& from, const Value& to) {
    if (!from.is_object() || !to.is_object()) {
        return to;
    }
    Value patch = Value::object();
    for (const auto& [name, value] : from.as_object()) {
        if (!to.has(name)) {
            patch.set(name, nullptr);
        }
    }
    for (const auto& [name, value] : to.as_object()) {
        const Value* before = from.find(name);
        if (!before) {
            patch.set(name, value);
        } else if (*before != value) {
            patch.set(name, make_patch(*before, value));
        }
    }
    return patch;
}

}  // namespace kcert::json
