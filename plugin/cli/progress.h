// SPDX-License-Identifier: Apache-2.0
//
// A line a domain that tells how far it is: redrawn in place on a terminal, one line a change in a
// pipe, in the same words. Any thread may call; on a terminal one thread of its own lets the
// seconds run. While it lives nobody else writes to the console.

#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "cli/console.h"

namespace kcert::cli {

struct Step {
    std::string state;   ///< "presented", "valid"
    std::string detail;  ///< "seen by 1 of 2 name servers"; may be empty
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

    /// A domain is shown from its first step on, in the order in which they came.
    void show(std::string_view domain, Step step);

    /// A line of its own, above the domains on a terminal.
    void note(std::string_view line);

  private:
    struct Domain {
        std::string name;
        Step step;
        Time changed;
    };

    void redraw(std::string_view above);
    std::vector<std::string> visible_lines() const;
    std::string cells(const Domain& domain) const;
    std::string plain_line(const Domain& domain) const;

    Console& console_;
    const Clock& clock_;
    const Time started_;
    std::mutex mutex_;
    std::vector<Domain> domains_;
    std::size_t drawn_ = 0;
    std::jthread ticker_;
};

}  // namespace kcert::cli
