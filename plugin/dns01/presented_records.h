// SPDX-License-Identifier: Apache-2.0
//
// The records that were placed, or may have been: who placed them, and that they go again by name
// and value. A record enters the list before its provider is asked to place it, so that nothing is
// forgotten when a call breaks off in the middle. One thread uses it at a time.

#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "dns01/provider.h"

namespace kcert::dns01 {

/// A record that could not be removed, and why.
struct Leftover {
    TxtRecord record;
    std::string error;
};

/// The destructor removes nothing: a clean-up needs a deadline of its own, which only the caller
/// can give.
class PresentedRecords {
  public:
    /// Call before present(). `provider` must outlive the list. A record that is already in it is
    /// not taken twice.
    void add(Provider& provider, std::span<const TxtRecord> records);

    /// Removes all, each provider in a thread of its own; where one fails and cannot tell in which
    /// zones, each zone is tried by itself. What could not be removed is returned and stays in the
    /// list for another call. Pass a token with time of its own, never that of a stopped run.
    std::vector<Leftover> clean_up(std::stop_token stop);

    bool empty() const { return size() == 0; }
    std::size_t size() const;

  private:
    struct Placed {
        Provider* provider;
        std::vector<TxtRecord> records;
    };

    std::vector<Placed> placed_;
};

/// What one provider is to place.
struct Placement {
    Provider* provider = nullptr;
    std::string provider_name;  ///< as the issuer calls it, for messages
    std::vector<TxtRecord> records;
};

struct PresentFailure {
    std::string provider_name;
    std::set<std::string> zones;  ///< those that failed; the placement's other records stand
    Error error;

    bool concerns(const std::string& provider, const std::string& zone) const {
        return provider_name == provider && zones.contains(zone);
    }
};

/// Calls present() of all placements, each in a thread of its own, and waits for all. The failures
/// in the order of the placements, one a zone where the provider can tell; empty: every record
/// stands.
std::vector<PresentFailure> present_all(std::span<const Placement> placements,
                                        std::stop_token stop);

}  // namespace kcert::dns01
