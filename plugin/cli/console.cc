// SPDX-License-Identifier: Apache-2.0

#include "cli/console.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"

namespace kcert::cli {
namespace {

/// ECMA-48 §8.3.117, select graphic rendition.
std::string_view rendition(Colour colour) {
    switch (colour) {
        case Colour::Bold:
            return "\x1b[1m";
        case Colour::Red:
            return "\x1b[31m";
        case Colour::Green:
            return "\x1b[32m";
        case Colour::Yellow:
            return "\x1b[1;33m";
        case Colour::None:
            break;
    }
    return "";
}

}  // namespace

void Console::out(std::string_view text) {
    errno = 0;
    out_ << text << std::flush;
    if (!out_) {
        const int cause = errno == 0 ? EIO : errno;
        throw Error(ErrorKind::Transport, fmt::format("writing to standard output: {}",
                                                      std::generic_category().message(cause)));
    }
}

void Console::err(std::string_view text) {
    const std::lock_guard lock(mutex_);
    err_ << text << std::flush;
}

void Console::warn(std::string_view text) {
    err(fmt::format("{} {}\n", painted("Warning:", Colour::Yellow), text));
}

std::string Console::painted(std::string_view text, Colour colour) const {
    if (!terminal_.err || terminal_.dumb || terminal_.no_color || colour == Colour::None) {
        return std::string(text);
    }
    return fmt::format("{}{}\x1b[0m", rendition(colour), text);
}

}  // namespace kcert::cli
