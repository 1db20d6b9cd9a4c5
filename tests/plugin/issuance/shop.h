// SPDX-License-Identifier: Apache-2.0
//
// A whole world for one Certificate in memory and a temporary folder: "web" in namespace "shop", an
// Issuer with two DNS providers, a CA that signs what it is asked for. What most tests of issuance
// begin with. Hooks let a test look at, or break, every step.

#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/event.h"
#include "issuance/issue.h"
#include "support/fake_ca.h"
#include "support/fake_dns.h"
#include "support/manual_clock.h"
#include "support/recording_provider.h"
#include "support/watched_store.h"

namespace kcert::issuance::fixtures {

inline constexpr std::string_view kAccountUrl = "https://ca.test/account/1";
inline constexpr std::string_view kOrderUrl = "https://ca.test/order/0";
/// What the steps of an issuance ask the CA for, in their order.
inline const std::vector<std::string> kAfterOrder{"authz", "challenge", "order", "finalize"};

/// An answer in place of the CA's; nothing: the CA's own. `kind` as FakeCa::counts has it.
using Hook = std::function<std::optional<net::Outcome>(const std::string& kind)>;

/// For the folder alone: tells the test's time, but where its threads wait for each other they do.
class FolderClock final : public Clock {
  public:
    explicit FolderClock(const Clock& clock) : clock_(clock) {}

    Time now() const override { return clock_.now(); }
    bool sleep_for(Duration duration, std::stop_token stop) const override {
        return SystemClock().sleep_for(duration, std::move(stop));
    }

  private:
    const Clock& clock_;
};

class Shop {
  public:
    Shop();

    World world();
    /// issue() with `request` and `progress`.
    Outcome issue(std::stop_token stop = {});
    /// As issue(), in a run that `stopper` stops.
    Outcome issue(const std::stop_source& stopper) { return issue(stopper.get_token()); }
    /// Issues; what CA, DNS, store and providers saw of it is forgotten.
    void issue_first();
    Subject subject();

    api::Certificate certificate();
    api::Condition ready();
    api::Issuer issuer();
    std::optional<api::Secret> secret(const std::string& name);
    /// "Normal PrepareCertificate Preparing certificate with issuer", in their order.
    std::vector<std::string> events();
    std::map<std::string, std::string> files() const;
    std::vector<dns01::TxtRecord> standing() const;
    int orders() { return ca.counts["new-order"]; }

    /// Changes a manifest: every `from` in it becomes `to`.
    void edit(const std::string& file, const std::string& from, const std::string& to) const;
    void add_secret(const std::string& name, const std::map<std::string, std::string>& data,
                    json::Value metadata = json::Value::object());
    /// The account of `key` exists, its key is stored; its URL too where `remembered`.
    void register_account(const crypto::PrivateKey& key);
    void remember_account(std::string_view url, std::string_view email);
    /// The folder as it is, and as it was: what a killed run leaves behind.
    void keep_copy();
    void restore_copy();

    testing::TemporaryFolder folder;
    testing::ManualClock clock;
    testing::FakeCa ca{crypto::PrivateKey::generate({crypto::KeyAlgorithm::Ecdsa, 256})};
    testing::FakeDns dns;
    testing::RecordingProvider prod{&dns};  ///< "prod-dns", rfc2136: example.com
    testing::RecordingProvider cf{&dns};    ///< "cf-dns", cloudflare: www.example.com
    FolderClock folder_clock{clock};
    kube::ManifestDirStore on_disk{folder.path(), "shop", folder_clock};
    testing::WatchedStore store{on_disk};
    IssueRequest request;

    Hook before;                       ///< the CA has not seen the request
    Hook after;                        ///< it has taken effect
    std::function<void()> on_present;  ///< before a provider places anything; one at a time
    json::Value directory_meta;
    std::vector<dns01::ProviderRequest> built;  ///< what providers were made from

    Progress progress;
    std::vector<DomainStep> steps;
    std::vector<std::string> notes;
    std::vector<std::string> warnings;

  private:
    void sign();
    void expect_stored_key();
    net::Response directory() const;

    testing::TemporaryFolder copy_;
    std::mutex mutex_;
};

/// Stops the run when the CA has dealt with a request of that kind.
Hook stop_at(const std::string& kind, const std::stop_source& stopper);

/// The first request of that kind gets `outcome`.
Hook once(const std::string& kind, net::Outcome outcome);

net::Response problem(int status, std::string_view type, std::string_view detail = "no");

}  // namespace kcert::issuance::fixtures
