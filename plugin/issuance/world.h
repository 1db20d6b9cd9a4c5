// SPDX-License-Identifier: Apache-2.0
//
// The outside world of an issuance, and how it tells what it does. Nothing here prints.

#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "dns/resolver.h"
#include "dns01/provider.h"
#include "dns01/registry.h"
#include "kube/object_store.h"
#include "net/http_client.h"

namespace kcert::issuance {

using ProviderFactory = std::function<std::unique_ptr<dns01::Provider>(
    const dns01::ProviderRequest&, const dns01::ProviderWorld&)>;

/// References into main's composition; all outlive the run.
struct World {
    const Clock& clock;
    net::HttpClient& http;
    dns::Resolver& resolver;
    kube::ObjectStore& store;
    dns01::ProviderSettings provider_settings = {};
    ProviderFactory make_provider = dns01::make_provider;
};

enum class Stage { Waiting, Presented, Seen, Answered, Valid, Failed };

/// "presented", "seen", …: the word of a progress line.
std::string_view word(Stage stage);

struct DomainStep {
    std::string domain;  ///< as ordered, with its "*."
    Stage stage = Stage::Waiting;
    std::string detail;  ///< "seen by 1 of 2 name servers (ns2: no such name)"; may be empty
};

/// Called on the caller's thread, except `step` and `warn`, which a clean-up may call from its own.
struct Progress {
    /// All names of the run, before its first step.
    std::function<void(std::span<const std::string>)> names = [](std::span<const std::string>) {};
    std::function<void(const DomainStep&)> step = [](const DomainStep&) {};
    std::function<void(const std::string&)> note = [](const std::string&) {};
    std::function<void(const std::string&)> warn = [](const std::string&) {};
};

}  // namespace kcert::issuance
