// SPDX-License-Identifier: Apache-2.0

#include "crypto/certificate.h"

#include <fmt/format.h>
#include <openssl/pem.h>

#include <optional>

#include "base/error.h"
#include "crypto/certificate_info.h"
#include "crypto/openssl_handle.h"

namespace kcert::crypto {

struct Certificate::Handle {
    X509Ptr certificate;
    CertificateInfo info;
};

namespace {

/// As much as an answer of a CA may hold.
constexpr std::size_t kMaxPemSize = std::size_t{1024} * 1024;

[[noreturn]] void refuse(std::string_view why) {
    throw Error(ErrorKind::Config, fmt::format("certificate: {}", why));
}

struct PemBlock {
    std::string label;
    std::string der;
};

/// Nothing at the end of the text; what stands between blocks is passed over.
std::optional<PemBlock> next_block(BIO& reader) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    const int found = PEM_read_bio(&reader, &label, &header, &data, &size);
    const TextPtr<char> owned_label(label);
    const TextPtr<char> owned_header(header);
    const TextPtr<unsigned char> owned_data(data);
    if (found == 1) {
        return PemBlock{.label = label, .der = std::string(data, data + size)};
    }
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        refuse("a PEM block does not parse");
    }
    return std::nullopt;
}

X509Ptr parse_der(std::string_view der) {
    const auto* position = reinterpret_cast<const unsigned char*>(der.data());
    const unsigned char* const end = position + der.size();
    X509Ptr certificate(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
    if (!certificate || position != end) {
        refuse("a PEM block holds no X.509 certificate");
    }
    return certificate;
}

}  // namespace

std::vector<Certificate> Certificate::parse_pem(std::string_view pem, std::size_t limit) {
    const ErrorQueueGuard guard;
    if (pem.size() > kMaxPemSize) {
        refuse("the text is too long");
    }
    std::vector<Certificate> certificates;
    const BioPtr reader = reader_of(pem);
    while (const std::optional<PemBlock> block = next_block(*reader)) {
        if (block->label != PEM_STRING_X509) {
            refuse("a PEM block is something else");
        }
        if (certificates.size() == limit) {
            refuse(fmt::format("more than {} in one text", limit));
        }
        X509Ptr certificate = parse_der(block->der);
        CertificateInfo info = read_info(*certificate);
        certificates.push_back(Certificate(std::make_shared<const Handle>(
            Handle{.certificate = std::move(certificate), .info = std::move(info)})));
    }
    if (certificates.empty()) {
        refuse("the text holds no PEM block");
    }
    return certificates;
}

const CertificateInfo& Certificate::info() const {
    return handle_->info;
}

std::string Certificate::to_pem() const {
    const ErrorQueueGuard guard;
    const BioPtr writer = require_object(BioPtr(BIO_new(BIO_s_mem())), "writing a certificate");
    require(PEM_write_bio_X509(writer.get(), handle_->certificate.get()), "writing a certificate");
    const char* data = nullptr;
    const long size = BIO_get_mem_data(writer.get(), &data);
    return {data, data + size};
}

bool Certificate::has_key(const PrivateKey& key) const {
    const ErrorQueueGuard guard;
    const EVP_PKEY* own = X509_get0_pubkey(handle_->certificate.get());
    return own != nullptr && EVP_PKEY_eq(own, key.handle().key.get()) == 1;
}

bool Certificate::is_signed_by(const Certificate& issuer) const {
    const ErrorQueueGuard guard;
    EVP_PKEY* key = X509_get0_pubkey(issuer.handle_->certificate.get());
    return key != nullptr && X509_verify(handle_->certificate.get(), key) == 1;
}

}  // namespace kcert::crypto
