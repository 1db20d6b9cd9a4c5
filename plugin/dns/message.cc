// SPDX-License-Identifier: Apache-2.0

#include "dns/message.h"

#include <arpa/inet.h>

#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "dns/ldns_packet.h"

namespace kcert::dns {
namespace {

// DNS flag day 2020: fits into one datagram on every path worth having.
constexpr std::uint16_t kUdpSize = 1232;

constexpr std::array<std::pair<RecordType, ldns_rr_type>, 7> kTypes{{
    {RecordType::A, LDNS_RR_TYPE_A},
    {RecordType::Aaaa, LDNS_RR_TYPE_AAAA},
    {RecordType::Ns, LDNS_RR_TYPE_NS},
    {RecordType::Cname, LDNS_RR_TYPE_CNAME},
    {RecordType::Soa, LDNS_RR_TYPE_SOA},
    {RecordType::Txt, LDNS_RR_TYPE_TXT},
    {RecordType::Caa, LDNS_RR_TYPE_CAA},
}};

ldns_rr_type to_ldns(RecordType type) {
    for (const auto& [ours, theirs] : kTypes) {
        if (ours == type) {
            return theirs;
        }
    }
    return LDNS_RR_TYPE_NULL;
}

std::optional<RecordType> from_ldns(ldns_rr_type type) {
    for (const auto& [ours, theirs] : kTypes) {
        if (theirs == type) {
            return ours;
        }
    }
    return std::nullopt;
}

Rcode to_rcode(ldns_pkt_rcode rcode) {
    switch (rcode) {
        case LDNS_RCODE_NOERROR:
            return Rcode::NoError;
        case LDNS_RCODE_FORMERR:
            return Rcode::FormErr;
        case LDNS_RCODE_SERVFAIL:
            return Rcode::ServFail;
        case LDNS_RCODE_NXDOMAIN:
            return Rcode::NxDomain;
        case LDNS_RCODE_NOTIMPL:
            return Rcode::NotImp;
        case LDNS_RCODE_REFUSED:
            return Rcode::Refused;
        default:
            return Rcode::Other;
    }
}

std::string address_of(int family, std::string_view bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const std::size_t expected = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
    const bool written = bytes.size() == expected && inet_ntop(family, bytes.data(), text.data(),
                                                               static_cast<socklen_t>(text.size()));
    return written ? std::string(text.data()) : std::string();
}

/// A character-string (RFC 1035 §3.3) has its length in front.
std::string_view character_string(std::string_view bytes) {
    return bytes.empty() ? bytes : bytes.substr(1);
}

std::string caa_text(const ldns_rr& record) {
    if (ldns_rr_rd_count(&record) != 3) {
        return {};
    }
    const std::string_view flags = bytes_of(*ldns_rr_rdf(&record, 0));
    return fmt::format("{} {} {}", flags.empty() ? 0U : static_cast<unsigned char>(flags.front()),
                       character_string(bytes_of(*ldns_rr_rdf(&record, 1))),
                       bytes_of(*ldns_rr_rdf(&record, 2)));
}

std::string joined_strings(const ldns_rr& record) {
    std::string text;
    for (std::size_t i = 0; i < ldns_rr_rd_count(&record); ++i) {
        text += character_string(bytes_of(*ldns_rr_rdf(&record, i)));
    }
    return text;
}

std::string data_of(const ldns_rr& record, RecordType type) {
    if (ldns_rr_rd_count(&record) == 0) {
        return {};
    }
    const ldns_rdf& first = *ldns_rr_rdf(&record, 0);
    switch (type) {
        case RecordType::A:
            return address_of(AF_INET, bytes_of(first));
        case RecordType::Aaaa:
            return address_of(AF_INET6, bytes_of(first));
        case RecordType::Txt:
            return joined_strings(record);
        case RecordType::Caa:
            return caa_text(record);
        default:
            return name_of(first);
    }
}

std::vector<Record> records_of(const ldns_rr_list* list) {
    std::vector<Record> records;
    for (std::size_t i = 0; list != nullptr && i < ldns_rr_list_rr_count(list); ++i) {
        const ldns_rr& record = *ldns_rr_list_rr(list, i);
        const std::optional<RecordType> type = from_ldns(ldns_rr_get_type(&record));
        if (type && ldns_rr_get_class(&record) == LDNS_RR_CLASS_IN) {
            records.push_back({
                .name = name_of(*ldns_rr_owner(&record)),
                .type = *type,
                .ttl = ldns_rr_ttl(&record),
                .data = data_of(record, *type),
            });
        }
    }
    return records;
}

/// The same name (in any case), type and class. A server that could not read the question may leave
/// it out of its refusal.
bool echoes_question(const ldns_pkt& answer, const ldns_pkt& query) {
    const ldns_rr_list* echoed = ldns_pkt_question(&answer);
    const std::size_t count = ldns_rr_list_rr_count(echoed);
    if (count == 0) {
        const ldns_pkt_rcode rcode = ldns_pkt_get_rcode(&answer);
        return rcode != LDNS_RCODE_NOERROR && rcode != LDNS_RCODE_NXDOMAIN;
    }
    const ldns_rr& theirs = *ldns_rr_list_rr(echoed, 0);
    const ldns_rr& ours = *ldns_rr_list_rr(ldns_pkt_question(&query), 0);
    return count == 1 && ldns_rr_get_type(&theirs) == ldns_rr_get_type(&ours) &&
           ldns_rr_get_class(&theirs) == ldns_rr_get_class(&ours) &&
           ldns_dname_compare(ldns_rr_owner(&theirs), ldns_rr_owner(&ours)) == 0;
}

}  // namespace

std::string encode_query(const Question& question, Edns edns) {
    ldns_pkt* raw = nullptr;
    const auto flags = static_cast<std::uint16_t>(question.recursive ? LDNS_RD : 0);
    const ldns_status status = ldns_pkt_query_new_frm_str(
        &raw, question.name.c_str(), to_ldns(question.type), LDNS_RR_CLASS_IN, flags);
    const LdnsPtr<ldns_pkt> packet(status == LDNS_STATUS_OK ? raw : nullptr);
    if (!packet) {
        return {};
    }
    ldns_pkt_set_random_id(packet.get());
    if (edns == Edns::On) {
        ldns_pkt_set_edns_udp_size(packet.get(), kUdpSize);
    }
    return write_packet(*packet);
}

Reading decode_answer(std::string_view wire, std::string_view query) {
    const LdnsPtr<ldns_pkt> packet = read_packet(wire);
    const LdnsPtr<ldns_pkt> asked = read_packet(query);
    if (!packet || !asked || !ldns_pkt_qr(packet.get()) ||
        ldns_pkt_id(packet.get()) != ldns_pkt_id(asked.get()) ||
        ldns_pkt_get_opcode(packet.get()) != LDNS_PACKET_QUERY ||
        !echoes_question(*packet, *asked)) {
        return {};
    }
    return {
        .kind = ldns_pkt_tc(packet.get()) ? Reading::Kind::Truncated : Reading::Kind::Whole,
        .answer = {.rcode = to_rcode(ldns_pkt_get_rcode(packet.get())),
                   .authoritative = ldns_pkt_aa(packet.get()),
                   .answers = records_of(ldns_pkt_answer(packet.get())),
                   .authority = records_of(ldns_pkt_authority(packet.get()))},
    };
}

}  // namespace kcert::dns
