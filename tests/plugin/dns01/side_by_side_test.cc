// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/side_by_side.h"

#include <atomic>
#include <latch>
#include <map>
#include <mutex>
#include <set>

#include <catch2/catch.hpp>

namespace kcert::dns01 {
namespace {

const std::vector<TxtRecord> kRecords{
    {"a.test.", "x.a.test.", "1"}, {"b.test.", "x.b.test.", "2"}, {"a.test.", "y.a.test.", "3"}};

TEST_CASE("each zone is dealt with once, with its own records", "[dns01][unit]") {
    std::mutex mutex;
    std::map<std::string, std::size_t> seen;

    for_each_zone(kRecords, 8, {},
                  [&](const std::string& zone, std::span<const TxtRecord> records) {
                      const std::lock_guard lock(mutex);
                      seen[zone] = records.size();
                  });

    CHECK(seen == std::map<std::string, std::size_t>{{"a.test.", 2}, {"b.test.", 1}});
}

TEST_CASE("one zone's failure does not hold the others back and is named", "[dns01][unit]") {
    std::atomic<int> done = 0;
    try {
        for_each_zone(kRecords, 1, {}, [&](const std::string& zone, std::span<const TxtRecord>) {
            if (zone == "a.test.") {
                throw Error(ErrorKind::Declined, "not allowed");
            }
            ++done;
        });
        FAIL("nothing was thrown");
    } catch (const ZonesError& error) {
        REQUIRE(error.failures().size() == 1);
        CHECK(error.failures()[0].zone == "a.test.");
        CHECK(error.kind() == ErrorKind::Declined);
    }
    CHECK(done == 1);
}

TEST_CASE("a run that was stopped blames no zone", "[dns01][unit]") {
    std::stop_source stop;
    stop.request_stop();
    try {
        for_each_zone(kRecords, 8, stop.get_token(),
                      [&](const std::string&, std::span<const TxtRecord>) {
                          throw Error(ErrorKind::Cancelled, "stopped");
                      });
        FAIL("nothing was thrown");
    } catch (const ZonesError&) {
        FAIL("a zone was blamed");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
    }
}

TEST_CASE("a run that was stopped keeps what the service had said before", "[dns01][unit]") {
    std::stop_source stop;
    stop.request_stop();
    try {
        for_each_zone(kRecords, 8, stop.get_token(),
                      [&](const std::string& zone, std::span<const TxtRecord>) {
                          throw Error(ErrorKind::Cancelled,
                                      zone == "a.test." ? "status 503" : "stopped");
                      });
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Cancelled);
        CHECK(error.what() == std::string("status 503"));
    }
}

TEST_CASE("steps go on beside each other", "[dns01][unit]") {
    std::latch together(4);

    side_by_side(4, 4, [&](std::size_t) { together.arrive_and_wait(); });

    CHECK(together.try_wait());
}

TEST_CASE("after a failure no other step is begun, and the failure is thrown", "[dns01][unit]") {
    std::atomic<int> begun = 0;

    CHECK_THROWS_AS(side_by_side(100, 1,
                                 [&](std::size_t) {
                                     ++begun;
                                     throw Error(ErrorKind::Declined, "no");
                                 }),
                    Error);

    CHECK(begun == 1);
}

}  // namespace
}  // namespace kcert::dns01
