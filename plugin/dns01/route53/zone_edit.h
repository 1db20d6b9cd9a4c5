// SPDX-License-Identifier: Apache-2.0
//
// Values put into a hosted zone and taken out of it, whatever else is written there meanwhile: a
// change rests on what is known of the zone, is refused where that is no longer so, and is then
// made anew from what stands there.

#pragma once

#include <stop_token>
#include <string>

#include "dns01/route53/record_sets.h"
#include "dns01/route53/route53_client.h"

namespace kcert::dns01::route53 {

/// Returns when name servers are bound to have what was added; does not wait for what was removed.
/// Throws Error where the zone cannot be changed.
void edit_zone(Route53Client& client, const std::string& zone_id, const Texts& texts, Edit edit,
               const std::stop_token& stop);

/// Throws Error where the credential may not read or change the TXT records of `zone`. Changes
/// nothing: it asks for a deletion that Route 53 has to refuse.
void check_editable(Route53Client& client, const std::string& zone_id, const std::string& zone,
                    const std::stop_token& stop);

}  // namespace kcert::dns01::route53
