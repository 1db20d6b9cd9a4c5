// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/zone_edit.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "crypto/digest.h"
#include "net/backoff.h"

namespace kcert::dns01::route53 {
namespace {

constexpr int kMostTries = 10;
/// Refusals while the zone stands still: then it is not another's writing that is in the way.
constexpr int kMostUnexplained = 2;
constexpr std::size_t kNonceBytes = 16;

/// One edit of a zone, made in as many tries as others' writing costs.
class ZoneEdit {
  public:
    ZoneEdit(Route53Client& client, const std::string& zone_id, const Texts& texts, Edit edit)
        : client_(client),
          zone_id_(zone_id),
          texts_(texts),
          edit_(edit),
          known_(presumed_sets(texts, edit)) {
        for (const auto& [name, values] : texts) {
            names_.push_back(name);
        }
    }

    /// The ids of the changes.
    std::vector<std::string> run(const std::stop_token& stop) {
        int unexplained = 0;
        for (int tries = 1;; ++tries) {
            const std::optional<Error> refusal = attempt(stop);
            if (!refusal) {
                return std::move(made_);
            }
            KnownSets standing = client_.text_sets(zone_id_, names_, stop);
            unexplained = standing == known_ ? unexplained + 1 : 0;
            known_ = std::move(standing);
            if (tries == kMostTries || unexplained == kMostUnexplained) {
                throw Error(*refusal);
            }
            pause(tries, stop);
        }
    }

  private:
    /// Why a batch was refused; nothing where all went well.
    std::optional<Error> attempt(const std::stop_token& stop) {
        const std::vector<std::vector<RecordChange>> changes =
            while_doing(fmt::format("route53: changing hosted zone {}", zone_id_),
                        [&] { return changes_for(texts_, known_, edit_); });
        for (const std::vector<RecordChange>& batch : into_batches(changes)) {
            auto outcome = client_.change(zone_id_, batch, stop);
            if (auto* const refusal = std::get_if<Route53Client::Refusal>(&outcome)) {
                return std::move(refusal->error);
            }
            made_.push_back(std::get<ChangeStatus>(outcome).id);
        }
        return std::nullopt;
    }

    /// The first refusal is the answer to a guess and costs no time.
    void pause(int tries, const std::stop_token& stop) {
        const auto now = client_.clock().now().time_since_epoch().count();
        if (tries > 1 && !client_.clock().sleep_for(
                             net::backoff(static_cast<std::uint64_t>(now), tries - 1), stop)) {
            throw Error(ErrorKind::Cancelled, "route53: stopped");
        }
    }

    Route53Client& client_;
    const std::string& zone_id_;
    const Texts& texts_;
    Edit edit_;
    KnownSets known_;
    std::vector<std::string> names_;
    std::vector<std::string> made_;
};

}  // namespace

void edit_zone(Route53Client& client, const std::string& zone_id, const Texts& texts, Edit edit,
               const std::stop_token& stop) {
    const std::vector<std::string> changes = ZoneEdit(client, zone_id, texts, edit).run(stop);
    if (edit == Edit::Add) {
        for (const std::string& change : changes) {
            client.await_in_sync(change, stop);
        }
    }
}

void check_editable(Route53Client& client, const std::string& zone_id, const std::string& zone,
                    const std::stop_token& stop) {
    const std::vector<std::string> names{"_acme-challenge." + zone};
    client.text_sets(zone_id, names, stop);
    // No set holds a value that has just been drawn, and one that is not there cannot be deleted;
    // whether the credential might delete it is looked at first.
    const std::string nonce = crypto::hex(crypto::random_bytes(kNonceBytes));
    const std::vector<RecordChange> probe{
        {RecordChange::Action::Delete,
         {.name = names.front(), .values = {route53_value("kubectl-cert-dry-run-" + nonce)}}}};
    auto outcome = client.change(zone_id, probe, stop);
    auto* const refusal = std::get_if<Route53Client::Refusal>(&outcome);
    constexpr std::string_view kOtherZone = "not permitted in zone";
    if (refusal != nullptr &&
        std::string_view(refusal->error.what()).find(kOtherZone) != std::string_view::npos) {
        refusal->error.prepend(fmt::format("hosted zone {} does not hold {}", zone_id, zone));
        throw Error(std::move(refusal->error));
    }
}

}  // namespace kcert::dns01::route53
