// SPDX-License-Identifier: Apache-2.0
//
// Names of objects as the API server judges them, in its words.

#pragma once

#include <string>
#include <string_view>

#include "api/meta.h"
#include "json/field_path.h"
#include "rules/verdicts.h"

namespace kcert::rules {

/// metadata.name, which is a DNS-1123 subdomain, and metadata.namespace, a DNS-1123 label. An empty
/// namespace is nobody's fault: kubectl fills it in, and ClusterIssuers have none.
void check_metadata(const api::ObjectMeta& meta, Verdicts& verdicts);

/// The name of any object, at `path`; empty is another rule's affair.
void check_object_name(std::string_view rule, const json::FieldPath& path, const std::string& name,
                       Verdicts& verdicts);

}  // namespace kcert::rules
