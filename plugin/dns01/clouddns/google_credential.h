// SPDX-License-Identifier: Apache-2.0
//
// The JSON files in which Google's tools keep credentials, read and checked. Pure.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/sensitive.h"
#include "crypto/key.h"

namespace kcert::dns01::clouddns {

/// The key of a service account, as the console hands it out.
struct ServiceAccountKey {
    std::string email;
    std::string key_id;
    crypto::PrivateKey key;
};

/// A person's own login, as "gcloud auth application-default login" leaves it.
struct PersonalLogin {
    Sensitive client_id;
    Sensitive client_secret;
    Sensitive refresh_token;
    std::string quota_project;  ///< empty: that of the client
};

struct GoogleCredential {
    std::variant<ServiceAccountKey, PersonalLogin> who;
    std::string audience;        ///< the token endpoint as a JWT names it
    std::string token_endpoint;  ///< where the token is fetched
};

/// Whose file it is decides what it may ask for: one from the cluster sends nobody to a token
/// endpoint that is not Google's, and is no person's login.
enum class KeyOrigin { Cluster, OwnFile };

/// `where` begins what is said of it: "what serviceAccountSecretRef points to". Throws
/// Error{Config}, which shows nothing of the text.
GoogleCredential read_google_credential(const Sensitive& text, KeyOrigin origin,
                                        std::string_view where);

/// A project's id or number, without anything that could leave its place in a URL.
bool is_project(std::string_view text);

}  // namespace kcert::dns01::clouddns
