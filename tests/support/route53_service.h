// SPDX-License-Identifier: Apache-2.0
//
// Route53Service is Route 53's API in memory, for AnsweringHttp: hosted zones, their TXT record
// sets, changes that are all made or none, pages of two. It knows no signatures.

#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "net/http_client.h"
#include "net/url.h"

namespace kcert::testing {

class Route53Service {
  public:
    struct Zone {
        std::string id;
        std::string name;
        bool is_private = false;
    };
    struct Set {
        std::string ttl;
        std::vector<std::string> values;
        std::string more = {};  ///< elements that Route 53 shows besides

        bool operator==(const Set&) const = default;
    };

    std::vector<Zone> zones;           ///< by name
    std::map<std::string, Set> texts;  ///< by name
    int pending = 0;                   ///< times that a change is still PENDING
    std::size_t page = 2;
    /// Looks at each request first; an answer of its own ends the matter.
    std::function<std::optional<net::Outcome>(const net::Request&)> before = {};

    net::Outcome operator()(const net::Request& request) {
        if (before) {
            if (auto answer = before(request)) {
                return *std::move(answer);
            }
        }
        const std::string path = net::parse_url(request.url)->path;
        const std::string rest = path.substr(std::string("/2013-04-01").size());
        if (rest.starts_with("/hostedzonesbyname")) {
            return list_zones(parameter(path, "dnsname"), parameter(path, "hostedzoneid"));
        }
        if (rest.starts_with("/change/")) {
            return change_info("GetChangeResponse");
        }
        return request.method == "POST" ? change(request.body)
                                        : list_texts(parameter(path, "name"));
    }

    static net::Response fault(int status, const std::string& code,
                               const std::string& message = "said so") {
        return {status,
                {},
                fmt::format("<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"https://route53."
                            "amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type><Code>{}"
                            "</Code><Message>{}</Message></Error><RequestId>r</RequestId>"
                            "</ErrorResponse>",
                            code, message)};
    }

  private:
    static std::string parameter(const std::string& path, const std::string& name) {
        const std::size_t at = path.find(name + "=");
        return at == std::string::npos
                   ? ""
                   : path.substr(at + name.size() + 1, path.find('&', at) - at - name.size() - 1);
    }

    net::Response list_zones(const std::string& name, const std::string& id) const {
        std::string shown;
        std::size_t count = 0;
        for (const Zone& zone : zones) {
            if (zone.name < name || (zone.name == name && zone.id < id)) {
                continue;
            }
            if (count++ == page) {
                return answer("ListHostedZonesByNameResponse",
                              fmt::format("<HostedZones>{}</HostedZones><IsTruncated>true"
                                          "</IsTruncated><NextDNSName>{}</NextDNSName>"
                                          "<NextHostedZoneId>{}</NextHostedZoneId>",
                                          shown, zone.name, zone.id));
            }
            shown += fmt::format(
                "<HostedZone><Id>/hostedzone/{}</Id><Name>{}</Name><Config><PrivateZone>{}"
                "</PrivateZone></Config></HostedZone>",
                zone.id, zone.name, zone.is_private);
        }
        return answer(
            "ListHostedZonesByNameResponse",
            fmt::format("<HostedZones>{}</HostedZones><IsTruncated>false</IsTruncated>", shown));
    }

    net::Response list_texts(const std::string& name) const {
        std::string shown;
        const auto found = texts.find(name);
        if (found != texts.end()) {
            shown = fmt::format(
                "<ResourceRecordSet><Name>{}</Name><Type>TXT</Type>{}<TTL>{}</TTL>"
                "<ResourceRecords>",
                name, found->second.more, found->second.ttl);
            for (const std::string& value : found->second.values) {
                shown += fmt::format("<ResourceRecord><Value>{}</Value></ResourceRecord>", value);
            }
            shown += "</ResourceRecords></ResourceRecordSet>";
        }
        shown += "<ResourceRecordSet><Name>zzz.test.</Name><Type>TXT</Type></ResourceRecordSet>";
        return answer("ListResourceRecordSetsResponse",
                      fmt::format("<ResourceRecordSets>{}</ResourceRecordSets><IsTruncated>true"
                                  "</IsTruncated><NextRecordName>zzz.test.</NextRecordName>"
                                  "<NextRecordType>TXT</NextRecordType>",
                                  shown));
    }

    net::Response change(const std::string& body) {
        pugi::xml_document document;
        document.load_string(body.c_str());
        auto changed = texts;
        for (const auto& node : document.document_element().child("ChangeBatch").child("Changes")) {
            const auto set = node.child("ResourceRecordSet");
            const std::string name = set.child_value("Name");
            Set meant{set.child_value("TTL"), {}};
            for (const auto& record : set.child("ResourceRecords")) {
                meant.values.emplace_back(record.child_value("Value"));
            }
            const auto found = changed.find(name);
            const bool create = std::string(node.child_value("Action")) == "CREATE";
            if (create ? found != changed.end()
                       : found == changed.end() || !(found->second == meant)) {
                return fault(400, "InvalidChangeBatch",
                             fmt::format("[Tried to {} resource record set {}]",
                                         create ? "create" : "delete", name));
            }
            if (create) {
                changed[name] = meant;
            } else {
                changed.erase(name);
            }
        }
        texts = std::move(changed);
        return change_info("ChangeResourceRecordSetsResponse");
    }

    net::Response change_info(const std::string& root) {
        const bool is_pending = root != "GetChangeResponse" || pending-- > 0;
        return answer(root, fmt::format("<ChangeInfo><Id>/change/C1</Id><Status>{}</Status>"
                                        "</ChangeInfo>",
                                        is_pending ? "PENDING" : "INSYNC"));
    }

    static net::Response answer(const std::string& root, const std::string& inner) {
        return {200,
                {},
                fmt::format("<?xml version=\"1.0\"?>\n<{0} xmlns=\"https://route53.amazonaws.com/"
                            "doc/2013-04-01/\">{1}</{0}>",
                            root, inner)};
    }
};

}  // namespace kcert::testing
