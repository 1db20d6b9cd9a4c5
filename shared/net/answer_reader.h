// SPDX-License-Identifier: Apache-2.0
//
// Puts an answer together from the lines and chunks in which it arrives, within bounds: servers
// are not trusted to stop.

#pragma once

#include <string_view>

#include "net/http_client.h"

namespace kcert::net {

class AnswerReader {
  public:
    enum class Fault { None, HeadersTooLong, PackedAgain, BodyTooLong };

    explicit AnswerReader(std::size_t max_body) : max_body_(max_body) {}

    /// One line of the head, line end included. False when there are too many, and when the body is
    /// compressed more than once: unpacked, a few bytes could keep us busy for hours.
    bool add_line(std::string_view line);

    /// False when the body grows over its bound.
    bool add_body(std::string_view chunk);

    Fault fault() const { return fault_; }

    /// What arrived, moved out; the status is left to the caller.
    Response take() { return std::move(response_); }

  private:
    void add_header(std::string_view line, std::string_view text);
    void count_codings(std::string_view name, std::string_view value);

    std::size_t max_body_;
    std::size_t head_size_ = 0;
    int codings_ = 0;
    bool head_ended_ = false;
    Fault fault_ = Fault::None;
    Response response_;
};

}  // namespace kcert::net
