// SPDX-License-Identifier: Apache-2.0
//
// The warnings that an API server gives beside an answer, each told once. Any thread may call.

#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"

namespace kcert::kube {

/// The texts of code 299 in the Warning headers (RFC 7234 §5.5), ready to be shown.
std::vector<std::string> warnings_in(const net::Headers& headers);

class Warnings {
  public:
    explicit Warnings(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}

    /// Tells the text unless it was told before, or too many were.
    void tell_once(const std::string& text);

  private:
    std::function<void(const std::string&)> tell_;
    std::mutex mutex_;
    std::set<std::string> told_;
};

}  // namespace kcert::kube
