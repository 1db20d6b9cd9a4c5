// SPDX-License-Identifier: Apache-2.0
//
// What the command line says about where the user works; empty: not given. kubectl's ConfigFlags
// and our own --local.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/sensitive.h"

namespace kcert::session {

struct SessionFlags {
    std::string local;  ///< a folder of manifests in place of a cluster
    std::string ns;     ///< -n

    std::string kubeconfig;
    std::string context;
    std::string cluster;
    std::string user;

    std::string server;
    std::string tls_server_name;
    std::string certificate_authority;
    bool insecure_skip_tls_verify = false;
    bool disable_compression = false;

    std::string client_certificate;
    std::string client_key;
    Sensitive token;
    std::string username;
    Sensitive password;

    std::string as;
    std::string as_uid;
    std::vector<std::string> as_groups;
    std::vector<std::pair<std::string, std::string>> as_user_extra;

    std::string request_timeout;  ///< as typed
};

}  // namespace kcert::session
