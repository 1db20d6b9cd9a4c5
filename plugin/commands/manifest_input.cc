// SPDX-License-Identifier: Apache-2.0

#include "commands/manifest_input.h"

#include <filesystem>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "kube/object_key.h"

namespace kcert::commands {
namespace {

constexpr std::string_view kStandardInput = "-";

/// What `read` gives. Guard: an Error is noted, so that the other files are still judged.
template <typename Read>
auto attempt(ManifestInput& input, Read&& read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Error& error) {
        input.failures.emplace_back(error.what());
        return std::nullopt;
    }
}

void append(ManifestInput& input, std::optional<std::vector<kube::ManifestObject>> objects) {
    if (objects) {
        input.objects.insert(input.objects.end(), std::make_move_iterator(objects->begin()),
                             std::make_move_iterator(objects->end()));
    }
}

/// The same object twice: which of the two counts cannot be told.
void refuse_twins(ManifestInput& input, const std::string& default_namespace) {
    std::map<std::string, std::string> files;
    for (const kube::ManifestObject& held : input.objects) {
        const std::string_view ns = held.object.text({"metadata", "namespace"});
        const std::string_view name = held.object.text({"metadata", "name"});
        if (name.empty()) {
            continue;
        }
        const bool cluster =
            kube::kind_of(held.object).value_or(kube::kSecret).scope == kube::Scope::Cluster;
        const std::string place =
            cluster ? "" : fmt::format("{}/", ns.empty() ? default_namespace : ns);
        const std::string identity =
            fmt::format("{} {}{}", held.object.text({"kind"}), place, name);
        const std::string api_version(held.object.text({"apiVersion"}));
        const auto [first, is_first] =
            files.emplace(fmt::format("{} {}", api_version, identity), held.file);
        if (!is_first) {
            input.failures.push_back(
                fmt::format("{} stands in {} and in {}", identity, first->second, held.file));
        }
    }
}

}  // namespace

ManifestInput read_input(std::span<const std::string> names, const std::string& default_namespace,
                         std::istream& in) {
    ManifestInput input;
    for (const std::string& name : names) {
        if (name == kStandardInput) {
            const std::string text{std::istreambuf_iterator<char>(in), {}};
            append(input, attempt(input, [&] { return kube::read_manifest_text(text, name); }));
            continue;
        }
        const auto files = attempt(input, [&] { return kube::manifest_files(name); });
        for (const std::filesystem::path& file :
             files.value_or(std::vector<std::filesystem::path>())) {
            append(input, attempt(input, [&] { return kube::read_manifests(file); }));
        }
    }
    refuse_twins(input, default_namespace);
    return input;
}

void expect_namespace(ManifestInput& input, const std::string& ns) {
    if (ns.empty()) {
        return;
    }
    std::erase_if(input.objects, [&](const kube::ManifestObject& held) {
        const std::string_view own = held.object.text({"metadata", "namespace"});
        const bool foreign = !own.empty() && own != ns;
        if (foreign) {
            input.failures.push_back(fmt::format(
                "the namespace from the provided object \"{0}\" does not match the namespace "
                "\"{1}\". You must pass '--namespace={0}' to perform this operation. ({2})",
                own, ns, held.file == kStandardInput ? "standard input" : held.file));
        }
        return foreign;
    });
}

}  // namespace kcert::commands
