// SPDX-License-Identifier: Apache-2.0

#include "dns01/akamai/akamai_provider.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/text.h"
#include "json/json.h"
#include "support/answering_http.h"
#include "support/manual_clock.h"

namespace kcert::dns01::akamai {
namespace {

using Catch::Matchers::Contains;
using Rdata = std::vector<std::string>;

const std::string kHost = "akab-test.luna.akamaiapis.net";
const std::string kZones = "https://" + kHost + "/config-dns/v2/zones";
const std::string kSecret = "C113nt53KR3TN6N90yVuAgICxIRwsObLi0E67/N8eRN=";
const std::string kName = "_acme-challenge.example.com";

const std::vector<TxtRecord> kTwo{{.zone = "example.com.", .name = kName + ".", .value = "one"},
                                  {.zone = "example.com.", .name = kName + ".", .value = "two"}};

net::Response problem(int status, const std::string& type, const std::string& detail) {
    return {status,
            {},
            fmt::format(R"({{"type":"https://problems.luna.akamaiapis.net/authoritative-dns/{}",
                             "title":"Refused","status":{},"detail":"{}"}})",
                        type, status, detail)};
}

std::string parameter(const std::string& url, const std::string& name) {
    for (const std::string& part : split(url.substr(url.find('?') + 1), '&')) {
        if (part.starts_with(name + "=")) {
            return part.substr(name.size() + 1);
        }
    }
    return {};
}

/// One zone of Edge DNS with all its versions, held in memory.
struct Service {
    struct Set {
        std::int64_t ttl = 0;
        Rdata rdata;
    };
    using Sets = std::map<std::string, Set>;

    std::string zone = "example.com";
    std::string type = "PRIMARY";
    std::string state = "ACTIVE";
    std::vector<Sets> versions{{}};
    std::vector<std::string> other_zones;
    bool tells_versions = true;
    std::int64_t least_ttl = 0;
    /// Called before each write: another client.
    std::function<void(Service&)> before_write;
    /// Answers in place of the service where it gives something.
    std::function<std::optional<net::Outcome>(const net::Request&)> instead;

    const Sets& now() const { return versions.back(); }

    Rdata rdata(const std::string& name) const {
        const auto found = now().find(name);
        return found == now().end() ? Rdata() : found->second.rdata;
    }

    /// Another client writes a set whole.
    void put(const std::string& name, const Rdata& rdata, std::int64_t ttl = 7200) {
        Sets sets = now();
        if (rdata.empty()) {
            sets.erase(name);
        } else {
            sets[name] = {ttl, rdata};
        }
        versions.push_back(std::move(sets));
    }

    net::Outcome answer(const net::Request& request) {
        if (instead) {
            if (auto other = instead(request)) {
                return *std::move(other);
            }
        }
        if (request.method != "GET" && before_write) {
            before_write(*this);
        }
        const std::string rest = request.url.substr(kZones.size());
        if (rest.starts_with("?")) {
            return list_zones(request.url);
        }
        if (rest == "/" + zone) {
            return net::Response{200, {}, json::write_json(zone_object(zone))};
        }
        if (!rest.starts_with("/" + zone + "/")) {
            return problem(404, "notFound", "no such zone");
        }
        return in_zone(request, rest.substr(zone.size() + 2));
    }

  private:
    json::Value zone_object(const std::string& name) const {
        return json::Value::object({{"zone", name},
                                    {"type", type},
                                    {"activationState", state},
                                    {"versionId", fmt::format("v-{}", versions.size() - 1)}});
    }

    static json::Value set_object(const std::string& name, const Set& set) {
        json::Value rdata = json::Value::array();
        for (const std::string& one : set.rdata) {
            rdata.push_back(one);
        }
        return json::Value::object(
            {{"name", name}, {"type", "TXT"}, {"ttl", set.ttl}, {"rdata", std::move(rdata)}});
    }

    static net::Response page(const std::string& url, const std::string& member,
                              const std::vector<json::Value>& all) {
        const std::size_t size = std::stoul(parameter(url, "pageSize"));
        const std::size_t first = (std::stoul(parameter(url, "page")) - 1) * size;
        json::Value shown = json::Value::array();
        for (std::size_t i = first; i < std::min(all.size(), first + size); ++i) {
            shown.push_back(all[i]);
        }
        return {200,
                {},
                json::write_json(json::Value::object(
                    {{"metadata", json::Value::object(
                                      {{"totalElements", static_cast<std::int64_t>(all.size())}})},
                     {member, std::move(shown)}}))};
    }

