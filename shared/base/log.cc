// SPDX-License-Identifier: Apache-2.0

#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "base/text.h"

namespace kcert::log {
namespace {

std::atomic<int>& current_level() {
    static std::atomic<int> level = 0;
    return level;
}

spdlog::logger& stderr_logger() {
    static spdlog::logger logger = [] {
        spdlog::logger made("kcert", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made.set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %v", spdlog::pattern_time_type::utc);
        return made;
    }();
    return logger;
}

}  // namespace

void set_level(int level) {
    current_level() = level;
}

bool enabled(int level) {
    return level <= current_level();
}

void write(int level, std::string_view line) {
    if (enabled(level)) {
        stderr_logger().info("{}", printable(line));
    }
}

}  // namespace kcert::log
