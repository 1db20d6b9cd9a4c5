// SPDX-License-Identifier: Apache-2.0
//
// A text that must not be seen: private keys, tokens, passwords. It is wiped when it goes, cannot
// be streamed or formatted, and is opened only by reveal(), which a reader can search for.

#pragma once

#include <string>
#include <string_view>

namespace kcert {

class Sensitive {
  public:
    Sensitive() = default;
    explicit Sensitive(std::string text);
    Sensitive(const Sensitive&) = default;
    Sensitive(Sensitive&& other) noexcept;
    Sensitive& operator=(const Sensitive& other);
    Sensitive& operator=(Sensitive&& other) noexcept;
    ~Sensitive();

    std::string_view reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

    bool operator==(const Sensitive&) const = default;

  private:
    void wipe() noexcept;

    std::string text_;
};

/// Overwrites the bytes of `text`, then empties it; the compiler does not leave it out.
void wipe(std::string& text) noexcept;

}  // namespace kcert
