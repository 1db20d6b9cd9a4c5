// SPDX-License-Identifier: Apache-2.0
//
// What is only looked at: a store of which every change is Error{Internal}. Who derives from it
// says where objects are read.

#pragma once

#include "kube/object_store.h"

namespace kcert::kube {

class ReadOnlyStore : public ObjectStore {
  public:
    std::vector<json::Value> create_all(std::span<const json::Value> objects,
                                        std::stop_token stop) final;
    json::Value patch(const ObjectKey& key, const json::Value& merge_patch, Part part,
                      std::stop_token stop) final;
    bool remove(const ObjectKey& key, std::stop_token stop) final;
    std::unique_ptr<Claim> claim(const ObjectKey& key, std::stop_token stop) final;
};

}  // namespace kcert::kube
