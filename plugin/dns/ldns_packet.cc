// SPDX-License-Identifier: Apache-2.0

#include "dns/ldns_packet.h"

#include <cstdint>
#include <cstdlib>

#include "base/text.h"

namespace kcert::dns {
namespace {

struct Free {
    void operator()(void* memory) const { std::free(memory); }  // NOLINT: malloc is ldns's choice
};

}  // namespace

LdnsPtr<ldns_pkt> read_packet(std::string_view wire) {
    ldns_pkt* packet = nullptr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(wire.data());
    const ldns_status status = ldns_wire2pkt(&packet, bytes, wire.size());
    return LdnsPtr<ldns_pkt>(status == LDNS_STATUS_OK ? packet : nullptr);
}

std::string write_packet(const ldns_pkt& packet) {
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    const ldns_status status = ldns_pkt2wire(&bytes, &packet, &size);
    const std::unique_ptr<std::uint8_t, Free> owner(bytes);
    return status == LDNS_STATUS_OK ? std::string(reinterpret_cast<const char*>(bytes), size)
                                    : std::string();
}

std::string_view bytes_of(const ldns_rdf& field) {
    return {reinterpret_cast<const char*>(ldns_rdf_data(&field)), ldns_rdf_size(&field)};
}

std::string name_of(const ldns_rdf& name) {
    const std::unique_ptr<char, Free> text(ldns_rdf2str(&name));
    return text ? to_lower(text.get()) : std::string();
}

}  // namespace kcert::dns
