// SPDX-License-Identifier: Apache-2.0

#include "report/side_reading.h"

#include <algorithm>
#include <utility>

namespace kcert::report {
namespace {

constexpr std::size_t kAtOnce = 8;

/// A cluster without the Gateway API has none of its objects, and nobody misses them.
bool no_such_kind(const kube::StatusError& refusal) {
    return refusal.code() == 404;
}

Listed read_list(kube::ObjectStore& store, const kube::Kind& kind, const kube::Selection& selection,
                 const std::stop_token& stop) {
    Listed listed;
    listed.error = reading_failure([&] {
        try {
            listed.objects = store.list(kind, selection, stop);
        } catch (const kube::StatusError& refusal) {
            if (!no_such_kind(refusal)) {
                throw;
            }
        }
    });
    return listed;
}

}  // namespace

SideList::SideList(kube::ObjectStore& store, const kube::Kind& kind, kube::Selection selection)
    : list_([&store, kind, selection = std::move(selection)](const std::stop_token& stop) {
          return read_list(store, kind, selection, stop);
      }) {}

SideClaims::SideClaims(kube::ObjectStore& store, std::vector<kube::ObjectKey> keys)
    : count_(keys.size()) {
    const std::size_t workers = std::min(kAtOnce, keys.size());
    for (std::size_t first = 0; first < workers; ++first) {
        std::vector<kube::ObjectKey> share;
        for (std::size_t i = first; i < keys.size(); i += workers) {
            share.push_back(std::move(keys[i]));
        }
        workers_.push_back(std::make_unique<Background<std::vector<Claimed>>>(
            [&store, share = std::move(share)](const std::stop_token& stop) {
                std::vector<Claimed> claims(share.size());
                for (std::size_t i = 0; i < share.size(); ++i) {
                    claims[i].error = reading_failure(
                        [&] { claims[i].holder = store.claimed_by(share[i], stop); });
                }
                return claims;
            }));
    }
}

std::vector<Claimed> SideClaims::get(const std::stop_token& stop) {
    std::vector<Claimed> claims(count_);
    for (std::size_t first = 0; first < workers_.size(); ++first) {
        const std::vector<Claimed>& share = workers_[first]->get(stop);
        for (std::size_t i = 0; i < share.size(); ++i) {
            claims[first + i * workers_.size()] = share[i];
        }
    }
    return claims;
}

}  // namespace kcert::report
