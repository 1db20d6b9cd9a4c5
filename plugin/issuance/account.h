// SPDX-License-Identifier: Apache-2.0
//
// The ACME account behind an Issuer: its key lives in the Issuer's Secret and is stored there
// before the CA hears of it; its URL is remembered in the Issuer's status.

#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "acme/account.h"
#include "acme/transport.h"
#include "crypto/key.h"
#include "issuance/subject.h"
#include "issuance/world.h"
#include "net/route.h"

namespace kcert::issuance {

struct AccountOptions {
    crypto::KeySpec new_key{crypto::KeyAlgorithm::Ecdsa,
                            256};  ///< for an account that is to be made
    std::string
        ca_pem;  ///< roots to trust instead of the system's; the Issuer's caBundle comes first
    Time until = Time::max();
};

/// How the Issuer's CA is reached and trusted.
net::Route ca_route(const api::AcmeIssuer& issuer, const AccountOptions& options);

/// That the Issuer's caBundle makes the user's roots useless, for a warning; empty where not.
std::string unused_ca(const Subject& subject, const AccountOptions& options);

/// The account's key as its Secret holds it; nothing where there is none yet. Throws Error{Config}
/// where it cannot be read.
std::optional<crypto::PrivateKey> stored_account_key(const Subject& subject);

bool has_account_key(const Subject& subject);

/// Whether a run of the same CA goes by the URL in the issuer's status: it neither looks the
/// account up nor writes that status.
bool knows_account(const Subject& subject);

/// What the external account binding needs; nothing where the Issuer names none.
std::optional<acme::ExternalAccount> external_account(const Subject& subject);

/// A transport that speaks for the account: found by its stored URL, by its key, or made. Stores
/// key, URL and e-mail; updates the contact where the Issuer's e-mail changed.
std::unique_ptr<acme::Transport> open_account(const World& world, const Subject& subject,
                                              const AccountOptions& options,
                                              const Progress& progress, std::stop_token stop);

/// As open_account() for a transport whose account the CA turned out not to know under its stored
/// URL.
void reopen_account(const World& world, const Subject& subject, acme::Transport& transport,
                    const Progress& progress, std::stop_token stop);

}  // namespace kcert::issuance
