// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "plugin/session/fixtures.h"
#include "session/target.h"
#include "support/temporary_folder.h"

namespace kcert::session {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGood = R"(
current-context: prod
clusters: [{{name: c, cluster: {{server: '{}', {}}}}}]
users: [{{name: u, user: {{token: t}}}}]
contexts: [{{name: prod, context: {{cluster: c, user: u{}}}}}]
)";

/// A home folder with a kubeconfig, and a pod's service account where a test wants one.
class Home {
  public:
    explicit Home(std::string_view kubeconfig) {
        folder_.write(".kube/config", kubeconfig);
        environment.home = folder_.path().native();
    }

    static Home with(const std::string& cluster = "", const std::string& context = "",
                     const std::string& server = "https://api.test:6443/") {
        return Home(fmt::format(kGood, server, cluster, context));
    }

    Home& in_pod(const std::string& host = "10.0.0.1") {
        folder_.write("sa/token", "pod-token");
        folder_.write("sa/ca.crt", kCa);
        folder_.write("sa/namespace", "pod-ns\n");
        environment.service_account = path("sa");
        environment.kubernetes_service_host = host;
        environment.kubernetes_service_port = "443";
        return *this;
    }

    Home& write(const std::string& name, std::string_view content) {
        folder_.write(name, content);
        return *this;
    }

    std::string path(const std::string& name) const { return (folder_.path() / name).native(); }

    std::string refusal(const SessionFlags& flags = {}) const {
        return told([&] { find_target(flags, environment); });
    }

    Environment environment;

  private:
    testing::TemporaryFolder folder_;
};

TEST_CASE("a context becomes an access without credentials", "[session][unit]") {
    const Home home = Home::with("tls-server-name: kubernetes, proxy-url: 'socks5://p.test'",
                                 ", namespace: shop");

    const Target target = find_target({}, home.environment);

    CHECK(target.context == "prod");
    CHECK(target.ns == "shop");
    CHECK(target.sends_credentials);
    CHECK(target.user.token.reveal() == "t");
    CHECK(target.user.name == "u");
    CHECK(target.access.server == "https://api.test:6443");
    CHECK(target.access.route.tls_server_name == "kubernetes");
    CHECK(target.access.route.proxy_url == "socks5://p.test");
    CHECK(target.access.route.ca_pem.empty());
    CHECK(target.access.headers.empty());
    CHECK(target.access.credentials == nullptr);
    CHECK(target.access.request_timeout == 0ms);
    CHECK(target.access.name == "context prod");
    CHECK(target.warnings.empty());
}

TEST_CASE("the CA comes from data or from a file", "[session][unit]") {
    const Home data = Home::with("certificate-authority-data: " +
                                 std::string("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1BPT0KLS0tLS1F"
                                             "TkQgQ0VSVElGSUNBVEUtLS0tLQo="));
    Home file = Home::with("certificate-authority: ca.crt");
    file.write(".kube/ca.crt", kCa);

    CHECK(find_target({}, data.environment).access.route.ca_pem == kCa);
    CHECK(find_target({}, file.environment).access.route.ca_pem == kCa);
}

TEST_CASE("a CA that is none is refused in kubectl's words", "[session][unit]") {
    CHECK(Home::with("certificate-authority-data: aGVsbG8=").refusal() ==
          "error: unable to load root certificates: unable to parse bytes as PEM block");
    Home key = Home::with("certificate-authority: ca.key");
    key.write(".kube/ca.key", "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n");
    CHECK(key.refusal() ==
          "error: unable to load root certificates: no valid certificate authority data seen");
    CHECK(Home::with("certificate-authority-data: aGVsbG8=, insecure-skip-tls-verify: true")
              .refusal() ==
          "error: specifying a root certificates file with the insecure flag is not allowed");
    CHECK(Home::with().refusal({.certificate_authority = "/"}) == "error: read /: is a directory");
}

TEST_CASE("trust that was waived is warned of", "[session][unit]") {
    const Target target = find_target({.insecure_skip_tls_verify = true}, Home::with().environment);

    CHECK(target.access.route.skip_tls_verify);
    REQUIRE(target.warnings.size() == 1);
    CHECK(target.warnings[0].find("https://api.test:6443") != std::string::npos);
}

TEST_CASE("without TLS nothing of TLS and no credentials are used", "[session][unit]") {
    const Home home = Home::with("certificate-authority-data: aGVsbG8=, tls-server-name: x");

    const Target target = find_target({.server = "http://127.0.0.1:8001"}, home.environment);

    CHECK_FALSE(target.sends_credentials);
    CHECK(target.access.route.ca_pem.empty());
    CHECK(target.access.route.tls_server_name.empty());
}

TEST_CASE("impersonation and timeout reach the access", "[session][unit]") {
    const Target target = find_target({.as = "jane", .as_groups = {"dev"}, .request_timeout = "5"},
                                      Home::with().environment);

    CHECK(target.access.headers ==
          net::Headers{{"Impersonate-User", "jane"}, {"Impersonate-Group", "dev"}});
    CHECK(target.access.request_timeout == 5s);
}

