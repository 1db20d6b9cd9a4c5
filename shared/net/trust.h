// SPDX-License-Identifier: Apache-2.0
//
// Where the roots lie that are trusted unless a Route brings its own: what the user's environment
// names, else the distribution's bundle.

#pragma once

#include <string>

namespace kcert::net {

struct NetworkSettings;

struct Trust {
    std::string file;  ///< PEM bundle; empty: none
    std::string dir;   ///< hashed directories, separated by colons; empty: none
};

/// SSL_CERT_FILE and SSL_CERT_DIR where one is set, and then nothing else; else the first bundle
/// that this system has.
Trust system_trust(const NetworkSettings& settings);

}  // namespace kcert::net
