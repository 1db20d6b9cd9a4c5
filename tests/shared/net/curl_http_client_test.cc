// SPDX-License-Identifier: Apache-2.0

#include "net/curl_http_client.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "shared/net/local_servers.h"

namespace kcert::net {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::LocalServer;
using testing::RawServer;
using testing::SlowServer;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string at(const RawServer& server, const char* path) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

Error error_of(const Outcome& outcome) {
    REQUIRE(std::holds_alternative<Error>(outcome));
    return std::get<Error>(outcome);
}

Outcome outcome_of(HttpClient& http, const Request& request, std::stop_token stop = {}) {
    return send_all(http, {&request, 1}, std::move(stop)).front();
}

/// The caller's thread, its requests, and what came back in the order in which it came.
class RecordingSource final : public RequestSource {
  public:
    std::optional<Request> next() override {
        threads.insert(std::this_thread::get_id());
        return on_next();
    }

    void done(std::size_t index, Outcome outcome) override {
        threads.insert(std::this_thread::get_id());
        outcomes.emplace_back(index, std::move(outcome));
    }

    std::function<std::optional<Request>()> on_next;
    std::vector<std::pair<std::size_t, Outcome>> outcomes;
    std::set<std::thread::id> threads;
};

}  // namespace

TEST_CASE("a request arrives with method, body and headers, and its answer comes back",
          "[net][curl]") {
    httplib::Request seen;
    LocalServer server(LocalServer::plain(), [&](httplib::Server& routes) {
        routes.Post("/path", [&](const httplib::Request& request, httplib::Response& answer) {
            seen = request;
            answer.status = 201;
            answer.headers = {{"Link", "<a>"}, {"Link", "<b>"}};
            answer.set_content("created", "text/plain");
        });
    });
    CurlHttpClient http({.user_agent = "kubectl-cert/1"});

    const Response answer = send(http,
                                 {.method = "POST",
                                  .url = server.url("/path?x=1"),
                                  .headers = {{"content-type", "application/jose+json"}},
                                  .body = "{}"},
                                 {});

    CHECK(answer.status == 201);
    CHECK(answer.body == "created");
    CHECK(std::count(answer.headers.begin(), answer.headers.end(),
                     std::pair<std::string, std::string>("link", "<b>")) == 1);
    CHECK(answer.header("link") == "<a>");
    CHECK(seen.body == "{}");
    CHECK(seen.get_param_value("x") == "1");
    CHECK(seen.get_header_value("Content-Type") == "application/jose+json");
    CHECK(seen.get_header_value("User-Agent") == "kubectl-cert/1");
    CHECK_FALSE(seen.has_header("Accept-Encoding"));
    CHECK_FALSE(seen.has_header("Expect"));
}

TEST_CASE("every method goes out as it is called", "[net][curl]") {
    const auto* method = GENERATE("GET", "DELETE", "PUT", "PATCH", "POST");
    RawServer server([](int) { return kOk; });
    CurlHttpClient http({});

    const Response answer = send(http, {.method = method, .url = at(server, "/x")}, {});

    CHECK(answer.body == "ok");
    CHECK_THAT(server.requests().at(0),
               Catch::StartsWith(std::string(method) + " /x HTTP/1.1\r\n"));
}

TEST_CASE("HEAD reads no body", "[net][curl]") {
    RawServer server(
        [](int) { return "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nReplay-Nonce: n1\r\n\r\n"; });
    CurlHttpClient http({});

    const Response answer = send(http, {.method = "HEAD", .url = at(server, "/nonce")}, {});

    CHECK(answer.header("replay-nonce") == "n1");
    CHECK(answer.body.empty());
}

TEST_CASE("one connection serves requests that follow each other", "[net][curl]") {
    std::set<int> ports;
    LocalServer server(LocalServer::plain(), [&](httplib::Server& routes) {
        routes.Get("/", [&](const httplib::Request& request, httplib::Response&) {
            ports.insert(request.remote_port);
        });
    });
    CurlHttpClient http({});

    for (int i = 0; i < 5; ++i) {
        send(http, {.url = server.url("/")}, {});
    }

    CHECK(ports.size() == 1);
}

