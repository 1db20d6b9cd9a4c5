// SPDX-License-Identifier: Apache-2.0
//
// The access token that a login at an OAuth server gave (RFC 6749 §5.1): fetched when it is needed,
// kept in memory until shortly before it expires. Any thread may call.

#pragma once

#include <functional>
#include <mutex>
#include <string_view>

#include "base/clock.h"
#include "base/sensitive.h"
#include "net/http_client.h"

namespace kcert::dns01 {

class AccessToken {
  public:
    /// `clock` must outlive it.
    explicit AccessToken(const Clock& clock) : clock_(clock) {}

    /// Calls `log_in` unless a token is held that lasts for some minutes yet; one caller does, the
    /// others wait for its token. `log_in` returns an answer of success or throws. Throws
    /// Error{Transport} that begins with `doing` where the answer holds no token.
    void ensure(std::string_view doing, const std::function<net::Response()>& log_in);

    /// Adds it as a bearer token (RFC 6750 §2.1). REQUIRES: ensure() before.
    void authorize(net::Request& request) const;

    /// What authorize() adds.
    Sensitive token() const;

  private:
    bool is_fresh() const;
    void keep(std::string_view doing, const net::Response& response);

    const Clock& clock_;
    std::mutex logging_in_;
    mutable std::mutex mutex_;  ///< guards what follows
    Sensitive token_;
    Time renew_at_{};
};

}  // namespace kcert::dns01
