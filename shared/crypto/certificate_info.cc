// SPDX-License-Identifier: Apache-2.0

#include "crypto/certificate_info.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "crypto/usages.h"

namespace kcert::crypto {
namespace {

std::string raw_bytes(const ASN1_STRING& text) {
    const unsigned char* data = ASN1_STRING_get0_data(&text);
    return {data, data + ASN1_STRING_length(&text)};
}

/// UTF-8 where the text's type allows it, else the bytes as they stand.
std::string text_of(const ASN1_STRING& text) {
    unsigned char* data = nullptr;
    const int size = ASN1_STRING_to_UTF8(&data, &text);
    const TextPtr<unsigned char> owned(data);
    return size >= 0 ? std::string(data, data + size) : raw_bytes(text);
}

/// The last attribute of this type, which is the most specific; empty where there is none.
std::string attribute(const X509_NAME* name, int nid) {
    int last = -1;
    for (int i = X509_NAME_get_index_by_NID(name, nid, -1); i >= 0;
         i = X509_NAME_get_index_by_NID(name, nid, i)) {
        last = i;
    }
    return last >= 0 ? text_of(*X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)))
                     : std::string();
}

/// The extension's value; null where it is absent.
template <typename Pointer>
Pointer extension(const X509& certificate, int nid) {
    int critical = 0;
    void* value = X509_get_ext_d2i(&certificate, nid, &critical, nullptr);
    if (value == nullptr && critical != -1) {
        throw Error(ErrorKind::Config,
                    fmt::format("certificate: extension {} does not parse", OBJ_nid2ln(nid)));
    }
    return Pointer(static_cast<typename Pointer::pointer>(value));
}

/// RFC 5280 §4.1.2.5 lets a certificate last until the year 9999, Time ends in 2262.
Time time_of(const ASN1_TIME* text) {
    std::tm fields{};
    if (ASN1_TIME_to_tm(text, &fields) != 1) {
        throw Error(ErrorKind::Config, "certificate: a date does not parse");
    }
    namespace chrono = std::chrono;
    const chrono::year_month_day date =
        chrono::year(fields.tm_year + 1900) / (fields.tm_mon + 1) / fields.tm_mday;
    const chrono::sys_seconds seconds = chrono::sys_days(date) + chrono::hours(fields.tm_hour) +
                                        chrono::minutes(fields.tm_min) +
                                        chrono::seconds(fields.tm_sec);
    return std::clamp(seconds, chrono::ceil<chrono::seconds>(Time::min()),
                      chrono::floor<chrono::seconds>(Time::max()));
}

/// RFC 5280 §4.2.1.6: 4 or 16 octets; of another length, what stands there in hex.
std::string address_of(const ASN1_OCTET_STRING& octets) {
    const std::string bytes = raw_bytes(octets);
    if (bytes.size() != 4 && bytes.size() != 16) {
        return hex(bytes);
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

void read_names(const X509& certificate, CertificateInfo& info) {
    const auto names = extension<GeneralNamesPtr>(certificate, NID_subject_alt_name);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
        if (type == GEN_DNS) {
            info.dns_names.push_back(raw_bytes(*static_cast<const ASN1_IA5STRING*>(value)));
        } else if (type == GEN_IPADD) {
            info.ip_addresses.push_back(address_of(*static_cast<const ASN1_OCTET_STRING*>(value)));
        }
    }
}

/// The v1alpha1 name, else the dotted number.
std::string purpose_name(const ASN1_OBJECT& purpose) {
    const std::string_view known = name_of_purpose(OBJ_obj2nid(&purpose));
    if (!known.empty()) {
        return std::string(known);
    }
    std::array<char, 128> text{};
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), &purpose, 1);
    return text.data();
}

std::vector<std::string> usages_of(const X509& certificate) {
    std::vector<std::string> usages;
    const auto bits = extension<BitStringPtr>(certificate, NID_key_usage);
    for (int bit = 0; bits && bit < kKeyUsageBits; ++bit) {
        if (ASN1_BIT_STRING_get_bit(bits.get(), bit) == 1) {
            usages.emplace_back(name_of_key_usage(bit));
        }
    }
    const auto purposes = extension<PurposesPtr>(certificate, NID_ext_key_usage);
    for (int i = 0; purposes && i < sk_ASN1_OBJECT_num(purposes.get()); ++i) {
        usages.push_back(purpose_name(*sk_ASN1_OBJECT_value(purposes.get(), i)));
    }
    return usages;
}

KeySpec key_spec(const X509& certificate) {
    const EVP_PKEY* key = X509_get0_pubkey(&certificate);
    if (key != nullptr && EVP_PKEY_is_a(key, "RSA") == 1) {
        return {.algorithm = KeyAlgorithm::Rsa, .bits = EVP_PKEY_get_bits(key)};
    }
    if (key != nullptr && EVP_PKEY_is_a(key, "EC") == 1) {
        return {.algorithm = KeyAlgorithm::Ecdsa, .bits = EVP_PKEY_get_bits(key)};
    }
    return {.bits = 0};
}

std::string authority_key_id(const X509& certificate) {
    using Pointer = Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
    const auto id = extension<Pointer>(certificate, NID_authority_key_identifier);
    return id && id->keyid != nullptr ? raw_bytes(*id->keyid) : std::string();
}

bool is_ca(const X509& certificate) {
    using Pointer = Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
    const auto constraints = extension<Pointer>(certificate, NID_basic_constraints);
    return constraints && constraints->ca != 0;
}

std::string fingerprint(const X509& certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> buffer{};
    unsigned int size = 0;
    require(X509_digest(&certificate, EVP_sha256(), buffer.data(), &size), "fingerprint");
    return hex({reinterpret_cast<const char*>(buffer.data()), size});
}

}  // namespace

CertificateInfo read_info(const X509& certificate) {
    const X509_NAME* issuer = X509_get_issuer_name(&certificate);
    CertificateInfo info{
        .subject_common_name = attribute(X509_get_subject_name(&certificate), NID_commonName),
        .issuer_common_name = attribute(issuer, NID_commonName),
        .issuer_organization = attribute(issuer, NID_organizationName),
        .not_before = time_of(X509_get0_notBefore(&certificate)),
        .not_after = time_of(X509_get0_notAfter(&certificate)),
        .serial = hex(raw_bytes(*X509_get0_serialNumber(&certificate))),
        .key = key_spec(certificate),
        .usages = usages_of(certificate),
        .authority_key_id = authority_key_id(certificate),
        .signature_algorithm = OBJ_nid2ln(X509_get_signature_nid(&certificate)),
        .sha256_fingerprint = fingerprint(certificate),
        .is_ca = is_ca(certificate),
    };
    read_names(certificate, info);
    return info;
}

}  // namespace kcert::crypto
