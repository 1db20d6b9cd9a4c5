// SPDX-License-Identifier: Apache-2.0
//
// The account that a key has with a CA (RFC 8555 §7.3). The caller keeps the key and stores it
// before the account is made; whoever finds or creates an account signs as it from then on.

#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "acme/jws.h"
#include "acme/transport.h"

namespace kcert::acme {

struct Account {
    std::string url;
    std::string status;                 ///< "valid"; any other ended in an Error
    std::vector<std::string> contacts;  ///< "mailto:…"; Let's Encrypt keeps none
};

struct AccountRequest {
    std::string email;                        ///< empty: no contact
    std::optional<ExternalAccount> external;  ///< where the CA asks for one
};

/// The account of the transport's key; nothing where the CA knows none. Throws Error{Declined} for
/// one that is deactivated or revoked.
std::optional<Account> find_account(Transport& transport, std::stop_token stop);

/// Makes the account of the transport's key, or finds it where it exists. Agrees to the directory's
/// terms of service: the caller has shown their URL. Throws Error{Config} before anything is sent
/// where the CA asks for an external account and none is given.
Account create_account(Transport& transport, const AccountRequest& request, std::stop_token stop);

/// Puts `email` (empty: none) in place of the account's contacts.
Account update_contact(Transport& transport, const std::string& email, std::stop_token stop);

}  // namespace kcert::acme
