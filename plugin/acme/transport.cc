// SPDX-License-Identifier: Apache-2.0

#include "acme/transport.h"

#include <utility>

#include <fmt/format.h>

#include "acme/batch.h"
#include "acme/ca_url.h"
#include "base/timestamp.h"

namespace kcert::acme {

const net::Response& answer(const PostOutcome& outcome) {
    if (const auto* problem = std::get_if<ProblemError>(&outcome)) {
        throw ProblemError(*problem);
    }
    if (const auto* error = std::get_if<Error>(&outcome)) {
        throw Error(*error);
    }
    if (const auto* uncertain = std::get_if<Uncertain>(&outcome)) {
        throw Error(uncertain->cause);
    }
    return std::get<net::Response>(outcome);
}

Transport::Transport(net::HttpClient& http, const Clock& clock, Directory directory,
                     crypto::PrivateKey account_key, TransportOptions options)
    : http_(http),
      clock_(clock),
      directory_(std::move(directory)),
      key_(std::move(account_key)),
      options_(std::move(options)) {}

void Transport::set_account_url(std::string url) {
    account_url_ = check_ca_url(std::move(url), "account");
}

net::Response Transport::post(const Post& post, std::stop_token stop) {
    return answer(post_all({&post, 1}, std::move(stop)).front());
}

net::Response Transport::fetch(const std::string& url, std::stop_token stop) {
    return post({.url = url}, std::move(stop));
}

std::vector<PostOutcome> Transport::post_all(std::span<const Post> posts, std::stop_token stop) {
    Batch batch(*this, posts);
    while (batch.waiting() > 0) {
        http_.exchange(batch, options_.window, stop);
        const auto [pause, told] = batch.end_round();
        if (told && batch.waiting() > 0) {
            options_.told_to_wait(clock_.now() + pause);
        }
        if (stop.stop_requested() || (batch.waiting() > 0 && !clock_.sleep_for(pause, stop))) {
            batch.give_up(Error(ErrorKind::Cancelled, "stopped"));
        }
    }
    return batch.take_outcomes();
}

void Transport::wait(Duration duration, std::string_view what, std::stop_token stop) {
    const Time now = clock_.now();
    if (duration > options_.until - now) {
        throw Error(ErrorKind::TimedOut,
                    fmt::format("{}: time is up before the CA wants to be asked again, at {}", what,
                                rfc3339(now + duration)));
    }
    if (!clock_.sleep_for(duration, stop)) {
        throw Error(ErrorKind::Cancelled, "stopped");
    }
}

}  // namespace kcert::acme
