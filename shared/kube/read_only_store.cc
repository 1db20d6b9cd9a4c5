// SPDX-License-Identifier: Apache-2.0

#include "kube/read_only_store.h"

#include "base/error.h"

namespace kcert::kube {
namespace {

[[noreturn]] void refuse_change() {
    throw Error(ErrorKind::Internal, "what is only looked at cannot be changed");
}

}  // namespace

std::vector<json::Value> ReadOnlyStore::create_all(std::span<const json::Value> /*objects*/,
                                                   std::stop_token /*stop*/) {
    refuse_change();
}

json::Value ReadOnlyStore::patch(const ObjectKey& /*key*/, const json::Value& /*merge_patch*/,
                                 Part /*part*/, std::stop_token /*stop*/) {
    refuse_change();
}

bool ReadOnlyStore::remove(const ObjectKey& /*key*/, std::stop_token /*stop*/) {
    refuse_change();
}

std::unique_ptr<Claim> ReadOnlyStore::claim(const ObjectKey& /*key*/, std::stop_token /*stop*/) {
    refuse_change();
}

}  // namespace kcert::kube
