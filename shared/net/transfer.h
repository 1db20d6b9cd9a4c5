// SPDX-License-Identifier: Apache-2.0
//
// One request on its way: a curl easy handle, all that it points to, and the answer so far. May
// be made on one thread and driven on another, but by one at a time; stays at its address.

#pragma once

#include <array>
#include <string>
#include <string_view>

#include "net/answer_reader.h"
#include "net/curl_handle.h"
#include "net/http_client.h"
#include "net/proxy.h"
#include "net/trust.h"
#include "net/url.h"

namespace kcert::net {

struct NetworkSettings;

class Transfer {
  public:
    /// Throws Error where the request cannot be sent as it is.
    Transfer(Request request, const NetworkSettings& settings, const Trust& trust);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* handle() const { return handle_.get(); }

    /// The answer, or why there is none, once curl is done with the handle. Writes the log.
    Outcome finish(CURLcode code);

  private:
    template <typename Value>
    void set(CURLoption option, Value value);
    void set_text(CURLoption option, const std::string& text);
    void set_blob(CURLoption option, std::string_view bytes);
    void set_limits();
    void set_target();
    void set_trust(const Trust& trust);
    void set_proxy(const Trust& trust);
    void set_method();
    void set_headers(const std::string& user_agent);
    void add_header(const std::string& line);

    long info(CURLINFO what) const;
    bool trusts_proxy_by_route() const;
    Error failure(CURLcode code) const;
    Error distrusted_proxy(CURLcode code) const;

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_upload(char* buffer, std::size_t size, std::size_t count, void* self);
    static int on_rewind(void* self, curl_off_t offset, int origin);

    Request request_;
    Url url_;
    Proxy proxy_;
    std::string place_;         // host:port
    std::string system_trust_;  // in words, as the next
    std::string ca_source_;     // what is trusted
    AnswerReader answer_;
    std::size_t uploaded_ = 0;
    std::array<char, CURL_ERROR_SIZE> detail_{};
    HeaderList headers_;
    HeaderList connect_to_;
    EasyHandle handle_;
};

}  // namespace kcert::net
