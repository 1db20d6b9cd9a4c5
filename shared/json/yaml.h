// SPDX-License-Identifier: Apache-2.0
//
// YAML to Value, typed as kubectl types it (sigs.k8s.io/yaml, go-yaml v2: plain true/yes/on are
// booleans, plain 0x1F, 0o17 and 017 integers, quoted scalars strings), and Value to YAML.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace kcert::json {

/// The documents of a file, empty ones left out. JSON is read too. Depth at most 100, aliases
/// expand to at most 10,000 nodes, UTF-8 checked, duplicate keys refused. Throws Error{Config} that
/// tells line and column; it never quotes the text.
std::vector<Value> parse_yaml(std::string_view text);

/// One document, as kubectl prints it; strings that would read as another type are quoted.
std::string write_yaml(const Value& value);

}  // namespace kcert::json
