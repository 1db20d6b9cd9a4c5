// SPDX-License-Identifier: Apache-2.0
//
// A refusal by the place where objects live, with the API server's code and reason (metav1.Status).

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace kcert::kube {

/// One of the faults that a refusal names.
struct StatusCause {
    std::string reason;  ///< "FieldValueInvalid"
    std::string message;
    std::string field;  ///< "spec.dnsNames[0]"; may be empty
};

/// What an API server tells beside its message (metav1.StatusDetails), ready to be shown.
struct StatusDetails {
    std::string kind;  ///< "Certificate" where an object is invalid, else mostly "certificates"
    std::string name;
    std::vector<StatusCause> causes;
    int retry_after_seconds = 0;  ///< 0: it did not say
};

class StatusError : public Error {
  public:
    /// Of a place that is no API server, or in our own words.
    StatusError(int code, std::string reason, std::string message)
        : Error(ErrorKind::Declined, std::move(message)),
          code_(code),
          reason_(std::move(reason)),
          words_(what()) {}
    /// As an API server said it; shown as kubectl shows it, without a line end: "Error from server
    /// (Forbidden): …", "The Certificate "web" is invalid: …".
    StatusError(int code, std::string reason, const std::string& message, StatusDetails details);

    /// 403, 404, 409, 422 …
    int code() const noexcept { return code_; }
    /// "Forbidden", "AlreadyExists" …
    const std::string& reason() const noexcept { return reason_; }
    /// What refused said, without the context that was added since.
    const std::string& words() const noexcept { return words_; }
    /// Nothing where no API server said it.
    const std::optional<StatusDetails>& details() const noexcept { return details_; }

  private:
    int code_;
    std::string reason_;
    std::string words_;
    std::optional<StatusDetails> details_;
};

}  // namespace kcert::kube
