// SPDX-License-Identifier: Apache-2.0

#include "json/yaml_tree_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "json/json.h"
#include "json/yaml_scalar.h"

namespace kcert::json {
namespace {

constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kMaxAliasNodes = 10'000;
constexpr std::size_t kBytesOfANode = 100;  // long texts behind an alias count as several nodes

/// What an alias to `value` costs.
std::size_t node_count(const Value& value) {
    std::size_t count = 1;
    if (value.is_string()) {
        count += value.as_string().size() / kBytesOfANode;
    } else if (value.is_array()) {
        for (const Value& element : value.as_array()) {
            count += node_count(element);
        }
    } else if (value.is_object()) {
        for (const auto& [name, member] : value.as_object()) {
            count += name.size() / kBytesOfANode + node_count(member);
        }
    }
    return count;
}

std::size_t depth_of(const Value& value) {
    std::size_t below = 0;
    if (value.is_array()) {
        for (const Value& element : value.as_array()) {
            below = std::max(below, depth_of(element));
        }
    } else if (value.is_object()) {
        for (const auto& [name, member] : value.as_object()) {
            below = std::max(below, depth_of(member));
        }
    } else {
        return 0;
    }
    return below + 1;
}

/// YAML 1.2 §10: a core type's tag, without its prefix; "?" for a plain scalar, "!" for a quoted.
std::string_view short_tag(const std::string& tag) {
    constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
    const std::string_view view = tag;
    return view.starts_with(kPrefix) ? view.substr(kPrefix.size()) : view;
}

Value scalar_value(const YAML::Mark& mark, std::string_view tag, const std::string& text) {
    if (tag == "!" || tag == "str") {
        return Value(text);
    }
    if (tag == "binary") {
        const auto bytes = base64_decode(text);
        if (!bytes || !is_utf8(*bytes)) {
            refuse_yaml(mark, "!!binary holds no base64 of a text");
        }
        return Value(*bytes);
    }
    Value value = resolve_plain(text);
    const bool fits = tag == "?" || tag.empty() || (tag == "null" && value.is_null()) ||
                      (tag == "bool" && value.is_bool()) || (tag == "int" && value.is_int()) ||
                      (tag == "float" && value.is_number());
    if (!fits) {
        refuse_yaml(mark, "the tag is not known, or does not fit the value");
    }
    if (value.is_number() && !std::isfinite(value.as_double())) {
        refuse_yaml(mark, "a number that JSON cannot hold");
    }
    return value;
}

}  // namespace

void refuse_yaml(const YAML::Mark& mark, std::string_view what) {
    throw Error(ErrorKind::Config,
                fmt::format("line {}, column {}: {}", mark.line + 1, mark.column + 1, what));
}

void YamlTreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag,
                               YAML::anchor_t anchor, const std::string& text) {
    if (expects_key() && tag == "?" && text == "<<") {
        open_.back().has_key = true;
        open_.back().merges = true;
        return;
    }
    add(mark, anchor, scalar_value(mark, short_tag(tag), text));
}

void YamlTreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
        refuse_yaml(mark, "an alias inside of what it stands for");
    }
    alias_nodes_ += node_count(found->second);
    if (alias_nodes_ > kMaxAliasNodes) {
        refuse_yaml(mark, fmt::format("aliases expand to more than {} nodes", kMaxAliasNodes));
    }
    if (open_.size() + depth_of(found->second) > kMaxDepth) {
        refuse_yaml(mark, fmt::format("nested more than {} levels deep", kMaxDepth));
    }
    place(mark, found->second);
}

void YamlTreeBuilder::OnMapEnd() {
    Level& level = open_.back();
    // A key of its own wins over a merged one, an earlier merge over a later.
    for (Value& source : level.merged) {
        for (Value::Member& member : source.as_object()) {
            if (level.keys.insert(member.first).second) {
                level.container.as_object().push_back(std::move(member));
            }
        }
    }
    close();
}

void YamlTreeBuilder::open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           Value container) {
    const std::string_view type = short_tag(tag);
    const std::string_view expected = container.is_object() ? "map" : "seq";
    if (type != "?" && type != "!" && !type.empty() && type != expected) {
        refuse_yaml(mark, "the tag is not known, or does not fit the value");
    }
    if (expects_key()) {
        refuse_yaml(mark, "a key that is no scalar");
    }
    if (open_.size() >= kMaxDepth) {
        refuse_yaml(mark, fmt::format("nested more than {} levels deep", kMaxDepth));
    }
    container.set_line(mark.line + 1);
    open_.push_back({.container = std::move(container), .mark = mark, .anchor = anchor});
}

void YamlTreeBuilder::close() {
    Level done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) {
        anchors_[done.anchor] = done.container;
    }
    place(done.mark, std::move(done.container));
}

void YamlTreeBuilder::add(const YAML::Mark& mark, YAML::anchor_t anchor, Value value) {
    value.set_line(mark.line + 1);
    if (anchor != 0) {
        anchors_[anchor] = value;
    }
    place(mark, std::move(value));
}

void YamlTreeBuilder::place(const YAML::Mark& mark, Value value) {
    if (open_.empty()) {
        root_ = std::move(value);
        return;
    }
    Level& level = open_.back();
    if (level.container.is_array()) {
        level.container.push_back(std::move(value));
    } else if (!level.has_key) {
        place_key(mark, value);
    } else if (level.merges) {
        place_merged(mark, std::move(value));
    } else {
        level.container.as_object().emplace_back(std::move(level.key), std::move(value));
        level.has_key = false;
    }
}

void YamlTreeBuilder::place_key(const YAML::Mark& mark, const Value& key) {
    if (key.is_null() || key.is_array() || key.is_object()) {
        refuse_yaml(mark, "a key that is no scalar");
    }
    // `8080: web` has the key "8080", `on: push` has "true", as in kubectl.
    std::string name = key.is_string() ? key.as_string() : write_json(key);
    Level& level = open_.back();
    if (!level.keys.insert(name).second) {
        refuse_yaml(mark, "a key that stands in this map already");
    }
    level.key = std::move(name);
    level.has_key = true;
}

void YamlTreeBuilder::place_merged(const YAML::Mark& mark, Value value) {
    Level& level = open_.back();
    Value::Array sources;
    if (value.is_array()) {
        sources = std::move(value.as_array());
    } else {
        sources.push_back(std::move(value));
    }
    for (Value& source : sources) {
        if (!source.is_object()) {
            refuse_yaml(mark, "<< needs a map or a list of maps");
        }
        level.merged.push_back(std::move(source));
    }
    level.has_key = false;
    level.merges = false;
}

}  // namespace kcert::json
