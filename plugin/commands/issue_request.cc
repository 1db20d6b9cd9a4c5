// SPDX-License-Identifier: Apache-2.0

#include "commands/issue_request.h"

#include <array>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "commands/provider_settings.h"

namespace kcert::commands {
namespace {

constexpr std::size_t kLongestBundle = 4U << 20;  // the system's bundle has a quarter of a megabyte

dns01::CheckMode check_mode(cli::Dns01Check check) {
    switch (check) {
        case cli::Dns01Check::Recursive:
            return dns01::CheckMode::Recursive;
        case cli::Dns01Check::None:
            return dns01::CheckMode::None;
        case cli::Dns01Check::Authoritative:
            break;
    }
    return dns01::CheckMode::Authoritative;
}

std::string read_bundle(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    // In pieces: a file's size is not known before its end where it is a pipe.
    std::array<char, 16384> piece{};
    std::string text;
    do {
        file.read(piece.data(), piece.size());
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    } while (file && text.size() <= kLongestBundle);
    if (text.empty()) {
        throw Error(ErrorKind::Config,
                    fmt::format("--acme-ca: {} cannot be read, or is empty", printable(path)));
    }
    if (text.size() > kLongestBundle || text.find("-----BEGIN CERTIFICATE-----") == text.npos) {
        throw Error(ErrorKind::Config,
                    fmt::format("--acme-ca: {} is no file of PEM certificates", printable(path)));
    }
    return text;
}

}  // namespace

issuance::IssueRequest issue_request(const cli::IssueOptions& options, const kube::ObjectKey& key,
                                     const Context& context) {
    issuance::IssueRequest request{
        .certificate = key,
        .subject = {.cluster_resource_namespace = context.shared.cluster_resource_namespace,
                    .take_over = options.take_over,
                    .programs = programs(options.dns01_exec)},
        .account = {.until = context.clock.now() + options.timeout},
        .propagation = {.mode = check_mode(options.dns01_check),
                        .timeout = options.propagation_timeout,
                        .extra_wait = options.propagation_wait,
                        .authoritative_port = options.dns_port},
        .force = options.force,
        .rehearse = options.dry_run == cli::DryRun::Server,
        .wait = options.wait};
    if (options.account_key_type == cli::AccountKeyType::Rsa) {
        request.account.new_key = {crypto::KeyAlgorithm::Rsa, 2048};
    }
    if (!options.acme_ca.empty()) {
        request.account.ca_pem = read_bundle(options.acme_ca);
    }
    return request;
}

}  // namespace kcert::commands
