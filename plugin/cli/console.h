// SPDX-License-Identifier: Apache-2.0
//
// Where words go: data to stdout, talk to stderr. Knows what kind of terminal, if any, is behind
// them. Texts come ready for a terminal: what is from outside went through printable(). One thread
// at a time may call out(), any err() and warn().

#pragma once

#include <cstddef>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

namespace kcert::cli {

/// What main found out about the streams.
struct Terminal {
    bool out = false;       ///< stdout is a terminal
    bool err = false;       ///< stderr is a terminal
    bool no_color = false;  ///< NO_COLOR is set, whatever its value
    bool dumb = false;      ///< TERM is "dumb": nothing is redrawn, nothing coloured
    std::size_t width = 80;
    std::size_t height = 24;
};

enum class Colour { None, Bold, Red, Green, Yellow };

class Console {
  public:
    /// The streams must outlive the console.
    Console(std::ostream& out, std::ostream& err, Terminal terminal)
        : out_(out), err_(err), terminal_(terminal) {}

    /// Data. Throws Error{Transport} where it cannot be written: a full disk, a closed pipe.
    void out(std::string_view text);

    /// Talk; what cannot be written is lost.
    void err(std::string_view text);

    /// "Warning: text" on stderr.
    void warn(std::string_view text);

    /// `text` in a colour where stderr takes colours.
    std::string painted(std::string_view text, Colour colour) const;

    /// Lines on stderr may be redrawn.
    bool redraws() const { return terminal_.err && !terminal_.dumb; }
    const Terminal& terminal() const { return terminal_; }

  private:
    std::ostream& out_;
    std::ostream& err_;
    std::mutex mutex_;  ///< of err_: a claim or a program may speak from a thread of its own
    Terminal terminal_;
};

}  // namespace kcert::cli
