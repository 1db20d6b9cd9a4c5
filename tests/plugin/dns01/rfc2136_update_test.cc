// SPDX-License-Identifier: Apache-2.0

#include "dns01/rfc2136/update.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "dns/ldns_packet.h"
#include "support/hex_packets.h"

namespace kcert::dns01::rfc2136 {
namespace {

using Catch::Matchers::Contains;
using Kind = UpdateReply::Kind;

/// What tests/data/dns01/record.py gives every key.
constexpr const char* kSecret = "c2VjcmV0IG9mIHRoZSB0ZXN0IGRhdGEsIG9mIG5vIHVzZSE=";

testing::PacketPair recorded(const std::string& name) {
    return testing::read_packets(KCERT_TEST_DATA "/" + name + ".hex");
}

TsigKey key(const std::string& name, TsigAlgorithm algorithm = TsigAlgorithm::HmacSha256) {
    return {.name = name + ".", .algorithm = algorithm, .secret = Sensitive(kSecret)};
}

UpdateReply decoded(const std::string& name, const std::optional<TsigKey>& with) {
    const auto [request, reply] = recorded(name);
    return decode_update_reply(reply, request, "example.com.", with);
}

TEST_CASE("an accepted update counts where the server's signature holds", "[dns01][unit]") {
    const auto [name, algorithm] =
        GENERATE(table<std::string, TsigAlgorithm>({{"hmac-md5", TsigAlgorithm::HmacMd5},
                                                    {"hmac-sha1", TsigAlgorithm::HmacSha1},
                                                    {"hmac-sha256", TsigAlgorithm::HmacSha256},
                                                    {"hmac-sha512", TsigAlgorithm::HmacSha512}}));
    CAPTURE(name);

    CHECK(decoded(name, key(name + "-key", algorithm)).kind == Kind::Done);
}

TEST_CASE("a reply whose signature does not hold proves nothing", "[dns01][unit]") {
    auto [request, reply] = recorded("hmac-sha256");
    const TsigKey good = key("hmac-sha256-key");
    TsigKey other = good;
    other.secret = Sensitive("YW5vdGhlciBzZWNyZXQ=");
    std::string forged = reply;
    forged[3] = static_cast<char>(forged[3] ^ 0x80);

    CHECK(decode_update_reply(forged, request, "example.com.", good).kind == Kind::Refused);
    CHECK_THAT(decode_update_reply(reply, request, "example.com.", other).problem,
               Contains("the signature of the server's answer is wrong"));
}

TEST_CASE("an unsigned yes to a signed update proves nothing", "[dns01][unit]") {
    const UpdateReply reply = decoded("unsigned", key("hmac-sha256-key"));

    CHECK(reply.kind == Kind::Refused);
    CHECK_THAT(reply.problem, Contains("not signed"));
}

TEST_CASE("without a key an unsigned yes is a yes", "[dns01][unit]") {
    CHECK(decoded("unsigned", std::nullopt).kind == Kind::Done);
}

TEST_CASE("refusals are told in plain words", "[dns01][unit]") {
    CHECK(decoded("refused", key("weak-key")).problem ==
          "the server does not allow this key to update zone example.com (REFUSED)");
    CHECK(decoded("unsigned-refused", std::nullopt).problem ==
          "the server does not allow anybody without a key to update zone example.com (REFUSED)");
    CHECK(decoded("notauth", key("hmac-sha256-key")).problem ==
          "the server is not authoritative for zone example.com (NOTAUTH)");
    CHECK_THAT(decoded("badkey", key("other-key")).problem,
               Contains("does not know the key other-key.") && Contains("BADKEY"));
    CHECK_THAT(decoded("badsig", key("hmac-sha256-key")).problem,
               Contains("the secret of the key hmac-sha256-key. is not the server's (BADSIG)"));
}

TEST_CASE("clocks that differ are told with the difference", "[dns01][unit]") {
    auto [request, reply] = recorded("badsig");
    // RFC 8945 §5.2.3: BADTIME, with the server's time in other data.
    const std::string signed_at = reply.substr(reply.size() - 16, 6);
    std::string server_time = signed_at;
    server_time[4] = static_cast<char>(server_time[4] ^ 0x04);
    reply.replace(reply.size() - 4, 4, std::string("\0\x12\0\x06", 4) + server_time);
    const std::size_t rdata = 0x1d;  // its length in the recorded reply
    reply[reply.size() - server_time.size() - rdata - 1] += 6;

    const UpdateReply decoded_reply =
        decode_update_reply(reply, request, "example.com.", key("hmac-sha256-key"));

    CHECK_THAT(decoded_reply.problem, Contains("differ by 1024 s (BADTIME)"));
}

TEST_CASE("no problem shows the secret", "[dns01][unit]") {
    for (const char* name : {"refused", "notauth", "badkey", "badsig", "unsigned"}) {
        CHECK_THAT(decoded(name, key("hmac-sha256-key")).problem, !Contains(kSecret));
    }
}

TEST_CASE("a packet that is no reply to the update is foreign", "[dns01][unit]") {
    const auto [request, reply] = recorded("hmac-sha256");
    const TsigKey good = key("hmac-sha256-key");

    CHECK(decode_update_reply(recorded("hmac-sha1").reply, request, "example.com.", good).kind ==
          Kind::Foreign);
    CHECK(decode_update_reply(request, request, "example.com.", good).kind == Kind::Foreign);
    CHECK(decode_update_reply("garbage", request, "example.com.", good).kind == Kind::Foreign);
    for (std::size_t i = 0; i < reply.size(); ++i) {
        CHECK(decode_update_reply(reply.substr(0, i), request, "example.com.", good).kind !=
              Kind::Done);
    }
}

TEST_CASE("no changed byte of a signed reply is accepted but those of its case", "[dns01][unit]") {
    const auto [request, reply] = recorded("refused");
    const TsigKey good = key("weak-key");

    for (std::size_t i = 0; i < reply.size(); ++i) {
        for (const unsigned change : {0x01U, 0x05U, 0x80U, 0xffU}) {
            std::string bent = reply;
            bent[i] = static_cast<char>(static_cast<unsigned char>(bent[i]) ^ change);
            CHECK(decode_update_reply(bent, request, "example.com.", good).kind != Kind::Done);
        }
    }
}

const ldns_rr& first_update(const ldns_pkt& packet) {
    return *ldns_rr_list_rr(ldns_pkt_authority(&packet), 0);
}

TEST_CASE("records are added by value, long ones in strings of 255 bytes", "[dns01][unit]") {
    const Update update{.zone = "example.com.",
                        .records = {{"example.com.", "a.example.com.", std::string(300, 'x')}}};

    const auto packet = dns::read_packet(encode_update(update, std::nullopt));

    REQUIRE(packet);
    const ldns_rr& record = first_update(*packet);
    CHECK(ldns_pkt_get_opcode(packet.get()) == LDNS_PACKET_UPDATE);
    CHECK(dns::name_of(*ldns_rr_owner(&record)) == "a.example.com.");
    CHECK(ldns_rr_get_class(&record) == LDNS_RR_CLASS_IN);
    CHECK(ldns_rr_ttl(&record) == 60);
    REQUIRE(ldns_rr_rd_count(&record) == 2);
    CHECK(dns::bytes_of(*ldns_rr_rdf(&record, 0)).size() == 256);
    CHECK(dns::bytes_of(*ldns_rr_rdf(&record, 1)) == "-" + std::string(45, 'x'));
    CHECK(ldns_pkt_tsig(packet.get()) == nullptr);
}

TEST_CASE("records are removed by value, with class NONE", "[dns01][unit]") {
    const Update update{.zone = "example.com.",
                        .change = Change::Remove,
                        .records = {{"example.com.", "a.example.com.", "value"}}};

    const auto packet = dns::read_packet(encode_update(update, key("k")));

    REQUIRE(packet);
    const ldns_rr& record = first_update(*packet);
    CHECK(ldns_rr_get_class(&record) == LDNS_RR_CLASS_NONE);
    CHECK(ldns_rr_ttl(&record) == 0);
    CHECK(dns::bytes_of(*ldns_rr_rdf(&record, 0)) == "\x05value");
    CHECK(ldns_pkt_tsig(packet.get()) != nullptr);
}

TEST_CASE("an update without records asks for nothing but the zone", "[dns01][unit]") {
    const auto packet = dns::read_packet(encode_update({.zone = "example.com."}, key("k")));

    REQUIRE(packet);
    CHECK(ldns_pkt_qdcount(packet.get()) == 1);
    CHECK(ldns_pkt_ancount(packet.get()) == 0);
    CHECK(ldns_pkt_nscount(packet.get()) == 0);
}

TEST_CASE("a name that is none is an error of the setup", "[dns01][unit]") {
    CHECK_THROWS_AS(encode_update({.zone = "a..b."}, std::nullopt), Error);
}

}  // namespace
}  // namespace kcert::dns01::rfc2136
