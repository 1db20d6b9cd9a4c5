// SPDX-License-Identifier: Apache-2.0
//
// A refusal by the place where objects live, with the API server's code and reason (metav1.Status).

#pragma once

#include <string>

#include "base/error.h"

namespace kcert::kube {

class StatusError : public Error {
  public:
    StatusError(int code, std::string reason, std::string message)
        : Error(ErrorKind::Declined, std::move(message)), code_(code), reason_(std::move(reason)) {}

    /// 403, 404, 409, 422 …
    int code() const noexcept { return code_; }
    /// "Forbidden", "AlreadyExists" …
    const std::string& reason() const noexcept { return reason_; }

  private:
    int code_;
    std::string reason_;
};

}  // namespace kcert::kube
