// SPDX-License-Identifier: Apache-2.0

#include "base/sensitive.h"

#include <cstring>

namespace kcert {

void wipe(std::string& text) noexcept {
    // The whole capacity: a text that was longer before leaves its tail there.
    explicit_bzero(text.data(), text.capacity());
    text.clear();
}

// Copied, not moved: a short text that is moved stays readable in the argument.
Sensitive::Sensitive(std::string text) : text_(text) {
    kcert::wipe(text);
}

Sensitive::Sensitive(Sensitive&& other) noexcept {
    text_.swap(other.text_);
    other.wipe();
}

Sensitive& Sensitive::operator=(const Sensitive& other) {
    if (this != &other) {
        wipe();
        text_ = other.text_;
    }
    return *this;
}

Sensitive& Sensitive::operator=(Sensitive&& other) noexcept {
    if (this != &other) {
        wipe();
        text_.swap(other.text_);
        other.wipe();
    }
    return *this;
}

Sensitive::~Sensitive() {
    wipe();
}

void Sensitive::wipe() noexcept {
    kcert::wipe(text_);
}

}  // namespace kcert
