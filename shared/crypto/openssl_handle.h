// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL's objects as owned values, for this room only: one deleter for every type, and a guard
// that leaves the thread's error queue as it was, since TLS reads the same queue.

#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "crypto/digest.h"
#include "crypto/key.h"

namespace kcert::crypto {

template <auto Free>
struct Deleter {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};

template <typename T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

inline void free_text(void* text) {
    OPENSSL_free(text);
}
inline void free_extensions(STACK_OF(X509_EXTENSION) * extensions) {
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}

using BioPtr = Owned<BIO, BIO_free_all>;
using BignumPtr = Owned<BIGNUM, BN_clear_free>;
using BitStringPtr = Owned<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using EncoderPtr = Owned<OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free>;
using ExtensionsPtr = Owned<STACK_OF(X509_EXTENSION), free_extensions>;
using GeneralNamesPtr = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using KeyPtr = Owned<EVP_PKEY, EVP_PKEY_free>;
using MdContextPtr = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using PurposesPtr = Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using RequestPtr = Owned<X509_REQ, X509_REQ_free>;
using SignaturePtr = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using X509Ptr = Owned<X509, X509_free>;

template <typename T>
using TextPtr = Owned<T, free_text>;

struct PrivateKey::Handle {
    KeyPtr key;
    KeySpec spec;
};

/// Takes back, when it goes, whatever a call within its life put into the thread's error queue.
class ErrorQueueGuard {
  public:
    ErrorQueueGuard() { ERR_set_mark(); }
    ~ErrorQueueGuard() { ERR_pop_to_mark(); }
    ErrorQueueGuard(const ErrorQueueGuard&) = delete;
    ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

/// Throws Error{Internal} with OpenSSL's own reason for what failed last.
[[noreturn]] void fail(std::string_view what);

/// For calls whose success is 1: throws as fail() does on anything else.
inline void require(int result, std::string_view what) {
    if (result != 1) {
        fail(what);
    }
}

/// `pointer` itself; throws as fail() does where it is null.
template <typename Pointer>
Pointer require_object(Pointer pointer, std::string_view what) {
    if (!pointer) {
        fail(what);
    }
    return pointer;
}

/// A BIO that reads `text`, which must outlive it and hold less than 2 GiB.
BioPtr reader_of(std::string_view text);

/// Big-endian, at least `size` bytes.
std::string bytes_of(const BIGNUM& number, int size = 0);

const EVP_MD* message_digest(Digest algorithm);

}  // namespace kcert::crypto
