// SPDX-License-Identifier: Apache-2.0

#include "commands/output.h"

#include "json/json.h"
#include "json/yaml.h"

namespace kcert::commands {

void print(const json::Value& value, cli::OutputFormat format, cli::Console& console) {
    console.out(format == cli::OutputFormat::Yaml ? json::write_yaml(value)
                                                  : json::write_pretty_json(value));
}

}  // namespace kcert::commands
