// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>

#include "base/error.h"
#include "base/sensitive.h"
#include "crypto/certificate.h"
#include "crypto/key.h"

namespace kcert::crypto {

inline std::string fixture(const std::string& file) {
    std::ifstream stream(std::string(KCERT_TEST_DATA "/") + file, std::ios::binary);
    REQUIRE(stream);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline PrivateKey fixture_key(const std::string& name) {
    return PrivateKey::from_pem(Sensitive(fixture(name + ".pem")));
}

inline Certificate fixture_certificate(const std::string& name) {
    return Certificate::parse_pem(fixture(name + ".pem")).at(0);
}

/// The kind and message of the Error that `step` throws.
template <typename Step>
std::pair<ErrorKind, std::string> error_of(Step&& step) {
    try {
        step();
    } catch (const Error& error) {
        return {error.kind(), error.what()};
    }
    FAIL("no error");
    return {};
}

}  // namespace kcert::crypto
