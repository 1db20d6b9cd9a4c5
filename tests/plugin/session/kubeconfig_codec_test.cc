// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "plugin/session/fixtures.h"
#include "session/kubeconfig_codec.h"

namespace kcert::session {
namespace {

std::string refusal(const std::string& text) {
    return told([&] { decode_kubeconfig(text); });
}

TEST_CASE("every field of a kubeconfig is read", "[session][unit]") {
    const Kubeconfig config = decode_kubeconfig(R"(
apiVersion: v1
kind: Config
current-context: prod
preferences: {}
clusters:
- name: c
  cluster:
    server: https://api.test:6443
    tls-server-name: kubernetes
    insecure-skip-tls-verify: true
    certificate-authority: ca.crt
    certificate-authority-data: Y2E=
    proxy-url: socks5://proxy.test:1080
    disable-compression: true
    extensions:
    - {name: other, extension: 1}
    - {name: client.authentication.k8s.io/exec, extension: {audience: us}}
users:
- name: u
  user:
    client-certificate: c.pem
    client-certificate-data: Y2VydA==
    client-key: c.key
    client-key-data: a2V5
    token: t
    tokenFile: token
    as: other
    as-uid: "7"
    as-groups: [a, b]
    as-user-extra: {scopes: [view, edit]}
    username: user
    password: p
    auth-provider: {name: oidc, config: {client-id: id}}
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./login
      args: [--now]
      env: [{name: A, value: b}]
      installHint: get it
      provideClusterInfo: true
      interactiveMode: Never
contexts:
- name: prod
  context: {cluster: c, user: u, namespace: shop}
)");

    CHECK(config.current_context == "prod");
    CHECK(config.clusters.at("c") ==
          Cluster{.server = "https://api.test:6443",
                  .tls_server_name = "kubernetes",
                  .insecure_skip_tls_verify = true,
                  .certificate_authority = "ca.crt",
                  .certificate_authority_data = "ca",
                  .proxy_url = "socks5://proxy.test:1080",
                  .disable_compression = true,
                  .exec_config = json::Value::object({{"audience", "us"}})});
    User user{.client_certificate = "c.pem",
              .client_certificate_data = "cert",
              .client_key = "c.key",
              .client_key_data = Sensitive("key"),
              .token = Sensitive("t"),
              .token_file = "token",
              .username = "user",
              .password = Sensitive("p"),
              .as = "other",
              .as_uid = "7",
              .as_groups = {"a", "b"},
              .as_user_extra = {{"scopes", {"view", "edit"}}}};
    user.exec = ExecConfig{.api_version = "client.authentication.k8s.io/v1",
                           .command = "./login",
                           .args = {"--now"},
                           .env = {{"A", "b"}},
                           .install_hint = "get it",
                           .provide_cluster_info = true,
                           .interactive_mode = "Never"};
    user.auth_provider = AuthProvider{.name = "oidc", .config = {{"client-id", Sensitive("id")}}};
    CHECK((config.users.at("u") == user));
    CHECK(config.contexts.at("prod").cluster == "c");
    CHECK(config.contexts.at("prod").user == "u");
    CHECK(config.contexts.at("prod").ns == "shop");
}

TEST_CASE("a kubeconfig may be empty, JSON, without a kind, and hold what nobody knows",
          "[session][unit]") {
    CHECK(decode_kubeconfig("").clusters.empty());
    CHECK(decode_kubeconfig(" \n---\n").clusters.empty());
    CHECK(decode_kubeconfig("{\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"s\"}}]}")
              .clusters.at("c")
              .server == "s");
    CHECK(decode_kubeconfig("clusters: [{name: c, cluster: {servers: 5, server: s}}]\nx: [1]")
              .clusters.at("c")
              .server == "s");
    CHECK(decode_kubeconfig("clusters: null\nusers: [null, {name: u, user: null}]").users.size() ==
          2);
}

TEST_CASE("v1beta1 plugins need not say how they talk to the user", "[session][unit]") {
    const auto mode = [](const std::string& version) {
        return decode_kubeconfig(
                   "users: [{name: u, user: {exec: {command: a, apiVersion: "
                   "client.authentication.k8s.io/" +
                   version + "}}}]")
            .users.at("u")
            .exec->interactive_mode;
    };

    CHECK(mode("v1beta1") == "IfAvailable");
    CHECK(mode("v1").empty());
}

TEST_CASE("a wrong type is told with its place, in kubectl's words", "[session][unit]") {
    const std::string begin = "error: json: cannot unmarshal ";

    CHECK(refusal("clusters: [{name: c, cluster: {server: 5}}]") ==
          begin + "number into Go struct field Cluster.clusters.cluster.server of type string");
    CHECK(refusal("clusters: [{name: c, cluster: {server: 5, insecure-skip-tls-verify: x}}]") ==
          begin +
              "string into Go struct field Cluster.clusters.cluster.insecure-skip-tls-verify of "
              "type bool");
    CHECK(refusal("clusters: {a: b}") ==
          begin + "object into Go struct field Config.clusters of type []v1.NamedCluster");
    CHECK(refusal("clusters: [5]") ==
          begin + "number into Go struct field Config.clusters of type v1.NamedCluster");
    CHECK(refusal("clusters: [{name: 5}]") ==
          begin + "number into Go struct field NamedCluster.clusters.name of type string");
    CHECK(refusal("clusters: [{cluster: {certificate-authority-data: 5}}]") ==
          begin +
              "number into Go struct field "
              "Cluster.clusters.cluster.certificate-authority-data of type []uint8");
    CHECK(refusal("users: [{user: {exec: {env: [{name: 5}]}}}]") ==
          begin + "number into Go struct field ExecEnvVar.users.user.exec.env.name of type string");
    CHECK(refusal("users: [{user: {as-user-extra: {a: b}}}]") ==
          begin + "string into Go struct field AuthInfo.users.user.as-user-extra of type []string");
    CHECK(refusal("users: [{user: {as-user-extra: {a: [5]}}}]") ==
          begin + "number into Go struct field AuthInfo.users.user.as-user-extra of type string");
    CHECK(refusal("users: [{user: {as-groups: [a, 5]}}]") ==
          begin + "number into Go struct field AuthInfo.users.user.as-groups of type string");
    CHECK(refusal("users: [{user: {auth-provider: {config: {a: 5}}}}]") ==
          begin +
              "number into Go struct field "
              "AuthProviderConfig.users.user.auth-provider.config of type string");
    CHECK(refusal("users: [{user: 5}]") ==
          begin + "number into Go struct field NamedAuthInfo.users.user of type v1.AuthInfo");
    CHECK(refusal("current-context: [a]") ==
          begin + "array into Go struct field Config.current-context of type string");
}

TEST_CASE("another kind of document is no kubeconfig", "[session][unit]") {
    CHECK(refusal("kind: Secret") == "error: no kind \"Secret\" is registered for version \"v1\"");
    CHECK(refusal("apiVersion: v2") ==
          "error: no kind \"Config\" is registered for version \"v2\"");
    CHECK(refusal("hello") ==
          "error: couldn't get version/kind; json parse error: json: cannot unmarshal string into "
          "Go value");
    CHECK(refusal("kind: 5") ==
          "error: couldn't get version/kind; json parse error: json: cannot unmarshal number into "
          "Go struct field .kind of type string");
    CHECK(refusal("a: [b").starts_with("error: "));
}

TEST_CASE("data that is not base64 is told with the place where it breaks", "[session][unit]") {
    const auto data = [](const std::string& text) {
        return refusal("clusters: [{cluster: {certificate-authority-data: '" + text + "'}}]");
    };

    CHECK(data("!!") == "error: illegal base64 data at input byte 0");
    CHECK(data("aGVsbG8") == "error: illegal base64 data at input byte 4");
}

TEST_CASE("a name that stands twice is refused without showing the entries", "[session][unit]") {
    CHECK(refusal("users: [{name: u, user: {token: secret}}, {name: u, user: {token: other}}]") ==
          "error: error converting *[]NamedAuthInfo into *map[string]*api.AuthInfo: duplicate name "
          "\"u\" in list");
    CHECK(refusal("clusters: [{name: c}, {name: c}]\ncontexts: [{name: x}, {name: x}]") ==
          "error: error converting *[]NamedCluster into *map[string]*api.Cluster: duplicate name "
          "\"c\" in list");
    CHECK(refusal("contexts: [{name: x}, {name: x}]") ==
          "error: error converting *[]NamedContext into *map[string]*api.Context: duplicate name "
          "\"x\" in list");
}

}  // namespace
}  // namespace kcert::session
