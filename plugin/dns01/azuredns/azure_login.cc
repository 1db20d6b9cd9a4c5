// SPDX-License-Identifier: Apache-2.0

#include "dns01/azuredns/azure_login.h"

#include <fmt/format.h>

#include "base/text.h"
#include "dns01/azuredns/azure_error.h"
#include "net/url.h"

namespace kcert::dns01::azuredns {
AzureLogin::AzureLogin(const AzureDnsConfig& config, net::HttpClient& http, const Clock& clock)
    : config_(config),
      token_(clock),
      client_(
          {.service = "azuredns",
           .explain =
               [this](const net::Response& response) { return login_advice(response, config_); }},
          http, clock) {}

void AzureLogin::ensure(const std::stop_token& stop) {
    const std::string doing = fmt::format("logging in at {}", printable(config_.authority));
    token_.ensure("azuredns: " + doing, [&] {
        ServiceCall call{.doing = doing,
                         .method = "POST",
                         .url = fmt::format("{}/{}/oauth2/v2.0/token", config_.authority,
                                            net::percent_encode(config_.tenant)),
                         .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                         .body = form()};
        net::Response response = client_.send(call, stop);
        wipe(call.body);
        if (!is_success(response)) {
            throw client_.failure(call, response);
        }
        return response;
    });
}

std::string AzureLogin::form() const {
    return fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
                       net::percent_encode(config_.client_id),
                       net::percent_encode(config_.client_secret.reveal()),
                       net::percent_encode(config_.audience + "/.default"));
}

}  // namespace kcert::dns01::azuredns