    net::Response list_zones(const std::string& url) const {
        std::vector<json::Value> all;
        for (const std::string& name : other_zones) {
            all.push_back(zone_object(name));
        }
        all.push_back(zone_object(zone));
        return page(url, "zones", all);
    }

    net::Response in_zone(const net::Request& request, const std::string& path) {
        if (path == "recordsets" && request.method == "POST") {
            return create(json::parse_json(request.body));
        }
        if (path.starts_with("versions")) {
            return tells_versions ? version(request.url, path)
                                  : problem(403, "accessDenied", "no versions for you");
        }
        const std::string name = path.substr(6, path.find("/types/TXT") - 6);
        const auto held = now().find(name);
        if (held == now().end()) {
            return problem(404, "notFound", "no such record set");
        }
        if (request.method == "PUT") {
            const json::Value body = json::parse_json(request.body);
            put(std::string(body.text({"name"})), rdata_of(body), body["ttl"].as_int());
        } else if (request.method == "DELETE") {
            put(name, {});
            return {204, {}, ""};
        }
        return {200, {}, json::write_json(set_object(name, now().at(name)))};
    }

    net::Response version(const std::string& url, const std::string& path) const {
        std::vector<json::Value> all;
        if (path.starts_with("versions?")) {
            for (std::size_t i = versions.size(); i-- > 0;) {
                all.push_back(json::Value::object({{"versionId", fmt::format("v-{}", i)}}));
            }
            return page(url, "versions", all);
        }
        for (const auto& [name, set] : versions.at(std::stoul(path.substr(11)))) {
            all.push_back(set_object(name, set));
        }
        return page(url, "recordsets", all);
    }

    net::Response create(const json::Value& body) {
        Sets sets = now();
        for (const json::Value& object : body["recordsets"].as_array()) {
            const std::string name(object.text({"name"}));
            if (sets.contains(name)) {
                return problem(409, "duplicateRecordSet", "is there");
            }
            if (object["ttl"].as_int() < least_ttl) {
                return problem(400, "badRequest", "TTL is too low");
            }
            sets[name] = {object["ttl"].as_int(), rdata_of(object)};
        }
        versions.push_back(std::move(sets));
        return {204, {}, ""};
    }

    static Rdata rdata_of(const json::Value& object) {
        Rdata rdata;
        for (const json::Value& one : object["rdata"].as_array()) {
            rdata.push_back(one.as_string());
        }
        return rdata;
    }
};

struct World {
    Service service;
    testing::AnsweringHttp http{[this](const net::Request& r) { return service.answer(r); }};
    testing::ManualClock clock;
    AkamaiProvider provider{{.base = "https://" + kHost,
                             .login = {.client_token = Sensitive("akab-client-token"),
                                       .client_secret = Sensitive(kSecret),
                                       .access_token = Sensitive("akab-access-token")}},
                            http,
                            clock};
    ErrorKind kind = ErrorKind::Internal;

    std::string failure(const std::function<void()>& step) {
        try {
            step();
        } catch (const Error& error) {
            kind = error.kind();
            CHECK_THAT(error.what(), !Contains(kSecret));
            return error.what();
        }
        return "nothing failed";
    }
    std::string failure_to_present(const std::vector<TxtRecord>& records = kTwo) {
        return failure([&] { provider.present(records, {}); });
    }

    std::vector<std::string> writes() const {
        std::vector<std::string> calls = http.calls();
        std::erase_if(calls, [](const std::string& call) { return call.starts_with("GET "); });
        return calls;
    }
};

/// Calls `act` on the first `times` writes only.
std::function<void(Service&)> a_few_times(int times, std::function<void(Service&, int)> act) {
    return [times, act = std::move(act), done = 0](Service& service) mutable {
        if (done < times) {
            act(service, done++);
        }
    };
}

