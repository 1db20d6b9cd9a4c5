// SPDX-License-Identifier: Apache-2.0
//
// A provider's steps for several zones or names at once, each step a straight line of calls on a
// thread of its own; the HTTP client below shares the connections.

#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "dns01/provider.h"

namespace kcert::dns01 {

/// Deals with one zone's records.
using ZoneStep = std::function<void(const std::string& zone, std::span<const TxtRecord> records)>;

/// Calls `step` for each zone of `records`, up to `window` at a time, and waits for all. Throws
/// ZonesError that names the zones that failed, Error{Cancelled} where the run was stopped, with
/// what a service had said before.
void for_each_zone(std::span<const TxtRecord> records, std::size_t window,
                   const std::stop_token& stop, const ZoneStep& step);

/// The same for zones of which nothing is placed.
void for_each_zone(std::span<const std::string> zones, std::size_t window,
                   const std::stop_token& stop,
                   const std::function<void(const std::string& zone)>& step);

/// Calls step(0) … step(count - 1), up to `window` at a time, and waits for all. Throws the first
/// failure in the order of the numbers; after one, no other step is begun.
void side_by_side(std::size_t count, std::size_t window,
                  const std::function<void(std::size_t)>& step);

}  // namespace kcert::dns01
