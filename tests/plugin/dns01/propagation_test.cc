// SPDX-License-Identifier: Apache-2.0

#include "dns01/propagation.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "base/error.h"
#include "support/fake_dns.h"
#include "support/manual_clock.h"

namespace kcert::dns01 {
namespace {

using Catch::Matchers::Contains;
using dns::RecordType;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FakeDns;

constexpr const char* kName = "_acme-challenge.example.com.";
constexpr const char* kFirst = "192.0.2.1";
constexpr const char* kSecond = "192.0.2.2";

const std::vector<TxtRecord> kRecords{{"example.com.", kName, "value"}};

/// example.com on two servers.
struct Scene {
    Scene() {
        dns.add_zone("example.com.",
                     {{"ns1.example.com.", {kFirst}}, {"ns2.example.com.", {kSecond}}});
    }

    void await(std::stop_token stop = {}) {
        await_propagation(dns, clock, records, options,
                          {.viewed = [&](const RecordView& view) { views.push_back(view); },
                           .noted = [&](const std::string& line) { notes.push_back(line); }},
                          std::move(stop));
    }

    std::string failure() {
        try {
            await();
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::TimedOut);
            return error.what();
        }
        return "nothing failed";
    }

    Duration waited() const {
        Duration sum{};
        for (const Duration sleep : clock.sleeps()) {
            sum += sleep;
        }
        return sum;
    }

    std::size_t asked(std::string_view address) const {
        std::size_t count = 0;
        for (const auto& batch : dns.batches) {
            count += static_cast<std::size_t>(
                std::ranges::count_if(batch, [&](const dns::Question& question) {
                    return !question.servers.empty() && question.servers[0].address == address;
                }));
        }
        return count;
    }

