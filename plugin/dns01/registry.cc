// SPDX-License-Identifier: Apache-2.0

#include "dns01/registry.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/acmedns/acmedns_provider.h"
#include "dns01/akamai/akamai_provider.h"
#include "dns01/azuredns/azuredns_provider.h"
#include "dns01/clouddns/clouddns_provider.h"
#include "dns01/cloudflare/cloudflare_provider.h"
#include "dns01/digitalocean/digitalocean_provider.h"
#include "dns01/exec/exec_provider.h"
#include "dns01/rfc2136/rfc2136_provider.h"
#include "dns01/route53/route53_provider.h"
#include "dns01/webhook/webhook_provider.h"

namespace kcert::dns01 {
namespace {

using Make = std::unique_ptr<Provider> (*)(const ProviderRequest&, const ProviderWorld&);

struct Entry {
    std::string_view code;
    Make make;
    std::span<const std::string_view> variables;  ///< of the environment
};

std::unique_ptr<Provider> make_acmedns(const ProviderRequest& request, const ProviderWorld& world) {
    return std::make_unique<acmedns::AcmeDnsProvider>(
        acmedns::read_acmedns_config(request.config, request.secrets), world.http, world.clock);
}

std::unique_ptr<Provider> make_akamai(const ProviderRequest& request, const ProviderWorld& world) {
    return std::make_unique<akamai::AkamaiProvider>(
        akamai::read_akamai_config(request.config, request.secrets, world.settings), world.http,
        world.clock);
}

std::unique_ptr<Provider> make_azuredns(const ProviderRequest& request,
                                        const ProviderWorld& world) {
    return std::make_unique<azuredns::AzureDnsProvider>(
        azuredns::read_azuredns_config(request.config, request.secrets, world.settings), world.http,
        world.clock);
}

std::unique_ptr<Provider> make_clouddns(const ProviderRequest& request,
                                        const ProviderWorld& world) {
    return std::make_unique<clouddns::ClouddnsProvider>(
        clouddns::read_clouddns_config(request.config, request.secrets, world.settings), world.http,
        world.clock);
}

std::unique_ptr<Provider> make_cloudflare(const ProviderRequest& request,
                                          const ProviderWorld& world) {
    return std::make_unique<cloudflare::CloudflareProvider>(
        cloudflare::read_cloudflare_config(request.config, request.secrets, world.settings),
        world.http, world.clock);
}

std::unique_ptr<Provider> make_digitalocean(const ProviderRequest& request,
                                            const ProviderWorld& world) {
    return std::make_unique<digitalocean::DigitalOceanProvider>(
        digitalocean::read_digitalocean_config(request.secrets, world.settings), world.http,
        world.clock);
}

std::unique_ptr<Provider> make_rfc2136(const ProviderRequest& request, const ProviderWorld& world) {
    return std::make_unique<rfc2136::Rfc2136Provider>(
        rfc2136::read_rfc2136_config(request.config, request.secrets), world.resolver);
}

std::unique_ptr<Provider> make_route53(const ProviderRequest& request, const ProviderWorld& world) {
    return std::make_unique<route53::Route53Provider>(
        route53::read_route53_config(request.config, request.secrets, world.settings), world.http,
        world.clock);
}

std::unique_ptr<Provider> make_webhook(const ProviderRequest& request, const ProviderWorld& world) {
    return std::make_unique<webhook::WebhookProvider>(
        webhook::read_webhook_config(request.config), request.credentials_namespace,
        world.settings.ambient_credentials, world.settings.aggregated_api);
}

constexpr std::array kAkamaiVariables{akamai::kAkamaiHost};
constexpr std::array kCloudflareVariables{cloudflare::kCloudflareBaseUrl};
constexpr std::array kDigitalOceanVariables{digitalocean::kDigitalOceanApiUrl};

constexpr std::array kEntries{
    Entry{"acmedns", make_acmedns, {}},
    Entry{"akamai", make_akamai, kAkamaiVariables},
    Entry{"azuredns", make_azuredns, azuredns::kAzureDnsVariables},
    Entry{"clouddns", make_clouddns, clouddns::kClouddnsVariables},
    Entry{"cloudflare", make_cloudflare, kCloudflareVariables},
    Entry{"digitalocean", make_digitalocean, kDigitalOceanVariables},
    Entry{"rfc2136", make_rfc2136, {}},
    Entry{"route53", make_route53, route53::kRoute53Variables},
    Entry{"webhook", make_webhook, {}},
};

}  // namespace

std::unique_ptr<Provider> make_provider(const ProviderRequest& request,
                                        const ProviderWorld& world) {
    if (!request.program.empty()) {
        return std::make_unique<exec::ExecProvider>(request.program, world.settings);
    }
    const auto* entry = std::ranges::find(kEntries, request.code, &Entry::code);
    if (entry == kEntries.end()) {
        throw Error(ErrorKind::Config,
                    fmt::format("the DNS-01 solver \"{}\" is not built in; built in: {}",
                                printable(request.code), fmt::join(provider_codes(), ", ")));
    }
    return entry->make(request, world);
}

std::vector<std::string_view> provider_codes() {
    std::vector<std::string_view> codes;
    for (const Entry& entry : kEntries) {
        codes.push_back(entry.code);
    }
    return codes;
}

std::vector<std::string_view> provider_variables() {
    std::vector<std::string_view> variables;
    for (const Entry& entry : kEntries) {
        variables.insert(variables.end(), entry.variables.begin(), entry.variables.end());
    }
    return variables;
}

}  // namespace kcert::dns01
