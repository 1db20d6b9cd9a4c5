// SPDX-License-Identifier: Apache-2.0
//
// Recorded packets: a request and its reply, two lines of hex in one file.

#pragma once

#include <fstream>
#include <stdexcept>
#include <string>

namespace kcert::testing {

struct PacketPair {
    std::string request;
    std::string reply;
};

inline std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

inline PacketPair read_packets(const std::string& path) {
    std::ifstream file(path);
    std::string request;
    std::string reply;
    if (!std::getline(file, request) || !std::getline(file, reply)) {
        throw std::runtime_error("no packets in " + path);
    }
    return {from_hex(request), from_hex(reply)};
}

}  // namespace kcert::testing
