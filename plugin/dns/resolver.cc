// SPDX-License-Identifier: Apache-2.0

#include "dns/resolver.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace kcert::dns {
namespace {

bool is_address(int family, const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(family, text.c_str(), bytes.data()) == 1;
}

/// "fe80::1%eth0" has a scope behind the address.
bool is_address(std::string_view text) {
    const std::string address(text.substr(0, text.find('%')));
    const bool scoped = address.size() != text.size();
    return is_address(AF_INET6, address) || (!scoped && is_address(AF_INET, address));
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, port);
    return error == std::errc{} && parsed == end && port != 0 ? std::optional(port) : std::nullopt;
}

}  // namespace

std::string to_string(const Server& server) {
    const bool bare = server.address.find(':') == std::string::npos;
    return bare ? fmt::format("{}:{}", server.address, server.port)
                : fmt::format("[{}]:{}", server.address, server.port);
}

std::optional<Server> parse_server(std::string_view text, std::uint16_t default_port) {
    std::string_view host = text;
    std::optional<std::uint16_t> port = default_port;
    const bool bracketed = text.starts_with('[');
    const std::size_t bracket = text.find(']');
    if (bracketed) {
        if (bracket == std::string_view::npos) {
            return std::nullopt;
        }
        host = text.substr(1, bracket - 1);
        const std::string_view rest = text.substr(bracket + 1);
        if (!rest.empty()) {
            port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
        }
    } else if (const std::size_t colon = text.find(':');
               colon != std::string_view::npos && colon == text.rfind(':')) {
        host = text.substr(0, colon);
        port = parse_port(text.substr(colon + 1));
    }
    if (!port || !is_address(host) || (bracketed && host.find(':') == std::string_view::npos)) {
        return std::nullopt;
    }
    return Server{.address = std::string(host), .port = *port};
}

std::string_view to_string(Rcode rcode) {
    switch (rcode) {
        case Rcode::NoError:
            return "NOERROR";
        case Rcode::FormErr:
            return "FORMERR";
        case Rcode::ServFail:
            return "SERVFAIL";
        case Rcode::NxDomain:
            return "NXDOMAIN";
        case Rcode::NotImp:
            return "NOTIMP";
        case Rcode::Refused:
            return "REFUSED";
        case Rcode::Other:
            break;
    }
    return "an unknown code";
}

std::string summary(const Answer& answer) {
    return answer.rcode
               ? fmt::format("{} answered {}", to_string(answer.server), to_string(*answer.rcode))
               : answer.error;
}

Answer query(Resolver& resolver, const Question& question, std::stop_token stop) {
    return std::move(resolver.query_all(std::span(&question, 1), std::move(stop)).at(0));
}

std::string fqdn(std::string_view name) {
    std::string lower = to_lower(name);
    if (!lower.ends_with('.')) {
        lower += '.';
    }
    return lower;
}

bool is_within(std::string_view name, std::string_view apex) {
    if (apex == "." || name == apex) {
        return true;
    }
    return name.ends_with(apex) && name[name.size() - apex.size() - 1] == '.';
}

std::string parent(std::string_view name) {
    const std::size_t dot = name.find('.');
    const bool last = dot == std::string_view::npos || dot + 1 == name.size();
    return last ? "." : std::string(name.substr(dot + 1));
}

}  // namespace kcert::dns
