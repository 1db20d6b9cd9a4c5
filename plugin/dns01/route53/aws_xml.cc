// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/aws_xml.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace kcert::dns01::route53 {

std::optional<pugi::xml_document> try_aws_xml(std::string_view text) {
    pugi::xml_document document;
    const pugi::xml_parse_result result = document.load_buffer(
        text.data(), text.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
    const auto nodes = document.children();
    const bool is_typed = std::any_of(nodes.begin(), nodes.end(), [](const pugi::xml_node& node) {
        return node.type() == pugi::node_doctype;
    });
    return result && !is_typed ? std::optional(std::move(document)) : std::nullopt;
}

pugi::xml_document parse_aws_xml(std::string_view text, const char* root) {
    std::optional<pugi::xml_document> document = try_aws_xml(text);
    if (!document || std::string_view(document->document_element().name()) != root) {
        throw Error(ErrorKind::Transport,
                    fmt::format("the answer is no {} in XML: something else than AWS may stand "
                                "between",
                                root));
    }
    return *std::move(document);
}

std::string text_of(const pugi::xml_node& parent, const char* name) {
    return std::string(trim(parent.child_value(name)));
}

}  // namespace kcert::dns01::route53
