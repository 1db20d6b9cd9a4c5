// SPDX-License-Identifier: Apache-2.0

#include "dns01/rfc2136/update.h"

#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns/ldns_packet.h"

namespace kcert::dns01::rfc2136 {
namespace {

using dns::bytes_of;
using dns::LdnsPtr;
using Kind = UpdateReply::Kind;

constexpr std::uint32_t kTtl = 60;
/// Seconds by which the clocks of both sides may differ; what RFC 8945 §10 recommends.
constexpr std::uint16_t kFudge = 300;
constexpr std::size_t kMaxString = 255;

// The fields of a TSIG record (RFC 8945 §4.2) as ldns numbers them.
constexpr std::size_t kTimeSigned = 1;
constexpr std::size_t kMac = 3;
constexpr std::size_t kTsigError = 5;
constexpr std::size_t kOtherData = 6;

constexpr std::uint64_t kBadSig = 16;
constexpr std::uint64_t kBadKey = 17;
constexpr std::uint64_t kBadTime = 18;

const char* algorithm_name(TsigAlgorithm algorithm) {
    switch (algorithm) {
        case TsigAlgorithm::HmacSha1:
            return "hmac-sha1.";
        case TsigAlgorithm::HmacSha256:
            return "hmac-sha256.";
        case TsigAlgorithm::HmacSha512:
            return "hmac-sha512.";
        case TsigAlgorithm::HmacMd5:
            break;
    }
    return "hmac-md5.sig-alg.reg.int.";
}

LdnsPtr<ldns_rdf> make_name(const std::string& name) {
    LdnsPtr<ldns_rdf> made(ldns_dname_new_frm_str(name.c_str()));
    if (!made) {
        throw Error(ErrorKind::Config, printable(name) + " is no DNS name");
    }
    return made;
}

void push_strings(ldns_rr& record, std::string_view value) {
    do {
        const std::string_view part = value.substr(0, kMaxString);
        const std::string bytes = static_cast<char>(part.size()) + std::string(part);
        ldns_rr_push_rdf(&record,
                         ldns_rdf_new_frm_data(LDNS_RDF_TYPE_STR, bytes.size(), bytes.data()));
        value.remove_prefix(part.size());
    } while (!value.empty());
}

/// RFC 2136 §2.5.1: to add, the record itself; §2.5.4: to remove by value, class NONE and TTL 0.
LdnsPtr<ldns_rr> make_record(const TxtRecord& record, Change change) {
    const bool add = change == Change::Add;
    LdnsPtr<ldns_rr> made(ldns_rr_new());
    ldns_rr_set_owner(made.get(), make_name(record.name).release());
    ldns_rr_set_type(made.get(), LDNS_RR_TYPE_TXT);
    ldns_rr_set_class(made.get(), add ? LDNS_RR_CLASS_IN : LDNS_RR_CLASS_NONE);
    ldns_rr_set_ttl(made.get(), add ? kTtl : 0);
    push_strings(*made, record.value);
    return made;
}

void sign(ldns_pkt& packet, const TsigKey& key) {
    // Sensitive's text has a zero behind it.
    const ldns_status status =
        ldns_pkt_tsig_sign(&packet, key.name.c_str(), key.secret.reveal().data(), kFudge,
                           algorithm_name(key.algorithm), nullptr);
    if (status != LDNS_STATUS_OK) {
        throw Error(ErrorKind::Config, fmt::format("signing with key {}: {}", printable(key.name),
                                                   ldns_get_errorstr_by_id(status)));
    }
}

std::uint64_t number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
        value = value << 8U | static_cast<unsigned char>(byte);
    }
    return value;
}

/// The field's bytes; those of a counted field without its count.
std::string_view field(const ldns_rr& tsig, std::size_t index) {
    const ldns_rdf* data = ldns_rr_rdf(&tsig, index);
    if (!data) {
        return {};
    }
    const bool counted = ldns_rdf_get_type(data) == LDNS_RDF_TYPE_INT16_DATA;
    return counted && bytes_of(*data).size() >= 2 ? bytes_of(*data).substr(2) : bytes_of(*data);
}

std::string tsig_problem(const ldns_rr& tsig, const TsigKey& key) {
    const std::string name = printable(key.name);
    switch (const std::uint64_t error = number(field(tsig, kTsigError)); error) {
        case kBadKey:
            return fmt::format(
                "the server does not know the key {} with this algorithm (BADKEY): "
                "compare tsigKeyName and tsigAlgorithm with its configuration",
                name);
        case kBadSig:
            return fmt::format(
                "the secret of the key {} is not the server's (BADSIG): compare "
                "what tsigSecretSecretRef points to with its configuration",
                name);
        case kBadTime: {
            const auto ours = static_cast<std::int64_t>(number(field(tsig, kTimeSigned)));
            const auto theirs = static_cast<std::int64_t>(number(field(tsig, kOtherData)));
            return fmt::format(
                "the server's clock and this machine's differ by {} s (BADTIME): "
                "set them right",
                std::abs(theirs - ours));
        }
        default:
            return fmt::format("the server refuses the signature of key {} (TSIG error {})", name,
                               error);
    }
}

