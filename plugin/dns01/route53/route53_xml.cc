// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/route53_xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "dns01/route53/aws_xml.h"

namespace kcert::dns01::route53 {
namespace {

constexpr const char* kNamespace = "https://route53.amazonaws.com/doc/2013-04-01/";
constexpr std::size_t kLongestId = 64;

[[noreturn]] void refuse(std::string_view what) {
    throw Error(ErrorKind::Transport, fmt::format("the answer of Route 53 {}", what));
}

bool is_true(const pugi::xml_node& parent, const char* name) {
    return text_of(parent, name) == "true";
}

std::string demand_id(std::string_view text, std::string_view kind) {
    std::optional<std::string> id = plain_id(text, kind);
    if (!id) {
        refuse(
            fmt::format("has an id that is none: \"{}\"", printable(shortened(text, kLongestId))));
    }
    return *std::move(id);
}

/// A simple set holds nothing but these; whatever else stands there would be lost by writing it.
RecordSet::Routing routing_of(const pugi::xml_node& node) {
    constexpr std::array<std::string_view, 4> kSimple{"Name", "Type", "TTL", "ResourceRecords"};
    constexpr std::array<std::string_view, 2> kMultiValue{"SetIdentifier", "MultiValueAnswer"};
    bool simple = true;
    for (const pugi::xml_node& child : node.children()) {
        const std::string_view name = child.name();
        const bool known = std::ranges::find(kSimple, name) != kSimple.end();
        if (!known && std::ranges::find(kMultiValue, name) == kMultiValue.end()) {
            return RecordSet::Routing::Other;
        }
        simple = simple && known;
    }
    if (simple) {
        return RecordSet::Routing::Simple;
    }
    return is_true(node, "MultiValueAnswer") ? RecordSet::Routing::MultiValue
                                             : RecordSet::Routing::Other;
}

RecordSet decode_record_set(const pugi::xml_node& node) {
    RecordSet set{.name = zone_name(text_of(node, "Name")),
                  .values = {},
                  .routing = routing_of(node),
                  .identifier = text_of(node, "SetIdentifier")};
    const std::string ttl = text_of(node, "TTL");
    const auto [end, error] = std::from_chars(ttl.data(), ttl.data() + ttl.size(), set.ttl);
    const bool has_ttl = error == std::errc{} && end == ttl.data() + ttl.size();
    for (const pugi::xml_node& record : node.child("ResourceRecords").children("ResourceRecord")) {
        set.values.push_back(text_of(record, "Value"));
    }
    if (!has_ttl || set.values.empty()) {
        set.routing = RecordSet::Routing::Other;
    }
    return set;
}

void append_text(pugi::xml_node& parent, const char* name, const std::string& text) {
    parent.append_child(name).text().set(text.c_str());
}

void append_set(pugi::xml_node parent, const RecordSet& set) {
    pugi::xml_node node = parent.append_child("ResourceRecordSet");
    append_text(node, "Name", set.name);
    append_text(node, "Type", "TXT");
    if (set.routing == RecordSet::Routing::MultiValue) {
        append_text(node, "SetIdentifier", set.identifier);
        append_text(node, "MultiValueAnswer", "true");
    }
    append_text(node, "TTL", std::to_string(set.ttl));
    pugi::xml_node records = node.append_child("ResourceRecords");
    for (const std::string& value : set.values) {
        pugi::xml_node record = records.append_child("ResourceRecord");
        append_text(record, "Value", value);
    }
}

}  // namespace

ZonesPage decode_zones(std::string_view body) {
    const pugi::xml_document document = parse_aws_xml(body, "ListHostedZonesByNameResponse");
    const pugi::xml_node root = document.document_element();
    ZonesPage page;
    for (const pugi::xml_node& zone : root.child("HostedZones").children("HostedZone")) {
        page.zones.push_back({.id = demand_id(text_of(zone, "Id"), "hostedzone"),
                              .name = zone_name(text_of(zone, "Name")),
                              .is_private = is_true(zone.child("Config"), "PrivateZone")});
    }
    if (is_true(root, "IsTruncated")) {
        page.next =
            ZonesPosition{.dns_name = text_of(root, "NextDNSName"),
                          .zone_id = demand_id(text_of(root, "NextHostedZoneId"), "hostedzone")};
    }
    return page;
}

RecordSetsPage decode_record_sets(std::string_view body) {
    const pugi::xml_document document = parse_aws_xml(body, "ListResourceRecordSetsResponse");
    const pugi::xml_node root = document.document_element();
    RecordSetsPage page;
    for (const pugi::xml_node& set :
         root.child("ResourceRecordSets").children("ResourceRecordSet")) {
        if (text_of(set, "Type") == "TXT") {
            page.texts.push_back(decode_record_set(set));
        }
    }
    if (is_true(root, "IsTruncated")) {
        page.next = RecordSetsPosition{.name = zone_name(text_of(root, "NextRecordName")),
                                       .type = text_of(root, "NextRecordType"),
                                       .identifier = text_of(root, "NextRecordIdentifier")};
    }
    return page;
}

ChangeStatus decode_change(std::string_view body, const char* root) {
    const pugi::xml_document document = parse_aws_xml(body, root);
    const pugi::xml_node info = document.document_element().child("ChangeInfo");
    const std::string status = text_of(info, "Status");
    if (status != "INSYNC" && status != "PENDING") {
        refuse("names no status of the change");
    }
    return {.id = demand_id(text_of(info, "Id"), "change"), .is_in_sync = status == "INSYNC"};
}

std::string encode_changes(std::span<const RecordChange> changes) {
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    pugi::xml_node root = document.append_child("ChangeResourceRecordSetsRequest");
    root.append_attribute("xmlns") = kNamespace;
    pugi::xml_node list = root.append_child("ChangeBatch").append_child("Changes");
    for (const RecordChange& change : changes) {
        pugi::xml_node node = list.append_child("Change");
        append_text(node, "Action",
                    change.action == RecordChange::Action::Delete ? "DELETE" : "CREATE");
        append_set(node, change.set);
    }
    std::ostringstream text;
    document.save(text, "", pugi::format_raw, pugi::encoding_utf8);
    return std::move(text).str();
}

std::optional<std::string> plain_id(std::string_view text, std::string_view kind) {
    std::string_view id = trim(text);
    const std::string prefix = fmt::format("{}/", kind);
    if (id.starts_with('/')) {
        id.remove_prefix(1);
    }
    if (id.starts_with(prefix)) {
        id.remove_prefix(prefix.size());
    }
    const bool is_id =
        !id.empty() && id.size() <= kLongestId && std::ranges::all_of(id, [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        });
    return is_id ? std::optional<std::string>(id) : std::nullopt;
}

}  // namespace kcert::dns01::route53
