// SPDX-License-Identifier: Apache-2.0

#include "acme/ca_url.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "net/url.h"

namespace kcert::acme {

namespace {

constexpr std::size_t kMaxLength = 2048;

bool is_visible_ascii(char c) {
    return c > ' ' && c < '\x7f';
}

}  // namespace

bool is_usable_ca_url(std::string_view url) {
    if (url.size() > kMaxLength || !std::all_of(url.begin(), url.end(), is_visible_ascii)) {
        return false;
    }
    const std::optional<net::Url> parsed = net::parse_url(url);
    return parsed && (parsed->scheme == "https" || net::is_loopback_host(parsed->host));
}

std::string check_ca_url(std::string url, std::string_view what) {
    if (url.empty()) {
        throw Error(ErrorKind::Declined, fmt::format("the CA does not tell its {} URL", what));
    }
    if (!is_usable_ca_url(url)) {
        throw Error(ErrorKind::Declined,
                    fmt::format("the CA's {} URL is not an https URL: {}", what,
                                printable(std::string_view(url).substr(0, kMaxLength))));
    }
    return url;
}

}  // namespace kcert::acme
