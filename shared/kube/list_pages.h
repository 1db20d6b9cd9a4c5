// SPDX-License-Identifier: Apache-2.0
//
// A list that comes in pages: what to ask for next, and the objects so far. Pure.

#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "kube/api_path.h"
#include "kube/object_store.h"
#include "net/http_client.h"

namespace kcert::kube {

class ListPages {
  public:
    /// Throws Error{Usage} where the selection makes no sense.
    ListPages(const Kind& kind, Selection selection);

    bool done() const { return done_; }
    Query next_query() const;

    /// A page, as object_in() gave it. Throws Error{Transport} where it is no list of the kind, or
    /// where there are more pages than any cluster has.
    void add(json::Value page);

    /// The answer was 410: the token of the next page has expired. False where nothing is left to
    /// try; else next_query() goes on, with the replacement that the answer brought or once from
    /// the start.
    bool go_on_after_expiry(const net::Response& response);

    /// All, by namespace and name, each with apiVersion and kind.
    std::vector<json::Value> take();

  private:
    void count_request();

    Kind kind_;
    Selection selection_;
    std::vector<json::Value> items_;
    std::string token_;
    bool done_ = false;
    bool restarted_ = false;
    int requests_ = 0;
};

}  // namespace kcert::kube
