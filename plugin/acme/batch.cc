// SPDX-License-Identifier: Apache-2.0

#include "acme/batch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "acme/jws.h"
#include "acme/retry.h"
#include "net/backoff.h"

namespace kcert::acme {

namespace {

/// newNonce requests that only save time; more are sent only where nothing else brings a nonce.
constexpr int kMaxEarlyNonces = 10;

}  // namespace

Transport::Batch::Batch(Transport& transport, std::span<const Post> posts) : transport_(transport) {
    for (const Post& post : posts) {
        waiting_.push_back(jobs_.size());
        jobs_.push_back({.post = &post});
    }
}

std::optional<net::Request> Transport::Batch::next() {
    if (waiting_.empty()) {
        return std::nullopt;
    }
    if (const std::optional<std::string> nonce = transport_.nonces_.take()) {
        const std::size_t job = waiting_.front();
        waiting_.pop_front();
        sent_.emplace_back(job);
        ++in_flight_;
        ++transport_.counts_.posts;
        return signed_request(*jobs_[job].post, *nonce);
    }
    if (!may_ask_for_nonce()) {
        return std::nullopt;
    }
    sent_.emplace_back(std::nullopt);
    ++in_flight_;
    ++nonces_in_flight_;
    ++transport_.counts_.nonces;
    return nonce_request();
}

/// Every answer brings a nonce, so a batch of n gathers n of them, or as many as may be in flight
/// at once, and what follows needs none.
bool Transport::Batch::may_ask_for_nonce() const {
    if (nonce_fault_) {
        return false;
    }
    return in_flight_ == 0 ||
           (nonces_in_flight_ < waiting_.size() && transport_.counts_.nonces < kMaxEarlyNonces);
}

net::Request Transport::Batch::nonce_request() {
    return {.method = "HEAD",
            .url = transport_.directory_.new_nonce,
            .route = transport_.options_.route};
}

net::Request Transport::Batch::signed_request(const Post& post, const std::string& nonce) const {
    // RFC 8555 §6.2: newAccount is signed with the key itself, the rest in the account's name.
    const bool in_account_name = post.url != transport_.directory_.new_account;
    const JwsHeader header{.url = post.url,
                           .nonce = nonce,
                           .account_url = in_account_name ? transport_.account_url_ : ""};
    net::Request request{.method = "POST",
                         .url = post.url,
                         .headers = {{"Content-Type", "application/jose+json"}},
                         .body = sign_request(transport_.key_, header, post.payload.value_or("")),
                         .route = transport_.options_.route};
    if (!post.accept.empty()) {
        request.headers.emplace_back("Accept", post.accept);
    }
    return request;
}

void Transport::Batch::done(std::size_t index, net::Outcome outcome) {
    --in_flight_;
    if (const auto* response = std::get_if<net::Response>(&outcome)) {
        transport_.nonces_.keep_from(*response);
    }
    if (const std::optional<std::size_t> job = sent_.at(index)) {
        post_done(*job, std::move(outcome));
    } else {
        nonce_done(outcome);
    }
}

void Transport::Batch::nonce_done(const net::Outcome& outcome) {
    --nonces_in_flight_;
    if (judge(outcome) != Verdict::Success) {
        nonce_fault_ = outcome;
    } else if (transport_.nonces_.empty()) {
        nonce_fault_ = Error(ErrorKind::Declined, "the CA's newNonce answer brings no nonce");
    }
}

void Transport::Batch::post_done(std::size_t job, net::Outcome outcome) {
    Job& done = jobs_[job];
    switch (judge(outcome)) {
        case Verdict::Success:
            done.outcome = std::get<net::Response>(std::move(outcome));
            return;
        case Verdict::BadNonce:
            bad_nonce(job, std::get<net::Response>(outcome));
            return;
        case Verdict::Busy:
            busy(job, std::get<net::Response>(outcome));
            return;
        case Verdict::Fault:
            fault(job, outcome);
            return;
        case Verdict::Refused:
        case Verdict::Stopped:
            done.outcome = refusal(*done.post, outcome);
            return;
    }
}

void Transport::Batch::bad_nonce(std::size_t job, const net::Response& response) {
    ++transport_.counts_.rejected;
    if (++jobs_[job].bad_nonces > kMaxBadNonce || now() >= transport_.options_.until) {
        jobs_[job].outcome = refusal(*jobs_[job].post, response);
    } else {
        waiting_.push_front(job);
    }
}

void Transport::Batch::busy(std::size_t job, const net::Response& response) {
    Job& refused = jobs_[job];
    const int attempt = ++refused.busy;
    const std::optional<Time> at = retry_time(response, now());
    const bool again = at ? attempt <= kMaxBusy : attempt <= kMaxFaults;
    const Duration pause = net::backoff(transport_.options_.seed + job, attempt);
    told_to_wait_ = told_to_wait_ || at;
    // «0» and a second that has just begun are honoured, but not as a reason to flood the CA
    if (!again || !put_off(job, at ? std::max(*at - now(), pause / 4) : pause)) {
        refused.outcome = refusal(*refused.post, response);
    }
}

void Transport::Batch::fault(std::size_t job, const net::Outcome& outcome) {
    Job& faulty = jobs_[job];
    if (faulty.post->payload && faulty.post->after_fault == AfterFault::Report) {
        const PostOutcome cause = refusal(*faulty.post, outcome);
        const auto* problem = std::get_if<ProblemError>(&cause);
        faulty.outcome = Uncertain{problem != nullptr ? Error(problem->kind(), problem->what())
                                                      : std::get<Error>(cause)};
        return;
    }
    const int attempt = ++faulty.faults;
    if (attempt >= kMaxFaults ||
        !put_off(job, net::backoff(transport_.options_.seed + job, attempt))) {
        faulty.outcome = refusal(*faulty.post, outcome);
    }
}

bool Transport::Batch::put_off(std::size_t job, Duration wait) {
    if (wait > transport_.options_.until - now()) {
        return false;
    }
    put_off_.push_back(job);
    pause_ = std::max(pause_, wait);
    return true;
}

PostOutcome Transport::Batch::refusal(const Post& post, const net::Outcome& outcome) const {
    if (const auto* error = std::get_if<Error>(&outcome)) {
        return *error;
    }
    return std::visit([](auto error) -> PostOutcome { return error; },
                      read_refusal(post.url, std::get<net::Response>(outcome), now()));
}

Transport::Batch::Break Transport::Batch::end_round() {
    if (nonce_fault_ && !waiting_.empty()) {
        settle_nonce_fault(*nonce_fault_);
    }
    nonce_fault_.reset();
    sent_.clear();
    waiting_.insert(waiting_.end(), put_off_.begin(), put_off_.end());
    put_off_.clear();
    return {.pause = std::exchange(pause_, {}), .told = std::exchange(told_to_wait_, false)};
}

void Transport::Batch::settle_nonce_fault(const net::Outcome& outcome) {
    const Verdict verdict = judge(outcome);
    const int attempt = ++nonce_faults_;
    Duration wait = net::backoff(transport_.options_.seed, attempt);
    if (const auto* response = std::get_if<net::Response>(&outcome)) {
        const std::optional<Time> at = retry_time(*response, now());
        told_to_wait_ = told_to_wait_ || at;
        wait = at ? std::max(*at - now(), wait / 4) : wait;
    }
    if ((verdict == Verdict::Fault || verdict == Verdict::Busy) && attempt < kMaxFaults &&
        wait <= transport_.options_.until - now()) {
        pause_ = std::max(pause_, wait);
        return;
    }
    const PostOutcome failure = refusal({.url = transport_.directory_.new_nonce}, outcome);
    for (const std::size_t job : waiting_) {
        jobs_[job].outcome = failure;
    }
    waiting_.clear();
}

void Transport::Batch::give_up(const Error& error) {
    for (Job& job : jobs_) {
        if (!job.outcome) {
            job.outcome = error;
        }
    }
    waiting_.clear();
}

std::vector<PostOutcome> Transport::Batch::take_outcomes() {
    std::vector<PostOutcome> outcomes;
    for (Job& job : jobs_) {
        outcomes.push_back(std::move(*job.outcome));
    }
    return outcomes;
}

}  // namespace kcert::acme
