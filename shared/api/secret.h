// SPDX-License-Identifier: Apache-2.0
//
// The Secret kind. Values are opened from base64 once and are Sensitive from then on.

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/meta.h"
#include "base/sensitive.h"
#include "json/finding.h"
#include "json/value.h"

namespace kcert::api {

inline constexpr std::string_view kTlsSecretType = "kubernetes.io/tls";

/// Behind a Certificate's name: the Secret that keeps its key while an order is under way.
inline constexpr std::string_view kPendingKeySuffix = "-pending-key";

struct Secret {
    ObjectMeta meta;
    std::string type;
    std::map<std::string, Sensitive> data;

    /// The value of that key; null where it is not there.
    const Sensitive* find(const std::string& key) const;
};

/// A value that is not base64 becomes a Finding without the value and is left out.
Secret decode_secret(const json::Value& object, json::Findings& findings);

}  // namespace kcert::api
