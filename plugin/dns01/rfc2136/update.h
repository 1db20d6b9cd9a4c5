// SPDX-License-Identifier: Apache-2.0
//
// An UPDATE (RFC 2136) signed with TSIG (RFC 8945) as a packet, and a packet as the server's reply
// to it, in plain words. Knows no sockets.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sensitive.h"
#include "dns01/provider.h"

namespace kcert::dns01::rfc2136 {

enum class TsigAlgorithm { HmacMd5, HmacSha1, HmacSha256, HmacSha512 };

struct TsigKey {
    std::string name;  ///< fully qualified
    TsigAlgorithm algorithm = TsigAlgorithm::HmacMd5;
    Sensitive secret;  ///< base64
};

enum class Change { Add, Remove };

/// Without records it changes nothing, and is refused all the same where the key has no right.
struct Update {
    std::string zone;
    Change change = Change::Add;
    std::vector<TxtRecord> records;
};

/// A packet with a fresh id and the present time in its signature. Throws Error{Config} where a
/// name or the key cannot be written.
std::string encode_update(const Update& update, const std::optional<TsigKey>& key);

struct UpdateReply {
    enum class Kind {
        Foreign,  ///< no reply to this update
        Truncated,
        Done,    ///< accepted, and signed where the update was
        Broken,  ///< the server failed; another one may not
        Refused,
    };
    Kind kind = Kind::Foreign;
    std::string problem;  ///< of Broken and Refused: "the server does not allow this key to …"
};

/// Reads `wire` as the reply to `request`, a packet of encode_update() for `zone`.
UpdateReply decode_update_reply(std::string_view wire, std::string_view request,
                                std::string_view zone, const std::optional<TsigKey>& key);

}  // namespace kcert::dns01::rfc2136
