// SPDX-License-Identifier: Apache-2.0
//
// The posts of one Transport::post_all() on their way. A round is one exchange: posts are signed
// as nonces come in, what a nonce stopped goes again at once, and what has to wait is left to the
// next round.

#pragma once

#include <deque>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "acme/transport.h"

namespace kcert::acme {

class Transport::Batch final : public net::RequestSource {
  public:
    /// `transport` and `posts` must outlive it.
    Batch(Transport& transport, std::span<const Post> posts);

    /// What has to be sent in the next round; 0: every post has its outcome.
    std::size_t waiting() const { return waiting_.size(); }
    /// How long to wait between two rounds.
    struct Break {
        Duration pause{};
        bool told = false;  ///< the CA asked for it
    };
    /// Ends a round. The next one has all that was put off.
    Break end_round();
    /// Gives every post that has no outcome this one.
    void give_up(const Error& error);
    std::vector<PostOutcome> take_outcomes();

    std::optional<net::Request> next() override;
    void done(std::size_t index, net::Outcome outcome) override;

  private:
    struct Job {
        const Post* post;
        std::optional<PostOutcome> outcome = {};
        int bad_nonces = 0;
        int faults = 0;
        int busy = 0;
    };

    bool may_ask_for_nonce() const;
    net::Request nonce_request();
    net::Request signed_request(const Post& post, const std::string& nonce) const;

    void nonce_done(const net::Outcome& outcome);
    /// No nonce came for what still waits: another round, or that is its outcome.
    void settle_nonce_fault(const net::Outcome& outcome);
    void post_done(std::size_t job, net::Outcome outcome);
    void bad_nonce(std::size_t job, const net::Response& response);
    void busy(std::size_t job, const net::Response& response);
    void fault(std::size_t job, const net::Outcome& outcome);
    /// Puts the job off; false where the wait would go beyond the transport's time.
    bool put_off(std::size_t job, Duration wait);
    PostOutcome refusal(const Post& post, const net::Outcome& outcome) const;
    Time now() const { return transport_.clock_.now(); }

    Transport& transport_;
    std::vector<Job> jobs_;
    std::deque<std::size_t> waiting_;

    // of the round
    std::vector<std::optional<std::size_t>> sent_;  ///< the job of each request; none: a nonce's
    std::size_t in_flight_ = 0;
    std::size_t nonces_in_flight_ = 0;  ///< of these, newNonce requests
    std::vector<std::size_t> put_off_;
    Duration pause_{};
    bool told_to_wait_ = false;
    std::optional<net::Outcome> nonce_fault_;

    int nonce_faults_ = 0;
};

}  // namespace kcert::acme
