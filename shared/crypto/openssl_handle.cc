// SPDX-License-Identifier: Apache-2.0

#include "crypto/openssl_handle.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace kcert::crypto {

void fail(std::string_view what) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    throw Error(ErrorKind::Internal,
                fmt::format("{}: {}", what, reason != nullptr ? reason : "OpenSSL gave no reason"));
}

BioPtr reader_of(std::string_view text) {
    return require_object(BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))),
                          "reading from memory");
}

std::string bytes_of(const BIGNUM& number, int size) {
    std::string bytes(static_cast<std::size_t>(std::max(size, BN_num_bytes(&number))), '\0');
    BN_bn2binpad(&number, reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    return bytes;
}

const EVP_MD* message_digest(Digest algorithm) {
    switch (algorithm) {
        case Digest::Sha384:
            return EVP_sha384();
        case Digest::Sha512:
            return EVP_sha512();
        case Digest::Sha256:
            break;
    }
    return EVP_sha256();
}

}  // namespace kcert::crypto
