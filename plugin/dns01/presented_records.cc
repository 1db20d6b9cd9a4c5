// SPDX-License-Identifier: Apache-2.0

#include "dns01/presented_records.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <thread>
#include <utility>

namespace kcert::dns01 {
namespace {

/// What `step` fails with, whatever it throws: an exception may not leave a thread.
std::optional<Error> failure_of(const std::function<void()>& step) {
    try {
        step();
        return std::nullopt;
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& error) {
        return Error(ErrorKind::Internal, error.what());
    }
}

/// Runs step(0) … step(count - 1), each in a thread of its own; the first in the caller's.
void run_each(std::size_t count, const std::function<void(std::size_t)>& step) {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < count; ++i) {
        threads.emplace_back(step, i);
    }
    if (count > 0) {
        step(0);
    }
}

std::vector<Leftover> remove(Provider& provider, const std::vector<TxtRecord>& records,
                             const std::stop_token& stop) {
    const std::optional<Error> failure = failure_of([&] { provider.clean_up(records, stop); });
    if (!failure) {
        return {};
    }
    std::map<std::string, std::vector<TxtRecord>> zones;
    for (const TxtRecord& record : records) {
        zones[record.zone].push_back(record);
    }
    std::vector<Leftover> leftovers;
    if (zones.size() == 1 || stop.stop_requested()) {
        for (const TxtRecord& record : records) {
            leftovers.push_back({record, failure->what()});
        }
        return leftovers;
    }
    for (const auto& [zone, of_zone] : zones) {
        std::ranges::move(remove(provider, of_zone, stop), std::back_inserter(leftovers));
    }
    return leftovers;
}

}  // namespace

void PresentedRecords::add(Provider& provider, std::span<const TxtRecord> records) {
    auto placed = std::ranges::find(placed_, &provider, &Placed::provider);
    if (placed == placed_.end()) {
        placed = placed_.insert(placed, {.provider = &provider});
    }
    for (const TxtRecord& record : records) {
        if (std::ranges::find(placed->records, record) == placed->records.end()) {
            placed->records.push_back(record);
        }
    }
}

std::vector<Leftover> PresentedRecords::clean_up(std::stop_token stop) {
    const std::vector<Placed> placed = std::exchange(placed_, {});
    std::vector<std::vector<Leftover>> left(placed.size());
    run_each(placed.size(), [&](std::size_t i) {
        left[i] = remove(*placed[i].provider, placed[i].records, stop);
    });
    std::vector<Leftover> leftovers;
    for (std::size_t i = 0; i < placed.size(); ++i) {
        for (Leftover& leftover : left[i]) {
            add(*placed[i].provider, std::span(&leftover.record, 1));
            leftovers.push_back(std::move(leftover));
        }
    }
    return leftovers;
}

std::size_t PresentedRecords::size() const {
    std::size_t size = 0;
    for (const Placed& placed : placed_) {
        size += placed.records.size();
    }
    return size;
}

std::vector<PresentFailure> present_all(std::span<const Placement> placements,
                                        std::stop_token stop) {
    std::vector<std::optional<Error>> outcomes(placements.size());
    run_each(placements.size(), [&](std::size_t i) {
        const Placement& placement = placements[i];
        outcomes[i] = failure_of([&] { placement.provider->present(placement.records, stop); });
    });
    std::vector<PresentFailure> failures;
    for (std::size_t i = 0; i < placements.size(); ++i) {
        if (outcomes[i]) {
            failures.push_back({placements[i].provider_name, *outcomes[i]});
        }
    }
    return failures;
}

}  // namespace kcert::dns01
