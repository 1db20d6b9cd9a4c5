// SPDX-License-Identifier: Apache-2.0

#include "cli/progress.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "cli/table.h"

namespace kcert::cli {
namespace {

constexpr ColumnStyle kColumns{.min_width = 0, .padding = 2};

}  // namespace

Progress::Progress(Console& console, const Clock& clock)
    : console_(console), clock_(clock), started_(clock.now()) {
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

void Progress::show(std::string_view domain, Step step) {
    const std::lock_guard lock(mutex_);
    auto shown = std::find_if(domains_.begin(), domains_.end(),
                              [&](const Domain& known) { return known.name == domain; });
    if (shown == domains_.end()) {
        shown = domains_.insert(domains_.end(), Domain{.name = std::string(domain)});
    } else if (shown->step == step) {
        return;
    }
    shown->step = std::move(step);
    shown->changed = clock_.now();
    if (console_.redraws()) {
        redraw("");
    } else {
        console_.err(plain_line(*shown) + "\n");
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
    std::vector<std::string> rows;
    rows.reserve(chosen.size());
    for (const Domain* domain : chosen) {
        rows.push_back(cells(*domain));
    }
    std::vector<std::string> lines;
    for (const std::string& row : split(align_columns(join(rows, "\n"), kColumns), '\n')) {
        const std::string& state = chosen[lines.size()]->step.state;
        std::string line(clipped(row, std::max<std::size_t>(terminal.width, 20) - 1));
        if (const std::size_t at = line.find("  " + state); at != std::string::npos) {
            line.replace(at + 2, state.size(),
                         console_.painted(state, chosen[lines.size()]->step.colour));
        }
        lines.push_back(std::move(line));
    }
    if (chosen.size() < domains_.size()) {
        lines.push_back(fmt::format("… and {} more", domains_.size() - chosen.size()));
    }
    return lines;
}

std::string Progress::cells(const Domain& domain) const {
    const Time until = domain.step.final ? domain.changed : clock_.now();
    return fmt::format("{}\t{} \t{} \t{}", printable(domain.name), domain.step.state,
                       printable(domain.step.detail), human_duration(until - started_));
}

std::string Progress::plain_line(const Domain& domain) const {
    const std::string detail =
        domain.step.detail.empty() ? "" : "   " + printable(domain.step.detail);
    std::size_t width = 0;
    for (const Domain& known : domains_) {
        width = std::max(width, display_width(known.name));
    }
    return fmt::format("{:<{}}  {:<9}{}   {}", printable(domain.name), width, domain.step.state,
                       detail, human_duration(domain.changed - started_));
}

}  // namespace kcert::cli