TEST_CASE("akamai makes all new sets of a zone in one call, and reads them again",
          "[dns01][unit]") {
    World world;
    std::vector<TxtRecord> records = kTwo;
    records.push_back(
        {.zone = "example.com.", .name = "_acme-challenge.www.example.com.", .value = "three"});

    world.provider.present(records, {});

    CHECK(world.writes() == std::vector<std::string>{"POST " + kZones + "/example.com/recordsets"});
    CHECK(world.service.rdata(kName) == Rdata{"\"one\"", "\"two\""});
    CHECK(world.service.rdata("_acme-challenge.www.example.com") == Rdata{"\"three\""});
    CHECK(world.service.now().at(kName).ttl == 60);
    CHECK(world.http.calls().back().find("GET ") == 0);
    CHECK(world.clock.sleeps().empty());
}

TEST_CASE("each call of akamai's is signed anew", "[dns01][unit]") {
    World world;

    world.provider.present(kTwo, {});

    std::vector<std::string> signatures;
    for (const net::Request& request : world.http.requests()) {
        REQUIRE(request.headers.back().first == "Authorization");
        signatures.push_back(request.headers.back().second);
        CHECK_THAT(signatures.back(), Contains("client_token=akab-client-token;") &&
                                          Contains("timestamp=20261123T00:00:00+0000;nonce="));
    }
    std::ranges::sort(signatures);
    CHECK(std::ranges::adjacent_find(signatures) == signatures.end());
}

TEST_CASE("akamai adds beside what stands there, and removes only that", "[dns01][unit]") {
    World world;
    const Rdata theirs{R"("v=spf1 -all")", R"("two" " strings \"and\" marks")"};
    world.service.put(kName, theirs);

    world.provider.present(kTwo, {});
    const Rdata both = world.service.rdata(kName);
    world.provider.clean_up(kTwo, {});

    CHECK(both.size() == 4);
    CHECK(world.writes().size() == 2);
    CHECK(world.writes()[0].starts_with("PUT "));
    Rdata left = world.service.rdata(kName);
    std::ranges::sort(left);
    CHECK(left == Rdata{theirs[1], theirs[0]});
    CHECK(world.service.now().at(kName).ttl == 7200);
}

TEST_CASE("akamai's set goes with its last record", "[dns01][unit]") {
    World world;
    world.provider.present(kTwo, {});

    world.provider.clean_up(std::vector<TxtRecord>{kTwo[0]}, {});
    CHECK(world.service.rdata(kName) == Rdata{"\"two\""});
    world.provider.clean_up(kTwo, {});

    CHECK(world.service.now().empty());
    CHECK(world.writes().back() ==
          "DELETE " + kZones + "/example.com/names/" + kName + "/types/TXT");
}

TEST_CASE("akamai: present twice, clean up twice, clean up without present", "[dns01][unit]") {
    World world;

    world.provider.clean_up(kTwo, {});
    world.provider.present(kTwo, {});
    world.provider.present(kTwo, {});
    world.provider.clean_up(kTwo, {});
    world.provider.clean_up(kTwo, {});

    CHECK(world.writes().size() == 2);
    CHECK(world.service.now().empty());
}

TEST_CASE("what another client adds while akamai is written to survives", "[dns01][unit]") {
    World world;
    world.service.put(kName, {"\"old\""});
    world.service.before_write = a_few_times(2, [](Service& service, int i) {
        Rdata more = service.rdata(kName);
        more.push_back(fmt::format("\"new {}\"", i));
        service.put(kName, more);
    });

    world.provider.present(kTwo, {});

    Rdata all = world.service.rdata(kName);
    std::ranges::sort(all);
    CHECK(all == Rdata{"\"new 0\"", "\"new 1\"", "\"old\"", "\"one\"", "\"two\""});
}

TEST_CASE("what another client adds while akamai's set is removed survives", "[dns01][unit]") {
    World world;
    world.provider.present(kTwo, {});
    world.service.before_write = a_few_times(1, [](Service& service, int) {
        service.put(kName, {"\"one\"", "\"two\"", "\"new\""}, 900);
    });

    world.provider.clean_up(kTwo, {});

    CHECK(world.service.rdata(kName) == Rdata{"\"new\""});
    CHECK(world.service.now().at(kName).ttl == 900);
}

