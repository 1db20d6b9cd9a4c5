// SPDX-License-Identifier: Apache-2.0

#include "kube/lease_claim.h"

#include <fmt/format.h>

#include "base/background.h"
#include "base/log.h"
#include "kube/api_write.h"
#include "kube/lease_hold.h"

namespace kcert::kube {
namespace {

constexpr int kMostTries = 5;
/// A Date header tells whole seconds, and the answer took its time.
constexpr std::chrono::seconds kClockSlip{3};

class LeaseClaim final : public Claim {
  public:
    LeaseClaim(ApiClient& api, ObjectKey key, json::Value lease, Time taken)
        : hold_(api, std::move(key), std::move(lease), taken), clock_(api.clock()) {
        renewing_.emplace([this](const std::stop_token& stop) {
            while (clock_.sleep_for(kLeaseRenewal, stop)) {
                hold_.renew(stop);
            }
            return true;
        });
    }
    LeaseClaim(const LeaseClaim&) = delete;
    LeaseClaim& operator=(const LeaseClaim&) = delete;
    ~LeaseClaim() override {
        renewing_.reset();
        hold_.release();
    }

    bool held() const override { return hold_.held(); }

  private:
    LeaseHold hold_;
    const Clock& clock_;
    std::optional<Background<bool>> renewing_;
};

/// Nobody is kept out: there is no right to Leases, or nothing is to be stored.
class WeakClaim final : public Claim {
  public:
    explicit WeakClaim(std::string weakness) : weakness_(std::move(weakness)) {}

    bool held() const override { return true; }
    std::string weakness() const override { return weakness_; }

  private:
    std::string weakness_;
};

std::unique_ptr<Claim> without_lease(ApiClient& api, const ObjectKey& key,
                                     const StatusError& refusal) {
    const std::string weakness = fmt::format(
        "no right to Leases in namespace {}: other runs are not kept out of {}, the "
        "resourceVersion of its status guards instead",
        key.ns, describe(key));
    log::write(1, refusal.what());
    api.warn(weakness);
    return std::make_unique<WeakClaim>(weakness);
}

/// One attempt's result: the claim, or nothing where the lease changed while it was looked at.
using Attempt = std::unique_ptr<Claim>;

class Claimant {
  public:
    Claimant(ApiClient& api, const ObjectKey& key, const ApiServerOptions& options,
             std::stop_token stop)
        : api_(api),
          key_(key),
          lease_(lease_key(key)),
          writes_(options),
          dry_run_(options.dry_run),
          stop_(std::move(stop)),
          holder_{.identity = options.holder_identity, .process = this_process()} {}

    std::unique_ptr<Claim> claim() {
        for (int tries = 0; tries < kMostTries; ++tries) {
            if (Attempt claim = create()) {
                return claim;
            }
            if (Attempt claim = take_over()) {
                return claim;
            }
        }
        throw StatusError(409, "Conflict", describe(key_) + " is being claimed by other runs");
    }

  private:
    Attempt create() {
        const Time asked_at = api_.clock().now();
        const Time written = api_.server_now();
        const ApiCall call = writes_.create(new_lease(key_, holder_, written));
        const net::Response response = api_.send(call, stop_);
        const bool created = !dry_run_ && !refusal_in(response, call.asked);
        if (created && std::chrono::abs(api_.server_now() - written) > kClockSlip) {
            // The run's first answer: only now it is known how far the server's clock is from ours.
            const json::Value lease = expected_object(response, call.asked);
            return taken_by(patch(stamp_patch(lease, api_.server_now())));
        }
        return taken_by(call, response, asked_at);
    }

    /// Judges the lease that is there; takes it where nobody holds it.
    Attempt take_over() {
        const ApiCall get = get_call(lease_);
        const net::Response response = api_.send(get, stop_);
        if (is_absence(response, get.asked)) {
            return nullptr;
        }
        if (const auto refusal = refusal_in(response, get.asked)) {
            return refused(*refusal);
        }
        const json::Value lease = expected_object(response, get.asked);
        if (is_held(lease, holder_.process, process_runs, api_.server_now())) {
            throw StatusError(
                409, "Conflict",
                fmt::format("{} is being worked on by {}", describe(key_), held_by(lease)));
        }
        return taken_by(patch(takeover_patch(lease, holder_, api_.server_now())));
    }

    ApiCall patch(const json::Value& body) const {
        return writes_.patch(lease_, body, Part::Main, Part::Main);
    }

    /// The claim where the write was accepted; nothing where another run was faster.
    Attempt taken_by(const ApiCall& call) {
        const Time asked_at = api_.clock().now();
        return taken_by(call, api_.send(call, stop_), asked_at);
    }

    Attempt taken_by(const ApiCall& call, const net::Response& response, Time asked_at) {
        if (const auto refusal = refusal_in(response, call.asked)) {
            const bool gone = call.method == "PATCH" && is_absence(response, call.asked);
            return refusal->code() == 409 || gone ? nullptr : refused(*refusal);
        }
        if (dry_run_) {
            return std::make_unique<WeakClaim>("a dry run claims nothing");
        }
        return std::make_unique<LeaseClaim>(api_, lease_, expected_object(response, call.asked),
                                            asked_at);
    }

    Attempt refused(const StatusError& refusal) {
        if (refusal.code() != 403) {
            throw StatusError(refusal);
        }
        return without_lease(api_, key_, refusal);
    }

    ApiClient& api_;
    const ObjectKey& key_;
    ObjectKey lease_;
    WriteCalls writes_;
    bool dry_run_;
    std::stop_token stop_;
    LeaseHolder holder_;
};

}  // namespace

std::unique_ptr<Claim> claim_by_lease(ApiClient& api, const ObjectKey& key,
                                      const ApiServerOptions& options, std::stop_token stop) {
    return Claimant(api, key, options, std::move(stop)).claim();
}

std::optional<std::string> lease_holder(ApiClient& api, const ObjectKey& key,
                                        std::stop_token stop) {
    const ApiCall get = get_call(lease_key(key));
    const net::Response response = api.send(get, std::move(stop));
    if (refusal_in(response, get.asked)) {
        return std::nullopt;
    }
    const json::Value lease = expected_object(response, get.asked);
    return is_held(lease, this_process(), process_runs, api.server_now())
               ? std::optional(held_by(lease))
               : std::nullopt;
}

}  // namespace kcert::kube
