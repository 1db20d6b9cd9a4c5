// SPDX-License-Identifier: Apache-2.0
//
// When a certificate is due for renewal. Pure.

#pragma once

#include <optional>

#include "base/clock.h"

namespace kcert::issuance {

struct Validity {
    Time not_before;
    Time not_after;
};

/// How long before its end a certificate is renewed: `renew_before`, else 30 days; where that is
/// not shorter than the certificate's real lifetime a third of it, or half under 10 days.
Duration renewal_window(const Validity& validity, std::optional<Duration> renew_before);

/// The instant from which it is due.
Time renewal_time(const Validity& validity, std::optional<Duration> renew_before);

}  // namespace kcert::issuance
