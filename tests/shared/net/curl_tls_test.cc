// SPDX-License-Identifier: Apache-2.0

#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "net/curl_http_client.h"
#include "shared/net/local_servers.h"

namespace kcert::net {

namespace {

using testing::fixture;
using testing::LocalServer;

std::string read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(fixture(name)).rdbuf();
    return text.str();
}

/// Tells the Host header it got and how many connections have reached it.
class TlsServer {
  public:
    explicit TlsServer(const std::string& client_ca = {})
        : server_(LocalServer::tls(client_ca), [this](httplib::Server& routes) {
              routes.Get("/", [this](const httplib::Request& request, httplib::Response& answer) {
                  const std::lock_guard lock(mutex_);
                  ports_.insert(request.remote_port);
                  answer.set_content(request.get_header_value("Host"), "text/plain");
              });
          }) {}

    std::string url() const { return server_.url("/"); }
    std::string place() const { return "127.0.0.1:" + std::to_string(server_.port()); }

    std::size_t connections() const {
        const std::lock_guard lock(mutex_);
        return ports_.size();
    }

  private:
    mutable std::mutex mutex_;
    std::set<int> ports_;
    LocalServer server_;
};

/// The error's kind and words, or the answer's status.
std::string words(HttpClient& http, const Request& request) {
    try {
        return std::to_string(send(http, request, {}).status);
    } catch (const Error& error) {
        return (error.kind() == ErrorKind::Config ? "config: " : "") + std::string(error.what());
    }
}

std::string ask(HttpClient& http, const TlsServer& server, Route route) {
    return words(http, {.url = server.url(), .route = std::move(route)});
}

}  // namespace

TEST_CASE("a server whose CA is not known is not believed", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({});

    CHECK_THAT(ask(http, server, {}),
               Catch::StartsWith("config: the certificate of " + server.place() +
                                 " is not trusted: its issuer is not among"));
    CHECK_THAT(ask(http, server, {.ca_pem = read("other_ca.pem")}),
               Catch::Contains("its issuer is not among the CA certificates given for it"));
}

TEST_CASE("a server is believed by the roots of its route alone", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({.ssl_cert_file = fixture("other_ca.pem")});

    CHECK(ask(http, server, {.ca_pem = read("ca.pem")}) == "200");
}

TEST_CASE("a server is believed by SSL_CERT_FILE", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({.ssl_cert_file = fixture("ca.pem")});

    CHECK(ask(http, server, {}) == "200");
    CHECK_THAT(ask(http, server, {.ca_pem = read("other_ca.pem")}), Catch::StartsWith("config: "));
}

TEST_CASE("roots that cannot be read are named", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({.ssl_cert_file = "/nowhere/ca.pem"});

    CHECK_THAT(ask(http, server, {}),
               Catch::StartsWith("config: the CA certificates in /nowhere/ca.pem"));
    CHECK_THAT(ask(http, server, {.ca_pem = "no PEM"}),
               Catch::StartsWith("config: the CA certificates given for it cannot be read"));
}

TEST_CASE("a certificate for another name is refused", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({});

    CHECK_THAT(ask(http, server, {.ca_pem = read("ca.pem"), .tls_server_name = "other.test"}),
               Catch::EndsWith("is not trusted: it was not issued for other.test"));
}

TEST_CASE("another server name is checked while the Host header stays", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({});

    const Response answer = send(
        http,
        {.url = server.url(), .route = {.ca_pem = read("ca.pem"), .tls_server_name = "ca.test"}},
        {});

    CHECK(answer.body == server.place());
}

TEST_CASE("verification can be left out by an explicit wish", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({});

    CHECK(ask(http, server, {.skip_tls_verify = true, .tls_server_name = "other.test"}) == "200");
}

