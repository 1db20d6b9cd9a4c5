// SPDX-License-Identifier: Apache-2.0
//
// A descriptor for poll() that becomes readable when a stop is requested, by whichever thread.

#pragma once

#include <optional>
#include <stop_token>

namespace kcert::dns {

class Waker {
  public:
    explicit Waker(std::stop_token stop);
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;
    ~Waker();

    int descriptor() const { return descriptor_; }

  private:
    struct Write {
        int descriptor;
        void operator()() const;
    };

    int descriptor_;
    std::optional<std::stop_callback<Write>> on_stop_;
};

}  // namespace kcert::dns
