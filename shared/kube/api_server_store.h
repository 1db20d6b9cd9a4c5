// SPDX-License-Identifier: Apache-2.0
//
// An ObjectStore on an API server, over REST. Group and version of every kind are known: nothing is
// discovered. Requests that do not depend on each other go out together. Refusals are StatusErrors
// with the server's details; where no answer comes, Error{Transport} "Unable to connect to the
// server: …". Both are shown as kubectl shows them. A claim is a Lease. Any thread may call.

#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kube/aggregated_api.h"
#include "kube/api_client.h"
#include "kube/api_write.h"
#include "kube/object_store.h"

namespace kcert::kube {

class ApiServerStore final : public ObjectStore, public AggregatedApi {
  public:
    /// `http` and `clock` must outlive the store, and the store its claims. Asks nothing yet.
    ApiServerStore(ClusterAccess access, net::HttpClient& http, const Clock& clock,
                   ApiServerOptions options);

    std::vector<Fetched> get_all(std::span<const ObjectKey> keys, std::stop_token stop) override;
    std::vector<json::Value> list(const Kind& kind, const Selection& selection,
                                  std::stop_token stop) override;
    /// All are sent beside each other: later ones than the refused one may be there too.
    std::vector<json::Value> create_all(std::span<const json::Value> objects,
                                        std::stop_token stop) override;
    json::Value patch(const ObjectKey& key, const json::Value& merge_patch, Part part,
                      std::stop_token stop) override;
    bool remove(const ObjectKey& key, std::stop_token stop) override;
    /// By SelfSubjectAccessReviews; of a review that is refused nothing is told.
    std::vector<Right> missing_rights(std::span<const Right> rights, std::stop_token stop) override;
    void rehearse(std::span<const json::Value> objects, std::stop_token stop) override;
    std::unique_ptr<Claim> claim(const ObjectKey& key, std::stop_token stop) override;
    std::optional<std::string> claimed_by(const ObjectKey& key, std::stop_token stop) override;
    /// As the server itself tells it.
    StatusError not_found(const ObjectKey& key) const override;
    std::string where() const override { return api_.access().name; }
    json::Value post(const Kind& kind, const json::Value& object, std::stop_token stop) override;
    bool serves(const Kind& kind, std::stop_token stop) override;

  private:
    /// Sends writes; those that meet a conflict go out again, some times.
    std::vector<net::Response> write_all(std::span<const ApiCall> calls, std::stop_token stop);
    net::Response write(const ApiCall& call, const json::Value& patch, std::stop_token stop);
    json::Value patch_status(const ObjectKey& key, const json::Value& patch, std::stop_token stop);
    bool lacks_status_path(const Kind& kind) const;

    ApiServerOptions options_;
    ApiClient api_;
    WriteCalls calls_;
    mutable std::mutex mutex_;
    std::vector<Kind> without_status_path_;
};

}  // namespace kcert::kube
