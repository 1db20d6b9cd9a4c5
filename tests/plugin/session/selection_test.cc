// SPDX-License-Identifier: Apache-2.0

#include <catch2/catch.hpp>

#include "plugin/session/fixtures.h"
#include "session/selection.h"

namespace kcert::session {
namespace {

std::string refusal(const Kubeconfig& config, const SessionFlags& flags) {
    return told([&] { select(config, flags); });
}

TEST_CASE("the current context is used, a flag names another", "[session][unit]") {
    Kubeconfig config = usable();
    config.clusters["d"].server = "https://d.test";
    config.users["v"].token = Sensitive("v");
    config.contexts["test"] = {.cluster = "d", .user = "v"};

    const Selected current = select(config, {});
    const Selected named = select(config, {.ns = "other", .context = "test"});
    const Selected mixed = select(config, {.cluster = "d", .user = "v"});

    CHECK(current.context == "prod");
    CHECK(current.ns == "shop");
    CHECK(current.cluster.server == "https://api.test:6443");
    CHECK(current.user.token.reveal() == "secret-token");
    CHECK(named.context == "test");
    CHECK(named.ns == "other");
    CHECK(named.cluster.server == "https://d.test");
    CHECK(named.user.token.reveal() == "v");
    CHECK(mixed.context == "prod");
    CHECK(mixed.ns == "shop");
    CHECK(mixed.cluster.server == "https://d.test");
    CHECK(mixed.user.token.reveal() == "v");
}

TEST_CASE("flags lie over the user's fields", "[session][unit]") {
    Kubeconfig config = usable();
    config.users["u"] = {.client_certificate_data = "pem",
                         .client_key_data = Sensitive("key"),
                         .token = Sensitive("t"),
                         .as = "a",
                         .as_groups = {"g"},
                         .as_user_extra = {{"k", {"1"}}, {"l", {"2"}}}};

    const User user = select(config, {.client_certificate = "/dev/null",
                                      .client_key = "/dev/null",
                                      .token = Sensitive("flag"),
                                      .as = "b",
                                      .as_uid = "7",
                                      .as_groups = {"h", "i"},
                                      .as_user_extra = {{"k", "3"}, {"k", "4"}, {"m", "5"}}})
                          .user;

    CHECK(user.client_certificate == "/dev/null");
    CHECK(user.client_certificate_data.empty());
    CHECK(user.client_key == "/dev/null");
    CHECK(user.client_key_data.empty());
    CHECK(user.token.reveal() == "flag");
    CHECK(user.as == "b");
    CHECK(user.as_uid == "7");
    CHECK(user.as_groups == std::vector<std::string>{"h", "i"});
    using Extra = decltype(user.as_user_extra);
    CHECK(user.as_user_extra == Extra{{"l", {"2"}}, {"k", {"3", "4"}}, {"m", {"5"}}});
}

TEST_CASE("a flag about trust takes the place of all the kubeconfig says about it",
          "[session][unit]") {
    Kubeconfig config = usable();
    config.clusters["c"].tls_server_name = "kubernetes";

    const Cluster insecure = select(config, {.insecure_skip_tls_verify = true}).cluster;
    const Cluster other_ca = select(config, {.certificate_authority = "/dev/null"}).cluster;
    const Cluster other_server = select(config, {.server = "https://b.test"}).cluster;
    const Cluster other_name = select(config, {.tls_server_name = "b"}).cluster;

    CHECK(insecure.insecure_skip_tls_verify);
    CHECK(insecure.certificate_authority_data.empty());
    CHECK(insecure.tls_server_name == "kubernetes");
    CHECK(other_ca.certificate_authority == "/dev/null");
    CHECK(other_ca.certificate_authority_data.empty());
    CHECK(other_server.tls_server_name.empty());
    CHECK(other_server.certificate_authority_data == kCa);
    CHECK(other_name.tls_server_name == "b");
    CHECK(select(config, {.disable_compression = true}).cluster.disable_compression);
}

TEST_CASE("flags alone are enough", "[session][unit]") {
    const Selected selected = select({}, {.server = "https://b.test", .token = Sensitive("t")});

    CHECK(selected.context.empty());
    CHECK(selected.ns.empty());
    CHECK(selected.cluster.server == "https://b.test");
    CHECK(selected.user.token.reveal() == "t");
}

TEST_CASE("nothing at all is no fault here", "[session][unit]") {
    CHECK(select({}, {}).cluster == Cluster());
}

TEST_CASE("what a flag names has to be there, told in kubectl's two ways", "[session][unit]") {
    const Kubeconfig config = usable();

    CHECK(refusal(config, {.context = "x"}) ==
          "Error in configuration: context was not found for specified context: x");
    CHECK(refusal(config, {.cluster = "x"}) == "error: no server found for cluster \"x\"");
    CHECK(refusal(config, {.user = "x"}) == "error: auth info \"x\" does not exist");
    CHECK(refusal(config, {.ns = "n", .context = "x"}) == "error: context \"x\" does not exist");
    CHECK(refusal(config, {.ns = "n", .cluster = "x"}) == "error: cluster \"x\" does not exist");
    CHECK(refusal(config, {.ns = "n", .context = "x", .cluster = "y", .user = "z"}) ==
          "error: auth info \"z\" does not exist");
    CHECK(refusal(config, {.context = "x", .cluster = "y", .user = "z"}) ==
          "Error in configuration: \n* context was not found for specified context: x\n* no server "
          "found for cluster \"y\"");
}

TEST_CASE("a context that leads nowhere is told", "[session][unit]") {
    Kubeconfig config = usable();
    config.current_context = "x";
    CHECK(refusal(config, {}) ==
          "Error in configuration: context was not found for specified context: x");

    config = usable();
    config.contexts["prod"].cluster = "x";
    CHECK(refusal(config, {}) == "error: cluster \"x\" was not found for context \"prod\"");
    CHECK(refusal(config, {.server = "https://b.test"}) == "no error");

    config = usable();
    config.contexts["prod"].user = "x";
    CHECK(refusal(config, {}) == "error: user \"x\" was not found for context \"prod\"");

    config = usable();
    config.clusters["c"].server.clear();
    CHECK(refusal(config, {}) == "error: no server found for cluster \"c\"");
}

TEST_CASE("one fault is told as an error, several are listed", "[session][unit]") {
    CHECK(refusal(usable(), {.as_uid = "1"}) ==
          "error: requesting uid, groups or user-extra for u without impersonating a user");
    CHECK(refusal(usable(), {.username = "n", .as_uid = "1"}) ==
          "Error in configuration: \n* more than one authentication method found for u; found "
          "[token basicAuth], only one is allowed\n* requesting uid, groups or user-extra for u "
          "without impersonating a user");
}

}  // namespace
}  // namespace kcert::session
