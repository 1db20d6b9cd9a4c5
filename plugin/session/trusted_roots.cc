// SPDX-License-Identifier: Apache-2.0

#include "session/trusted_roots.h"

#include <fmt/format.h>

#include "base/error.h"
#include "session/local_file.h"

namespace kcert::session {

std::string roots_fault(std::string_view pem) {
    if (pem.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
        return "";
    }
    const std::size_t begin = pem.find("-----BEGIN ");
    return begin != std::string_view::npos && pem.find("-----END ", begin) != std::string_view::npos
               ? "no valid certificate authority data seen"
               : "unable to parse bytes as PEM block";
}

std::string trusted_roots(const Cluster& cluster) {
    const std::string& file = cluster.certificate_authority;
    if (cluster.certificate_authority_data.empty() && file.empty()) {
        return {};
    }
    if (cluster.insecure_skip_tls_verify) {
        throw Error(ErrorKind::Config,
                    "specifying a root certificates file with the insecure flag is not allowed");
    }
    std::string pem = cluster.certificate_authority_data;
    if (pem.empty()) {
        const LocalFile read = read_local_file(file);
        if (!read.failure.empty()) {
            throw Error(ErrorKind::Config, read.failure);
        }
        pem = read.content.reveal();
    }
    // A file without anything in it is as good as none to kubectl; we do not fall back.
    if (const std::string fault = roots_fault(pem); !fault.empty()) {
        throw Error(ErrorKind::Config, fmt::format("unable to load root certificates: {}", fault));
    }
    return pem;
}

}  // namespace kcert::session
