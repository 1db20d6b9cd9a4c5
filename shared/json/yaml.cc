// SPDX-License-Identifier: Apache-2.0

#include "json/yaml.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "json/yaml_tree_builder.h"

namespace kcert::json {
namespace {

/// YAML 1.2 §5.1: control characters do not belong into the text.
bool is_allowed(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || byte == '\n' || byte == '\r' || (byte >= 0x20 && byte != 0x7f);
}

void check_characters(std::string_view text) {
    YAML::Mark mark;
    while (!text.empty()) {
        const std::string_view row = text.substr(0, text.find('\n'));
        const auto bad = std::find_if_not(row.begin(), row.end(), is_allowed);
        if (bad != row.end()) {
            mark.column = static_cast<int>(bad - row.begin());
            refuse_yaml(mark, "a control character");
        }
        if (!is_utf8(row)) {
            refuse_yaml(mark, "the line is not UTF-8");
        }
        text.remove_prefix(std::min(row.size() + 1, text.size()));
        ++mark.line;
    }
}

std::vector<Value> parse_documents(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::vector<Value> documents;
    try {
        YAML::Parser parser(stream);
        int last_start = -1;
        for (YamlTreeBuilder builder; parser.HandleNextDocument(builder);
             builder = YamlTreeBuilder()) {
            // yaml-cpp 0.7 finds empty documents without end before a stray "," or "]".
            if (builder.start().pos == last_start) {
                refuse_yaml(builder.start(), "something that begins no value");
            }
            last_start = builder.start().pos;
            if (Value document = builder.take(); !document.is_null()) {
                documents.push_back(std::move(document));
            }
        }
    } catch (const YAML::Exception& fault) {
        // Some of yaml-cpp's messages quote the text behind a colon.
        refuse_yaml(fault.mark, std::string_view(fault.msg).substr(0, fault.msg.find(':')));
    }
    return documents;
}

}  // namespace

std::vector<Value> parse_yaml(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    text.remove_prefix(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    check_characters(text);
    // JSON allows what YAML does not (tabs), so a text that looks like it is tried as it first.
    if (trim(text).starts_with('{')) {
        try {
            return {parse_json(text)};
        } catch (const Error&) {
            return parse_documents(text);
        }
    }
    return parse_documents(text);
}

}  // namespace kcert::json
