// SPDX-License-Identifier: Apache-2.0
//
// Builds the value of one YAML document from yaml-cpp's events, and keeps the bounds that a hostile
// text would break: depth, what aliases expand to, keys that stand twice.

#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "json/value.h"

namespace kcert::json {

/// Throws Error{Config} that tells line and column.
[[noreturn]] void refuse_yaml(const YAML::Mark& mark, std::string_view what);

/// One document; take() it after the parser came to its end. The events throw as refuse_yaml()
/// does.
class YamlTreeBuilder final : public YAML::EventHandler {
  public:
    // NOLINTBEGIN(readability-identifier-naming): the names are yaml-cpp's.
    void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(mark, anchor, Value());
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Value::array());
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Value::object());
    }
    void OnMapEnd() override;
    // NOLINTEND(readability-identifier-naming)

    Value take() { return std::move(root_); }
    /// Where the document began.
    const YAML::Mark& start() const { return start_; }

  private:
    struct Level {
        Value container;
        YAML::Mark mark;
        YAML::anchor_t anchor = 0;
        bool has_key = false;  ///< the key is read, its value comes next
        bool merges = false;   ///< that key is "<<"
        std::string key;
        std::unordered_set<std::string> keys;
        Value::Array merged;  ///< what stood behind "<<", in order
    };

    bool expects_key() const {
        return !open_.empty() && open_.back().container.is_object() && !open_.back().has_key;
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              Value container);
    void close();
    void add(const YAML::Mark& mark, YAML::anchor_t anchor, Value value);
    void place(const YAML::Mark& mark, Value value);
    void place_key(const YAML::Mark& mark, const Value& key);
    void place_merged(const YAML::Mark& mark, Value value);

    std::vector<Level> open_;
    std::unordered_map<YAML::anchor_t, Value> anchors_;
    std::size_t alias_nodes_ = 0;
    YAML::Mark start_;
    Value root_;
};

}  // namespace kcert::json
