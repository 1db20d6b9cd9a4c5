// SPDX-License-Identifier: Apache-2.0

#include "dns/message.h"

#include <catch2/catch.hpp>

#include "support/hex_packets.h"

namespace kcert::dns {
namespace {

testing::PacketPair recorded(const std::string& name) {
    return testing::read_packets(KCERT_TEST_DATA "/" + name + ".hex");
}

Answer decoded(const std::string& name) {
    const auto [query, answer] = recorded(name);
    const Reading reading = decode_answer(answer, query);
    REQUIRE(reading.kind == Reading::Kind::Whole);
    return reading.answer;
}

TEST_CASE("the strings of a TXT record are joined, its bytes kept", "[dns][unit]") {
    const Answer answer = decoded("txt");

    REQUIRE(answer.answers.size() == 2);
    CHECK(answer.rcode == Rcode::NoError);
    CHECK(answer.authoritative);
    CHECK(answer.answers[0].name == "multi.example.com.");
    CHECK(answer.answers[0].ttl == 60);
    const std::vector<std::string> values{answer.answers[0].data, answer.answers[1].data};
    CHECK_THAT(values, Catch::UnorderedEquals(std::vector<std::string>{"one two", "tab\t"}));
}

TEST_CASE("a CAA record is shown as flags, tag and value", "[dns][unit]") {
    const Answer answer = decoded("caa");

    REQUIRE(answer.answers.size() == 1);
    CHECK(answer.answers[0].data == "0 issue ca.test");
}

TEST_CASE("a CNAME stands before the record it leads to", "[dns][unit]") {
    const Answer answer = decoded("cname");

    REQUIRE(answer.answers.size() == 2);
    CHECK(answer.answers[0].type == RecordType::Cname);
    CHECK(answer.answers[0].data == "host.example.com.");
    CHECK(answer.answers[1].name == "host.example.com.");
    CHECK(answer.answers[1].data == "2001:db8::7");
}

TEST_CASE("a name that is not there comes with the zone's SOA", "[dns][unit]") {
    const Answer answer = decoded("nxdomain");

    CHECK(answer.rcode == Rcode::NxDomain);
    CHECK(answer.answers.empty());
    REQUIRE(answer.authority.size() == 1);
    CHECK(answer.authority[0].type == RecordType::Soa);
    CHECK(answer.authority[0].name == "example.com.");
    CHECK(answer.authority[0].data == "ns1.example.com.");
}

TEST_CASE("a refusal is an answer", "[dns][unit]") {
    CHECK(decoded("refused").rcode == Rcode::Refused);
}

TEST_CASE("an answer to another question is foreign", "[dns][unit]") {
    const auto [query, answer] = recorded("txt");
    const std::string other_query = recorded("caa").request;
    std::string other_id = answer;
    other_id[0] = static_cast<char>(other_id[0] ^ 1);
    std::string other_name = other_query;
    other_name.replace(0, 2, answer.substr(0, 2));

    CHECK(decode_answer(answer, other_query).kind == Reading::Kind::Foreign);
    CHECK(decode_answer(other_id, query).kind == Reading::Kind::Foreign);
    CHECK(decode_answer(answer, other_name).kind == Reading::Kind::Foreign);
}

TEST_CASE("a query sent back is no answer", "[dns][unit]") {
    const std::string query = recorded("txt").request;

    CHECK(decode_answer(query, query).kind == Reading::Kind::Foreign);
}

TEST_CASE("the question's name is compared without case", "[dns][unit]") {
    auto [query, answer] = recorded("txt");
    answer[13] = 'M';

    CHECK(decode_answer(answer, query).kind == Reading::Kind::Whole);
}

TEST_CASE("no prefix of a packet and no changed byte of it does harm", "[dns][unit]") {
    const auto [query, answer] = recorded("cname");

    for (std::size_t i = 0; i < answer.size(); ++i) {
        decode_answer(answer.substr(0, i), query);
        for (const unsigned change : {0x01U, 0x80U, 0xc0U, 0xffU}) {
            std::string bent = answer;
            bent[i] = static_cast<char>(static_cast<unsigned char>(bent[i]) ^ change);
            decode_answer(bent, query);
        }
    }
    CHECK(decode_answer("", query).kind == Reading::Kind::Foreign);
}

TEST_CASE("a query is written with what its question asks for", "[dns][unit]") {
    const Question question{.name = "example.com.", .type = RecordType::Caa, .recursive = false};

    const std::string plain = encode_query(question, Edns::Off);
    const std::string query = encode_query(question, Edns::On);

    CHECK(plain.substr(2) == testing::from_hex("00000001000000000000076578616d706c6503636f6d0001"
                                               "010001"));
    CHECK(query.size() == plain.size() + 11);
    CHECK(query.substr(plain.size()) == testing::from_hex("00002904d0000000000000"));
}

TEST_CASE("what is no DNS name is not asked for", "[dns][unit]") {
    CHECK(encode_query({.name = std::string(64, 'a') + ".com."}, Edns::On).empty());
    CHECK(encode_query({.name = "a..com."}, Edns::On).empty());
}

}  // namespace
}  // namespace kcert::dns
