// SPDX-License-Identifier: Apache-2.0

#include "issuance/chain_check.h"

#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"

namespace kcert::issuance {

namespace {

/// CAs date certificates back, but clocks of clients lag: so much is not held against the chain.
constexpr auto kClockSkew = std::chrono::hours(1);

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::Declined, "the CA sent a certificate that cannot be used: " + why);
}

}  // namespace

crypto::CertificateInfo check_chain(std::string_view chain_pem, const crypto::PrivateKey& key,
                                    std::span<const std::string> names, Time now) {
    const auto chain = crypto::Certificate::parse_pem(chain_pem);
    const crypto::CertificateInfo& leaf = chain.front().info();
    if (!chain.front().has_key(key)) {
        refuse("it is for another key");
    }
    const std::set<std::string> wanted(names.begin(), names.end());
    std::set<std::string> held;
    for (const std::string& name : leaf.dns_names) {
        held.insert(to_lower(name));
    }
    if (held != wanted) {
        refuse(fmt::format("it is for {}, asked for was {}",
                           printable(fmt::format("{}", fmt::join(held, ", "))),
                           fmt::join(wanted, ", ")));
    }
    if (leaf.not_after <= now || leaf.not_before > now + kClockSkew) {
        refuse(fmt::format("it is valid from {} to {}, and now it is {}", rfc3339(leaf.not_before),
                           rfc3339(leaf.not_after), rfc3339(now)));
    }
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        if (!chain[i].is_signed_by(chain[i + 1])) {
            refuse(fmt::format("certificate {} of its chain is not signed by the next one", i + 1));
        }
    }
    return leaf;
}

}  // namespace kcert::issuance
