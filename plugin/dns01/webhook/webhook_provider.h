// SPDX-License-Identifier: Apache-2.0
//
// Records placed by a solver webhook of cert-manager's making: a ChallengePayload is posted to the
// API that the solver serves behind the API server, with the rights of the user's session.

#pragma once

#include <string>

#include "dns01/provider.h"
#include "dns01/webhook/webhook_config.h"
#include "kube/aggregated_api.h"

namespace kcert::dns01::webhook {

class WebhookProvider final : public Provider {
  public:
    /// `resource_namespace` is where the solver finds the Secrets that its config names. Throws
    /// Error{Config} where there is no `api`; it must outlive the provider.
    WebhookProvider(WebhookConfig config, std::string resource_namespace, bool ambient_credentials,
                    kube::AggregatedApi* api);

    /// One call a record, those of one zone one after the other.
    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// That the API server knows the solver's API and lets this user call it; what the solver can
    /// do is not known before.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    /// What the API server says of this user's rights; true where it does not tell.
    bool may_call(const std::stop_token& stop);
    void call_each(const char* action, std::span<const TxtRecord> records,
                   const std::stop_token& stop);
    void call(const char* action, const TxtRecord& record, const std::stop_token& stop);
    json::Value payload(const char* action, const TxtRecord& record) const;
    kube::Kind kind() const;

    WebhookConfig config_;
    std::string resource_namespace_;
    bool ambient_credentials_;
    kube::AggregatedApi& api_;
};

}  // namespace kcert::dns01::webhook