TEST_CASE("answers may be compressed unless kubeconfig or flag say no", "[session][unit]") {
    const auto compression = [](const Home& home, const SessionFlags& flags) {
        return find_target(flags, home.environment).access.compression;
    };

    CHECK(compression(Home::with(), {}) == net::Compression::Gzip);
    CHECK(compression(Home::with(), {.disable_compression = true}) == net::Compression::None);
    CHECK(compression(Home::with("disable-compression: true"), {}) == net::Compression::None);
}

TEST_CASE("a request timeout is seconds or a Go duration", "[session][unit]") {
    CHECK(request_timeout("") == 0ms);
    CHECK(request_timeout("0") == 0ms);
    CHECK(request_timeout("30") == 30s);
    CHECK(request_timeout("1m30s") == 90s);
    CHECK(request_timeout("1us") == 1ms);
    CHECK(request_timeout("-5s") == 0ms);
    CHECK(request_timeout("1000000h") == 24h * 365);
    for (const std::string wrong : {"soon", "-5", "5x", "99999999999999999999"}) {
        CHECK(told([&] { request_timeout(wrong); }) ==
              "error: Invalid timeout value. Timeout must be a single integer in seconds, or an "
              "integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)");
    }
}

TEST_CASE("the namespace: flag, context, pod, default", "[session][unit]") {
    const Home plain = Home::with();
    const Home named = Home::with("", ", namespace: shop");
    Home pod = Home::with();
    pod.in_pod();
    Home explicit_default = Home::with("", ", namespace: default");
    explicit_default.in_pod();

    CHECK(find_target({.ns = "flag"}, named.environment).ns == "flag");
    CHECK(find_target({}, named.environment).ns == "shop");
    CHECK(find_target({}, plain.environment).ns == "default");
    CHECK(find_target({}, pod.environment).ns == "pod-ns");
    CHECK(find_target({}, explicit_default.environment).ns == "default");
    pod.environment.pod_namespace = "variable";
    CHECK(find_target({}, pod.environment).ns == "variable");
    CHECK(find_target({.ns = "flag"}, pod.environment).ns == "flag");
}

TEST_CASE("a namespace that could not be one never gets into a URL", "[session][unit]") {
    const std::string words = " does not conform to the kubernetes DNS_LABEL rules";

    CHECK(Home::with().refusal({.ns = "a/b"}) == "error: namespace \"a/b\"" + words);
    CHECK(Home::with().refusal({.ns = ".."}) == "error: namespace \"..\"" + words);
    CHECK(Home::with("", ", namespace: X").refusal() == "error: namespace \"X\"" + words);
}

TEST_CASE("a pod without a kubeconfig works as its service account", "[session][unit]") {
    Home home("");
    home.in_pod("fd00::1");

    const Target target = find_target({}, home.environment);

    CHECK(target.access.server == "https://[fd00::1]:443");
    CHECK(target.access.route.ca_pem == kCa);
    CHECK(target.access.name == "service account of this pod");
    CHECK(target.user.token_file == home.path("sa/token"));
    CHECK(target.user.token.empty());
    CHECK(target.ns == "pod-ns");
    CHECK(target.context.empty());
    CHECK(target.sends_credentials);
}

TEST_CASE("in a pod a token and a CA of the flags count, a broken CA file does not",
          "[session][unit]") {
    Home home("");
    home.in_pod().write("other.crt", std::string(kCa) + kCa);

    const Target flags =
        find_target({.certificate_authority = home.path("other.crt"), .token = Sensitive("flag")},
                    home.environment);
    home.write("sa/ca.crt", "none");
    const Target broken = find_target({}, home.environment);

    CHECK(flags.user.token.reveal() == "flag");
    CHECK(flags.user.token_file.empty());
    CHECK(flags.access.route.ca_pem == std::string(kCa) + kCa);
    CHECK(broken.access.route.ca_pem.empty());
}

TEST_CASE("a pod's service account stands back behind anything that is said", "[session][unit]") {
    Home home = Home::with();
    home.in_pod();
    Home empty("");
    empty.in_pod();

    CHECK(find_target({}, home.environment).access.name == "context prod");
    CHECK(find_target({.server = "https://b.test"}, empty.environment).access.name ==
          "server https://b.test");
    CHECK(empty.refusal({.request_timeout = "5"}).find("beside --request-timeout") !=
          std::string::npos);
    CHECK(empty.refusal({.as = "jane"}).find("beside --as") != std::string::npos);
    CHECK(empty.refusal({.disable_compression = true}).find("beside --disable-compression") !=
          std::string::npos);
}

TEST_CASE("KUBERNETES_MASTER is the server where nobody names one", "[session][unit]") {
    Home home("");
    home.environment.kubernetes_master = "http://127.0.0.1:9999";

    CHECK(find_target({}, home.environment).access.server == "http://127.0.0.1:9999");
    home.in_pod();
    CHECK(find_target({}, home.environment).access.server == "https://10.0.0.1:443");
}

TEST_CASE("nothing configured is told with the places where it could be", "[session][unit]") {
    const Home none("");
    const Home no_current("contexts: [{name: a, context: {cluster: c}}]");
    const std::string begin =
        "error: Missing or incomplete configuration info.  Please point to "
        "an existing, complete config file:\n";

    CHECK(none.refusal().starts_with(begin));
    CHECK(none.refusal().find("--local") != std::string::npos);
    CHECK(no_current.refusal().find("choose one with --context") != std::string::npos);
}

}  // namespace
}  // namespace kcert::session
