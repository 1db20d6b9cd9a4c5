// SPDX-License-Identifier: Apache-2.0

#include "support/csr_signer.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/base64.h"

namespace kcert::testing {

namespace {

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freed<X509_free>>;
using Csr = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

Cert blank(int serial, Time begin, Time end) {
    Cert cert(X509_new());
    X509_set_version(cert.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), serial);
    ASN1_TIME_set(X509_getm_notBefore(cert.get()), std::chrono::system_clock::to_time_t(begin));
    ASN1_TIME_set(X509_getm_notAfter(cert.get()), std::chrono::system_clock::to_time_t(end));
    return cert;
}

Cert make_root(EVP_PKEY* key, Time begin, Time end) {
    Cert root = blank(1, begin, end);
    X509_NAME* name = X509_get_subject_name(root.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("Test Root"), -1, -1, 0);
    X509_set_issuer_name(root.get(), name);
    X509_set_pubkey(root.get(), key);
    X509_EXTENSION* ca = X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "CA:TRUE");
    X509_add_ext(root.get(), ca, -1);
    X509_EXTENSION_free(ca);
    X509_sign(root.get(), key, EVP_sha256());
    return root;
}

Cert make_leaf(X509_REQ* csr, X509* root, EVP_PKEY* root_key, Time begin, Time end) {
    Cert leaf = blank(2, begin, end);
    X509_set_subject_name(leaf.get(), X509_REQ_get_subject_name(csr));
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(root));
    const Key public_key(X509_REQ_get_pubkey(csr));
    X509_set_pubkey(leaf.get(), public_key.get());
    STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(csr);
    for (int i = 0; i < sk_X509_EXTENSION_num(extensions); ++i) {
        X509_add_ext(leaf.get(), sk_X509_EXTENSION_value(extensions, i), -1);
    }
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    X509_sign(leaf.get(), root_key, EVP_sha256());
    return leaf;
}

std::string pem(X509* cert) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), cert);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

std::string sign_csr(std::string_view csr, Time begin, Time end) {
    const std::string der = base64url_decode(csr).value_or("");
    const auto* data = reinterpret_cast<const unsigned char*>(der.data());
    const Csr request(d2i_X509_REQ(nullptr, &data, static_cast<long>(der.size())));
    if (!request) {
        throw std::runtime_error("finalize carries no certificate request");
    }
    const Key root_key(EVP_EC_gen("P-256"));
    const Cert root = make_root(root_key.get(), begin, end);
    const Cert leaf = make_leaf(request.get(), root.get(), root_key.get(), begin, end);
    return pem(leaf.get()) + pem(root.get());
}

}  // namespace kcert::testing