std::string rcode_problem(ldns_pkt_rcode rcode, std::string_view apex, bool with_key) {
    const std::string zone = printable(apex.substr(0, apex.rfind('.')));
    switch (rcode) {
        case LDNS_RCODE_REFUSED:
            return fmt::format("the server does not allow {} to update zone {} (REFUSED)",
                               with_key ? "this key" : "anybody without a key", zone);
        case LDNS_RCODE_NOTAUTH:
            return fmt::format("the server is not authoritative for zone {} (NOTAUTH)", zone);
        case LDNS_RCODE_NOTZONE:
            return fmt::format("a name of the update is not in zone {} (NOTZONE)", zone);
        case LDNS_RCODE_NXDOMAIN:
            return fmt::format("the server does not know zone {} (NXDOMAIN)", zone);
        case LDNS_RCODE_NOTIMPL:
            return "the server takes no dynamic updates (NOTIMP)";
        case LDNS_RCODE_FORMERR:
            return "the server could not read the update (FORMERR)";
        case LDNS_RCODE_SERVFAIL:
            return fmt::format("the server failed to update zone {} (SERVFAIL): its log says why",
                               zone);
        default:
            return fmt::format("the server did not update zone {} (rcode {})", zone,
                               static_cast<int>(rcode));
    }
}

bool is_reply(const ldns_pkt& reply, const ldns_pkt& request) {
    return ldns_pkt_qr(&reply) && ldns_pkt_id(&reply) == ldns_pkt_id(&request) &&
           ldns_pkt_get_opcode(&reply) == LDNS_PACKET_UPDATE;
}

bool signature_holds(ldns_pkt& reply, std::string_view wire, const ldns_pkt& request,
                     const TsigKey& key) {
    const ldns_rr* asked = ldns_pkt_tsig(&request);
    if (!asked) {
        return false;
    }
    ldns_rr* signature = ldns_pkt_tsig(&reply);
    const bool holds = ldns_pkt_tsig_verify(
        &reply, reinterpret_cast<const std::uint8_t*>(wire.data()), wire.size(), key.name.c_str(),
        key.secret.reveal().data(), ldns_rr_rdf(asked, kMac));
    ldns_pkt_set_tsig(&reply, signature);  // ldns loses it where it cannot compute a MAC
    return holds;
}

/// What a signed update's reply tells before its code counts; empty: the signature holds. Refusals
/// of the signature cannot be signed themselves (RFC 8945 §5.3.2).
std::string signature_problem(ldns_pkt& reply, std::string_view wire, const ldns_pkt& request,
                              const TsigKey& key) {
    const ldns_rr* tsig = ldns_pkt_tsig(&reply);
    if (tsig && number(field(*tsig, kTsigError)) != 0) {
        return tsig_problem(*tsig, key);
    }
    if (!tsig) {
        return "the server's answer is not signed, so it proves nothing";
    }
    return signature_holds(reply, wire, request, key)
               ? ""
               : "the signature of the server's answer is wrong: somebody else may have sent it";
}

}  // namespace

std::string encode_update(const Update& update, const std::optional<TsigKey>& key) {
    const LdnsPtr<ldns_rr_list> records(ldns_rr_list_new());
    for (const TxtRecord& record : update.records) {
        ldns_rr_list_push_rr(records.get(), make_record(record, update.change).release());
    }
    const LdnsPtr<ldns_pkt> packet(ldns_update_pkt_new(
        make_name(update.zone).release(), LDNS_RR_CLASS_IN, nullptr, records.get(), nullptr));
    if (!packet) {
        throw Error(ErrorKind::Internal, "cannot write an update of zone " + update.zone);
    }
    ldns_pkt_set_random_id(packet.get());
    if (key) {
        sign(*packet, *key);
    }
    return dns::write_packet(*packet);
}

UpdateReply decode_update_reply(std::string_view wire, std::string_view request,
                                std::string_view zone, const std::optional<TsigKey>& key) {
    const LdnsPtr<ldns_pkt> reply = dns::read_packet(wire);
    const LdnsPtr<ldns_pkt> asked = dns::read_packet(request);
    if (!reply || !asked || !is_reply(*reply, *asked)) {
        return {};
    }
    if (ldns_pkt_tc(reply.get())) {
        return {.kind = Kind::Truncated};
    }
    const ldns_pkt_rcode rcode = ldns_pkt_get_rcode(reply.get());
    const std::string unproven =
        key ? signature_problem(*reply, wire, *asked, *key) : std::string();
    const bool told_by_rcode = rcode != LDNS_RCODE_NOERROR && !ldns_pkt_tsig(reply.get());
    if (!unproven.empty() && !told_by_rcode) {
        return {.kind = Kind::Refused, .problem = unproven};
    }
    if (rcode == LDNS_RCODE_NOERROR) {
        return {.kind = Kind::Done};
    }
    return {.kind = rcode == LDNS_RCODE_SERVFAIL ? Kind::Broken : Kind::Refused,
            .problem = rcode_problem(rcode, zone, key.has_value())};
}

}  // namespace kcert::dns01::rfc2136