TEST_CASE("what another client removes while akamai is written to stays removed", "[dns01][unit]") {
    World world;
    world.service.put(kName, {"\"first\"", "\"second\"", "\"third\""});
    world.service.before_write = a_few_times(2, [](Service& service, int i) {
        Rdata fewer = service.rdata(kName);
        std::erase(fewer, i == 0 ? "\"first\"" : "\"second\"");
        service.put(kName, fewer);
    });

    world.provider.present(kTwo, {});

    Rdata all = world.service.rdata(kName);
    std::ranges::sort(all);
    CHECK(all == Rdata{"\"one\"", "\"third\"", "\"two\""});
}

TEST_CASE("an akamai set that somebody makes in between is written beside", "[dns01][unit]") {
    World world;
    world.service.before_write =
        a_few_times(1, [](Service& service, int) { service.put(kName, {"\"theirs\""}); });

    world.provider.present(kTwo, {});

    CHECK(world.service.rdata(kName) == Rdata{"\"one\"", "\"theirs\"", "\"two\""});
    CHECK(world.writes().size() == 2);
}

TEST_CASE("an akamai set that somebody removes in between is made anew", "[dns01][unit]") {
    World world;
    world.service.put(kName, {"\"theirs\""});
    world.service.before_write =
        a_few_times(1, [](Service& service, int) { service.put(kName, {}); });

    world.provider.present(kTwo, {});

    CHECK(world.service.rdata(kName) == Rdata{"\"one\"", "\"two\""});
}

TEST_CASE("akamai records that another client overwrites are written again", "[dns01][unit]") {
    World world;
    int reads = 0;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.url.ends_with("/types/TXT") && ++reads == 2) {
            world.service.put(kName, {"\"theirs\""});
        }
        return std::nullopt;
    };

    world.provider.present(kTwo, {});

    CHECK(world.service.rdata(kName) == Rdata{"\"one\"", "\"theirs\"", "\"two\""});
}

TEST_CASE("a client that never rests is an error after a bounded number of tries at akamai",
          "[dns01][unit]") {
    World world;
    world.service.before_write = [](Service& service) {
        service.put(kName, service.rdata(kName).empty() ? Rdata{"\"theirs\""} : Rdata{});
    };

    CHECK_THAT(world.failure_to_present(),
               Contains("another client changed the same records 8 times"));
    CHECK(world.writes().size() == 8);
    CHECK(world.kind == ErrorKind::Declined);
}

TEST_CASE("akamai without its versions is read again all the same", "[dns01][unit]") {
    World world;
    world.service.tells_versions = false;
    world.service.put(kName, {"\"old\""});

    world.provider.present(kTwo, {});

    CHECK(world.service.rdata(kName) == Rdata{"\"old\"", "\"one\"", "\"two\""});
}

TEST_CASE("an akamai zone that is being changed is waited for", "[dns01][unit]") {
    World world;
    int left = 2;
    world.service.instead = [&](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "POST" && left-- > 0
                   ? std::optional<net::Outcome>(
                         problem(409, "concurrentZoneModification", "try again"))
                   : std::nullopt;
    };

    world.provider.present(kTwo, {});

    CHECK(world.writes().size() == 3);
    CHECK(world.service.rdata(kName).size() == 2);
}

TEST_CASE("an akamai account whose least ttl is above ours gets what it takes", "[dns01][unit]") {
    World world;
    world.service.least_ttl = 300;

    world.provider.present(kTwo, {});

    CHECK(world.service.now().at(kName).ttl == 300);

    world.service.least_ttl = 301;
    world.provider.clean_up(kTwo, {});
    CHECK_THAT(world.failure_to_present(), Contains("TTL is too low"));
}

