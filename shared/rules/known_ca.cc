// SPDX-License-Identifier: Apache-2.0

#include "rules/known_ca.h"

#include <array>

#include "base/text.h"

namespace kcert::rules {

namespace {

struct Entry {
    std::string_view host;
    std::string_view title;
    Trust trust;
};

constexpr std::array kEntries{
    Entry{"acme-v02.api.letsencrypt.org", "Let's Encrypt", Trust::Trusted},
    Entry{"acme-staging-v02.api.letsencrypt.org", "Let's Encrypt STAGING", Trust::NotTrusted},
    Entry{"acme.zerossl.com", "ZeroSSL", Trust::Trusted},
    Entry{"dv.acme-v02.api.pki.goog", "Google Trust Services", Trust::Trusted},
    Entry{"dv.acme-v02.test-api.pki.goog", "Google Trust Services STAGING", Trust::NotTrusted},
    Entry{"acme.ssl.com", "SSL.com", Trust::Trusted},
};

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) {
        return url;
    }
    url.remove_prefix(scheme + 3);
    return url.substr(0, url.find('/'));
}

}  // namespace

KnownCa known_ca(std::string_view directory_url) {
    const std::string host = to_lower(host_of(directory_url));
    for (const Entry& entry : kEntries) {
        if (entry.host == host) {
            return {.title = std::string(entry.title), .trust = entry.trust};
        }
    }
    return {.title = host};
}

}  // namespace kcert::rules
