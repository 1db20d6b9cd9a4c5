// SPDX-License-Identifier: Apache-2.0

#include "crypto/digest.h"

#include <openssl/rand.h>

#include <array>

#include "crypto/openssl_handle.h"

namespace kcert::crypto {
namespace {

using DigestBuffer = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string first_bytes(const DigestBuffer& buffer, std::size_t size) {
    return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

std::string digest(Digest algorithm, std::string_view bytes) {
    const ErrorQueueGuard guard;
    DigestBuffer buffer{};
    unsigned int size = 0;
    require(EVP_Digest(bytes.data(), bytes.size(), buffer.data(), &size, message_digest(algorithm),
                       nullptr),
            "digest");
    return first_bytes(buffer, size);
}

std::string hmac(Digest algorithm, const Sensitive& key, std::string_view bytes) {
    const ErrorQueueGuard guard;
    DigestBuffer buffer{};
    std::size_t size = 0;
    const std::string_view secret = key.reveal();
    require_object(EVP_Q_mac(nullptr, "HMAC", nullptr, EVP_MD_get0_name(message_digest(algorithm)),
                             nullptr, secret.data(), secret.size(),
                             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                             buffer.data(), buffer.size(), &size),
                   "HMAC");
    return first_bytes(buffer, size);
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0xfU];
    }
    return text;
}

std::string random_bytes(std::size_t size) {
    const ErrorQueueGuard guard;
    std::string bytes(size, '\0');
    require(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)),
            "random bytes");
    return bytes;
}

}  // namespace kcert::crypto
