// SPDX-License-Identifier: Apache-2.0

#include "session/server_url.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "net/url.h"

namespace kcert::session {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// "https" of "https://…"; empty where none is written.
std::string scheme_of(const std::string& server) {
    const std::size_t end = server.find("://");
    const bool scheme =
        end != std::string::npos && end > 0 &&
        std::all_of(server.begin(), server.begin() + static_cast<std::ptrdiff_t>(end), is_letter);
    return scheme ? to_lower(server.substr(0, end)) : "";
}

[[noreturn]] void refuse(const std::string& server) {
    throw Error(ErrorKind::Config,
                fmt::format("host must be a URL or a host:port pair: \"{}\"", server));
}

}  // namespace

ServerUrl server_url(const std::string& server) {
    const std::string scheme = scheme_of(server);
    if (!scheme.empty() && scheme != "http" && scheme != "https") {
        throw Error(ErrorKind::Config,
                    OwnWords{"Unable to connect to the server: ",
                             fmt::format("unsupported protocol scheme \"{}\"", scheme)});
    }
    std::string text = scheme.empty() ? "http://" + server : server;
    text.erase(std::min(text.find_first_of("?#"), text.size()));
    if (text.substr(0, text.find('/', text.find("://") + 3)).find('@') != std::string::npos) {
        throw Error(ErrorKind::Config,
                    "the server's URL holds a user name or a password (it is not shown): these "
                    "belong into the kubeconfig's user");
    }
    const std::optional<net::Url> url = net::parse_url(text);
    if (!url || (scheme.empty() && url->path != "/")) {
        refuse(server);
    }
    if (url->scheme == "http" && !net::is_loopback_host(url->host)) {
        throw Error(ErrorKind::Config,
                    fmt::format("the server {} is reached without TLS: Secrets would cross the "
                                "network in the clear; write https:// before its name",
                                text));
    }
    text.erase(text.find_last_not_of('/') + 1);
    return {.text = text, .secure = url->scheme == "https"};
}

}  // namespace kcert::session
