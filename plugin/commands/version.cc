// SPDX-License-Identifier: Apache-2.0

#include "commands/version.h"

#include <string>

#include "base/version.h"
#include "commands/output.h"

namespace kcert::commands {

cli::ExitStatus version(const cli::VersionOptions& options, cli::Console& console) {
    const std::string version = "v" + std::string(kVersion);
    if (options.output == cli::OutputFormat::Text) {
        console.out("Client Version: " + version + "\n");
    } else {
        json::Value client = json::Value::object({{"gitVersion", version}});
        print(json::Value::object({{"clientVersion", std::move(client)}}), options.output, console);
    }
    return cli::ExitStatus::Done;
}

}  // namespace kcert::commands
