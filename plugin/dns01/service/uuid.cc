// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/uuid.h"

#include <fmt/format.h>

#include "crypto/digest.h"

namespace kcert::dns01 {
namespace {

constexpr std::size_t kSize = 16;

}  // namespace

std::string uuid_of(std::string_view random) {
    std::string bytes(random.substr(0, kSize));
    bytes.resize(kSize);
    bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | 0x40U);
    bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
    const std::string hex = crypto::hex(bytes);
    const std::string_view text = hex;
    return fmt::format("{}-{}-{}-{}-{}", text.substr(0, 8), text.substr(8, 4), text.substr(12, 4),
                       text.substr(16, 4), text.substr(20));
}

std::string random_uuid() {
    return uuid_of(crypto::random_bytes(kSize));
}

}  // namespace kcert::dns01
