// SPDX-License-Identifier: Apache-2.0

#include "issuance/journal.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/event.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/text.h"
#include "kube/selection.h"

namespace kcert::issuance {

namespace {

constexpr auto kLastWords = std::chrono::seconds(5);
constexpr std::size_t kSingly = 3;
constexpr std::size_t kMaxMessage = 1024;

/// A table shows an Event in a row: what stands in lines is put one behind the other.
std::string one_line(std::string_view message) {
    std::vector<std::string> parts;
    for (const std::string& line : split(message, '\n')) {
        if (const std::string_view part = trim(line); !part.empty()) {
            parts.emplace_back(part);
        }
    }
    return printable(join(parts, "; "));
}

/// One line of at most `kMaxMessage` bytes, cut between characters.
std::string bounded(std::string_view message) {
    std::string text = one_line(message);
    if (text.size() <= kMaxMessage) {
        return text;
    }
    std::size_t end = kMaxMessage - 4;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end) + " ...";
}

}  // namespace

Journal::Journal(kube::ObjectStore& store, const Clock& clock, json::Value certificate)
    : store_(store),
      clock_(clock),
      certificate_(std::move(certificate)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Journal::~Journal() {
    close();
}

std::string Journal::close() {
    if (thread_.joinable()) {
        const Deadline last_words(kLastWords, {});
        const std::stop_callback give_up(last_words.token(), [this] { give_up_.request_stop(); });
        thread_.request_stop();
        thread_.join();
    }
    return failure_;
}

void Journal::normal(std::string_view reason, std::string_view message) {
    add("Normal", reason, message);
}

void Journal::warning(std::string_view reason, std::string_view message) {
    add("Warning", reason, message);
}

void Journal::for_domains(std::string_view reason, std::string_view before,
                          std::span<const std::string> domains) {
    if (domains.size() <= kSingly) {
        for (const std::string& domain : domains) {
            normal(reason, std::string(before) + "domain " + domain);
        }
        return;
    }
    normal(reason, fmt::format("{}{} domains: {}, {}, {} and {} more", before, domains.size(),
                               domains[0], domains[1], domains[2], domains.size() - kSingly));
}

void Journal::add(std::string_view type, std::string_view reason, std::string_view message) {
    const std::lock_guard lock(mutex_);
    // Names end in the nanoseconds: they must differ and grow in the order of the steps.
    last_ = std::max(clock_.now(), last_ + std::chrono::nanoseconds(1));
    waiting_.push_back(api::make_event(certificate_, type, reason, bounded(message), last_));
    changed_.notify_one();
}

std::string Journal::write(const std::vector<json::Value>& events) {
    const std::stop_token stop = give_up_.get_token();
    try {
        look_back(stop);
        std::vector<json::Value> unheard_of;
        const auto create = [&] {
            if (!unheard_of.empty()) {
                store_.create_all(std::exchange(unheard_of, {}), stop);
            }
        };
        for (const json::Value& event : events) {
            const std::optional<Repeat> repeat = ledger_.tell(event);
            if (repeat) {
                create();  // what is counted may be among them
            }
            if (!repeat || !count(*repeat, event, stop)) {
                unheard_of.push_back(event);
            }
        }
        create();
        return {};
    } catch (const std::exception& error) {
        log::write(1, std::string("writing Events: ") + error.what());
        return error.what();
    }
}

/// Guard: who may not list Events can still create them; then none is counted.
void Journal::look_back(const std::stop_token& stop) {
    if (std::exchange(looked_back_, true)) {
        return;
    }
    try {
        const kube::Selection own = kube::events_about(kube::key_of(certificate_, "default"),
                                                       certificate_.text({"metadata", "uid"}));
        for (const json::Value& event : store_.list(kube::kEvent, own, stop)) {
            ledger_.note(event);
        }
    } catch (const Error& error) {
        log::write(1, std::string("listing Events: ") + error.what());
    }
}

/// Guard: false where the one that was there is gone meanwhile or may not be changed; `event` is
/// then to be created.
bool Journal::count(const Repeat& repeat, const json::Value& event, const std::stop_token& stop) {
    try {
        store_.patch(repeat.key, repeat.patch, kube::Part::Main, stop);
        return true;
    } catch (const Error& error) {
        log::write(1, std::string("counting an Event: ") + error.what());
        const auto* const refusal = dynamic_cast<const kube::StatusError*>(&error);
        if (refusal == nullptr || refusal->code() != 404) {
            ledger_.forget();
        }
        ledger_.not_counted(event);
        return false;
    }
}

void Journal::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
        if (waiting_.empty()) {
            return;  // stopped, and nothing is left
        }
        const std::vector<json::Value> batch = std::exchange(waiting_, {});
        lock.unlock();
        const std::string failure = write(batch);
        lock.lock();
        if (failure_.empty()) {
            failure_ = failure;
        }
    }
}

}  // namespace kcert::issuance
