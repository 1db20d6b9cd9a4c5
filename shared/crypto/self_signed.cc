// SPDX-License-Identifier: Apache-2.0

#include "crypto/self_signed.h"

#include <openssl/pem.h>

#include <chrono>

#include "crypto/openssl_handle.h"

namespace kcert::crypto {
namespace {

constexpr const char* kMaking = "making a self-signed certificate";
/// RFC 5280 §4.1.2.2: positive and at most 20 octets.
constexpr int kSerialBits = 64;

void set_serial(X509& certificate) {
    const BignumPtr number = require_object(BignumPtr(BN_new()), kMaking);
    require(BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY), kMaking);
    require_object(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)), kMaking);
}

void set_time(ASN1_TIME* field, Time time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch();
    require_object(ASN1_TIME_set(field, seconds.count()), kMaking);
}

/// It is its own issuer.
void set_names(X509& certificate, std::string_view common_name) {
    X509_NAME* name = X509_get_subject_name(&certificate);  // the certificate's own
    require(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(common_name.data()),
                                       static_cast<int>(common_name.size()), -1, 0),
            kMaking);
    require(X509_set_issuer_name(&certificate, name), kMaking);
}

std::string to_pem(X509& certificate) {
    const BioPtr writer = require_object(BioPtr(BIO_new(BIO_s_mem())), kMaking);
    require(PEM_write_bio_X509(writer.get(), &certificate), kMaking);
    const char* data = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &data);
    return {data, data + size};
}

}  // namespace

std::string make_self_signed(const PrivateKey& key, std::string_view common_name, Time not_before,
                             Time not_after) {
    const ErrorQueueGuard guard;
    const X509Ptr certificate = require_object(X509Ptr(X509_new()), kMaking);
    EVP_PKEY* pair = key.handle().key.get();
    require(X509_set_version(certificate.get(), X509_VERSION_3), kMaking);
    set_serial(*certificate);
    set_names(*certificate, common_name);
    set_time(X509_getm_notBefore(certificate.get()), not_before);
    set_time(X509_getm_notAfter(certificate.get()), not_after);
    require(X509_set_pubkey(certificate.get(), pair), kMaking);
    if (X509_sign(certificate.get(), pair, message_digest(Digest::Sha256)) <= 0) {
        fail(kMaking);
    }
    return to_pem(*certificate);
}

}  // namespace kcert::crypto
