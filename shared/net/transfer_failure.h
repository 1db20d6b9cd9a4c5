// SPDX-License-Identifier: Apache-2.0
//
// curl's codes in the words of the person who waits: which host, what happened, what to do. Pure.

#pragma once

#include <chrono>
#include <string>

#include <curl/curl.h>

#include "base/error.h"

namespace kcert::net {

/// What is known of a transfer that failed. Texts are shown: none holds a secret.
struct TransferFailure {
    CURLcode code = CURLE_OK;
    std::string host;                      ///< host:port of the URL
    std::string name;                      ///< that the server's certificate must bear
    std::string proxy;                     ///< host:port of the proxy; empty: none
    std::string detail;                    ///< curl's own words; may be empty
    std::string ca_source;                 ///< what was trusted, in words
    std::string trust_advice;              ///< the Route's
    long verify_result = 0;                ///< OpenSSL's X509_V_ERR code
    long os_error = 0;                     ///< errno of the last connect
    long proxy_status = 0;                 ///< HTTP status of the proxy's answer to CONNECT
    std::chrono::milliseconds timeout{0};  ///< that the exchange had
};

/// Config where trying again cannot help before something is set right, else Transport.
Error describe(const TransferFailure& failure);

}  // namespace kcert::net
