// SPDX-License-Identifier: Apache-2.0
//
// ldns's packets and records with owners. The one place that includes ldns: its headers define
// true, false and bool unless <stdbool.h> stands before them.

#pragma once

#include <stdbool.h>  // NOLINT(modernize-deprecated-headers)

#include <ldns/ldns.h>

#include <memory>
#include <string>
#include <string_view>

namespace kcert::dns {

struct LdnsDeleter {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
    void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
    void operator()(ldns_rr* record) const { ldns_rr_free(record); }
    void operator()(ldns_rr_list* list) const { ldns_rr_list_deep_free(list); }
};

template <typename T>
using LdnsPtr = std::unique_ptr<T, LdnsDeleter>;

/// Null where `wire` is no DNS packet.
LdnsPtr<ldns_pkt> read_packet(std::string_view wire);

/// Empty where ldns cannot write it.
std::string write_packet(const ldns_pkt& packet);

/// The bytes of a record's field, as they stand on the wire without a name's compression.
std::string_view bytes_of(const ldns_rdf& field);

/// Lower case, fully qualified, special bytes escaped (RFC 4343 §2.1).
std::string name_of(const ldns_rdf& name);

}  // namespace kcert::dns
