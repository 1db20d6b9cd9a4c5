// SPDX-License-Identifier: Apache-2.0
//
// APIs that the API server passes on to servers of their own (API aggregation): no objects are kept
// there, a POST is a call. Any thread may call.

#pragma once

#include <stop_token>

#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::kube {

class AggregatedApi {
  public:
    virtual ~AggregatedApi() = default;

    /// Posts `object` to the collection of `kind`, whose names are valid as parts of a path, and
    /// returns the answer. Throws StatusError where it is refused, Error where none comes.
    virtual json::Value post(const Kind& kind, const json::Value& object, std::stop_token stop) = 0;

    /// Whether the API server knows such a collection. Throws as post() does.
    virtual bool serves(const Kind& kind, std::stop_token stop) = 0;
};

}  // namespace kcert::kube
