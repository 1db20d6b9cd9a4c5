// SPDX-License-Identifier: Apache-2.0

#include <csignal>
#include <cstdlib>
#include <semaphore>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "session/environment.h"
#include "session/session.h"
#include "session/stop_signals.h"
#include "support/manual_clock.h"
#include "support/scripted_http.h"

namespace kcert::session {
namespace {

/// Sets a variable for one test.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { ::unsetenv(name_); }

  private:
    const char* name_;
};

TEST_CASE("the environment is read with both spellings of the proxy variables", "[session][unit]") {
    const Variable upper("HTTPS_PROXY", "http://a.test");
    const Variable lower("https_proxy", "http://b.test");
    const Variable only_lower("no_proxy", "c.test");

    const Environment environment = read_environment();

    CHECK(environment.https_proxy == "http://a.test");
    CHECK(environment.no_proxy == "c.test");
}

TEST_CASE("the environment tells where kubeconfigs are and what a pod is", "[session][unit]") {
    const Variable kubeconfig("KUBECONFIG", "/a:/b");
    const Variable home("HOME", "/home/user");
    const Variable host("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    const Variable port("KUBERNETES_SERVICE_PORT", "443");
    const Variable ns("POD_NAMESPACE", "shop");

    const Environment environment = read_environment();

    CHECK(environment.kubeconfig == "/a:/b");
    CHECK(environment.home == "/home/user");
    CHECK(environment.kubernetes_service_host == "10.0.0.1");
    CHECK(environment.kubernetes_service_port == "443");
    CHECK(environment.pod_namespace == "shop");
}

TEST_CASE("NO_COLOR counts whatever its value", "[session][unit]") {
    const Variable empty("NO_COLOR", "");

    CHECK(read_environment().no_color);
}

TEST_CASE("the flag -n comes before default", "[session][unit]") {
    CHECK(namespace_of({.ns = "shop"}) == "shop");
    CHECK(namespace_of({}) == "default");
}

TEST_CASE("without a folder the user is told how to name one", "[session][unit]") {
    const testing::ManualClock clock;
    testing::ScriptedHttp http;

    CHECK_THROWS_WITH(open({}, {}, {.clock = clock, .http = http}), Catch::Contains("--local"));
}

TEST_CASE("a folder that is not there is refused", "[session][unit]") {
    const testing::ManualClock clock;
    testing::ScriptedHttp http;

    CHECK_THROWS_AS(open({.local = "/nonexistent/manifests"}, {}, {.clock = clock, .http = http}),
                    Error);
}

TEST_CASE("the first signal asks the run to stop", "[session][unit]") {
    StopSignals signals;
    CHECK_FALSE(signals.token().stop_requested());
    std::binary_semaphore stopped(0);
    const std::stop_callback callback(signals.token(), [&] { stopped.release(); });

    ::kill(::getpid(), SIGTERM);

    CHECK(stopped.try_acquire_for(std::chrono::seconds(10)));
}

}  // namespace
}  // namespace kcert::session
