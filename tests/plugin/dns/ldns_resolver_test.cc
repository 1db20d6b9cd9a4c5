// SPDX-License-Identifier: Apache-2.0

#include "dns/ldns_resolver.h"

#include <catch2/catch.hpp>

#include "support/dns_server.h"

namespace kcert::dns {
namespace {

using std::chrono::milliseconds;
using testing::DnsServer;
using testing::reply_packet;

using Replies = std::vector<std::string>;

constexpr milliseconds kShort{100};
/// Longer than any test may take: who waits for it has failed.
constexpr milliseconds kLong{20'000};

Answer ask(const DnsServer& server, milliseconds timeout) {
    LdnsResolver resolver({server.address()});
    return query(resolver, {.name = "example.com.", .timeout = timeout}, {});
}

TEST_CASE("a truncated answer is asked for again over TCP", "[dns][loopback]") {
    const DnsServer server([](const DnsServer::Request& request) -> Replies {
        return {reply_packet(request.wire,
                             {.truncated = !request.tcp, .text = request.tcp ? "whole" : "part"})};
    });

    const Answer answer = ask(server, kLong);

    REQUIRE(answer.answers.size() == 1);
    CHECK(answer.answers[0].data == "whole");
    CHECK(answer.server == server.address());
    CHECK(server.requests() == 2);
}

TEST_CASE("what does not answer the question is passed over", "[dns][loopback]") {
    const DnsServer server([](const DnsServer::Request& request) -> Replies {
        std::string spoofed = reply_packet(request.wire, {.text = "spoofed"});
        spoofed[0] = static_cast<char>(spoofed[0] ^ 1);
        return {spoofed, "garbage", "", reply_packet(request.wire, {.text = "true"})};
    });

    const Answer answer = ask(server, kLong);

    REQUIRE(answer.answers.size() == 1);
    CHECK(answer.answers[0].data == "true");
    CHECK(server.requests() == 1);
}

TEST_CASE("a lost packet is sent again with another id", "[dns][loopback]") {
    std::string lost;
    const DnsServer server([&](const DnsServer::Request& request) -> Replies {
        if (request.number == 0) {
            lost = request.wire;
            return {};
        }
        // The answer to the first packet comes late, and is not taken for one to the second.
        return {reply_packet(lost, {.text = "late"}), reply_packet(request.wire, {.text = "new"})};
    });

    const Answer answer = ask(server, kShort);

    REQUIRE(answer.answers.size() == 1);
    CHECK(answer.answers[0].data == "new");
}

TEST_CASE("a server that keeps silent over UDP is asked over TCP at last", "[dns][loopback]") {
    const DnsServer server([](const DnsServer::Request& request) -> Replies {
        return request.tcp ? Replies{reply_packet(request.wire, {.text = "by TCP"})} : Replies{};
    });

    const Answer answer = ask(server, kShort);

    REQUIRE(answer.answers.size() == 1);
    CHECK(answer.answers[0].data == "by TCP");
    CHECK(server.requests() == 3);
}

TEST_CASE("an answer that never comes is an error that names the server", "[dns][loopback]") {
    const DnsServer server([](const DnsServer::Request&) { return Replies{}; });

    const Answer answer = ask(server, kShort);

    CHECK_FALSE(answer.rcode);
    CHECK(answer.error ==
          to_string(server.address()) + ": the connection was closed before an answer");
}

TEST_CASE("a server older than EDNS is asked without it", "[dns][loopback]") {
    const DnsServer server([](const DnsServer::Request& request) -> Replies {
        const bool edns = request.wire[11] == 1;
        return {reply_packet(request.wire, {.rcode = edns ? 1U : 0U, .text = edns ? "" : "old"})};
    });

    const Answer answer = ask(server, kLong);

    REQUIRE(answer.answers.size() == 1);
    CHECK(answer.answers[0].data == "old");
}

TEST_CASE("where one server fails the next is asked", "[dns][loopback]") {
    const DnsServer failing([](const DnsServer::Request& request) -> Replies {
        return {reply_packet(request.wire, {.rcode = 2})};
    });
    const DnsServer good([](const DnsServer::Request& request) -> Replies {
        return {reply_packet(request.wire, {.text = "good"})};
    });
    LdnsResolver resolver({failing.address(), good.address()});

    const Answer answer = query(resolver, {.name = "example.com.", .timeout = kLong}, {});

    CHECK(answer.rcode == Rcode::NoError);
    CHECK(answer.server == good.address());
}

TEST_CASE("where every server fails the failure is the answer", "[dns][loopback]") {
    const DnsServer failing([](const DnsServer::Request& request) -> Replies {
        return {reply_packet(request.wire, {.rcode = 2})};
    });

    const Answer answer = ask(failing, kLong);

    CHECK(answer.rcode == Rcode::ServFail);
    CHECK(failing.requests() == 1);
}

TEST_CASE("a batch is answered in its order, equal questions by one packet", "[dns][loopback]") {
    const DnsServer server([](const DnsServer::Request& request) -> Replies {
        return {reply_packet(request.wire, {.text = request.wire.substr(13, 3)})};
    });
    std::vector<Question> questions;
    for (int i = 100; i < 300; ++i) {
        questions.push_back({.name = std::to_string(i) + ".test.", .timeout = kLong});
        questions.push_back({.name = "AAA.test", .timeout = kLong});
    }
    LdnsResolver resolver({server.address()});

    const std::vector<Answer> answers = resolver.query_all(questions, {});

    REQUIRE(answers.size() == questions.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        REQUIRE(answers[i].answers.size() == 1);
        CHECK(answers[i].answers[0].data == (i % 2 == 0 ? questions[i].name.substr(0, 3) : "aaa"));
    }
    CHECK(server.requests() == 201);
}

TEST_CASE("a stop ends the wait at once", "[dns][loopback]") {
    std::stop_source source;
    const DnsServer server([&](const DnsServer::Request&) {
        source.request_stop();
        return Replies{};
    });
    LdnsResolver resolver({server.address()});

    const Answer answer =
        query(resolver, {.name = "example.com.", .timeout = kLong}, source.get_token());

    CHECK_FALSE(answer.rcode);
    CHECK(answer.error == "stopped");
}

TEST_CASE("what is no DNS name is answered without a server", "[dns][unit]") {
    LdnsResolver resolver({{"127.0.0.1", 1}});

    const Answer answer = query(resolver, {.name = "a..com."}, {});

    CHECK(answer.error == "a..com. is no DNS name");
}

}  // namespace
}  // namespace kcert::dns
