// SPDX-License-Identifier: Apache-2.0

#include "cli/progress.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "cli/table.h"

namespace kcert::cli {
namespace {

constexpr std::size_t kStateWidth = std::string_view("presented").size();
constexpr std::size_t kUsualDetail = std::string_view("seen by 1 of 2 name servers").size();
constexpr std::size_t kLongestDetail = 60;  // a longer one moves only its own line's time
constexpr std::size_t kLongestTime = std::string_view("59m59s").size();
constexpr std::string_view kGap = "   ";

std::string padded(std::string text, std::size_t width) {
    const std::size_t taken = display_width(text);
    return text.append(width > taken ? width - taken : 0, ' ');
}

}  // namespace

Progress::Progress(Console& console, const Clock& clock)
    : console_(console), clock_(clock), started_(clock.now()), detail_width_(kUsualDetail) {
    if (!console_.redraws()) {
        return;
    }
    ticker_ = std::jthread([this](const std::stop_token& stop) {
        while (clock_.sleep_for(std::chrono::seconds(1), stop)) {
            const std::lock_guard lock(mutex_);
            redraw("");
        }
    });
}

Progress::~Progress() = default;

void Progress::expect(std::span<const std::string> domains) {
    const std::lock_guard lock(mutex_);
    for (const std::string& domain : domains) {
        name_width_ = std::max(name_width_, display_width(printable(domain)));
    }
}

void Progress::show(std::string_view domain, Step step) {
    const std::lock_guard lock(mutex_);
    step.detail = printable(split(step.detail, '\n').front());
    auto shown = std::find_if(domains_.begin(), domains_.end(),
                              [&](const Domain& known) { return known.name == domain; });
    if (shown == domains_.end()) {
        shown = domains_.insert(domains_.end(), Domain{.name = std::string(domain)});
        name_width_ = std::max(name_width_, display_width(printable(domain)));
    } else if (shown->step == step) {
        return;
    }
    change(*shown, std::move(step));
}

void Progress::end(const Step& step) {
    const std::lock_guard lock(mutex_);
    for (Domain& domain : domains_) {
        if (!domain.step.final) {
            change(domain, step);
        }
    }
}

void Progress::change(Domain& domain, Step step) {
    domain.step = std::move(step);
    domain.changed = clock_.now();
    if (const std::size_t width = display_width(domain.step.detail); width <= kLongestDetail) {
        detail_width_ = std::max(detail_width_, width);
    }
    if (console_.redraws()) {
        redraw("");
    } else {
        console_.err(line(domain, std::string::npos) + "\n");
    }
}

void Progress::note(std::string_view line) {
    const std::lock_guard lock(mutex_);
    const std::string text = printable(line) + "\n";
    if (console_.redraws()) {
        redraw(text);
    } else {
        console_.err(text);
    }
}

void Progress::redraw(std::string_view above) {
    std::string text;
    if (drawn_ > 0) {
        text += fmt::format("\x1b[{}A\r\x1b[J", drawn_);  // up, then clear to the screen's end
    }
    text += above;
    const std::vector<std::string> lines =
        domains_.empty() ? std::vector<std::string>() : visible_lines();
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    drawn_ = lines.size();
    console_.err(text);
}

/// As many domains as the terminal has lines, those that are done left out first; no line wraps,
/// since the next redrawing counts lines.
std::vector<std::string> Progress::visible_lines() const {
    const Terminal& terminal = console_.terminal();
    const std::size_t room = std::max<std::size_t>(terminal.height, 4) - 2;
    std::vector<const Domain*> chosen;
    for (const Domain& domain : domains_) {
        chosen.push_back(&domain);
    }
    if (chosen.size() > room) {
        std::stable_partition(chosen.begin(), chosen.end(),
                              [](const Domain* domain) { return !domain->step.final; });
        chosen.resize(room);
    }
    std::vector<std::string> lines;
    for (const Domain* domain : chosen) {
        lines.push_back(painted_line(*domain));
    }
    if (chosen.size() < domains_.size()) {
        lines.push_back(fmt::format("… and {} more", domains_.size() - chosen.size()));
    }
    return lines;
}

std::string Progress::painted_line(const Domain& domain) const {
    const std::size_t room = std::max<std::size_t>(console_.terminal().width, 20) - 1;
    std::string text(clipped(line(domain, room), room));
    const std::string& state = domain.step.state;
    if (const std::size_t at = text.find("  " + state); at != std::string::npos) {
        text.replace(at + 2, state.size(), console_.painted(state, domain.step.colour));
    }
    return text;
}

/// Where there is not room enough the detail is cut first.
std::string Progress::line(const Domain& domain, std::size_t room) const {
    const Time until = domain.step.final || !console_.redraws() ? domain.changed : clock_.now();
    const std::string head = padded(printable(domain.name), name_width_) + "  " +
                             padded(domain.step.state, kStateWidth) + std::string(kGap);
    const std::size_t others = display_width(head) + kGap.size() + kLongestTime;
    const std::size_t left = room > others ? room - others : 0;
    const std::string detail(clipped(domain.step.detail, left));
    return head + padded(detail, std::min(detail_width_, left)) +
           std::string(left > 0 ? kGap : "") + human_duration(until - started_);
}

}  // namespace kcert::cli