    FakeDns dns;
    testing::ManualClock clock;
    std::vector<TxtRecord> records = kRecords;
    PropagationOptions options;
    std::vector<RecordView> views;
    std::vector<std::string> notes;
};

TEST_CASE("what every server has at once costs no wait", "[dns01][unit]") {
    Scene scene;
    scene.dns.add(kName, RecordType::Txt, "value");
    scene.dns.add(kName, RecordType::Txt, "somebody else's");

    scene.await();

    CHECK(scene.clock.sleeps().empty());
    REQUIRE(scene.views.size() == 1);
    CHECK(scene.views[0].seen() == 2);
    CHECK(scene.dns.batches.size() == 3);
}

TEST_CASE("authoritative servers are asked without recursion on the port of the options",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add(kName, RecordType::Txt, "value");
    scene.options.authoritative_port = 8053;

    scene.await();

    const auto& batch = scene.dns.batches.back();
    REQUIRE(batch.size() == 2);
    CHECK(batch[0].servers == std::vector<dns::Server>{{kFirst, 8053}});
    CHECK(batch[1].servers == std::vector<dns::Server>{{kSecond, 8053}});
    CHECK_FALSE(batch[0].recursive);
}

TEST_CASE("a server that lags is asked until it has the value, the others no more",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add_at(kFirst, kName, RecordType::Txt, "value");
    scene.dns.before_batch = [&](std::size_t batch) {
        if (batch == 5) {
            scene.dns.add_at(kSecond, kName, RecordType::Txt, "value");
        }
    };

    scene.await();

    CHECK(scene.asked(kFirst) == 1);
    CHECK(scene.asked(kSecond) == 4);
    CHECK(scene.clock.sleeps() ==
          std::vector<Duration>{milliseconds(100), milliseconds(160), milliseconds(256)});
    REQUIRE(scene.views.size() == 2);
    CHECK(scene.views[0].seen() == 1);
    CHECK(scene.views[0].servers[1].host == "ns2.example.com.");
    CHECK(scene.views[0].servers[1].answer == "no such name");
    CHECK(scene.views[1].seen() == 2);
}

TEST_CASE("pauses grow to five seconds and end with the time", "[dns01][unit]") {
    Scene scene;

    scene.failure();

    const std::vector<Duration> sleeps = scene.clock.sleeps();
    CHECK(*std::ranges::max_element(sleeps) == seconds(5));
    CHECK(scene.waited() == scene.options.timeout);
}

TEST_CASE("when time is up each server is listed with its answer and what was expected",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add_at(kFirst, kName, RecordType::Txt, "stale");
    scene.dns.silence(kSecond);

    const std::string message = scene.failure();

    CHECK_THAT(message, Contains("1 of 1 TXT records cannot be seen everywhere after 5m") &&
                            Contains("_acme-challenge.example.com. TXT, expected \"value\"") &&
                            Contains("ns1.example.com. (192.0.2.1:53): other values: \"stale\"") &&
                            Contains("ns2.example.com. (192.0.2.2:53): no answer"));
}

TEST_CASE("values from the net reach a message without control characters", "[dns01][unit]") {
    Scene scene;
    scene.dns.add(kName, RecordType::Txt, "\x1b[31m" + std::string(200, 'x'));

    const std::string message = scene.failure();

    CHECK(message.find('\x1b') == std::string::npos);
    CHECK(message.find(std::string(100, 'x')) == std::string::npos);
}

TEST_CASE("a resolver that says something else than all servers is shown as split horizon",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add_at(kFirst, kName, RecordType::Txt, "outside");
    scene.dns.add_at(kSecond, kName, RecordType::Txt, "outside");
    scene.dns.add_at(FakeDns::kResolver, kName, RecordType::Txt, "value");

    const std::string message = scene.failure();

    CHECK_THAT(message, Contains("split horizon: the resolver 192.0.2.53:53 says: seen; the zone's "
                                 "own server ns1.example.com. says: other values: \"outside\""));
    CHECK(scene.notes.size() == 1);
}

TEST_CASE("a resolver that agrees with a lagging server is no split horizon", "[dns01][unit]") {
    Scene scene;
    scene.dns.add_at(kFirst, kName, RecordType::Txt, "value");

    CHECK_THAT(scene.failure(), !Contains("split horizon"));
}

TEST_CASE("where no authoritative server answers within 5 s the resolvers are asked",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add(kName, RecordType::Txt, "value");
    scene.dns.silence(kFirst);
    scene.dns.silence(kSecond);

    scene.await();

    CHECK(scene.waited() == seconds(5));
    CHECK(scene.notes == std::vector<std::string>{
                             "no name server of example.com. can be reached: asking the resolvers "
                             "instead"});
    CHECK(scene.views.back().recursive);
    CHECK(scene.views.back().servers.at(0).host == FakeDns::kResolver);
    CHECK(scene.dns.batches.back().at(0).recursive);
}

TEST_CASE("one server that answers keeps the check authoritative", "[dns01][unit]") {
    Scene scene;
    scene.dns.add_at(kFirst, kName, RecordType::Txt, "value");
    scene.dns.silence(kSecond);
    scene.options.timeout = seconds(20);

    scene.failure();

    CHECK(scene.notes.empty());
    CHECK_FALSE(scene.views.back().recursive);
}

TEST_CASE("a record counts as there only when a server that keeps silent has spoken too",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add(kName, RecordType::Txt, "value");
    scene.dns.silence(kSecond);

    SECTION("it never does") {
        CHECK_THAT(scene.failure(), Contains("ns1.example.com. (192.0.2.1:53): seen") &&
                                        Contains("ns2.example.com. (192.0.2.2:53): no answer") &&
                                        Contains("--dns01-check=recursive"));
        CHECK(scene.waited() == scene.options.timeout);
    }
    SECTION("it does at last") {
        scene.dns.before_batch = [&](std::size_t batch) {
            if (batch == 6) {
                scene.dns.unsilence(kSecond);
            }
        };

        scene.await();

        CHECK(scene.views.back().seen() == 2);
        CHECK(scene.asked(kFirst) == 1);
        CHECK(scene.asked(kSecond) == 5);
    }
    CHECK(scene.notes.empty());
}

TEST_CASE("servers that answer but lag are no reason to ask the resolvers", "[dns01][unit]") {
    Scene scene;

    CHECK_THAT(scene.failure(), Contains("--propagation-timeout waits longer") &&
                                    !Contains("--dns01-check=recursive"));
}

TEST_CASE("a host counts where one of its addresses answers", "[dns01][unit]") {
    Scene scene;
    scene.dns.add_zone("example.com.", {{"ns1.example.com.", {"2001:db8::1", kFirst}}});
    scene.dns.add(kName, RecordType::Txt, "value");
    scene.dns.silence("2001:db8::1");

    scene.await();

    CHECK(scene.clock.sleeps().empty());
    REQUIRE(scene.views.back().servers.size() == 1);
    CHECK(scene.views.back().servers[0].server.address == kFirst);
}

TEST_CASE("an address that serves another value than its host's other one is waited for",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add_zone("example.com.", {{"ns1.example.com.", {kFirst, "2001:db8::1"}}});
    scene.dns.add_at(kFirst, kName, RecordType::Txt, "value");

    CHECK_THAT(scene.failure(), Contains("ns1.example.com. ([2001:db8::1]:53): no such name"));
}

TEST_CASE("a name server without an address is told once and keeps no record waiting",
          "[dns01][unit]") {
    Scene scene;
    scene.dns.add_zone("example.com.", {{"ns1.example.com.", {kFirst}}, {"ns3.example.net.", {}}});
    scene.dns.before_batch = [&](std::size_t batch) {
        if (batch == 6) {
            scene.dns.add(kName, RecordType::Txt, "value");
        }
    };

    scene.await();

    CHECK(scene.clock.sleeps().size() > 1);
    CHECK(scene.notes ==
          std::vector<std::string>{
              "name server ns3.example.net. is not asked: no address of it can be found"});
    REQUIRE(scene.views.back().servers.size() == 1);
    CHECK(scene.views.back().servers[0].host == "ns1.example.com.");
}

TEST_CASE("where no name server has an address the failure names them", "[dns01][unit]") {
    Scene scene;
    scene.options.timeout = seconds(2);
    scene.dns.add_zone("example.com.", {{"ns3.example.net.", {}}, {"ns4.example.net.", {}}});

    const std::string failure = scene.failure();

    CHECK_THAT(failure, Contains("name server ns3.example.net. is not asked: no address") &&
                            Contains("name server ns4.example.net. is not asked: no address"));
    CHECK_THAT(failure, !Contains("cannot be found"));
    CHECK(scene.notes.size() == 2);
}

TEST_CASE("name servers that cannot be found yet are looked for again", "[dns01][unit]") {
    Scene scene;
    scene.dns.add(kName, RecordType::Txt, "value");
    scene.dns.silence(FakeDns::kResolver);
    scene.dns.before_batch = [&](std::size_t batch) {
        if (batch == 4) {
            scene.dns.unsilence(FakeDns::kResolver);
        }
    };

    scene.await();

    CHECK(scene.views.back().seen() == 2);
    CHECK(scene.notes.empty());
}

TEST_CASE("the recursive check asks each resolver and no authoritative server", "[dns01][unit]") {
    Scene scene;
    scene.dns.add(kName, RecordType::Txt, "value");
    scene.options.mode = CheckMode::Recursive;

    scene.await();

    REQUIRE(scene.dns.batches.size() == 1);
    CHECK(scene.dns.batches[0].at(0).servers == scene.dns.servers());
    CHECK(scene.views.at(0).recursive);
}

TEST_CASE("without a check only the extra wait is kept", "[dns01][unit]") {
    Scene scene;
    scene.options.mode = CheckMode::None;
    scene.options.extra_wait = seconds(30);

    scene.await();

    CHECK(scene.dns.batches.empty());
    CHECK(scene.clock.sleeps() == std::vector<Duration>{seconds(30)});
}

TEST_CASE("a stop is Cancelled, not a time-out", "[dns01][unit]") {
    Scene scene;
    std::stop_source source;
    scene.dns.before_batch = [&](std::size_t batch) {
        if (batch == 4) {
            source.request_stop();
        }
    };

    try {
        scene.await(source.get_token());
        FAIL("it went on");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

TEST_CASE("a survey asks each server once and fails on nothing", "[dns01][unit]") {
    Scene scene;
    scene.dns.add_at(kFirst, kName, RecordType::Txt, "value");
    scene.dns.silence(kSecond);

    const auto views = survey(scene.dns, scene.records, scene.options, {});

    REQUIRE(views.size() == 1);
    CHECK(views[0].seen() == 1);
    CHECK(views[0].servers[1].answer == "no answer");
    CHECK(scene.dns.batches.size() == 3);
}

}  // namespace
}  // namespace kcert::dns01