TEST_CASE("a connection is shared by equal routes only", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({.ssl_cert_file = fixture("ca.pem")});

    CHECK(ask(http, server, {.skip_tls_verify = true}) == "200");
    CHECK(ask(http, server, {}) == "200");
    CHECK(ask(http, server, {.ca_pem = read("ca.pem")}) == "200");
    CHECK(ask(http, server, {.tls_server_name = "ca.test"}) == "200");
    CHECK(ask(http, server,
              {.client_cert_pem = read("client.pem"),
               .client_key_pem = Sensitive(read("client.key"))}) == "200");
    CHECK(server.connections() == 5);
    CHECK(ask(http, server, {.ca_pem = read("ca.pem")}) == "200");
    CHECK(server.connections() == 5);
    CHECK_THAT(ask(http, server, {.ca_pem = read("other_ca.pem")}), Catch::StartsWith("config: "));
}

TEST_CASE("without HTTP/2 requests go side by side over connections of their own", "[net][tls]") {
    testing::SlowServer slow(LocalServer::tls());
    CurlHttpClient http({.ssl_cert_file = fixture("ca.pem")});
    const std::vector<Request> requests(10, Request{.url = slow.url()});

    std::thread opener([&] {
        slow.gate.await(10);
        slow.gate.open();
    });
    const auto outcomes = send_all(http, requests, {});
    opener.join();

    CHECK(slow.gate.most() == 10);
    CHECK(response(outcomes.back()).status == 200);
}

TEST_CASE("a client certificate is shown to the server that wants one", "[net][tls]") {
    TlsServer server(fixture("ca.pem"));
    CurlHttpClient http({.ssl_cert_file = fixture("ca.pem")});

    CHECK(ask(http, server,
              {.client_cert_pem = read("client.pem"),
               .client_key_pem = Sensitive(read("client.key"))}) == "200");
    CHECK(ask(http, server, {}) != "200");
}

TEST_CASE("a client key that does not fit is a matter of the setup", "[net][tls]") {
    TlsServer server;
    CurlHttpClient http({.ssl_cert_file = fixture("ca.pem")});

    CHECK_THAT(ask(http, server,
                   {.client_cert_pem = read("client.pem"),
                    .client_key_pem = Sensitive(read("server.key"))}),
               Catch::StartsWith("config: the client certificate for " + server.place()));
}

TEST_CASE("a proxy that is reached by TLS is judged by the CA of the route that names it",
          "[net][tls][proxy]") {
    LocalServer proxy(LocalServer::tls(), [](httplib::Server&) {});
    const std::string place = "127.0.0.1:" + std::to_string(proxy.port());
    CurlHttpClient http({.ssl_cert_file = fixture("other_ca.pem")});
    const auto outcome = [&](const char* ca) {
        return words(http, {.url = "https://ca.test/",
                            .route = {.ca_pem = read(ca), .proxy_url = "https://" + place}});
    };

    CHECK_THAT(outcome("ca.pem"),
               Catch::StartsWith("connecting to ca.test:443 through the proxy " + place));
    CHECK(outcome("other_ca.pem") ==
          "config: the certificate of the proxy " + place +
              " is not trusted: its issuer is not among the CA certificates given for it; if it "
              "is the right server, name its CA by SSL_CERT_FILE");
}

TEST_CASE("a proxy of the settings is judged by the system's trust", "[net][tls][proxy]") {
    LocalServer proxy(LocalServer::tls(), [](httplib::Server&) {});
    const std::string place = "127.0.0.1:" + std::to_string(proxy.port());
    CurlHttpClient trusting(
        {.https_proxy = "https://" + place, .ssl_cert_file = fixture("ca.pem")});
    CurlHttpClient other(
        {.https_proxy = "https://" + place, .ssl_cert_file = fixture("other_ca.pem")});
    const Request request{.url = "https://ca.test/", .route = {.ca_pem = read("ca.pem")}};

    CHECK_THAT(words(trusting, request),
               Catch::StartsWith("connecting to ca.test:443 through the proxy " + place));
    CHECK_THAT(words(other, request),
               Catch::StartsWith("config: the certificate of the proxy " + place));
}

}  // namespace kcert::net
