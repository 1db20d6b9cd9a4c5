// SPDX-License-Identifier: Apache-2.0
//
// A verdict on the user's input: what is wrong (or will be), where, by which rule. Values, never
// thrown; all faults of an object are gathered. The wording is the API server's (field.Error).

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/field_path.h"

namespace kcert::json {

enum class Severity { Error, Warning };

/// The kinds of apimachinery's field.Error; each begins the text in its own words.
enum class FindingKind {
    Required,      ///< "Required value: detail"
    Invalid,       ///< "Invalid value: "shown": detail"
    NotSupported,  ///< "Unsupported value: "shown": supported values: "a", "b""
    Forbidden,     ///< "Forbidden: detail"
    TooLong,       ///< "Too long: must have at most 64 characters"
    TooMany,       ///< "Too many: 101: must have at most 100 items"
    NotFound,      ///< "Not found: "shown": detail"
    Duplicate,     ///< "Duplicate value: "shown": detail"
    TypeInvalid,   ///< "Invalid value: "string": must be of type array"
    Note,          ///< detail alone; warnings
};

struct Finding {
    Severity severity = Severity::Error;
    std::string rule;  ///< "certificate/dns-name-syntax"; stable, what tests compare
    FindingKind kind = FindingKind::Invalid;
    FieldPath path;
    std::string shown;   ///< the value as it may be shown, unquoted; empty where none is
    bool bare = false;   ///< `shown` is no text in the object's eyes: a duration, say
    std::string detail;  ///< what is wrong and what to do
    int line = 0;        ///< of the file the value came from; 0 where unknown
    std::string file;  ///< that file, as it was named; empty where unknown, "-" for standard input
};

using Findings = std::vector<Finding>;

/// `path: Kind: "shown": detail`, control characters shown, each part cut after 512 bytes. What
/// kubectl prints behind "* ".
std::string format(const Finding& finding);

/// The same and where it stands, where that is known: "… (web.yaml:12)".
std::string format_located(const Finding& finding);

/// Without what only echoes a fault of type: what could not be read is not judged, and a list whose
/// elements could not be read is not empty.
Findings without_echoes(Findings findings);

bool has_errors(const Findings& findings);

}  // namespace kcert::json
