// SPDX-License-Identifier: Apache-2.0
//
// The server of a cluster entry as a URL, by client-go's rules.

#pragma once

#include <string>

namespace kcert::session {

struct ServerUrl {
    std::string text;     ///< "https://host:6443/prefix"; no slash at the end, no query
    bool secure = false;  ///< https: credentials may be sent
};

/// Without a scheme it is http. Throws Error{Config} where it is no URL, and where keys would cross
/// a network in the clear: http reaches only this machine.
ServerUrl server_url(const std::string& server);

}  // namespace kcert::session
