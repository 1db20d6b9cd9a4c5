// SPDX-License-Identifier: Apache-2.0
//
// A CA in memory behind the HttpClient interface: it checks every signature, URL, key id and nonce
// (each is good for one use), plays accounts, orders, authorizations and certificates, and counts.
// A «round trip» is over when everything that was in flight has been answered.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "acme/directory.h"
#include "crypto/key.h"
#include "json/value.h"
#include "net/http_client.h"

namespace kcert::testing {

class FakeCa final : public net::HttpClient {
  public:
    explicit FakeCa(crypto::PrivateKey account_key) : account_key_(std::move(account_key)) {}

    void exchange(net::RequestSource& source, std::size_t window, std::stop_token stop) override;

    acme::Directory directory() const;

    /// The key that requests are to be signed with from now on.
    void expect_account_key(crypto::PrivateKey key) { account_key_ = std::move(key); }

    // How it behaves.
    int reject_every = 0;     ///< refuses every n-th nonce; 0: none
    bool authorized = false;  ///< orders come back ready
    bool account_exists = false;
    int looks_until_ready = 1;                   ///< polls after the challenges were answered
    int looks_until_valid = 1;                   ///< polls after finalize; 0: valid at once
    std::map<std::string, std::string> refused;  ///< names that fail, with the problem's detail
    json::Value extra_challenge;                 ///< offered first, beside dns-01
    std::string pem;                             ///< the chain that it hands out
    net::Headers pem_headers;
    /// Answers in place of the CA, which does not see the request.
    std::function<std::optional<net::Outcome>(const net::Request&)> instead;
    /// Takes the place of an answer whose request has taken effect.
    std::function<std::optional<net::Outcome>(const net::Request&)> afterwards;

    // What it saw.
    std::map<std::string, int> counts;  ///< by kind: "nonce", "new-account", "authz", …
    int round_trips = 0;
    int rejected = 0;
    std::size_t most_in_flight = 0;
    std::vector<std::string> faults;  ///< what a correct client never does
    json::Value last_payload;         ///< of the last POST that had one
    std::vector<std::string> contacts;

    /// Requests of all kinds but "nonce" and refused nonces.
    int requests() const;

  private:
    struct Authz {
        std::string name;
        std::string status = "pending";
        bool answered = false;
    };
    struct OrderState {
        std::vector<std::string> names;
        std::vector<std::size_t> authzs;
        std::string status = "pending";
        int looks = 0;
    };

    net::Outcome reply_to(const net::Request& request);
    net::Response take(const net::Request& request, const std::string& kind, std::size_t id);
    std::optional<net::Response> check(const net::Request& request, json::Value& payload);
    net::Response problem(int status, std::string_view type, std::string_view detail) const;
    net::Response new_account(const json::Value& payload);
    net::Response account(const json::Value& payload);
    net::Response new_order(const json::Value& payload);
    net::Response order(std::size_t id);
    net::Response authz(std::size_t id) const;
    net::Response challenge(std::size_t id);
    net::Response finalize(std::size_t id);
    void judge(OrderState& order);
    json::Value order_body(std::size_t id) const;
    std::string fresh_nonce();

    crypto::PrivateKey account_key_;
    std::set<std::string> nonces_;
    int issued_ = 0;
    int used_ = 0;
    std::vector<Authz> authzs_;
    std::vector<OrderState> orders_;
};

/// Of "https://ca.test/order/3/finalize": "finalize"; of ".../order/3": "order".
std::string kind_of(const std::string& address);

}  // namespace kcert::testing
