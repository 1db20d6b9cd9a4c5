// SPDX-License-Identifier: Apache-2.0
//
// AWS's refusals: read, and told in plain words. Pure.

#pragma once

#include <string>
#include <string_view>

namespace kcert::dns01::route53 {

struct AwsFault {
    std::string code;     ///< "AccessDenied"; empty: the answer is no refusal of AWS's
    std::string message;  ///< hostile; several are joined by "; "
};

/// In each of the forms that Route 53 and STS give it.
AwsFault decode_fault(std::string_view body);

/// "ExpiredToken: the session token has expired: …", with AWS's own words where they help. Empty
/// where the fault is none.
std::string aws_advice(const AwsFault& fault);

/// Whether the policies forbid it.
bool is_denied(const AwsFault& fault);

/// Whether AWS has no time for it at present, whatever the HTTP status says.
bool is_busy(const AwsFault& fault);

}  // namespace kcert::dns01::route53
