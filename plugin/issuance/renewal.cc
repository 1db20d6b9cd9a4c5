// SPDX-License-Identifier: Apache-2.0

#include "issuance/renewal.h"

namespace kcert::issuance {

Duration renewal_window(const Validity& validity, std::optional<Duration> renew_before) {
    const Duration lifetime = validity.not_after - validity.not_before;
    const Duration wanted = renew_before.value_or(std::chrono::days(30));
    if (wanted < lifetime) {
        return wanted;
    }
    return lifetime < std::chrono::days(10) ? lifetime / 2 : lifetime / 3;
}

Time renewal_time(const Validity& validity, std::optional<Duration> renew_before) {
    return validity.not_after - renewal_window(validity, renew_before);
}

}  // namespace kcert::issuance
