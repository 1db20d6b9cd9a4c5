// SPDX-License-Identifier: Apache-2.0

#include "net/transfer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>

#include <fmt/format.h>

#include "base/text.h"
#include "net/curl_http_client.h"
#include "net/exchange_log.h"
#include "net/request_check.h"
#include "net/transfer_failure.h"

namespace kcert::net {

namespace {

/// For each way; by itself curl takes 64 KiB to send, for each of the requests in flight.
constexpr long kBuffer = 16L * 1024;
constexpr long kUnauthorized = 401;

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string place(const Url& url) {
    return fmt::format("{}:{}", bracketed(url.host), url.port);
}

/// The Host header of the URL: the port only where it is not the scheme's own.
std::string host_header(const Url& url) {
    const bool default_port = url.port == (url.scheme == "https" ? 443 : 80);
    return default_port ? bracketed(url.host) : place(url);
}

bool has_header(const Headers& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& header) { return to_lower(header.first) == name; });
}

Proxy choose_proxy(const Request& request, const NetworkSettings& settings) {
    const std::string& own = request.route.proxy_url;
    const std::string text = own.empty() ? proxy_for(settings, request.url) : own;
    return text.empty() ? Proxy() : parse_proxy(text);
}

std::string trusted_words(const Trust& trust) {
    return "the CA certificates in " + (trust.file.empty() ? trust.dir : trust.file);
}

}  // namespace

Transfer::Transfer(Request request, const NetworkSettings& settings, const Trust& trust)
    : request_(std::move(request)),
      url_(check_request(request_)),
      proxy_(choose_proxy(request_, settings)),
      place_(place(url_)),
      system_trust_(trusted_words(trust)),
      ca_source_(request_.route.ca_pem.empty() ? system_trust_
                                               : "the CA certificates given for it"),
      answer_(request_.max_body),
      handle_(curl_easy_init()) {
    if (!handle_) {
        throw std::bad_alloc();
    }
    set_limits();
    set_target();
    set_trust(trust);
    set_proxy(trust);
    set_method();
    set_headers(settings.user_agent);
}

template <typename Value>
void Transfer::set(CURLoption option, Value value) {
    // In brackets, so that the function is called and not the macro that wants a constant option.
    if (const CURLcode code = (curl_easy_setopt)(handle_.get(), option, value); code != CURLE_OK) {
        throw Error(ErrorKind::Internal, fmt::format("curl option {}: {}", static_cast<int>(option),
                                                     curl_easy_strerror(code)));
    }
}

void Transfer::set_text(CURLoption option, const std::string& text) {
    set(option, text.empty() ? nullptr : text.c_str());
}

void Transfer::set_blob(CURLoption option, std::string_view bytes) {
    curl_blob blob{
        .data = const_cast<char*>(bytes.data()), .len = bytes.size(), .flags = CURL_BLOB_NOCOPY};
    set(option, &blob);
}

void Transfer::set_limits() {
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    // Without it, dropping a transfer waits for the answer of a slow resolver.
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(request_.timeout.count())));
    set(CURLOPT_BUFFERSIZE, kBuffer);
    set(CURLOPT_UPLOAD_BUFFERSIZE, kBuffer);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_ERRORBUFFER, detail_.data());
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void Transfer::set_target() {
    const bool tls = url_.scheme == "https";
    // Plain HTTP never becomes HTTP/2 here; to wait for a connection to share would only delay it.
    set(CURLOPT_HTTP_VERSION,
        static_cast<long>(tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    set(CURLOPT_PIPEWAIT, tls ? 1L : 0L);
    set(CURLOPT_PATH_AS_IS, 1L);
    std::string url = request_.url;
    if (tls && !request_.route.tls_server_name.empty()) {
        // curl checks the URL's host, so the name to check stands there; the way leads elsewhere.
        UrlParts parts;
        if (!parts.set(CURLUPART_URL, url, CURLU_PATH_AS_IS) ||
            !parts.set(CURLUPART_HOST, bracketed(request_.route.tls_server_name))) {
            throw Error(ErrorKind::Config, fmt::format("\"{}\" is not a TLS server name",
                                                       printable(request_.route.tls_server_name)));
        }
        url = parts.get(CURLUPART_URL);
        connect_to_.reset(curl_slist_append(nullptr, ("::" + place_).c_str()));
        set(CURLOPT_CONNECT_TO, connect_to_.get());
    }
    set_text(CURLOPT_URL, url);
}

void Transfer::set_trust(const Trust& trust) {
    const Route& route = request_.route;
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, route.skip_tls_verify ? 0L : 1L);
    set(CURLOPT_SSL_VERIFYHOST, route.skip_tls_verify ? 0L : 2L);
    const bool own_roots = !route.ca_pem.empty();
    // Set in every case: curl's build has defaults of its own.
    set_text(CURLOPT_CAINFO, own_roots ? "" : trust.file);
    set_text(CURLOPT_CAPATH, own_roots ? "" : trust.dir);
    if (own_roots) {
        set_blob(CURLOPT_CAINFO_BLOB, route.ca_pem);
    }
    if (!route.client_cert_pem.empty()) {
        set_blob(CURLOPT_SSLCERT_BLOB, route.client_cert_pem);
        set_blob(CURLOPT_SSLKEY_BLOB, route.client_key_pem.reveal());
    }
}

void Transfer::set_proxy(const Trust& trust) {
    // Both are set, if only to nothing: unset, curl reads the environment.
    set(CURLOPT_PROXY, proxy_.url.c_str());
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (proxy_.url.starts_with("https://")) {
        // curl 7.88 leaves an answer unread where HTTP/2 goes through TLS within TLS.
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_PIPEWAIT, 0L);
    }
    const bool own_roots = trusts_proxy_by_route();
    set_text(CURLOPT_PROXY_CAINFO, own_roots ? "" : trust.file);
    set_text(CURLOPT_PROXY_CAPATH, own_roots ? "" : trust.dir);
    if (own_roots) {
        set_blob(CURLOPT_PROXY_CAINFO_BLOB, request_.route.ca_pem);
    }
}

