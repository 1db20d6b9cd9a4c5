// SPDX-License-Identifier: Apache-2.0
//
// What another program says, made fit for a terminal while it arrives: escape sequences are shown,
// not obeyed. A value; one thread at a time.

#pragma once

#include <string>
#include <string_view>

namespace kcert::session {

class TerminalText {
  public:
    /// The printable text of what has arrived up to here and was not given out yet. A character
    /// whose last bytes are still to come waits for them; a carriage return ends a line.
    std::string add(std::string_view bytes);

    /// What still waited when the program had said all.
    std::string rest();

  private:
    std::string waiting_;
};

}  // namespace kcert::session
