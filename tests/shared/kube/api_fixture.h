// SPDX-License-Identifier: Apache-2.0
//
// A store on an API server whose answers a test writes down beforehand.

#pragma once

#include <string>
#include <vector>

#include "json/json.h"
#include "kube/api_server_store.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"

namespace kcert::kube::fixtures {

inline const ObjectKey kWeb{.kind = kCertificate, .ns = "shop", .name = "web"};
inline const ObjectKey kWebTls{.kind = kSecret, .ns = "shop", .name = "web-tls"};

/// Hands out a counted proof, and is told which one was refused.
class CountedCredentials final : public Credentials {
  public:
    void add_to(net::Request& request, std::stop_token) override {
        if (!fault.empty()) {
            throw Error(ErrorKind::Config, fault);
        }
        request.headers.emplace_back("Authorization", "Bearer t" + std::to_string(++given));
    }
    void refused(const net::Request& request) override {
        refusals.push_back(request.headers.back().second);
    }

    std::string fault;  ///< thrown instead, where it is not empty
    int given = 0;
    std::vector<std::string> refusals;
};

struct Api {
    explicit Api(ApiServerOptions options = {}, std::chrono::milliseconds timeout = {},
                 std::string server = "https://api.test:6443")
        : credentials(std::make_shared<CountedCredentials>()),
          access{.server = std::move(server),
                 .headers = {{"Impersonate-User", "alice"}},
                 .credentials = credentials,
                 .request_timeout = timeout,
                 .name = "context lab"},
          store(access, http, clock, with_warnings(std::move(options))) {}

    ApiServerOptions with_warnings(ApiServerOptions options) {
        options.warn = [this](const std::string& text) { warnings.push_back(text); };
        options.holder_identity = "alice@desk/1/n";
        return options;
    }

    const net::Request& asked(std::size_t index) const { return http.requests.at(index); }
    json::Value sent(std::size_t index) const { return json::parse_json(asked(index).body); }

    testing::ScriptedHttp http;
    testing::ManualClock clock;
    std::vector<std::string> warnings;
    std::shared_ptr<CountedCredentials> credentials;
    ClusterAccess access;
    ApiServerStore store;
};

/// "https://api.test:6443" and a path are left of a request's URL.
inline std::string path_of(const net::Request& request) {
    return request.url.substr(std::string("https://api.test:6443").size());
}

inline std::string object_text(const ObjectKey& key, const std::string& version = "1") {
    json::Value object =
        json::Value::object({{"apiVersion", key.kind.api_version()}, {"kind", key.kind.kind}});
    object.member("metadata").set("name", key.name);
    object.member("metadata").set("namespace", key.ns);
    object.member("metadata").set("uid", "u1");
    object.member("metadata").set("resourceVersion", version);
    return json::write_json(object);
}

inline std::string status_text(int code, const std::string& reason, const std::string& message,
                               const std::string& details = "{}") {
    return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":)" +
           json::write_json(message) + R"(,"reason":")" + reason + R"(","details":)" + details +
           R"(,"code":)" + std::to_string(code) + "}";
}

inline std::string not_found(const ObjectKey& key) {
    return status_text(
        404, "NotFound", key.kind.resource() + " \"" + key.name + "\" not found",
        R"({"name":")" + key.name + R"(","kind":")" + std::string(key.kind.plural) + R"("})");
}

}  // namespace kcert::kube::fixtures
