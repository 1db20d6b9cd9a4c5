// SPDX-License-Identifier: Apache-2.0
//
// Findings about an object as kubectl would tell them, and as data.

#pragma once

#include <string>

#include "cli/console.h"
#include "json/finding.h"
#include "json/value.h"
#include "kube/object_key.h"

namespace kcert::commands {

/// "certificate.certmanager.k8s.io/web", as `kubectl -o name` has it.
std::string resource_name(const kube::ObjectKey& key);

/// A file as -f named it, for people: "-" is "standard input".
std::string shown_file(const std::string& file);

/// Errors under `The Certificate "web" is invalid:`, warnings each as a warning; on stderr, each
/// with file and line where it knows them.
void tell_findings(const kube::ObjectKey& key, const json::Findings& findings,
                   cli::Console& console);

/// Adds the findings about one object to a list, as data.
void add_findings(json::Value& list, const kube::ObjectKey& key, const json::Findings& findings);

}  // namespace kcert::commands
