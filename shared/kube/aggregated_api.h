// SPDX-License-Identifier: Apache-2.0
//
// APIs that the API server passes on to servers of their own (API aggregation): no objects are kept
// there, a POST is a call. Any thread may call.

#pragma once

#include <stop_token>
#include <string_view>

#include "json/value.h"

namespace kcert::kube {

class AggregatedApi {
  public:
    virtual ~AggregatedApi() = default;

    /// Posts `object` to `path` ("/apis/acme.example.com/v1alpha1/my-solver") and returns the
    /// answer. Throws StatusError where it is refused, Error where none comes.
    virtual json::Value post(std::string_view path, const json::Value& object,
                             std::stop_token stop) = 0;
};

}  // namespace kcert::kube
