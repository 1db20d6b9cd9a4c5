// SPDX-License-Identifier: Apache-2.0

#include "session/token_file.h"

#include <chrono>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "session/authorization.h"
#include "session/local_file.h"

namespace kcert::session {
namespace {

/// client-go: cached for a minute, and read again 10 s before that is over.
constexpr Duration kFresh = std::chrono::seconds(50);

}  // namespace

Sensitive read_token(const std::string& file) {
    std::string content = read_needed_file(file);
    Sensitive token{std::string(trim(content))};
    wipe(content);
    if (token.empty()) {
        throw Error(ErrorKind::Config,
                    fmt::format("read empty token from file \"{}\"", printable(file)));
    }
    return token;
}

void BearerToken::add_to(net::Request& request, std::stop_token /*stop*/) {
    if (!has_authorization(request)) {
        add_bearer(request, current());
    }
}

void BearerToken::refused(const net::Request& request) {
    const std::lock_guard lock(mutex_);
    if (from_file_ && bears(request, *from_file_)) {
        read_at_.reset();
    }
}

Sensitive BearerToken::current() {
    if (file_.empty()) {
        return token_;
    }
    const std::lock_guard lock(mutex_);
    if (!read_at_ || clock_.now() - *read_at_ >= kFresh) {
        read_again();
    }
    return from_file_ ? *from_file_ : token_;
}

void BearerToken::read_again() {
    try {
        from_file_ = read_token(file_);
        read_at_ = clock_.now();
        warned_ = false;
    } catch (const Error& error) {
        if (!from_file_ && token_.empty()) {
            throw;
        }
        if (!warned_) {
            warned_ = true;
            warn_(fmt::format("{}; the token that was there before is still used", error.what()));
        }
    }
}

}  // namespace kcert::session
