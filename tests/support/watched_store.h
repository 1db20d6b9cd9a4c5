// SPDX-License-Identifier: Apache-2.0
//
// An ObjectStore in front of another: it keeps what is asked of it, and refuses what the test says.
// Any thread may call.

#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "kube/manifest_dir_store.h"
#include "support/temporary_folder.h"

namespace kcert::testing {

class WatchedStore final : public kube::ObjectStore {
  public:
    explicit WatchedStore(kube::ObjectStore& store) : store_(store) {}

    std::vector<kube::Fetched> get_all(std::span<const kube::ObjectKey> keys,
                                       std::stop_token stop) override {
        std::string line = "get";
        for (const kube::ObjectKey& key : keys) {
            line += " " + kube::describe(key) + ",";
        }
        line.pop_back();
        enter(line);
        return store_.get_all(keys, std::move(stop));
    }

    std::vector<json::Value> list(const kube::Kind& kind, const kube::Selection& selection,
                                  std::stop_token stop) override {
        enter("list " + std::string(kind.plural) +
              (selection.ns.empty() ? "" : " in " + selection.ns));
        return store_.list(kind, selection, std::move(stop));
    }

    std::vector<json::Value> create_all(std::span<const json::Value> objects,
                                        std::stop_token stop) override {
        for (const json::Value& object : objects) {
            enter("create " + kube::describe(kube::key_of(object, "")));
        }
        return store_.create_all(objects, std::move(stop));
    }

    json::Value patch(const kube::ObjectKey& key, const json::Value& merge_patch, kube::Part part,
                      std::stop_token stop) override {
        enter((part == kube::Part::Main ? "patch " : "patch status of ") + kube::describe(key));
        return store_.patch(key, merge_patch, part, std::move(stop));
    }

    bool remove(const kube::ObjectKey& key, std::stop_token stop) override {
        enter("remove " + kube::describe(key));
        return store_.remove(key, std::move(stop));
    }

    void expect_writable(std::span<const kube::ObjectKey> keys, std::stop_token stop) override {
        store_.expect_writable(keys, std::move(stop));
    }

    std::vector<kube::Right> missing_rights(std::span<const kube::Right> rights,
                                            std::stop_token /*stop*/) override {
        std::vector<kube::Right> missing;
        for (const kube::Right& right : rights) {
            const std::string path = "/" + right.subresource;
            asked_rights.push_back(right.verb + " " + right.kind.resource() +
                                   (right.subresource.empty() ? "" : path));
            if (std::ranges::find(lacking_rights, asked_rights.back()) != lacking_rights.end()) {
                missing.push_back(right);
            }
        }
        return missing;
    }

    std::unique_ptr<kube::Claim> claim(const kube::ObjectKey& key, std::stop_token stop) override {
        enter("claim " + kube::describe(key));
        return store_.claim(key, std::move(stop));
    }

    std::string where() const override { return store_.where(); }
    std::string file_of(const kube::ObjectKey& key) const override { return store_.file_of(key); }

    /// The calls so far, Events aside.
    std::vector<std::string> calls() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }

    void forget_calls() {
        const std::lock_guard lock(mutex_);
        calls_.clear();
    }

    /// Calls whose line begins so are refused: 403 Forbidden.
    void forbid(std::string calls) {
        const std::lock_guard lock(mutex_);
        forbidden_ = std::move(calls);
    }

    /// "patch issuers.certmanager.k8s.io/status": what this user has no right to.
    std::vector<std::string> lacking_rights;
    /// In the same words, each that was asked for.
    std::vector<std::string> asked_rights;

    /// Told of every call before it is carried out.
    std::function<void(const std::string& line)> on_call;

  private:
    static bool is_about_events(std::string_view line) {
        return line.starts_with("create Event") || line.starts_with("patch Event") ||
               line.starts_with("list events");
    }

    void enter(const std::string& line) {
        if (on_call) {
            on_call(line);
        }
        const std::lock_guard lock(mutex_);
        if (!is_about_events(line)) {
            calls_.push_back(line);
        }
        if (!forbidden_.empty() && line.starts_with(forbidden_)) {
            throw kube::StatusError(403, "Forbidden", "you may not " + line);
        }
    }

    kube::ObjectStore& store_;
    mutable std::mutex mutex_;
    std::vector<std::string> calls_;
    std::string forbidden_;
};

}  // namespace kcert::testing
