// SPDX-License-Identifier: Apache-2.0
//
// Owners of curl's handles, and curl's URL parser with values instead of out-parameters.

#pragma once

#include <memory>
#include <string>

#include <curl/curl.h>

namespace kcert::net {

template <auto release>
struct ReleaseWith {
    template <typename Handle>
    void operator()(Handle* handle) const {
        release(handle);
    }
};

using EasyHandle = std::unique_ptr<CURL, ReleaseWith<curl_easy_cleanup>>;
using MultiHandle = std::unique_ptr<CURLM, ReleaseWith<curl_multi_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, ReleaseWith<curl_slist_free_all>>;

/// A URL taken apart by curl. Parts that are missing read as empty.
class UrlParts {
  public:
    UrlParts() : handle_(curl_url()) {}

    bool set(CURLUPart part, const std::string& text, unsigned flags = 0) {
        return curl_url_set(handle_.get(), part, text.c_str(), flags) == CURLUE_OK;
    }

    std::string get(CURLUPart part, unsigned flags = 0) const {
        char* text = nullptr;
        if (curl_url_get(handle_.get(), part, &text, flags) != CURLUE_OK) {
            return {};
        }
        const std::unique_ptr<char, ReleaseWith<curl_free>> owner(text);
        return text;
    }

  private:
    std::unique_ptr<CURLU, ReleaseWith<curl_url_cleanup>> handle_;
};

}  // namespace kcert::net
