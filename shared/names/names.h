// SPDX-License-Identifier: Apache-2.0
//
// DNS names as certificates and Kubernetes use them. All functions are pure; names come without a
// trailing dot unless said otherwise.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kcert::names {

/// Lower-case A-labels (IDNA 2008, UTS #46 non-transitional) of a name that may hold U-labels, a
/// leading "*." kept, a trailing dot dropped. Nothing where it is no DNS name that could stand in
/// a certificate: empty or over-long labels, other characters than letters, digits and hyphens, a
/// wildcard elsewhere than in front, a single label, an IP address.
std::optional<std::string> to_a_labels(std::string_view name);

/// U-labels for people to read; the name itself where that fails.
std::string to_u_labels(std::string_view name);

bool is_wildcard(std::string_view name);

/// "example.com" of "*.example.com"; the name itself where it is none. RFC 8555 §7.1.4: the
/// identifier of an authorization carries no wildcard.
std::string_view without_wildcard(std::string_view name);

/// Whether the wildcard "*.example.com" stands for `name`: exactly one label more.
bool wildcard_covers(std::string_view wildcard, std::string_view name);

/// A public suffix by the ICANN section of the list, without its default rule ("*").
bool is_public_suffix(std::string_view name);

/// The last label and the suffix of the ICANN section: "example.co.uk" of "a.b.example.co.uk";
/// nothing where the name is a suffix itself or has none.
std::optional<std::string> registered_domain(std::string_view name);

/// RFC 1123 as Kubernetes reads it: at most 253 characters, labels of [a-z0-9-].
bool is_dns1123_subdomain(std::string_view name);
bool is_dns1123_label(std::string_view name);

}  // namespace kcert::names
