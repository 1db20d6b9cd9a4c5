// SPDX-License-Identifier: Apache-2.0
//
// The nonces in hand (RFC 8555 §6.5): each is used once, the freshest first.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/http_client.h"

namespace kcert::acme {

class Nonces {
  public:
    /// Keeps the Replay-Nonce of any answer; one that is missing or no base64url is passed over.
    void keep_from(const net::Response& response);

    std::optional<std::string> take();
    bool empty() const { return nonces_.empty(); }

  private:
    std::vector<std::string> nonces_;
};

}  // namespace kcert::acme
