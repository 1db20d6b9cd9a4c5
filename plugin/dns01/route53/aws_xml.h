// SPDX-License-Identifier: Apache-2.0
//
// XML as AWS answers it: elements and their texts. Document types are refused, so that no entity is
// ever expanded. Knows no service.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace kcert::dns01::route53 {

/// Nothing where `text` is no XML document, or has a document type.
std::optional<pugi::xml_document> try_aws_xml(std::string_view text);

/// Throws Error{Transport} where there is none, or its root is not called `root`.
pugi::xml_document parse_aws_xml(std::string_view text, const char* root);

/// The text of the element `name` below `parent`, trimmed; empty where there is none.
std::string text_of(const pugi::xml_node& parent, const char* name);

}  // namespace kcert::dns01::route53
