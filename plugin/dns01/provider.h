// SPDX-License-Identifier: Apache-2.0
//
// A Provider places and removes TXT records at one DNS service. It knows nothing of ACME:
// the records arrive finished. One thread uses a provider at a time.

#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"

namespace kcert::dns01 {

/// The answer to one dns-01 challenge (RFC 8555 §8.4), ready to be placed.
struct TxtRecord {
    std::string zone;   ///< apex, fully qualified: "example.com."
    std::string name;   ///< owner after CNAMEs, fully qualified
    std::string value;  ///< unquoted
    /// The name that the CA asks about, without a wildcard: "example.com"; some services know their
    /// accounts by it.
    std::string domain = {};

    bool operator==(const TxtRecord&) const = default;
};

struct ZoneFailure {
    std::string zone;
    Error error;
};

/// Some zones of a call failed, and all went well in the others: who catches it need not blame a
/// name for its neighbour's zone. Its kind is that of the first.
class ZonesError : public Error {
  public:
    /// REQUIRES: one failure at least.
    explicit ZonesError(std::vector<ZoneFailure> failures);

    const std::vector<ZoneFailure>& failures() const noexcept { return failures_; }

  private:
    std::vector<ZoneFailure> failures_;
};

/// Each call throws ZonesError where it can tell the zones that failed, else an Error that stands
/// for all of them.
class Provider {
  public:
    virtual ~Provider() = default;

    /// Adds each record beside what stands at its name: example.com and *.example.com share the
    /// name and need one value each. Adding a record twice is no error. One call a zone where
    /// the service can; a failure leaves what was added to clean_up().
    virtual void present(std::span<const TxtRecord> records, std::stop_token stop) = 0;

    /// Removes each record by name and value, leaves its neighbours; a missing one is no error.
    virtual void clean_up(std::span<const TxtRecord> records, std::stop_token stop) = 0;

    /// Logs in and finds the zones, changing nothing. Throws Error where the credential is refused,
    /// a zone is not there, or the service can tell that it may not be edited.
    virtual void verify(std::span<const std::string> zones, std::stop_token stop) = 0;
};

}  // namespace kcert::dns01
