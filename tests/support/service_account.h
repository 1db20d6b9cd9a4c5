// SPDX-License-Identifier: Apache-2.0
//
// The JSON key of a service account whose private key was made for the run of the tests.

#pragma once

#include <string>

#include "base/sensitive.h"
#include "crypto/key.h"
#include "json/json.h"
#include "json/value.h"

namespace kcert::testing {

inline const crypto::PrivateKey& service_account_key() {
    static const crypto::PrivateKey key = crypto::PrivateKey::generate({});
    return key;
}

inline json::Value service_account() {
    const Sensitive pem = service_account_key().to_pem(crypto::KeyEncoding::Pkcs8);
    return json::Value::object({{"type", "service_account"},
                                {"project_id", "my-project"},
                                {"private_key_id", "0123abcd"},
                                {"private_key", std::string(pem.reveal())},
                                {"client_email", "dns@my-project.iam.gserviceaccount.com"},
                                {"client_id", "1234567890"},
                                {"token_uri", "https://oauth2.googleapis.com/token"},
                                {"universe_domain", "googleapis.com"}});
}

inline Sensitive text_of(const json::Value& value) {
    return Sensitive(json::write_json(value));
}

}  // namespace kcert::testing
