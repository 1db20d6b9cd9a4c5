// SPDX-License-Identifier: Apache-2.0

#include "crypto/usages.h"

#include <algorithm>
#include <array>

namespace kcert::crypto {
namespace {

constexpr Usage key_usage(std::string_view name, int bit) {
    return {.name = name, .key_usage_bit = bit};
}
constexpr Usage purpose(std::string_view name, int nid) {
    return {.name = name, .purpose_nid = nid};
}

/// A second name for one thing stands behind the first.
constexpr std::array kUsages{
    key_usage("digital signature", 0),
    key_usage("signing", 0),
    key_usage("content commitment", 1),
    key_usage("key encipherment", 2),
    key_usage("data encipherment", 3),
    key_usage("key agreement", 4),
    key_usage("cert sign", 5),
    key_usage("crl sign", 6),
    key_usage("encipher only", 7),
    key_usage("decipher only", 8),
    purpose("any", NID_anyExtendedKeyUsage),
    purpose("server auth", NID_server_auth),
    purpose("client auth", NID_client_auth),
    purpose("code signing", NID_code_sign),
    purpose("email protection", NID_email_protect),
    purpose("s/mime", NID_email_protect),
    purpose("ipsec end system", NID_ipsecEndSystem),
    purpose("ipsec tunnel", NID_ipsecTunnel),
    purpose("ipsec user", NID_ipsecUser),
    purpose("timestamping", NID_time_stamp),
    purpose("ocsp signing", NID_OCSP_sign),
    purpose("microsoft sgc", NID_ms_sgc),
    purpose("netscape sgc", NID_ns_sgc),
};

template <typename Member, typename Value>
const Usage* find(Member member, const Value& value) {
    const auto* usage = std::ranges::find(kUsages, value, member);
    return usage != kUsages.end() ? usage : nullptr;
}

}  // namespace

const Usage* usage_by_name(std::string_view name) {
    return find(&Usage::name, name);
}

std::string_view name_of_key_usage(int bit) {
    const Usage* usage = bit != Usage::kNoBit ? find(&Usage::key_usage_bit, bit) : nullptr;
    return usage != nullptr ? usage->name : std::string_view();
}

std::string_view name_of_purpose(int nid) {
    const Usage* usage = nid != NID_undef ? find(&Usage::purpose_nid, nid) : nullptr;
    return usage != nullptr ? usage->name : std::string_view();
}

}  // namespace kcert::crypto
