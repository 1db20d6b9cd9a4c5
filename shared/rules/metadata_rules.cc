// SPDX-License-Identifier: Apache-2.0

#include "rules/metadata_rules.h"

#include <fmt/format.h>

#include "names/names.h"

namespace kcert::rules {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestNamespace = 63;

std::string syntax_detail(std::string_view name, std::size_t longest, std::string_view what,
                          std::string_view separators) {
    if (name.size() > longest) {
        return fmt::format("must be no more than {} characters", longest);
    }
    return fmt::format(
        "a lowercase RFC 1123 {} must consist of lower case alphanumeric characters{}, and must "
        "start and end with an alphanumeric character",
        what, separators);
}

}  // namespace

void check_metadata(const api::ObjectMeta& meta, Verdicts& verdicts) {
    const json::FieldPath path("metadata");
    if (meta.name.empty() && meta.generate_name.empty()) {
        verdicts.required("metadata/name-required", path.child("name"),
                          "name or generateName is required");
    }
    check_object_name("metadata/name-syntax", path.child("name"), meta.name, verdicts);
    if (!meta.ns.empty() && !names::is_dns1123_label(meta.ns)) {
        verdicts.invalid("metadata/namespace-syntax", path.child("namespace"), meta.ns,
                         syntax_detail(meta.ns, kLongestNamespace, "label", " or '-'"));
    }
}

void check_object_name(std::string_view rule, const json::FieldPath& path, const std::string& name,
                       Verdicts& verdicts) {
    if (!name.empty() && !names::is_dns1123_subdomain(name)) {
        verdicts.invalid(rule, path, name,
                         syntax_detail(name, kLongestName, "subdomain", ", '-' or '.'"));
    }
}

}  // namespace kcert::rules
