// SPDX-License-Identifier: Apache-2.0

#include "dns01/presented_records.h"

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

namespace kcert::dns01 {
namespace {

/// Zones that failed for one cause.
struct Failure {
    std::set<std::string> zones;
    Error error;
};

/// What `step`, which deals with `records`, fails with, whatever it throws: an exception may not
/// leave a thread.
std::vector<Failure> failures_of(std::span<const TxtRecord> records,
                                 const std::function<void()>& step) {
    std::set<std::string> all;
    for (const TxtRecord& record : records) {
        all.insert(record.zone);
    }
    std::vector<Failure> failures;
    try {
        step();
    } catch (const ZonesError& error) {
        for (const ZoneFailure& failure : error.failures()) {
            failures.push_back({{failure.zone}, failure.error});
        }
    } catch (const Error& error) {
        failures.push_back({std::move(all), error});
    } catch (const std::exception& error) {
        failures.push_back({std::move(all), Error(ErrorKind::Internal, error.what())});
    }
    return failures;
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
    std::vector<Leftover> leftovers;
    for (const Failure& failure : failures_of(records, [&] { provider.clean_up(records, stop); })) {
        const bool which_unknown = failure.zones.size() > 1 && !stop.stop_requested();
        for (const std::string& zone : failure.zones) {
            std::vector<TxtRecord> of_zone;
            std::ranges::copy_if(records, std::back_inserter(of_zone),
                                 [&](const TxtRecord& record) { return record.zone == zone; });
            if (which_unknown) {
                std::ranges::move(remove(provider, of_zone, stop), std::back_inserter(leftovers));
                continue;
            }
            for (const TxtRecord& record : of_zone) {
                leftovers.push_back({record, failure.error.what()});
            }
        }
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
    std::vector<std::vector<Failure>> outcomes(placements.size());
    run_each(placements.size(), [&](std::size_t i) {
        const Placement& placement = placements[i];
        outcomes[i] = failures_of(placement.records,
                                  [&] { placement.provider->present(placement.records, stop); });
    });
    std::vector<PresentFailure> failures;
    for (std::size_t i = 0; i < placements.size(); ++i) {
        for (Failure& failure : outcomes[i]) {
            failures.push_back(
                {placements[i].provider_name, std::move(failure.zones), std::move(failure.error)});
        }
    }
    return failures;
}

}  // namespace kcert::dns01
