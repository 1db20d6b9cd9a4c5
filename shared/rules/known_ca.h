// SPDX-License-Identifier: Apache-2.0
//
// Public ACME CAs by their directory URL. Pure.

#pragma once

#include <string>
#include <string_view>

namespace kcert::rules {

enum class Trust {
    Trusted,     ///< browsers trust its certificates
    NotTrusted,  ///< a staging environment: they do not
    Unknown,     ///< a private CA, or one that is not known here
};

struct KnownCa {
    std::string
        title;  ///< "Let's Encrypt", "Let's Encrypt STAGING"; the URL's host where not known
    Trust trust = Trust::Unknown;
};

KnownCa known_ca(std::string_view directory_url);

}  // namespace kcert::rules
