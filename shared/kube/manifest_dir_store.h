// SPDX-License-Identifier: Apache-2.0
//
// An ObjectStore in a folder of manifests. Reads every .yaml, .yml and .json below it (many
// documents a file, List kinds, stringData). Never rewrites a person's file: objects it creates
// are files of its own (secret.NS.NAME.yaml, mode 0600, written aside, synced, renamed, marked by
// an annotation), changes to a person's object lie as a merge patch in
// DIR/.kubectl-cert/KIND.NS.NAME.overlay and are applied when read. Events lie there too, each
// whole in event.NS.NAME.overlay: list() shows them, `kubectl apply -R` never sends them. A claim
// is a flock. Readers take no lock; writers take a short one around what they read and write.

#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "kube/file_io.h"
#include "kube/file_lock.h"
#include "kube/folder_layout.h"
#include "kube/folder_snapshot.h"
#include "kube/object_store.h"

namespace kcert::kube {

class ManifestDirStore final : public ObjectStore {
  public:
    /// Objects that name no namespace stand in `default_namespace`. Throws Error{Config} where the
    /// folder is not there. Reads nothing yet. `clock` stamps what is created.
    ManifestDirStore(std::filesystem::path dir, std::string default_namespace, const Clock& clock);

    std::vector<Fetched> get_all(std::span<const ObjectKey> keys, std::stop_token stop) override;
    std::vector<json::Value> list(const Kind& kind, const Selection& selection,
                                  std::stop_token stop) override;
    std::vector<json::Value> create_all(std::span<const json::Value> objects,
                                        std::stop_token stop) override;
    json::Value patch(const ObjectKey& key, const json::Value& merge_patch, Part part,
                      std::stop_token stop) override;
    bool remove(const ObjectKey& key, std::stop_token stop) override;
    void expect_writable(std::span<const ObjectKey> keys, std::stop_token stop) override;
    std::unique_ptr<Claim> claim(const ObjectKey& key, std::stop_token stop) override;
    std::optional<std::string> claimed_by(const ObjectKey& key, std::stop_token stop) override;
    std::string where() const override;
    std::string file_of(const ObjectKey& key) const override;

  private:
    /// Makes the state folder and waits for the writers' lock.
    FileLock lock_for_writing(const std::stop_token& stop) const;
    json::Value create_one(const FolderSnapshot& snapshot, const json::Value& value) const;
    /// False where its file is there and may not be replaced.
    bool write_created(const FolderObject& object, Existing existing) const;

    FolderLayout layout_;
    std::string default_namespace_;
    const Clock& clock_;
};

}  // namespace kcert::kube
