// SPDX-License-Identifier: Apache-2.0

#include "session/loading.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "session/kubeconfig_codec.h"
#include "session/local_file.h"

namespace kcert::session {
namespace {

namespace fs = std::filesystem;

void resolve(std::string& path, const fs::path& folder) {
    if (!path.empty() && path.front() != '/') {
        path = (folder / path).lexically_normal().native();
        while (path.size() > 1 && path.ends_with('/')) {
            path.pop_back();
        }
    }
}

/// One faulty file is told as any error, several are listed; as kubectl does both.
void refuse(const std::vector<std::string>& faults) {
    if (faults.size() == 1) {
        throw Error(ErrorKind::Config, faults.front());
    }
    if (!faults.empty()) {
        throw Error(ErrorKind::Config, OwnWords{"", join(faults, "\n")});
    }
}

}  // namespace

std::vector<std::string> usual_files(const Environment& environment) {
    if (environment.kubeconfig.empty()) {
        return environment.home.empty()
                   ? std::vector<std::string>()
                   : std::vector<std::string>{environment.home + "/.kube/config"};
    }
    std::vector<std::string> files;
    for (const std::string& file : split(environment.kubeconfig, ':')) {
        if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end()) {
            files.push_back(file);
        }
    }
    return files;
}

void resolve_paths(Kubeconfig& config, const std::string& file) {
    const fs::path folder = fs::absolute(file).parent_path();
    for (auto& [name, cluster] : config.clusters) {
        resolve(cluster.certificate_authority, folder);
    }
    for (auto& [name, user] : config.users) {
        resolve(user.client_certificate, folder);
        resolve(user.client_key, folder);
        resolve(user.token_file, folder);
        // A bare name is looked up in PATH.
        if (user.exec && user.exec->command.find('/') != std::string::npos) {
            resolve(user.exec->command, folder);
        }
    }
}

Kubeconfig merge(std::span<const Kubeconfig> configs) {
    Kubeconfig merged;
    for (const Kubeconfig& config : configs) {
        merged.clusters.insert(config.clusters.begin(), config.clusters.end());
        merged.users.insert(config.users.begin(), config.users.end());
        merged.contexts.insert(config.contexts.begin(), config.contexts.end());
        if (merged.current_context.empty()) {
            merged.current_context = config.current_context;
        }
    }
    return merged;
}

Kubeconfig load_kubeconfig(const std::string& explicit_file, const Environment& environment) {
    std::vector<std::string> files = usual_files(environment);
    if (!explicit_file.empty()) {
        if (const std::string absent = absence(explicit_file); !absent.empty()) {
            throw Error(ErrorKind::Config, absent);
        }
        files = {explicit_file};
    }
    std::vector<Kubeconfig> configs;
    std::vector<std::string> faults;
    for (const std::string& file : files) {
        const LocalFile read = read_local_file(file);
        if (read.missing) {
            log::write(1, "Config not found: " + file);
            continue;
        }
        try {
            if (!read.failure.empty()) {
                throw Error(ErrorKind::Config, read.failure);
            }
            Kubeconfig config = decode_kubeconfig(read.content.reveal());
            resolve_paths(config, file);
            for (auto& [name, user] : config.users) {
                user.name = name;
                user.file = fs::absolute(file).native();
            }
            configs.push_back(std::move(config));
        } catch (const Error& error) {
            faults.push_back(
                fmt::format("error loading config file \"{}\": {}", file, error.what()));
        }
    }
    refuse(faults);
    return merge(configs);
}

}  // namespace kcert::session
