// SPDX-License-Identifier: Apache-2.0
//
// A line a domain that tells how far it is: redrawn in place on a terminal, one line a change in a
// pipe, in the same words and columns; a column may grow, never shrink. Any thread may call; on a
// terminal one thread of its own lets the seconds run. While it lives nobody else writes to the
// console.

#pragma once

#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "cli/console.h"

namespace kcert::cli {

struct Step {
    std::string state;   ///< "presented", "valid"
    std::string detail;  ///< "seen by 1 of 2 name servers", its first line; may be empty
    Colour colour = Colour::None;
    bool final = false;  ///< the domain's time stands still from here on

    bool operator==(const Step&) const = default;
};

class Progress {
  public:
    /// `clock` must outlive it; the time runs from now.
    Progress(Console& console, const Clock& clock);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Leaves the last lines standing.
    ~Progress();

    /// The domains to come: their column is as wide as they need it from the first line on.
    void expect(std::span<const std::string> domains);

    /// A domain is shown from its first step on, in the order in which they came.
    void show(std::string_view domain, Step step);

    /// Every domain shown whose step is not final takes this one.
    void end(const Step& step);

    /// A line of its own, above the domains on a terminal.
    void note(std::string_view line);

  private:
    struct Domain {
        std::string name;
        Step step;
        Time changed;
    };

    void change(Domain& domain, Step step);
    void redraw(std::string_view above);
    std::vector<std::string> visible_lines() const;
    std::string painted_line(const Domain& domain) const;
    std::string line(const Domain& domain, std::size_t room) const;

    Console& console_;
    const Clock& clock_;
    const Time started_;
    std::mutex mutex_;
    std::vector<Domain> domains_;
    std::size_t name_width_ = 0;
    std::size_t detail_width_;
    std::size_t drawn_ = 0;
    std::jthread ticker_;
};

}  // namespace kcert::cli
