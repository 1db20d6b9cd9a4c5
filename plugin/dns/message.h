// SPDX-License-Identifier: Apache-2.0
//
// A Question as a packet, and a packet as an Answer. Knows no sockets.

#pragma once

#include <string>
#include <string_view>

#include "dns/resolver.h"

namespace kcert::dns {

enum class Edns { On, Off };

/// A query with a fresh random id; with EDNS it offers 1232 bytes, which no path fragments. Empty
/// where the question's name is no DNS name.
std::string encode_query(const Question& question, Edns edns);

struct Reading {
    enum class Kind {
        Foreign,    ///< no answer to this query: another id, another question, no DNS at all
        Truncated,  ///< the rest is to be had over TCP
        Whole,
    };
    Kind kind = Kind::Foreign;
    Answer answer;  ///< `server` and `error` are the caller's to fill
};

/// Reads `wire` as an answer to `query`, a packet of encode_query().
Reading decode_answer(std::string_view wire, std::string_view query);

}  // namespace kcert::dns
