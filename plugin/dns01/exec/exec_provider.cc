// SPDX-License-Identifier: Apache-2.0

#include "dns01/exec/exec_provider.h"

#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/text.h"
#include "dns01/service/held_zones.h"
#include "dns01/service/service_client.h"

namespace kcert::dns01::exec {
namespace {

/// For one record; a script that waits for the DNS by itself may take its time.
constexpr Duration kPatience = std::chrono::minutes(3);

/// The end of what a program said, where the reason stands; with a colon before it.
std::string last_words(std::string_view talk) {
    constexpr std::size_t kMost = 300;  // what quoted_words() leaves whole
    talk = trim(talk);
    if (talk.empty()) {
        return "";
    }
    return talk.size() <= kMost ? ": " + quoted_words(talk)
                                : ": ..." + quoted_words(talk.substr(talk.size() - kMost));
}

}  // namespace

ExecProvider::ExecProvider(std::string program, ProviderSettings settings)
    : program_(std::move(program)), settings_(std::move(settings)) {
    if (!settings_.run_program) {
        throw Error(ErrorKind::Config, printable(program_) + ": programs cannot be run here");
    }
}

void ExecProvider::present(std::span<const TxtRecord> records, std::stop_token stop) {
    run_each("present", records, stop);
}

void ExecProvider::clean_up(std::span<const TxtRecord> records, std::stop_token stop) {
    run_each("cleanup", records, stop);
}

void ExecProvider::verify(std::span<const std::string> /*zones*/, std::stop_token /*stop*/) {}

/// A zone whose record failed does not hold the other zones back.
void ExecProvider::run_each(const char* action, std::span<const TxtRecord> records,
                            const std::stop_token& stop) const {
    std::vector<ZoneFailure> failures;
    for (const auto& [zone, of_zone] : by_zone(records)) {
        try {
            for (const TxtRecord& record : of_zone) {
                run(action, record, stop);
            }
        } catch (const Error& error) {
            if (stop.stop_requested()) {
                throw Error(ErrorKind::Cancelled, "stopped");
            }
            failures.push_back({zone, error});
        }
    }
    if (!failures.empty()) {
        throw ZonesError(std::move(failures));
    }
}

void ExecProvider::run(const char* action, const TxtRecord& record,
                       const std::stop_token& stop) const {
    const std::string call = printable(fmt::format("{} {} {}", program_, action, record.name));
    const std::array<std::string, 3> arguments{action, record.name, record.value};
    const Deadline deadline(kPatience, stop);
    ProgramEnding ending;
    try {
        ending = settings_.run_program(program_, arguments, deadline.token());
    } catch (Error& error) {
        if (deadline.expired()) {
            throw Error(ErrorKind::TimedOut, call + ": not done after 3m0s");
        }
        error.prepend(call);
        throw;
    }
    if (ending.exit_code != 0) {
        throw Error(
            ErrorKind::Declined,
            fmt::format("{}: {}{}", call,
                        ending.exit_code < 0 ? "a signal ended it"
                                             : fmt::format("exit code {}", ending.exit_code),
                        last_words(ending.talk)));
    }
}

}  // namespace kcert::dns01::exec
