// SPDX-License-Identifier: Apache-2.0

#include "crypto/csr.h"

#include <fmt/format.h>

#include "base/error.h"
#include "crypto/openssl_handle.h"
#include "crypto/usages.h"

namespace kcert::crypto {
namespace {

constexpr const char* kMaking = "making a certificate signing request";

/// cert-manager's choice: a hash about as strong as the key.
Digest signature_digest(const KeySpec& spec) {
    const bool rsa = spec.algorithm == KeyAlgorithm::Rsa;
    if (spec.bits >= (rsa ? 4096 : 521)) {
        return Digest::Sha512;
    }
    return spec.bits >= (rsa ? 3072 : 384) ? Digest::Sha384 : Digest::Sha256;
}

void set_common_name(X509_REQ& request, const std::string& name) {
    require(X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(&request), NID_commonName,
                                       MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(name.data()),
                                       static_cast<int>(name.size()), -1, 0),
            kMaking);
}

void add_extension(ExtensionsPtr& extensions, int nid, void* value, int critical) {
    STACK_OF(X509_EXTENSION)* list = extensions.release();
    const int added = X509V3_add1_i2d(&list, nid, value, critical, X509V3_ADD_DEFAULT);
    extensions.reset(list);
    require(added, kMaking);
}

void append(GENERAL_NAMES& names, const std::string& dns_name) {
    Owned<ASN1_IA5STRING, ASN1_IA5STRING_free> text(ASN1_IA5STRING_new());
    require_object(text.get(), kMaking);
    require(ASN1_STRING_set(text.get(), dns_name.data(), static_cast<int>(dns_name.size())),
            kMaking);
    Owned<GENERAL_NAME, GENERAL_NAME_free> name(GENERAL_NAME_new());
    require_object(name.get(), kMaking);
    GENERAL_NAME_set0_value(name.get(), GEN_DNS, text.release());
    if (sk_GENERAL_NAME_push(&names, name.get()) <= 0) {
        fail(kMaking);
    }
    static_cast<void>(name.release());
}

void add_dns_names(ExtensionsPtr& extensions, const std::vector<std::string>& dns_names) {
    if (dns_names.empty()) {
        return;
    }
    const GeneralNamesPtr names(GENERAL_NAMES_new());
    require_object(names.get(), kMaking);
    for (const std::string& dns_name : dns_names) {
        append(*names, dns_name);
    }
    add_extension(extensions, NID_subject_alt_name, names.get(), 0);
}

void append(EXTENDED_KEY_USAGE& purposes, int nid) {
    ASN1_OBJECT* object = OBJ_nid2obj(nid);  // from OpenSSL's own table, not to be freed
    for (int i = 0; i < sk_ASN1_OBJECT_num(&purposes); ++i) {
        if (sk_ASN1_OBJECT_value(&purposes, i) == object) {
            return;
        }
    }
    if (sk_ASN1_OBJECT_push(&purposes, object) <= 0) {
        fail(kMaking);
    }
}

void add_usages(ExtensionsPtr& extensions, const std::vector<std::string>& names) {
    const BitStringPtr key_usage(ASN1_BIT_STRING_new());
    const PurposesPtr purposes(EXTENDED_KEY_USAGE_new());
    require_object(key_usage.get(), kMaking);
    require_object(purposes.get(), kMaking);
    for (const std::string& name : names) {
        const Usage* usage = usage_by_name(name);
        if (usage == nullptr) {
            throw Error(ErrorKind::Internal, fmt::format("{}: an unknown usage", kMaking));
        }
        if (usage->key_usage_bit != Usage::kNoBit) {
            require(ASN1_BIT_STRING_set_bit(key_usage.get(), usage->key_usage_bit, 1), kMaking);
        } else {
            append(*purposes, usage->purpose_nid);
        }
    }
    if (ASN1_STRING_length(key_usage.get()) > 0) {
        add_extension(extensions, NID_key_usage, key_usage.get(), 1);
    }
    if (sk_ASN1_OBJECT_num(purposes.get()) > 0) {
        add_extension(extensions, NID_ext_key_usage, purposes.get(), 0);
    }
}

std::string to_der(const X509_REQ& request) {
    unsigned char* data = nullptr;
    const int size = i2d_X509_REQ(&request, &data);
    const TextPtr<unsigned char> owned(data);
    if (size <= 0) {
        fail(kMaking);
    }
    return {data, data + size};
}

}  // namespace

std::string make_csr(const PrivateKey& key, const CsrContent& content) {
    const ErrorQueueGuard guard;
    const RequestPtr request = require_object(RequestPtr(X509_REQ_new()), kMaking);
    EVP_PKEY* pair = key.handle().key.get();
    require(X509_REQ_set_version(request.get(), X509_REQ_VERSION_1), kMaking);
    require(X509_REQ_set_pubkey(request.get(), pair), kMaking);
    if (!content.common_name.empty()) {
        set_common_name(*request, content.common_name);
    }
    ExtensionsPtr extensions;
    add_dns_names(extensions, content.dns_names);
    add_usages(extensions, content.usages);
    if (extensions) {
        require(X509_REQ_add_extensions(request.get(), extensions.get()), kMaking);
    }
    if (X509_REQ_sign(request.get(), pair, message_digest(signature_digest(key.spec()))) <= 0) {
        fail(kMaking);
    }
    return to_der(*request);
}

}  // namespace kcert::crypto
