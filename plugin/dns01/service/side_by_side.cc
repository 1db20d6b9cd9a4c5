// SPDX-License-Identifier: Apache-2.0

#include "dns01/service/side_by_side.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.h"
#include "dns01/service/held_zones.h"

namespace kcert::dns01 {
namespace {

enum class AfterFailure { GoOn, BeginNoOther };

/// What each call threw, in the order of the numbers.
std::vector<std::exception_ptr> run(std::size_t count, std::size_t window, AfterFailure then,
                                    const std::function<void(std::size_t)>& step) {
    std::vector<std::exception_ptr> failures(count);
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    const auto work = [&] {
        for (std::size_t i = next++; i < count && (then == AfterFailure::GoOn || !failed);
             i = next++) {
            try {
                step(i);
            } catch (...) {
                failures[i] = std::current_exception();
                failed = true;
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < std::min(count, window); ++i) {
            threads.emplace_back(work);
        }
        work();
    }
    return failures;
}

std::optional<Error> error_of(const std::exception_ptr& failure) {
    if (!failure) {
        return std::nullopt;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        return error;
    } catch (const std::exception& defect) {
        return Error(ErrorKind::Internal, defect.what());
    }
}

void run_zones(std::span<const std::string> zones, std::size_t window, const std::stop_token& stop,
               const std::function<void(std::size_t)>& step) {
    const std::vector<std::exception_ptr> thrown =
        run(zones.size(), window, AfterFailure::GoOn, step);
    std::vector<ZoneFailure> failures;
    for (std::size_t i = 0; i < zones.size(); ++i) {
        if (std::optional<Error> error = error_of(thrown[i])) {
            failures.push_back({zones[i], *std::move(error)});
        }
    }
    if (!failures.empty() && stop.stop_requested()) {
        throw Error(ErrorKind::Cancelled, failures.front().error.what());
    }
    if (!failures.empty()) {
        throw ZonesError(std::move(failures));
    }
}

}  // namespace

void for_each_zone(std::span<const TxtRecord> records, std::size_t window,
                   const std::stop_token& stop, const ZoneStep& step) {
    const std::map<std::string, std::vector<TxtRecord>> groups = by_zone(records);
    std::vector<std::string> zones;
    for (const auto& [zone, of_zone] : groups) {
        zones.push_back(zone);
    }
    run_zones(zones, window, stop, [&](std::size_t i) { step(zones[i], groups.at(zones[i])); });
}

void for_each_zone(std::span<const std::string> zones, std::size_t window,
                   const std::stop_token& stop,
                   const std::function<void(const std::string& zone)>& step) {
    run_zones(zones, window, stop, [&](std::size_t i) { step(zones[i]); });
}

void side_by_side(std::size_t count, std::size_t window,
                  const std::function<void(std::size_t)>& step) {
    for (const std::exception_ptr& failure : run(count, window, AfterFailure::BeginNoOther, step)) {
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
}

}  // namespace kcert::dns01
