// SPDX-License-Identifier: Apache-2.0
//
// The ICANN section of the public suffix list, as compiled into libpsl.

#include <libpsl.h>

#include "base/text.h"
#include "names/names.h"

namespace kcert::names {
namespace {

constexpr std::size_t kMaxName = 253;

/// libpsl reads up to the first NUL and passes over a leading dot.
bool is_readable(std::string_view name) {
    return !name.empty() && name.size() <= kMaxName && name.front() != '.' &&
           name.find('\0') == std::string_view::npos && is_utf8(name);
}

}  // namespace

bool is_public_suffix(std::string_view name) {
    return is_readable(name) && psl_is_public_suffix2(psl_builtin(), to_lower(name).c_str(),
                                                      PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
}

std::optional<std::string> registered_domain(std::string_view name) {
    std::string_view domain = without_wildcard(name);
    if (!is_readable(domain) || is_public_suffix(domain)) {
        return std::nullopt;
    }
    for (std::size_t dot = domain.find('.'); dot != std::string_view::npos;
         dot = domain.find('.')) {
        const std::string_view parent = domain.substr(dot + 1);
        if (is_public_suffix(parent)) {
            return domain.front() != '.' ? std::optional<std::string>(domain) : std::nullopt;
        }
        domain = parent;
    }
    return std::nullopt;
}

}  // namespace kcert::names
