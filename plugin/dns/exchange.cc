// SPDX-License-Identifier: Apache-2.0

#include "dns/exchange.h"

#include <poll.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "dns/waker.h"

namespace kcert::dns {
namespace {

using Instant = std::chrono::steady_clock::time_point;

constexpr std::size_t kMaxSockets = 64;
/// Of one try: who floods us with foreign packets gets no more of our time.
constexpr int kMaxForeign = 100;

/// One exchange on its way through its tries. Idle until start().
class Run {
  public:
    explicit Run(const Exchange& exchange);

    bool ended() const { return socket_ == nullptr; }
    Instant deadline() const { return deadline_; }
    pollfd poll_entry() const { return {socket_->descriptor(), socket_->interest(), 0}; }

    void start() { next_try(); }
    /// Takes what has come.
    void receive();
    /// Gives the current try up.
    void time_out();
    void stop();

    Outcome outcome() const;

  private:
    struct Try {
        std::size_t server;
        Protocol protocol;
    };

    const Server& server() const { return exchange_.servers[current_.server]; }
    void next_try();
    void give_up_socket();
    bool goes_on_listening();
    void note(std::string text) { notes_[current_.server] = std::move(text); }
    void forget(Protocol protocol);

    const Exchange& exchange_;
    std::deque<Try> tries_;
    Try current_{};
    std::unique_ptr<Socket> socket_;
    Instant deadline_;
    int foreign_ = 0;
    bool asked_again_ = false;
    bool final_ = false;
    bool stopped_ = false;
    std::map<std::size_t, std::string> notes_;  ///< the last of each server
};

Run::Run(const Exchange& exchange) : exchange_(exchange) {
    const bool udp = exchange.protocol == Protocol::Udp;
    for (const Protocol protocol : {exchange.protocol, exchange.protocol, Protocol::Tcp}) {
        for (std::size_t i = 0; i < exchange.servers.size(); ++i) {
            tries_.push_back({i, protocol});
        }
    }
    tries_.resize((udp ? 3 : 2) * exchange.servers.size());
}

void Run::next_try() {
    socket_.reset();
    while (!tries_.empty()) {
        current_ = tries_.front();
        tries_.pop_front();
        foreign_ = 0;
        deadline_ = std::chrono::steady_clock::now() + exchange_.timeout;
        const std::string packet = exchange_.packet();
        if (packet.empty()) {
            tries_.clear();
            return;
        }
        socket_ = std::make_unique<Socket>(server(), current_.protocol, packet);
        if (socket_->error().empty()) {
            return;
        }
        give_up_socket();
    }
}

/// A refused or unreachable server does not become another one in the next second.
void Run::give_up_socket() {
    note(fmt::format("{}: {}", to_string(server()), socket_->error()));
    forget(current_.protocol);
    socket_.reset();
}

void Run::receive() {
    Socket::State state = socket_->advance();
    while (state == Socket::State::Received) {
        if (!goes_on_listening()) {
            next_try();
            return;
        }
        state = socket_->advance();
    }
    if (state == Socket::State::Failed) {
        give_up_socket();
        next_try();
    }
}

void Run::time_out() {
    note(fmt::format("no answer from {}{} within {}", to_string(server()),
                     current_.protocol == Protocol::Tcp ? " over TCP" : "",
                     format_duration(exchange_.timeout)));
    next_try();
}

bool Run::goes_on_listening() {
    const bool udp = current_.protocol == Protocol::Udp;
    switch (exchange_.judge(socket_->message(), server())) {
        case Verdict::Foreign:
            note(fmt::format("{} answered something else", to_string(server())));
            return udp && ++foreign_ < kMaxForeign;
        case Verdict::Truncated:
            note(fmt::format("{} cut its answer off", to_string(server())));
            if (udp) {
                tries_.push_front({current_.server, Protocol::Tcp});
            }
            return false;
        case Verdict::Again:
            if (!std::exchange(asked_again_, true)) {
                tries_.push_front(current_);
            }
            return false;
        case Verdict::NextServer:
            note(fmt::format("{} could not answer", to_string(server())));
            forget(Protocol::Udp);
            forget(Protocol::Tcp);
            return false;
        case Verdict::Final:
            break;
    }
    final_ = true;
    tries_.clear();
    return false;
}

void Run::forget(Protocol protocol) {
    std::erase_if(tries_, [&](const Try& next) {
        return next.server == current_.server && next.protocol == protocol;
    });
}

void Run::stop() {
    stopped_ = true;
    tries_.clear();
    socket_.reset();
}

Outcome Run::outcome() const {
    if (exchange_.servers.empty()) {
        return {.error = "there is no server to ask"};
    }
    std::vector<std::string> lines;
    for (const auto& [index, text] : notes_) {
        lines.push_back(text);
    }
    const std::string error = stopped_ ? "stopped" : join(lines, "; ");
    return {.final = final_, .server = server(), .error = final_ ? "" : error};
}

/// The runs that have a socket open.
class Window {
  public:
    explicit Window(std::stop_token stop) : waker_(std::move(stop)) {}

    bool empty() const { return active_.empty(); }
    bool full() const { return active_.size() >= kMaxSockets; }

    void admit(Run& run) {
        run.start();
        if (!run.ended()) {
            active_.push_back(&run);
        }
    }

    /// Waits for an answer, the end of a try or a stop, and lets the runs take it.
    void turn() {
        std::vector<pollfd> entries;
        Instant wake = Instant::max();
        for (const Run* run : active_) {
            entries.push_back(run->poll_entry());
            wake = std::min(wake, run->deadline());
        }
        entries.push_back({waker_.descriptor(), POLLIN, 0});
        const auto wait =
            std::chrono::ceil<std::chrono::milliseconds>(wake - std::chrono::steady_clock::now());
        poll(entries.data(), entries.size(),
             static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, 60'000)));
        const Instant now = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < active_.size(); ++i) {
            if (entries[i].revents != 0) {
                active_[i]->receive();
            } else if (now >= active_[i]->deadline()) {
                active_[i]->time_out();
            }
        }
        std::erase_if(active_, [](const Run* run) { return run->ended(); });
    }

  private:
    Waker waker_;
    std::vector<Run*> active_;
};

}  // namespace

std::vector<Outcome> exchange_all(std::span<const Exchange> exchanges, std::stop_token stop) {
    std::vector<Run> runs(exchanges.begin(), exchanges.end());
    Window window(stop);
    for (std::size_t next = 0; !stop.stop_requested();) {
        while (next < runs.size() && !window.full()) {
            window.admit(runs[next++]);
        }
        if (window.empty()) {
            break;
        }
        window.turn();
    }
    std::vector<Outcome> outcomes;
    for (Run& run : runs) {
        if (stop.stop_requested()) {
            run.stop();
        }
        outcomes.push_back(run.outcome());
    }
    return outcomes;
}

}  // namespace kcert::dns
