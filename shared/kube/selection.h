// SPDX-License-Identifier: Apache-2.0
//
// kubectl's selectors: which objects a list holds, by their labels (-l) and fields
// (--field-selector). Pure. An API server selects by itself; a folder and the tests' stores use
// these, and what makes no sense is refused before it is sent.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "kube/object_store.h"

namespace kcert::kube {

/// The Events about one object; of a key without a name or a namespace, those about all of its kind
/// there. With `uid` none about an earlier object of that name.
Selection events_about(const ObjectKey& about, std::string_view uid = {});

struct LabelRequirement {
    enum class Operator { In, NotIn, Exists, Absent, Greater, Less };

    std::string key;
    Operator op = Operator::Exists;
    std::vector<std::string> values;
};

/// "app=web,tier!=db,env in (a, b),!canary"; nothing required for an empty text. Throws
/// Error{Usage} in kubectl's words.
std::vector<LabelRequirement> parse_label_selector(std::string_view text);

struct FieldRequirement {
    enum class Operator { Equal, NotEqual };

    std::string path;  ///< "involvedObject.name"
    Operator op = Operator::Equal;
    std::string value;
};

/// "type=Warning,reason!=Issued"; a backslash in front of a comma, an equals sign or a backslash
/// takes it as it is. Throws Error{Usage} in kubectl's words.
std::vector<FieldRequirement> parse_field_selector(std::string_view text);

/// A Selection that was understood.
class Selector {
  public:
    /// Throws Error{Usage}.
    explicit Selector(const Selection& selection)
        : labels_(parse_label_selector(selection.labels)),
          fields_(parse_field_selector(selection.fields)) {}

    /// Whether labels and fields are as required; the namespace is not looked at.
    bool matches(const json::Value& object) const;

  private:
    std::vector<LabelRequirement> labels_;
    std::vector<FieldRequirement> fields_;
};

}  // namespace kcert::kube
