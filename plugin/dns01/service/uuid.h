// SPDX-License-Identifier: Apache-2.0
//
// UUIDs of version 4 (RFC 9562 §5.4), by which services tell one request from another.

#pragma once

#include <string>
#include <string_view>

namespace kcert::dns01 {

/// From 16 random bytes; missing ones count as zero, others as not there.
std::string uuid_of(std::string_view random);

std::string random_uuid();

}  // namespace kcert::dns01
