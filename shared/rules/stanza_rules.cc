// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <optional>
#include <string>

#include "api/solver_catalog.h"
#include "json/reader.h"
#include "rules/issuer_rules.h"
#include "rules/metadata_rules.h"

namespace kcert::rules {
namespace {

void check_text(json::ObjectReader& stanza, const api::SolverField& field, Verdicts& verdicts) {
    const bool absent = !stanza.has(field.name);
    const std::optional<std::string> text = stanza.optional_string(field.name);
    if (field.required && (absent || (text && text->empty()))) {
        verdicts.required("issuer/solver-field-required", stanza.path().child(field.name),
                          fmt::format("must be specified: {}", field.help));
    }
}

/// Both members where the field is required or either is set.
void check_secret_key(json::ObjectReader& stanza, const api::SolverField& field,
                      Verdicts& verdicts) {
    const json::FieldPath path = stanza.path().child(field.name);
    std::string name;
    std::string key;
    if (std::optional<json::ObjectReader> selector = stanza.object(field.name)) {
        name = selector->string("name");
        key = selector->string("key");
        selector->report_unknown();
    }
    const bool needed = field.required || !name.empty() || !key.empty();
    if (needed && name.empty()) {
        verdicts.required("issuer/secret-name-required", path.child("name"),
                          "secret name is required");
    }
    if (needed && key.empty()) {
        verdicts.required("issuer/secret-key-required", path.child("key"),
                          "secret key is required");
    }
    check_object_name("issuer/secret-name-syntax", path.child("name"), name, verdicts);
}

}  // namespace

void check_stanza(const api::Dns01Solver::Stanza& stanza, const json::FieldPath& path,
                  Verdicts& verdicts) {
    const api::SolverEntry* entry = api::find_solver(stanza.code);
    if (!entry || !stanza.config.is_object()) {
        return;
    }
    json::ObjectReader reader(stanza.config, path, verdicts.findings());
    for (const api::SolverField& field : entry->fields) {
        switch (field.type) {
            case api::FieldType::String:
                check_text(reader, field, verdicts);
                break;
            case api::FieldType::SecretKey:
                check_secret_key(reader, field, verdicts);
                break;
            case api::FieldType::Any:
                reader.raw(field.name);
                break;
        }
    }
    reader.report_unknown();
    check_stanza_meaning(stanza, path, verdicts);
}

}  // namespace kcert::rules
