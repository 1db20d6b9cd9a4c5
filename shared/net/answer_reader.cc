// SPDX-License-Identifier: Apache-2.0

#include "net/answer_reader.h"

#include "base/text.h"

namespace kcert::net {

namespace {

constexpr std::size_t kMaxHead =
    std::size_t{64} * 1024;  // bytes, interim answers and trailers included
constexpr std::size_t kMaxHeaders = 200;

}  // namespace

bool AnswerReader::add_line(std::string_view line) {
    head_size_ += line.size();
    if (head_size_ > kMaxHead || response_.headers.size() == kMaxHeaders) {
        fault_ = Fault::HeadersTooLong;
        return false;
    }
    const std::string_view text = trim(line);
    if (line.starts_with("HTTP/")) {
        // A head of its own: what came before was an interim answer (RFC 9110 §15.2).
        response_.headers.clear();
        codings_ = 0;
        head_ended_ = false;
    } else if (text.empty()) {
        head_ended_ = true;
    } else if (!head_ended_) {
        add_header(line, text);
    }
    return fault_ == Fault::None;
}

void AnswerReader::add_header(std::string_view line, std::string_view text) {
    if (line.front() == ' ' || line.front() == '\t') {
        // A folded line goes on with the value before it (RFC 9112 §5.2).
        if (!response_.headers.empty()) {
            response_.headers.back().second.append(" ").append(text);
            count_codings(response_.headers.back().first, text);
        }
        return;
    }
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos) {
        response_.headers.emplace_back(to_lower(trim(text.substr(0, colon))),
                                       trim(text.substr(colon + 1)));
        count_codings(response_.headers.back().first, response_.headers.back().second);
    }
}

void AnswerReader::count_codings(std::string_view name, std::string_view value) {
    if (name != "content-encoding" && name != "transfer-encoding") {
        return;
    }
    for (const std::string& item : split(value, ',')) {
        const std::string coding = to_lower(trim(item));
        if (!coding.empty() && coding != "identity" && coding != "chunked") {
            ++codings_;
        }
    }
    if (codings_ > 1) {
        fault_ = Fault::PackedAgain;
    }
}

bool AnswerReader::add_body(std::string_view chunk) {
    if (chunk.size() > max_body_ - response_.body.size()) {
        fault_ = Fault::BodyTooLong;
        return false;
    }
    response_.body += chunk;
    return true;
}

}  // namespace kcert::net
