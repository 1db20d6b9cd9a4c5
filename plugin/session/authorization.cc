// SPDX-License-Identifier: Apache-2.0

#include "session/authorization.h"

#include <algorithm>
#include <string>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"

namespace kcert::session {
namespace {

constexpr std::string_view kBearer = "Bearer ";

const std::string* authorization(const net::Request& request) {
    for (const auto& [name, value] : request.headers) {
        if (to_lower(name) == "authorization") {
            return &value;
        }
    }
    return nullptr;
}

bool ends_a_line(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7fU;
}

}  // namespace

bool has_authorization(const net::Request& request) {
    return authorization(request) != nullptr;
}

void add_bearer(net::Request& request, const Sensitive& token) {
    if (std::ranges::any_of(token.reveal(), ends_a_line)) {
        throw Error(ErrorKind::Config,
                    "the token of the user holds a line end or another control character");
    }
    request.headers.emplace_back("Authorization",
                                 std::string(kBearer) + std::string(token.reveal()));
}

void add_basic(net::Request& request, std::string_view username, const Sensitive& password) {
    std::string pair = std::string(username) + ":" + std::string(password.reveal());
    request.headers.emplace_back("Authorization", "Basic " + base64_encode(pair));
    wipe(pair);
}

bool bears(const net::Request& request, const Sensitive& token) {
    const std::string* const value = authorization(request);
    return value != nullptr && value->starts_with(kBearer) &&
           std::string_view(*value).substr(kBearer.size()) == token.reveal();
}

}  // namespace kcert::session
