// SPDX-License-Identifier: Apache-2.0
//
// Records placed by a program of the user's own, called as lego's exec provider calls one:
// "PROGRAM present RECORD VALUE", "PROGRAM cleanup RECORD VALUE", exit code 0 where it was done.
// The program comes from the command line, never from an object.

#pragma once

#include <string>

#include "dns01/provider.h"
#include "dns01/settings.h"

namespace kcert::dns01::exec {

class ExecProvider final : public Provider {
  public:
    /// Throws Error{Config} where programs cannot be run here.
    ExecProvider(std::string program, ProviderSettings settings);

    /// One call a record, one after the other: such programs do not expect company.
    void present(std::span<const TxtRecord> records, std::stop_token stop) override;
    void clean_up(std::span<const TxtRecord> records, std::stop_token stop) override;
    /// What the program can do is not known before it does it.
    void verify(std::span<const std::string> zones, std::stop_token stop) override;

  private:
    void run_each(const char* action, std::span<const TxtRecord> records,
                  const std::stop_token& stop) const;
    void run(const char* action, const TxtRecord& record, const std::stop_token& stop) const;

    std::string program_;
    ProviderSettings settings_;
};

}  // namespace kcert::dns01::exec
