// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/route53_client.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "dns01/route53/aws_fault.h"
#include "dns01/service/side_by_side.h"
#include "net/url.h"

namespace kcert::dns01::route53 {
namespace {

constexpr int kMostPages = 200;
constexpr int kMostSetPages = 10;
constexpr std::size_t kReadsAtOnce = 4;
constexpr std::chrono::seconds kSyncPatience{120};
constexpr std::chrono::milliseconds kFirstPause{500};
constexpr std::chrono::milliseconds kLongestPause{5'000};

ServiceTraits traits(const AwsSession& session, const AwsScope& scope) {
    return {
        .service = "route53",
        .authorize = [&session, scope](net::Request& request) { session.sign(request, scope); },
        .explain =
            [&session](const net::Response& response) {
                return aws_advice(session.fault(response));
            },
        .is_busy =
            [&session](const net::Response& response) { return is_busy(session.fault(response)); }};
}

/// Decodes an answer, saying whose it is where it cannot be read.
template <typename Decode>
auto read(const ServiceCall& call, Decode decode) {
    return while_doing(fmt::format("route53: {}", call.doing), decode);
}

Error too_many_pages(const ServiceCall& call, int pages) {
    return {ErrorKind::Declined,
            fmt::format("route53: {}: the list has no end after {} pages", call.doing, pages)};
}

}  // namespace

Route53Client::Route53Client(const Route53Config& config, net::HttpClient& http, const Clock& clock)
    : url_(config.endpoints.route53.url + "/2013-04-01"),
      partition_(config.endpoints.partition),
      session_(config.login, config.role, config.endpoints.sts, http, clock),
      service_(traits(session_, {config.endpoints.route53.region, "route53"}), http, clock) {}

std::vector<HeldZone> Route53Client::zones_named(const std::string& name,
                                                 const std::stop_token& stop) {
    std::vector<HeldZone> found;
    std::optional<ZonesPosition> from = ZonesPosition{.dns_name = name, .zone_id = {}};
    for (int pages = 0; from; ++pages) {
        if (pages == kMostPages) {
            throw too_many_pages({.doing = "listing the hosted zones"}, pages);
        }
        ZonesPage page = zones_page(from, stop);
        std::ranges::copy_if(page.zones, std::back_inserter(found),
                             [&](const HeldZone& zone) { return zone.name == name; });
        // Sorted by name, those of one name stand together.
        const bool may_go_on = page.zones.empty() || page.zones.back().name == name;
        from = may_go_on ? page.next : std::nullopt;
    }
    return found;
}

std::vector<HeldZone> Route53Client::zones(const std::stop_token& stop) {
    std::vector<HeldZone> all;
    std::optional<ZonesPosition> from;
    for (int pages = 0; pages == 0 || from; ++pages) {
        if (pages == kMostPages) {
            throw too_many_pages({.doing = "listing the hosted zones"}, pages);
        }
        ZonesPage page = zones_page(from, stop);
        std::ranges::move(page.zones, std::back_inserter(all));
        from = std::move(page.next);
    }
    return all;
}

ZonesPage Route53Client::zones_page(const std::optional<ZonesPosition>& from,
                                    const std::stop_token& stop) {
    std::string query = "?maxitems=100";
    if (from) {
        query += "&dnsname=" + net::percent_encode(from->dns_name);
    }
    if (from && !from->zone_id.empty()) {
        query += "&hostedzoneid=" + net::percent_encode(from->zone_id);
    }
    const ServiceCall call{.doing = "listing the hosted zones",
                           .url = fmt::format("{}/hostedzonesbyname{}", url_, query)};
    const net::Response response =
        demand(call, "route53:ListHostedZonesByName on * (not where hostedZoneID is set)", stop);
    return read(call, [&] { return decode_zones(response.body); });
}

KnownSets Route53Client::text_sets(const std::string& zone_id, std::span<const std::string> names,
                                   const std::stop_token& stop) {
    std::vector<std::vector<RecordSet>> found(names.size());
    side_by_side(names.size(), kReadsAtOnce,
                 [&](std::size_t i) { found[i] = text_sets_at(zone_id, names[i], stop); });
    KnownSets known;
    for (std::size_t i = 0; i < names.size(); ++i) {
        known[names[i]] = std::move(found[i]);
    }
    return known;
}

std::vector<RecordSet> Route53Client::text_sets_at(const std::string& zone_id,
                                                   const std::string& name,
                                                   const std::stop_token& stop) {
    std::vector<RecordSet> found;
    const std::string start = fmt::format("{}/hostedzone/{}/rrset?maxitems=100&type=TXT&name={}",
                                          url_, zone_id, net::percent_encode(name));
    ServiceCall call{.doing = fmt::format("reading the TXT records of {} in hosted zone {}",
                                          printable(name), zone_id),
                     .url = start};
    for (int pages = 0; pages < kMostSetPages; ++pages) {
        const net::Response response =
            demand(call, "route53:ListResourceRecordSets on " + zone_arn(zone_id), stop);
        RecordSetsPage page = read(call, [&] { return decode_record_sets(response.body); });
        std::ranges::copy_if(page.texts, std::back_inserter(found),
                             [&](const RecordSet& set) { return set.name == name; });
        if (!page.next || page.next->name != name || page.next->type != "TXT") {
            return found;
        }
        call.url = start + "&identifier=" + net::percent_encode(page.next->identifier);
    }
    throw too_many_pages(call, kMostSetPages);
}

Route53Client::Changed Route53Client::change(const std::string& zone_id,
                                             std::span<const RecordChange> changes,
                                             const std::stop_token& stop) {
    const ServiceCall call{.doing = fmt::format("changing hosted zone {}", zone_id),
                           .method = "POST",
                           .url = fmt::format("{}/hostedzone/{}/rrset", url_, zone_id),
                           .headers = {{"Content-Type", "application/xml"}},
                           .body = encode_changes(changes)};
    session_.log_in(stop);
    const net::Response response = service_.send(call, stop);
    if (is_success(response)) {
        return read(
            call, [&] { return decode_change(response.body, "ChangeResourceRecordSetsResponse"); });
    }
    Error error =
        failure(call, response, "route53:ChangeResourceRecordSets on " + zone_arn(zone_id));
    if (session_.fault(response).code == "InvalidChangeBatch") {
        return Refusal{std::move(error)};
    }
    throw Error(std::move(error));
}

void Route53Client::await_in_sync(const std::string& change_id, const std::stop_token& stop) {
    const ServiceCall call{.doing = fmt::format("asking for change {}", change_id),
                           .url = fmt::format("{}/change/{}", url_, change_id)};
    const Time give_up = clock().now() + kSyncPatience;
    for (Duration pause = kFirstPause; clock().now() + pause < give_up;
         pause = std::min<Duration>(pause * 3 / 2, kLongestPause)) {
        if (!clock().sleep_for(pause, stop)) {
            throw Error(ErrorKind::Cancelled, "route53: stopped");
        }
        session_.log_in(stop);
        const net::Response response = service_.send(call, stop);
        if (!is_success(response)) {
            const std::string needs =
                fmt::format("route53:GetChange on arn:{}:route53:::change/*", partition_);
            log::write(1,
                       fmt::format("{}; going on without", failure(call, response, needs).what()));
            return;
        }
        if (read(call, [&] {
                return decode_change(response.body, "GetChangeResponse");
            }).is_in_sync) {
            return;
        }
    }
    log::write(1, fmt::format("route53: change {} is still pending; going on", change_id));
}

net::Response Route53Client::demand(const ServiceCall& call, const std::string& needs,
                                    const std::stop_token& stop) {
    session_.log_in(stop);
    net::Response response = service_.send(call, stop);
    if (!is_success(response)) {
        throw failure(call, response, needs);
    }
    return response;
}

Error Route53Client::failure(const ServiceCall& call, const net::Response& response,
                             const std::string& needs) const {
    Error error = service_.failure(call, response);
    return is_denied(session_.fault(response))
               ? Error(error.kind(),
                       fmt::format("{}; the credential needs {}", error.what(), needs))
               : error;
}

std::string Route53Client::zone_arn(const std::string& zone_id) const {
    return fmt::format("arn:{}:route53:::hostedzone/{}", partition_, zone_id);
}

}  // namespace kcert::dns01::route53
