// SPDX-License-Identifier: Apache-2.0

#include "acme/chain.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "acme/ca_url.h"
#include "acme/links.h"
#include "crypto/certificate.h"

namespace kcert::acme {

namespace {

constexpr std::size_t kMaxCertificates = 10;
constexpr std::size_t kMaxAlternates = 10;

using Chain = std::vector<crypto::Certificate>;

Post chain_post(const std::string& url) {
    return {.url = check_ca_url(url, "certificate"), .accept = "application/pem-certificate-chain"};
}

Chain read_chain(const net::Response& response) {
    try {
        return crypto::Certificate::parse_pem(response.body, kMaxCertificates);
    } catch (const Error& error) {
        throw Error(ErrorKind::Declined,
                    fmt::format("the CA's certificate chain cannot be read: {}", error.what()));
    }
}

bool ends_at(const Chain& chain, std::string_view issuer) {
    return chain.back().info().issuer_common_name == issuer;
}

bool names(const Chain& chain, std::string_view issuer) {
    return std::any_of(chain.begin(), chain.end(), [&](const crypto::Certificate& certificate) {
        return certificate.info().issuer_common_name == issuer;
    });
}

/// The alternates that can be had; the certificate is issued, so one that fails costs no more than
/// the choice.
void add_alternates(Transport& transport, const net::Response& response, const std::string& url,
                    std::vector<Chain>& chains, const std::stop_token& stop) {
    std::vector<Post> posts;
    for (const std::string& target : link_targets(response, "alternate", url)) {
        if (posts.size() < kMaxAlternates && is_usable_ca_url(target)) {
            posts.push_back(chain_post(target));
        }
    }
    for (const PostOutcome& outcome : transport.post_all(posts, stop)) {
        if (const auto* alternate = std::get_if<net::Response>(&outcome)) {
            chains.push_back(read_chain(*alternate));
        }
    }
}

const Chain& choose(const std::vector<Chain>& chains, std::string_view issuer) {
    auto found = std::find_if(chains.begin(), chains.end(),
                              [&](const Chain& chain) { return ends_at(chain, issuer); });
    if (found == chains.end()) {
        found = std::find_if(chains.begin(), chains.end(),
                             [&](const Chain& chain) { return names(chain, issuer); });
    }
    return found == chains.end() ? chains.front() : *found;
}

/// Written anew: what stands between the blocks of a CA's answer goes nowhere.
std::string to_pem(const Chain& chain) {
    std::string pem;
    for (const crypto::Certificate& certificate : chain) {
        pem += certificate.to_pem();
    }
    return pem;
}

}  // namespace

std::string download_chain(Transport& transport, const std::string& certificate_url,
                           const std::string& preferred_chain, std::stop_token stop) {
    const net::Response response = transport.post(chain_post(certificate_url), stop);
    std::vector<Chain> chains{read_chain(response)};
    if (preferred_chain.empty() || ends_at(chains.front(), preferred_chain)) {
        return to_pem(chains.front());
    }
    add_alternates(transport, response, certificate_url, chains, stop);
    return to_pem(choose(chains, preferred_chain));
}

}  // namespace kcert::acme
