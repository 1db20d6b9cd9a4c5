// SPDX-License-Identifier: Apache-2.0

#include "session/exec_credentials.h"

#include <csignal>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "session/authorization.h"
#include "session/child_process.h"
#include "session/exec_call.h"
#include "session/local_file.h"
#include "session/terminal_text.h"

namespace kcert::session {
namespace {

constexpr std::string_view kNotInstalled =
    "\n\nIt looks like you are trying to use a client-go credential plugin that is not "
    "installed.\n\nTo learn more about this feature, consult the documentation available at:\n"
    "      https://kubernetes.io/docs/reference/access-authn-authz/authentication/"
    "#client-go-credential-plugins";

/// What the plugin is told of the cluster holds the CA itself, not the name of a file.
Cluster with_ca_loaded(Cluster cluster) {
    if (cluster.certificate_authority_data.empty() && !cluster.certificate_authority.empty()) {
        cluster.certificate_authority_data = read_needed_file(cluster.certificate_authority);
    }
    return cluster;
}

std::string file_of(const ExecConfig& config, const std::vector<std::string>& environment) {
    if (config.command.find('/') != std::string::npos) {
        return config.command;
    }
    std::optional<std::string> file = find_program(config.command, environment);
    if (!file) {
        std::string message = fmt::format("exec: executable {} not found{}",
                                          printable(config.command), kNotInstalled);
        if (!config.install_hint.empty()) {
            message += "\n\n" + printable_lines(config.install_hint);
        }
        throw Error(ErrorKind::Config, message);
    }
    return *std::move(file);
}

void add_reply(net::Request& request, const ExecReply& reply) {
    if (!reply.token.empty()) {
        add_bearer(request, reply.token);
    }
    if (!reply.certificate_pem.empty()) {
        request.route.client_cert_pem = reply.certificate_pem;
        request.route.client_key_pem = reply.key_pem;
    }
}

bool carries(const net::Request& request, const ExecReply& reply) {
    return (reply.token.empty() || bears(request, reply.token)) &&
           request.route.client_cert_pem == reply.certificate_pem;
}

void check_ending(const Ending& ending, const std::string& command) {
    if (ending.signal == SIGINT) {
        // Ctrl-C reaches a program that shares our terminal a moment before it reaches us.
        throw Error(ErrorKind::Cancelled, fmt::format("stopped while {} ran", printable(command)));
    }
    if (ending.exit_code != 0) {
        throw Error(ErrorKind::Config, fmt::format("exec: executable {} failed with exit code {}",
                                                   printable(command), ending.exit_code));
    }
}

}  // namespace

ExecCredentials::ExecCredentials(ExecConfig config, const Cluster& cluster, CredentialsWorld world)
    : config_(std::move(config)),
      cluster_(config_.provide_cluster_info ? with_ca_loaded(cluster) : Cluster{}),
      world_(std::move(world)) {
    check_exec_version(config_.api_version);
}

void ExecCredentials::add_to(net::Request& request, std::stop_token stop) {
    if (has_authorization(request)) {
        return;
    }
    while_doing("getting credentials", [&] {
        std::optional<ExecReply> reply = current();
        if (!reply) {
            const Turns::Turn turn = turns_.take(stop);
            reply = current();  // who had the turn before may have brought it
            if (!reply) {
                reply = run(stop);
                const std::lock_guard lock(mutex_);
                reply_ = reply;
            }
        }
        add_reply(request, *reply);
    });
}

void ExecCredentials::refused(const net::Request& request) {
    const std::lock_guard lock(mutex_);
    if (reply_ && carries(request, *reply_)) {
        reply_.reset();
    }
}

std::optional<ExecReply> ExecCredentials::current() {
    const std::lock_guard lock(mutex_);
    if (reply_ && reply_->expires && world_.clock.now() > *reply_->expires) {
        reply_.reset();
    }
    return reply_;
}

ExecReply ExecCredentials::run(const std::stop_token& stop) const {
    const bool interactive = is_interactive(config_.interactive_mode, world_.stdin_is_terminal);
    Pairs own = config_.env;
    own.emplace_back("KUBERNETES_EXEC_INFO",
                     exec_info(config_.api_version, interactive,
                               config_.provide_cluster_info ? &cluster_ : nullptr));
    // As client-go has it, PATH is ours, not one that the plugin is given.
    Program program{.file = file_of(config_, world_.environment),
                    .arguments = {config_.command},
                    .environment = child_environment(world_.environment, own),
                    .input = interactive ? ChildInput::Ours : ChildInput::None};
    program.arguments.insert(program.arguments.end(), config_.args.begin(), config_.args.end());

    TerminalText text;
    const auto talk = [&](const std::string& piece) {
        if (!piece.empty()) {
            world_.talk(piece);
        }
    };
    const Ending ending = while_doing("exec", [&] {
        return run_program(
            program, {}, [&](std::string_view bytes) { talk(text.add(bytes)); }, stop);
    });
    talk(text.rest());
    check_ending(ending, config_.command);
    return parse_exec_reply(ending.output.reveal(), config_.api_version);
}

}  // namespace kcert::session
