// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace kcert {

inline constexpr std::string_view kVersion = KCERT_VERSION;

/// Operating system and processor in Go's words, as kubectl's User-Agent names them.
#if defined(__APPLE__)
#define KCERT_OS "darwin"
#else
#define KCERT_OS "linux"
#endif
#if defined(__x86_64__)
#define KCERT_ARCH "amd64"
#elif defined(__aarch64__)
#define KCERT_ARCH "arm64"
#elif defined(__arm__)
#define KCERT_ARCH "arm"
#elif defined(__i386__)
#define KCERT_ARCH "386"
#elif defined(__powerpc64__)
#define KCERT_ARCH "ppc64le"
#elif defined(__s390x__)
#define KCERT_ARCH "s390x"
#elif defined(__riscv)
#define KCERT_ARCH "riscv64"
#else
#define KCERT_ARCH "unknown"
#endif
inline constexpr std::string_view kPlatform = KCERT_OS "/" KCERT_ARCH;
#undef KCERT_OS
#undef KCERT_ARCH

}  // namespace kcert
