// SPDX-License-Identifier: Apache-2.0
//
// Where objects stand below an API server's URL. No name becomes more than one segment. Pure.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kube/object_key.h"
#include "kube/status_error.h"

namespace kcert::kube {

/// "/api/v1/namespaces/shop/secrets"; of all namespaces where `ns` is empty. Throws StatusError 400
/// where the namespace may not stand in a path.
std::string collection_path(const Kind& kind, std::string_view ns);

/// "/apis/certmanager.k8s.io/v1alpha1/namespaces/shop/certificates/web/status". Throws what
/// path_fault() finds.
std::string object_path(const ObjectKey& key, std::string_view subresource = {});

/// Why no object can bear this key's names: StatusError 400, in client-go's words.
std::optional<StatusError> path_fault(const ObjectKey& key);

/// The parameters behind a path.
class Query {
  public:
    void add(std::string_view name, std::string_view value);
    /// "?limit=500&continue=…"; empty without parameters.
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

}  // namespace kcert::kube
