// SPDX-License-Identifier: Apache-2.0
//
// The rules, applied to the objects of manifests. Objects of other kinds are not judged.

#pragma once

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "json/finding.h"
#include "kube/manifest_reader.h"
#include "kube/manifest_view.h"
#include "kube/object_key.h"

namespace kcert::commands {

struct Judged {
    kube::ObjectKey key;
    json::Findings findings;
};

struct Judgement {
    std::vector<Judged> objects;
    std::vector<std::string> passed_over;  ///< "web.yaml: Deployment web (apps/v1)"
    std::set<std::string> not_judged;  ///< references to what is not at hand: "Secret shop/tsig"
};

/// How much is known about objects that are not there.
enum class Absence { Certain, Unknown };

struct JudgementScope {
    kube::ManifestView& view;
    Absence absence = Absence::Certain;  ///< Unknown: references to what is missing are not judged
    std::string cluster_resource_namespace;
};

Judgement judge(std::span<const kube::ManifestObject> objects, const JudgementScope& scope,
                std::stop_token stop);

}  // namespace kcert::commands