/// As kubectl: who names a proxy beside a CA has its certificate from that CA.
bool Transfer::trusts_proxy_by_route() const {
    return !request_.route.proxy_url.empty() && !request_.route.ca_pem.empty();
}

void Transfer::set_method() {
    const std::string& method = request_.method;
    if (method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
        return;
    }
    if (!request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_READFUNCTION, &Transfer::on_upload);
        set(CURLOPT_READDATA, this);
        set(CURLOPT_SEEKFUNCTION, &Transfer::on_rewind);
        set(CURLOPT_SEEKDATA, this);
    }
    set_text(CURLOPT_CUSTOMREQUEST, method);
}

void Transfer::set_headers(const std::string& user_agent) {
    set_text(CURLOPT_USERAGENT, user_agent);
    for (const auto& [name, value] : request_.headers) {
        // curl's spelling of a header without a value.
        add_header(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
    }
    add_header("Expect:");
    if (!has_header(request_.headers, "content-type")) {
        add_header("Content-Type:");
    }
    if (connect_to_ && !has_header(request_.headers, "host")) {
        add_header("Host: " + host_header(url_));
    }
    set(CURLOPT_HTTPHEADER, headers_.get());
    if (request_.compression == Compression::Gzip) {
        set(CURLOPT_ACCEPT_ENCODING, "gzip");
    }
}

void Transfer::add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) {
        throw std::bad_alloc();
    }
    static_cast<void>(headers_.release());
    headers_.reset(longer);
}

long Transfer::info(CURLINFO what) const {
    long value = 0;
    return (curl_easy_getinfo)(handle_.get(), what, &value) == CURLE_OK ? value : 0;
}

Error Transfer::failure(CURLcode code) const {
    if (answer_.fault() == AnswerReader::Fault::BodyTooLong) {
        return {ErrorKind::Transport,
                fmt::format("the answer of {} is longer than {} bytes", place_, request_.max_body)};
    }
    if (answer_.fault() == AnswerReader::Fault::HeadersTooLong) {
        return {ErrorKind::Transport,
                fmt::format("the answer of {} has more headers than are accepted", place_)};
    }
    if (answer_.fault() == AnswerReader::Fault::PackedAgain) {
        return {ErrorKind::Transport,
                fmt::format("the answer of {} is compressed more than once", place_)};
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION && proxy_.url.starts_with("https://") &&
        info(CURLINFO_HTTP_CONNECTCODE) == 0) {
        return distrusted_proxy(code);
    }
    const std::string& server_name = request_.route.tls_server_name;
    return describe({.code = code,
                     .host = place_,
                     .name = server_name.empty() ? url_.host : server_name,
                     .proxy = proxy_.place,
                     .detail = detail_.data(),
                     .ca_source = ca_source_,
                     .trust_advice = request_.route.trust_advice,
                     .verify_result = info(CURLINFO_SSL_VERIFYRESULT),
                     .os_error = info(CURLINFO_OS_ERRNO),
                     .proxy_status = info(CURLINFO_HTTP_CONNECTCODE),
                     .timeout = request_.timeout});
}

/// The proxy has not yet been asked for the way, so it is its certificate that failed.
Error Transfer::distrusted_proxy(CURLcode code) const {
    const bool own_roots = trusts_proxy_by_route();
    return describe({.code = code,
                     .host = "the proxy " + proxy_.place,
                     .name = proxy_.place.substr(0, proxy_.place.rfind(':')),
                     .detail = detail_.data(),
                     .ca_source = own_roots ? ca_source_ : system_trust_,
                     .trust_advice = own_roots ? request_.route.trust_advice : "",
                     .verify_result = info(CURLINFO_PROXY_SSL_VERIFYRESULT)});
}

Outcome Transfer::finish(CURLcode code) {
    Outcome outcome = Response();
    // An API server ends the HTTP/2 connection with a 401, and curl at times loses the body by it.
    const bool refused =
        code == CURLE_PARTIAL_FILE && info(CURLINFO_RESPONSE_CODE) == kUnauthorized;
    if (code == CURLE_OK || refused) {
        Response response = answer_.take();
        response.status = static_cast<int>(info(CURLINFO_RESPONSE_CODE));
        outcome = std::move(response);
    } else {
        outcome = failure(code);
    }
    curl_off_t took = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_TOTAL_TIME_T, &took);
    log_exchange(
        request_, outcome,
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(took)));
    return outcome;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->answer_.add_line({data, size * count}) ? size * count : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->answer_.add_body({data, size * count}) ? size * count : 0;
}

std::size_t Transfer::on_upload(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view rest =
        std::string_view(transfer.request_.body).substr(transfer.uploaded_);
    const std::size_t length = std::min(size * count, rest.size());
    std::memcpy(buffer, rest.data(), length);
    transfer.uploaded_ += length;
    return length;
}

/// curl rewinds to send a request again when a kept connection turns out to be closed. The server
/// may have acted on a body that it got, so that only what was never sent goes out again.
int Transfer::on_rewind(void* self, curl_off_t, int) {
    return static_cast<Transfer*>(self)->uploaded_ == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

}  // namespace kcert::net
