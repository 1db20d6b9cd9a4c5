// SPDX-License-Identifier: Apache-2.0

#include "acme/nonces.h"

#include <algorithm>

namespace kcert::acme {

namespace {

constexpr std::size_t kMaxLength = 1024;
constexpr std::size_t kMaxKept = 20;

bool is_base64url(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

// RFC 8555 §6.5.1: a client MUST ignore a Replay-Nonce that is not base64url.
bool is_nonce(const std::string& text) {
    return !text.empty() && text.size() <= kMaxLength &&
           std::all_of(text.begin(), text.end(), is_base64url);
}

}  // namespace

void Nonces::keep_from(const net::Response& response) {
    std::optional<std::string> nonce = response.header("replay-nonce");
    if (!nonce || !is_nonce(*nonce)) {
        return;
    }
    if (nonces_.size() == kMaxKept) {
        nonces_.erase(nonces_.begin());
    }
    nonces_.push_back(std::move(*nonce));
}

std::optional<std::string> Nonces::take() {
    if (nonces_.empty()) {
        return std::nullopt;
    }
    std::string nonce = std::move(nonces_.back());
    nonces_.pop_back();
    return nonce;
}

}  // namespace kcert::acme
