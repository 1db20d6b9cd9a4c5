// SPDX-License-Identifier: Apache-2.0

#include "net/transfer_failure.h"

#include <system_error>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"

namespace kcert::net {

namespace {

constexpr int kFirstRefusal = 400;

std::string lower_first(std::string text) {
    if (!text.empty()) {
        text.front() = to_lower(text.substr(0, 1)).front();
    }
    return text;
}

std::string connecting(const TransferFailure& failure) {
    return failure.proxy.empty()
               ? fmt::format("connecting to {}", failure.host)
               : fmt::format("connecting to {} through the proxy {}", failure.host, failure.proxy);
}

std::string connect_cause(const TransferFailure& failure) {
    if (failure.os_error != 0) {
        return lower_first(std::generic_category().message(static_cast<int>(failure.os_error)));
    }
    return failure.detail.empty() ? "no connection" : printable(failure.detail);
}

/// The values of X509_V_ERR_*, which are part of OpenSSL's stable interface. Where the chain is
/// good and only the name is wrong, curl leaves 0 or 1.
std::string distrust_cause(const TransferFailure& failure) {
    switch (failure.verify_result) {
        case 0:
        case 1:
        case 62:
        case 64:
            return fmt::format("it was not issued for {}", printable(failure.name));
        case 9:
            return "it is not valid yet (is this machine's clock right?)";
        case 10:
            return "it has expired (or this machine's clock is wrong)";
        case 18:
            return fmt::format("it is self-signed and not among {}", failure.ca_source);
        case 2:
        case 19:
        case 20:
        case 21:
            return fmt::format("its issuer is not among {}", failure.ca_source);
        default:
            return printable(failure.detail);
    }
}

std::string distrust(const TransferFailure& failure) {
    std::string text = fmt::format("the certificate of {} is not trusted: {}", failure.host,
                                   distrust_cause(failure));
    const bool unknown_issuer =
        failure.verify_result == 2 || (failure.verify_result >= 18 && failure.verify_result <= 21);
    if (unknown_issuer) {
        text +=
            "; if it is the right server, " +
            (failure.trust_advice.empty() ? "name its CA by SSL_CERT_FILE" : failure.trust_advice);
    }
    return text;
}

std::string broken(const TransferFailure& failure) {
    std::string text =
        fmt::format("{} closed the connection before its answer was complete", failure.host);
    if (failure.code == CURLE_RECV_ERROR || failure.code == CURLE_SEND_ERROR) {
        text += failure.detail.empty() ? "" : fmt::format(" ({})", printable(failure.detail));
    }
    return text;
}

bool is_cut_off(CURLcode code) {
    switch (code) {
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_FAIL_REWIND:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return true;
        default:
            return false;
    }
}

std::string other(const TransferFailure& failure) {
    const std::string words =
        failure.detail.empty() ? curl_easy_strerror(failure.code) : failure.detail;
    return fmt::format("talking to {}: {}", failure.host, printable(lower_first(words)));
}

std::string transport_words(const TransferFailure& failure) {
    switch (failure.code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return connecting(failure) + ": name not found";
        case CURLE_COULDNT_RESOLVE_PROXY:
            return connecting(failure) + ": the proxy's name was not found";
        case CURLE_COULDNT_CONNECT:
            return fmt::format("{}: {}", connecting(failure), connect_cause(failure));
        case CURLE_PROXY:
            return fmt::format("{}: the proxy refused: {}", connecting(failure),
                               printable(failure.detail));
        case CURLE_OPERATION_TIMEDOUT:
            return fmt::format("no answer from {} within {}", failure.host,
                               format_duration(failure.timeout));
        case CURLE_SSL_CONNECT_ERROR:
            return fmt::format("no TLS connection to {}: {}", failure.host,
                               printable(failure.detail));
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
            return fmt::format("{} does not answer in HTTP", failure.host);
        default:
            return is_cut_off(failure.code) ? broken(failure) : other(failure);
    }
}

}  // namespace

Error describe(const TransferFailure& failure) {
    if (failure.proxy_status >= kFirstRefusal) {
        return {ErrorKind::Transport, fmt::format("{}: the proxy answered {}", connecting(failure),
                                                  failure.proxy_status)};
    }
    switch (failure.code) {
        case CURLE_PEER_FAILED_VERIFICATION:
            return {ErrorKind::Config, distrust(failure)};
        case CURLE_SSL_CACERT_BADFILE:
            return {ErrorKind::Config, fmt::format("{} cannot be read as certificates (for {})",
                                                   failure.ca_source, failure.host)};
        case CURLE_SSL_CERTPROBLEM:
            return {ErrorKind::Config,
                    fmt::format("the client certificate for {} or its key cannot be used: {}",
                                failure.host, printable(failure.detail))};
        default:
            break;
    }
    Error error(ErrorKind::Transport, transport_words(failure));
    if (is_cut_off(failure.code)) {
        error.mark_cut_off();
    }
    if (failure.code == CURLE_COULDNT_CONNECT && failure.os_error == ECONNREFUSED &&
        failure.proxy.empty()) {
        error.mark_refused();
    }
    return error;
}

}  // namespace kcert::net
