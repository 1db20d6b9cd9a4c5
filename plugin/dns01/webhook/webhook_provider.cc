// SPDX-License-Identifier: Apache-2.0

#include "dns01/webhook/webhook_provider.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/service/service_client.h"
#include "dns01/service/side_by_side.h"
#include "dns01/service/uuid.h"
#include "kube/status_error.h"

namespace kcert::dns01::webhook {
namespace {

constexpr std::size_t kWindow = 8;

kube::AggregatedApi& needed(kube::AggregatedApi* api) {
    if (api == nullptr) {
        throw Error(ErrorKind::Config,
                    "webhook: a solver webhook is called through a cluster's API server, and a "
                    "folder of manifests has none");
    }
    return *api;
}

}  // namespace

WebhookProvider::WebhookProvider(WebhookConfig config, std::string resource_namespace,
                                 bool ambient_credentials, kube::AggregatedApi* api)
    : config_(std::move(config)),
      resource_namespace_(std::move(resource_namespace)),
      ambient_credentials_(ambient_credentials),
      api_(needed(api)) {}

void WebhookProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    call_each("Present", records, stop);
}

void WebhookProvider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    call_each("CleanUp", records, stop);
}

void WebhookProvider::verify(std::span<const std::string> /*zones*/, std::stop_token stop) {
    const std::string solver = fmt::format("{}.{}", config_.solver_name, config_.group_name);
    while_doing("webhook: " + solver, [&] {
        if (!api_.serves(kind(), stop)) {
            throw Error(ErrorKind::Config,
                        "the API server does not serve it: the solver is not installed, or "
                        "solverName or groupName is not its own");
        }
        if (!may_call(stop)) {
            throw Error(ErrorKind::Declined,
                        fmt::format("this user cannot create it: a ClusterRole with create on {} "
                                    "in API group {} is missing",
                                    config_.solver_name, config_.group_name));
        }
    });
}

bool WebhookProvider::may_call(const std::stop_token& stop) {
    constexpr kube::Kind kReview{"authorization.k8s.io", "v1", "SelfSubjectAccessReview",
                                 "selfsubjectaccessreviews", kube::Scope::Cluster};
    const json::Value attributes = json::Value::object(
        {{"verb", "create"}, {"group", config_.group_name}, {"resource", config_.solver_name}});
    const json::Value review =
        json::Value::object({{"apiVersion", kReview.api_version()},
                             {"kind", kReview.kind},
                             {"spec", json::Value::object({{"resourceAttributes", attributes}})}});
    try {
        const json::Value answer = api_.post(kReview, review, stop);
        const json::Value& allowed = answer.at({"status", "allowed"});
        return !allowed.is_bool() || allowed.as_bool();
    } catch (const kube::StatusError&) {
        return true;
    }
}

void WebhookProvider::call_each(const char* action, std::span<const TxtRecord> records,
                                const std::stop_token& stop) {
    for_each_zone(records, kWindow, stop,
                  [&](const std::string&, std::span<const TxtRecord> of_zone) {
                      for (const TxtRecord& record : of_zone) {
                          call(action, record, stop);
                      }
                  });
}

void WebhookProvider::call(const char* action, const TxtRecord& record,
                           const std::stop_token& stop) {
    const std::string doing = fmt::format("webhook: {}.{}: {} of {}", config_.solver_name,
                                          config_.group_name, action, printable(record.name));
    const json::Value answer =
        while_doing(doing, [&] { return api_.post(kind(), payload(action, record), stop); });
    const json::Value& response = answer["response"];
    const json::Value& success = response["success"];
    if (success.is_bool() && success.as_bool()) {
        return;
    }
    const std::string_view message = response.text({"status", "message"});
    const std::string_view reason = response.text({"status", "reason"});
    throw Error(ErrorKind::Declined,
                doing + ": " +
                    (message.empty() && reason.empty()
                         ? "the solver answered without success and gave no reason"
                         : quoted_words(message.empty() ? reason : message)));
}

json::Value WebhookProvider::payload(const char* action, const TxtRecord& record) const {
    json::Value request = json::Value::object({{"uid", random_uuid()},
                                               {"action", action},
                                               {"type", "dns-01"},
                                               {"dnsName", record.domain},
                                               {"key", record.value},
                                               {"resourceNamespace", resource_namespace_},
                                               {"resolvedFQDN", record.name},
                                               {"resolvedZone", record.zone},
                                               {"allowAmbientCredentials", ambient_credentials_}});
    if (!config_.config.is_null()) {
        request.set("config", config_.config);
    }
    return json::Value::object({{"apiVersion", "webhook.acme.cert-manager.io/v1alpha1"},
                                {"kind", "ChallengePayload"},
                                {"request", std::move(request)}});
}

/// Refers to this provider's names.
kube::Kind WebhookProvider::kind() const {
    return {config_.group_name, "v1alpha1", "ChallengePayload", config_.solver_name,
            kube::Scope::Cluster};
}

}  // namespace kcert::dns01::webhook
