// SPDX-License-Identifier: Apache-2.0
//
// RecordingProvider keeps what it is asked to do, in order, and places records into a FakeDns if it
// has one. It fails where the test says so. Any thread may call.

#pragma once

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "dns01/provider.h"
#include "support/fake_dns.h"

namespace kcert::testing {

class RecordingProvider final : public dns01::Provider {
  public:
    explicit RecordingProvider(FakeDns* dns = nullptr) : dns_(dns) {}

    void present(std::span<const dns01::TxtRecord> records, std::stop_token stop) override {
        const std::lock_guard lock(mutex_);
        presented.emplace_back(records.begin(), records.end());
        fail_if(present_failure, stop);
        std::optional<dns01::ZoneFailure> refused;
        for (const dns01::TxtRecord& record : records) {
            if (record.zone == refused_zone) {
                refused = {record.zone, Error(ErrorKind::Declined, "zone is refused")};
                continue;
            }
            standing_.push_back(record);
            if (dns_) {
                dns_->add(record.name, dns::RecordType::Txt, record.value);
            }
        }
        if (refused) {
            throw dns01::ZonesError({*refused});
        }
    }

    void clean_up(std::span<const dns01::TxtRecord> records, std::stop_token stop) override {
        const std::lock_guard lock(mutex_);
        cleaned.emplace_back(records.begin(), records.end());
        fail_if(clean_up_failure, stop);
        for (const dns01::TxtRecord& record : records) {
            if (record.zone == stuck_zone) {
                throw Error(ErrorKind::Declined, "zone " + record.zone + " is stuck");
            }
        }
        for (const dns01::TxtRecord& record : records) {
            std::erase(standing_, record);
            if (dns_) {
                dns_->remove(record.name, dns::RecordType::Txt, record.value);
            }
        }
    }

    void verify(std::span<const std::string> zones, std::stop_token stop) override {
        const std::lock_guard lock(mutex_);
        verified.emplace_back(zones.begin(), zones.end());
        fail_if(verify_failure, stop);
    }

    /// What was placed and not removed.
    std::vector<dns01::TxtRecord> standing() const {
        const std::lock_guard lock(mutex_);
        return standing_;
    }

    // One element a call.
    std::vector<std::vector<dns01::TxtRecord>> presented;
    std::vector<std::vector<dns01::TxtRecord>> cleaned;
    std::vector<std::vector<std::string>> verified;

    std::optional<Error> present_failure;
    std::optional<Error> clean_up_failure;
    std::optional<Error> verify_failure;
    std::string refused_zone;  ///< present() places all but its records, and says so
    std::string stuck_zone;    ///< clean_up() fails where a record of it is in the call

  private:
    static void fail_if(const std::optional<Error>& failure, const std::stop_token& stop) {
        if (stop.stop_requested()) {
            throw Error(ErrorKind::Cancelled, "stopped");
        }
        if (failure) {
            throw Error(*failure);
        }
    }

    FakeDns* dns_;
    mutable std::mutex mutex_;
    std::vector<dns01::TxtRecord> standing_;
};

}  // namespace kcert::testing