TEST_CASE("the window is filled and never exceeded", "[net][curl]") {
    SlowServer slow(LocalServer::plain());
    CurlHttpClient http({});
    const std::vector<Request> requests(30, Request{.url = slow.url()});

    std::vector<Outcome> outcomes;
    std::thread caller([&] { outcomes = send_all(http, requests, {}); });
    slow.gate.await(10);
    slow.gate.open();
    caller.join();

    CHECK(slow.gate.most() == 10);
    CHECK(std::all_of(outcomes.begin(), outcomes.end(),
                      [](const Outcome& outcome) { return response(outcome).status == 200; }));
}

TEST_CASE("a source that holds back is asked again after each answer, on its own thread",
          "[net][curl]") {
    RawServer server([](int) { return kOk; });
    CurlHttpClient http({});
    RecordingSource source;
    std::size_t given = 0;
    source.on_next = [&]() -> std::optional<Request> {
        if (given == 4 || given > source.outcomes.size()) {
            return std::nullopt;
        }
        ++given;
        return Request{.url = at(server, "/")};
    };

    http.exchange(source, 10, {});

    CHECK(source.outcomes.size() == 4);
    CHECK(source.threads == std::set{std::this_thread::get_id()});
}

TEST_CASE("a request that cannot be sent does not hold the others back", "[net][curl]") {
    RawServer server([](int) { return kOk; });
    CurlHttpClient http({});
    const std::vector<Request> requests = {
        {.url = "ftp://ca.test/"},
        {.url = at(server, "/"), .headers = {{"a", "b\r\nc: d"}}},
        {.url = at(server, "/")}};

    const auto outcomes = send_all(http, requests, {});

    CHECK(error_of(outcomes[0]).kind() == ErrorKind::Config);
    CHECK(error_of(outcomes[1]).kind() == ErrorKind::Internal);
    CHECK(response(outcomes[2]).status == 200);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("an exception from the source leaves nothing under way", "[net][curl]") {
    SlowServer slow(LocalServer::plain());
    CurlHttpClient http({});
    RecordingSource source;
    int given = 0;
    source.on_next = [&]() -> std::optional<Request> {
        if (given++ == 1) {
            throw Error(ErrorKind::Internal, "no more");
        }
        return Request{.url = slow.url()};
    };

    CHECK_THROWS_WITH(http.exchange(source, 10, {}), "no more");
}

TEST_CASE("stopping ends a slow exchange at once", "[net][curl]") {
    SlowServer slow(LocalServer::plain());
    CurlHttpClient http({});
    std::stop_source stop;

    std::chrono::steady_clock::time_point stopped;
    std::thread user([&] {
        slow.gate.await(1);
        stopped = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    const Outcome outcome = outcome_of(http, {.url = slow.url()}, stop.get_token());
    const auto returned = std::chrono::steady_clock::now();
    user.join();

    CHECK(error_of(outcome).kind() == ErrorKind::Cancelled);
    CHECK(returned - stopped < milliseconds(100));
}

TEST_CASE("what is asked for after the stop is not sent", "[net][curl]") {
    RawServer server([](int) { return kOk; });
    CurlHttpClient http({});
    std::stop_source stop;
    stop.request_stop();

    const Outcome outcome = outcome_of(http, {.url = at(server, "/")}, stop.get_token());

    CHECK(error_of(outcome).kind() == ErrorKind::Cancelled);
    CHECK(server.requests().empty());
}

TEST_CASE("the client goes on after a stop", "[net][curl]") {
    RawServer server([](int) { return kOk; });
    CurlHttpClient http({});
    std::stop_source stop;
    stop.request_stop();
    outcome_of(http, {.url = at(server, "/")}, stop.get_token());

    CHECK(send(http, {.url = at(server, "/")}, {}).status == 200);
}

TEST_CASE("several threads exchange at a time", "[net][curl]") {
    LocalServer server(LocalServer::plain(), [](httplib::Server& routes) {
        routes.Get(R"(/(\d+))", [](const httplib::Request& request, httplib::Response& answer) {
            answer.set_content(request.matches[1].str(), "text/plain");
        });
    });
    CurlHttpClient http({});
    std::atomic<int> right = 0;

    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            std::vector<Request> requests;
            requests.reserve(10);
            for (int i = 0; i < 10; ++i) {
                requests.push_back({.url = server.url("/" + std::to_string(100 * thread + i))});
            }
            const auto outcomes = send_all(http, requests, {});
            for (std::size_t i = 0; i < outcomes.size(); ++i) {
                right += requests[i].url.ends_with("/" + response(outcomes[i]).body) ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }

    CHECK(right == 40);
}

}  // namespace kcert::net
