// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/record_sets.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace kcert::dns01::route53 {
namespace {

using Action = RecordChange::Action;
using Routing = RecordSet::Routing;

constexpr std::size_t kMostRecords = 1000;  // of a ChangeResourceRecordSets request
constexpr std::size_t kMostCharacters = 32'000;
constexpr std::size_t kLongestString = 255;
constexpr std::size_t kLongestIdentifier = 128;
constexpr std::size_t kShownIdentifier = 60;

bool holds(const std::vector<std::string>& values, const std::string& value) {
    return std::ranges::find(values, value) != values.end();
}

std::vector<std::string> quoted(const std::vector<std::string>& values) {
    std::vector<std::string> texts;
    for (const std::string& value : values) {
        if (std::string text = route53_value(value); !holds(texts, text)) {
            texts.push_back(std::move(text));
        }
    }
    return texts;
}

void replace(std::vector<RecordChange>& changes, const RecordSet& set,
             std::vector<std::string> values) {
    changes.push_back({Action::Delete, set});
    if (!values.empty()) {
        RecordSet left = set;
        left.values = std::move(values);
        changes.push_back({Action::Create, std::move(left)});
    }
}

std::vector<RecordChange> additions(const std::string& name, const std::vector<std::string>& wanted,
                                    const std::vector<RecordSet>& sets) {
    std::vector<std::string> missing;
    for (const std::string& value : wanted) {
        if (std::ranges::none_of(sets,
                                 [&](const RecordSet& set) { return holds(set.values, value); })) {
            missing.push_back(value);
        }
    }
    std::vector<RecordChange> changes;
    if (missing.empty()) {
        return changes;
    }
    if (sets.empty()) {
        return {{Action::Create, {.name = name, .values = std::move(missing)}}};
    }
    for (const RecordSet& set : sets) {
        if (set.routing == Routing::Other) {
            throw Error(ErrorKind::Declined,
                        fmt::format("the TXT records of {} are an alias or stand under a routing "
                                    "policy (set \"{}\") and are left alone: remove them, or lead "
                                    "the name elsewhere by a CNAME",
                                    printable(name),
                                    printable(shortened(set.identifier, kShownIdentifier))));
        }
    }
    if (sets.front().routing == Routing::Simple) {
        std::vector<std::string> values = sets.front().values;
        values.insert(values.end(), missing.begin(), missing.end());
        replace(changes, sets.front(), std::move(values));
        return changes;
    }
    for (const std::string& value : missing) {
        RecordSet set{.name = name, .ttl = sets.front().ttl, .values = {value}};
        set.routing = Routing::MultiValue;
        set.identifier = value.substr(0, kLongestIdentifier);
        changes.push_back({Action::Create, std::move(set)});
    }
    return changes;
}

std::vector<RecordChange> removals(const std::vector<std::string>& unwanted,
                                   const std::vector<RecordSet>& sets) {
    std::vector<RecordChange> changes;
    for (const RecordSet& set : sets) {
        std::vector<std::string> left = set.values;
        std::erase_if(left, [&](const std::string& value) { return holds(unwanted, value); });
        if (left.size() < set.values.size() && set.routing != Routing::Other) {
            replace(changes, set, std::move(left));
        }
    }
    return changes;
}

}  // namespace

KnownSets presumed_sets(const Texts& texts, Edit edit) {
    KnownSets known;
    if (edit == Edit::Remove) {
        for (const auto& [name, values] : texts) {
            known[name] = {{.name = name, .values = quoted(values)}};
        }
    }
    return known;
}

std::vector<std::vector<RecordChange>> changes_for(const Texts& texts, const KnownSets& known,
                                                   Edit edit) {
    std::vector<std::vector<RecordChange>> changes;
    for (const auto& [name, values] : texts) {
        const auto found = known.find(name);
        const std::vector<RecordSet> sets =
            found == known.end() ? std::vector<RecordSet>() : found->second;
        std::vector<RecordChange> of_name = edit == Edit::Add
                                                ? additions(name, quoted(values), sets)
                                                : removals(quoted(values), sets);
        if (!of_name.empty()) {
            changes.push_back(std::move(of_name));
        }
    }
    return changes;
}

std::vector<std::vector<RecordChange>> into_batches(
    std::span<const std::vector<RecordChange>> changes) {
    std::vector<std::vector<RecordChange>> batches;
    std::size_t records = kMostRecords;
    std::size_t characters = 0;
    for (const std::vector<RecordChange>& of_name : changes) {
        std::size_t more_records = 0;
        std::size_t more_characters = 0;
        for (const RecordChange& change : of_name) {
            more_records += change.set.values.size();
            for (const std::string& value : change.set.values) {
                more_characters += value.size();
            }
        }
        if (records + more_records > kMostRecords ||
            characters + more_characters > kMostCharacters) {
            batches.emplace_back();
            records = 0;
            characters = 0;
        }
        records += more_records;
        characters += more_characters;
        batches.back().insert(batches.back().end(), of_name.begin(), of_name.end());
    }
    return batches;
}

std::string route53_value(std::string_view value) {
    std::string text;
    do {
        text += text.empty() ? "\"" : " \"";
        for (const char c : value.substr(0, kLongestString)) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                text.append(1, '\\').append(1, c);
            } else if (byte < 0x20 || byte >= 0x7f) {
                text += fmt::format("\\{:03o}", byte);
            } else {
                text += c;
            }
        }
        text += '"';
        value.remove_prefix(std::min(value.size(), kLongestString));
    } while (!value.empty());
    return text;
}

}  // namespace kcert::dns01::route53
