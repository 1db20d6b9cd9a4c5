// SPDX-License-Identifier: Apache-2.0

#include "net/trust.h"

#include <unistd.h>

#include <array>

#include "net/curl_http_client.h"

namespace kcert::net {

namespace {

constexpr std::array kBundles = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older Fedora and RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",                                  // Alpine, BSDs, macOS
};
constexpr const char* kHashedDir = "/etc/ssl/certs";

}  // namespace

Trust system_trust(const NetworkSettings& settings) {
    if (!settings.ssl_cert_file.empty() || !settings.ssl_cert_dir.empty()) {
        return {.file = settings.ssl_cert_file, .dir = settings.ssl_cert_dir};
    }
    for (const char* bundle : kBundles) {
        if (access(bundle, R_OK) == 0) {
            return {.file = bundle};
        }
    }
    return {.dir = kHashedDir};
}

}  // namespace kcert::net
