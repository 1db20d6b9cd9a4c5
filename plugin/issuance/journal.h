// SPDX-License-Identifier: Apache-2.0
//
// Events about one Certificate, written while things happen, by a thread of the journal's own: the
// flow never waits for an Event, and a failed Event never fails the flow. What an earlier run told
// in the same words is counted on the Event that is there.

#pragma once

#include <condition_variable>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "issuance/event_ledger.h"
#include "json/value.h"
#include "kube/object_store.h"

namespace kcert::issuance {

class Journal {
  public:
    /// `store` and `clock` must outlive the journal; `certificate` is what the Events are about.
    Journal(kube::ObjectStore& store, const Clock& clock, json::Value certificate);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();

    void normal(std::string_view reason, std::string_view message);
    void warning(std::string_view reason, std::string_view message);

    /// One Event a domain; for more than three domains one for all, which counts them and names the
    /// first. `before` and `after` stand around a domain: "Obtained authorization for domain ", "".
    void for_domains(std::string_view reason, std::string_view before,
                     std::span<const std::string> domains);

    /// Ends the journal, which the destructor does too: writes what is still waiting, for at most 5
    /// seconds. Why Events could not be written, the first cause; empty where all were.
    std::string close();

  private:
    void add(std::string_view type, std::string_view reason, std::string_view message);
    void run(const std::stop_token& stop);
    /// Why they could not be written; empty where all were.
    std::string write(const std::vector<json::Value>& events);
    void look_back(const std::stop_token& stop);
    bool count(const Repeat& repeat, const json::Value& event, const std::stop_token& stop);

    kube::ObjectStore& store_;
    const Clock& clock_;
    const json::Value certificate_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<json::Value> waiting_;
    std::string failure_;
    Time last_;
    EventLedger ledger_;  ///< the thread's own
    bool looked_back_ = false;
    std::stop_source give_up_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace kcert::issuance
