// SPDX-License-Identifier: Apache-2.0

#include "session/target.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/duration.h"
#include "session/impersonation.h"
#include "session/in_cluster.h"
#include "session/loading.h"
#include "session/selection.h"
#include "session/server_url.h"
#include "session/trusted_roots.h"

namespace kcert::session {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestTimeout = std::chrono::hours(24 * 365);

constexpr std::string_view kMissing =
    "Missing or incomplete configuration info.  Please point to an existing, complete config "
    "file:\n"
    "\n"
    "\n"
    "  1. Via the command-line flag --kubeconfig\n"
    "  2. Via the KUBECONFIG environment variable\n"
    "  3. In your home directory as ~/.kube/config\n";

/// RFC 1123: what the API server takes as a namespace. It becomes part of URLs.
bool is_label(const std::string& name) {
    const auto is_alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 63 && is_alphanumeric(name.front()) &&
           is_alphanumeric(name.back()) && std::all_of(name.begin(), name.end(), [&](char c) {
               return is_alphanumeric(c) || c == '-';
           });
}

/// A pod's service account serves only who says nothing else: client-go compares what it has with
/// its default, and each of these makes a difference.
std::string more_than_default(const Selected& selected, milliseconds timeout) {
    if (timeout.count() > 0) {
        return "--request-timeout";
    }
    if (!selected.user.as.empty()) {
        return "--as";
    }
    return selected.cluster.disable_compression ? "--disable-compression" : "";
}

[[noreturn]] void refuse_missing(const Kubeconfig& config, const std::string& suppressed_by) {
    std::string text(kMissing);
    if (!suppressed_by.empty()) {
        text +=
            fmt::format("\nThe service account of this pod is not used beside {}.", suppressed_by);
    } else if (!config.contexts.empty() && config.current_context.empty()) {
        text += "\nThe kubeconfig has contexts, but none is current: choose one with --context.";
    } else {
        text += "\nA folder of manifests in place of a cluster is named with --local.";
    }
    throw Error(ErrorKind::Config, text);
}

/// What only --token and --certificate-authority change.
void become_pod(Selected& selected, const SessionFlags& flags, const Environment& environment) {
    selected.context.clear();
    selected.cluster = pod_cluster(environment);
    selected.user = pod_user(environment);
    if (!flags.certificate_authority.empty()) {
        selected.cluster.certificate_authority = flags.certificate_authority;
    }
    if (!flags.token.empty()) {
        selected.user.token = flags.token;
        selected.user.token_file.clear();
    }
}

std::string namespace_for(const Selected& selected, const Environment& environment) {
    std::string ns = selected.ns;
    if (ns.empty() && in_pod(environment)) {
        ns = pod_namespace(environment);
    }
    if (ns.empty()) {
        return "default";
    }
    if (!is_label(ns)) {
        throw Error(
            ErrorKind::Config,
            fmt::format("namespace \"{}\" does not conform to the kubernetes DNS_LABEL rules", ns));
    }
    return ns;
}

std::string place_name(const Target& target, bool pod) {
    if (pod) {
        return "service account of this pod";
    }
    return target.context.empty() ? "server " + target.access.server : "context " + target.context;
}

net::Route route_to(const Cluster& cluster, bool secure) {
    net::Route route{.proxy_url = cluster.proxy_url};
    if (secure) {
        route.ca_pem = trusted_roots(cluster);
        route.trust_advice =
            "name its CA in the kubeconfig's cluster, or with --certificate-authority";
        route.skip_tls_verify = cluster.insecure_skip_tls_verify;
        route.tls_server_name = cluster.tls_server_name;
    }
    return route;
}

}  // namespace

milliseconds request_timeout(const std::string& text) {
    if (text.empty()) {
        return milliseconds::zero();
    }
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    const std::optional<Duration> duration = parse_duration(digits ? text + "s" : text);
    if (!duration) {
        throw Error(ErrorKind::Config,
                    "Invalid timeout value. Timeout must be a single integer in seconds, or an "
                    "integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)");
    }
    if (*duration <= Duration::zero()) {
        return milliseconds::zero();
    }
    return std::clamp(std::chrono::ceil<milliseconds>(*duration), milliseconds(1), kLongestTimeout);
}

Target find_target(const SessionFlags& flags, const Environment& environment) {
    const Kubeconfig config = load_kubeconfig(flags.kubeconfig, environment);
    Selected selected = select(config, flags);
    const milliseconds timeout = request_timeout(flags.request_timeout);
    bool pod = false;
    if (selected.cluster.server.empty()) {
        const std::string reason = more_than_default(selected, timeout);
        pod = reason.empty() && in_pod(environment);
        if (pod) {
            become_pod(selected, flags, environment);
        } else if (environment.kubernetes_master.empty()) {
            refuse_missing(config, in_pod(environment) ? reason : "");
        } else {
            selected.cluster.server = environment.kubernetes_master;
        }
    }

    Target target{.ns = namespace_for(selected, environment), .context = selected.context};
    const ServerUrl url = server_url(selected.cluster.server);
    target.sends_credentials = url.secure;
    target.access = {.server = url.text,
                     .route = route_to(selected.cluster, url.secure),
                     .headers = impersonation_headers(selected.user),
                     .compression = selected.cluster.disable_compression ? net::Compression::None
                                                                         : net::Compression::Gzip,
                     .request_timeout = timeout};
    target.access.name = place_name(target, pod);
    if (target.access.route.skip_tls_verify) {
        target.warnings.push_back(
            fmt::format("insecure-skip-tls-verify: whoever answers for {} is believed to be the "
                        "API server, and is shown your credentials and Secrets",
                        url.text));
    }
    target.cluster = std::move(selected.cluster);
    target.user = std::move(selected.user);
    return target;
}

}  // namespace kcert::session