TEST_CASE("akamai's zones are read to their last page, and the deepest that is held is taken",
          "[dns01][unit]") {
    World world;
    for (int i = 0; i < 100; ++i) {
        world.service.other_zones.push_back(fmt::format("filler{:03}.test", i));
    }
    const std::vector<TxtRecord> deep{{.zone = "deep.www.example.com.",
                                       .name = "_acme-challenge.deep.www.example.com.",
                                       .value = "one"}};

    world.provider.present(deep, {});
    CHECK(world.service.rdata("_acme-challenge.deep.www.example.com") == Rdata{"\"one\""});

    world.service.other_zones.insert(world.service.other_zones.end(), 20'000, "filler.test");
    CHECK_THAT(world.failure_to_present(deep), Contains("more than 200 pages"));
}

TEST_CASE("an akamai zone that is not there is told with those that are", "[dns01][unit]") {
    World world;
    const std::vector<TxtRecord> other{
        {.zone = "example.org.", .name = "_acme-challenge.example.org.", .value = "one"}};

    CHECK_THAT(world.failure_to_present(other),
               Contains("no zone of this account holds _acme-challenge.example.org.") &&
                   Contains("it has: example.com.") && Contains("groups and contracts"));
    CHECK(world.kind == ErrorKind::Declined);
    CHECK(world.writes().empty());
}

TEST_CASE("an akamai zone that cannot be edited is told before anything is written",
          "[dns01][unit]") {
    struct Case {
        const char* type;
        const char* state;
        const char* words;
    };
    const Case refused = GENERATE(
        Case{"SECONDARY", "ACTIVE", "secondary zone"}, Case{"ALIAS", "ACTIVE", "alias zone"},
        Case{"PRIMARY", "NEW", "never activated"}, Case{"PRIMARY", "LOCKED", "locked"});
    World world;
    world.service.type = refused.type;
    world.service.state = refused.state;

    CHECK_THAT(world.failure_to_present(), Contains(refused.words));
    CHECK(world.writes().empty());

    world.service.type = "PRIMARY";
    world.service.state = "PENDING";
    CHECK(world.failure_to_present() == "nothing failed");
}

TEST_CASE("akamai's verify signs in, reads and changes nothing", "[dns01][unit]") {
    World world;
    const std::vector<std::string> zones{"example.com."};

    world.provider.verify(zones, {});

    CHECK(world.writes().empty());
    CHECK(world.http.calls().size() == 2);

    world.service.instead = [](const net::Request&) { return problem(401, "deny", "Inactive"); };
    CHECK_THAT(world.failure([&] { world.provider.verify(zones, {}); }),
               Contains("credentials are not valid"));
    CHECK(world.http.calls().size() == 3);
}

TEST_CASE("a missing right at akamai is told and final", "[dns01][unit]") {
    World world;
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        return request.method == "GET"
                   ? std::nullopt
                   : std::optional<net::Outcome>(problem(403, "accessDenied", "read only"));
    };

    CHECK_THAT(world.failure_to_present(), Contains("READ-WRITE on DNS—Zone Record Management") &&
                                               Contains("read only") && Contains("example.com."));
    CHECK(world.writes().size() == 1);
}

TEST_CASE("what is no answer of akamai's is told, and nothing is written", "[dns01][unit]") {
    const char* body =
        GENERATE("", "<html>", "[]", "{}", R"({"zone":"other.test"})",
                 R"({"zone":"example.com","rdata":"x"})", R"({"zone":"example.com","rdata":[1]})");
    World world;
    world.service.instead = [&](const net::Request&) { return net::Response{200, {}, body}; };

    CHECK_THAT(world.failure_to_present(), Contains("not one of Edge DNS"));
    CHECK(world.writes().empty());
}

TEST_CASE("a hostile version id leads nowhere at akamai", "[dns01][unit]") {
    World world;
    world.service.put(kName, {"\"old\""});
    world.service.instead = [](const net::Request& request) -> std::optional<net::Outcome> {
        if (request.url.ends_with("/zones/example.com")) {
            return net::Response{
                200, {}, R"({"zone":"example.com","type":"PRIMARY","versionId":"v-1"})"};
        }
        return request.url.find("/versions?") == std::string::npos
                   ? std::nullopt
                   : std::optional<net::Outcome>(net::Response{
                         200, {}, R"({"versions":[{"versionId":"../../a"},{"versionId":"v-1"}]})"});
    };

    world.provider.present(kTwo, {});

    CHECK(world.service.rdata(kName).size() == 3);
    CHECK(std::ranges::none_of(world.http.calls(), [](const std::string& call) {
        return call.find("..") != std::string::npos || call.find("%2F") != std::string::npos;
    }));
}

TEST_CASE("a run that is stopped at akamai is told as such", "[dns01][unit]") {
    World world;
    std::stop_source stop;
    stop.request_stop();

    CHECK_THAT(world.failure([&] { world.provider.present(kTwo, stop.get_token()); }),
               Contains("stopped"));
    CHECK(world.kind == ErrorKind::Cancelled);
}

}  // namespace
}  // namespace kcert::dns01::akamai
