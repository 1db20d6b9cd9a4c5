// SPDX-License-Identifier: Apache-2.0
//
// Files in, live Secret out: the Certificate and its issuer stand in files, Secrets in the store
// below. What a later run needs of the Certificate's status lies in the labelled Secret that keeps
// its key while an order is under way; the rest of a status, and Events, are left out. Any thread
// may call.

#pragma once

#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "kube/manifest_view.h"
#include "kube/object_store.h"

namespace kcert::issuance {

class FileSubjectStore final : public kube::ObjectStore {
  public:
    /// `files` and `below` must outlive it; `certificate` is one that `files` hold.
    FileSubjectStore(kube::ManifestView& files, kube::ObjectStore& below,
                     kube::ObjectKey certificate);

    std::vector<kube::Fetched> get_all(std::span<const kube::ObjectKey> keys,
                                       std::stop_token stop) override;
    std::vector<json::Value> list(const kube::Kind& kind, const kube::Selection& selection,
                                  std::stop_token stop) override;
    std::vector<json::Value> create_all(std::span<const json::Value> objects,
                                        std::stop_token stop) override;
    json::Value patch(const kube::ObjectKey& key, const json::Value& merge_patch, kube::Part part,
                      std::stop_token stop) override;
    bool remove(const kube::ObjectKey& key, std::stop_token stop) override;
    void expect_writable(std::span<const kube::ObjectKey> keys, std::stop_token stop) override;
    std::vector<kube::Right> missing_rights(std::span<const kube::Right> rights,
                                            std::stop_token stop) override;
    void rehearse(std::span<const json::Value> objects, std::stop_token stop) override;
    std::unique_ptr<kube::Claim> claim(const kube::ObjectKey& key, std::stop_token stop) override;
    std::optional<std::string> claimed_by(const kube::ObjectKey& key,
                                          std::stop_token stop) override;
    std::string where() const override;
    std::string file_of(const kube::ObjectKey& key) const override;

  private:
    /// Takes down what the Secret keeps; the Certificate with that as its status.
    json::Value with_state(json::Value certificate, const kube::Fetched& secret);
    void store_state(const json::Value& wanted_version, const std::stop_token& stop);
    bool forget_state(const std::stop_token& stop);

    kube::ManifestView& files_;
    kube::ObjectStore& below_;
    const kube::ObjectKey certificate_;
    const kube::ObjectKey secret_;  ///< where the state lies
    std::mutex mutex_;
    json::Value status_;   ///< {"acme": …}: what a later run needs
    std::string version_;  ///< of the Secret; kAbsent where there is none
};

}  // namespace kcert::issuance
