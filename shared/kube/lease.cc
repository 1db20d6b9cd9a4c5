// SPDX-License-Identifier: Apache-2.0

#include "kube/lease.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/text.h"
#include "base/timestamp.h"

namespace kcert::kube {
namespace {

constexpr std::string_view kPidSpace = "kubectl-cert/pid-space";
/// A lease of ours never lasts longer, whatever stands in it.
constexpr std::chrono::seconds kLongestDuration{60};
/// A renewal from further ahead than clocks differ is nobody's.
constexpr std::chrono::minutes kClockSkew{5};

/// FNV-1a. Two names that only differ behind the cut need two leases; nobody is kept out by it.
std::uint64_t digest(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return hash;
}

/// A name of at most 253 characters that still is a DNS-1123 subdomain.
std::string fitting(std::string name) {
    constexpr std::size_t kLongest = 253;
    constexpr std::size_t kDigest = 17;
    if (name.size() <= kLongest) {
        return name;
    }
    const std::uint64_t hash = digest(name);
    name.resize(kLongest - kDigest);
    name.resize(name.find_last_not_of("-.") + 1);
    return fmt::format("{}-{:016x}", name, hash);
}

struct Identity {
    std::string host;
    long pid = 0;
};

/// Read from the right: a user's name may hold anything.
std::optional<Identity> parse_identity(std::string_view text) {
    const std::size_t nonce = text.rfind('/');
    const std::size_t process = nonce == std::string_view::npos || nonce == 0
                                    ? std::string_view::npos
                                    : text.rfind('/', nonce - 1);
    if (process == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view number = text.substr(process + 1, nonce - process - 1);
    Identity identity;
    const auto [end, fault] =
        std::from_chars(number.data(), number.data() + number.size(), identity.pid);
    const std::string_view place = text.substr(0, process);
    identity.host = place.substr(place.rfind('@') + 1);
    const bool whole = fault == std::errc() && end == number.data() + number.size();
    return whole && identity.pid > 0 && !identity.host.empty() ? std::optional(identity)
                                                               : std::nullopt;
}

bool is_gone(const json::Value& lease, const ProcessPlace& here,
             const std::function<bool(long)>& runs) {
    const auto holder = parse_identity(lease.text({"spec", "holderIdentity"}));
    const std::string_view space = lease.text({"metadata", "annotations", kPidSpace});
    return holder && holder->host == here.host && !space.empty() && space == here.pid_space &&
           !runs(holder->pid);
}

bool is_expired(const json::Value& lease, Time now) {
    const auto renewed = parse_rfc3339(lease.text({"spec", "renewTime"}));
    const json::Value& seconds = lease.at({"spec", "leaseDurationSeconds"});
    const std::int64_t lasts = std::clamp<std::int64_t>(
        seconds.is_int() ? seconds.as_int() : kLeaseDuration.count(), 1, kLongestDuration.count());
    return !renewed || *renewed > now + kClockSkew || *renewed <= now - std::chrono::seconds(lasts);
}

json::Value held_spec(const LeaseHolder& holder, Time now) {
    return json::Value::object({{"holderIdentity", holder.identity},
                                {"leaseDurationSeconds", kLeaseDuration.count()},
                                {"acquireTime", rfc3339_micro(now)},
                                {"renewTime", rfc3339_micro(now)}});
}

/// Which state of the lease a patch is meant for.
json::Value precondition(const json::Value& lease) {
    return json::Value::object({{"uid", lease.at({"metadata", "uid"})},
                                {"resourceVersion", lease.at({"metadata", "resourceVersion"})}});
}

std::int64_t transitions(const json::Value& lease) {
    constexpr std::int64_t kMost = 1'000'000'000;  // the field has 32 bits
    const json::Value& count = lease.at({"spec", "leaseTransitions"});
    return count.is_int() ? std::clamp<std::int64_t>(count.as_int(), 0, kMost) : 0;
}

}  // namespace

ProcessPlace this_process() {
    ProcessPlace place{.pid = ::getpid()};
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) {
        place.host = name.data();
    }
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string boot;
    std::error_code unreadable;
    const auto space = std::filesystem::read_symlink("/proc/self/ns/pid", unreadable);
    if (std::getline(file, boot) && !unreadable) {
        place.pid_space = fmt::format("{} {}", boot, space.native());
    }
    return place;
}

bool process_runs(long pid) {
    return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno != ESRCH;
}

std::string holder_identity(std::string_view user, std::string_view host, long pid,
                            std::string_view nonce) {
    constexpr std::size_t kLongest = 128;
    return fmt::format("{}@{}/{}/{}", printable(shortened(user, kLongest)),
                       printable(shortened(host, kLongest)), pid, nonce);
}

ObjectKey lease_key(const ObjectKey& claimed) {
    if (claimed.ns.empty()) {
        throw Error(ErrorKind::Internal, describe(claimed) +
                                             " stands in no namespace: no Lease "
                                             "can claim it");
    }
    // A Certificate's name holds no dot in front, so that the two forms never meet.
    const std::string name =
        claimed.kind == kCertificate
            ? "kubectl-cert-" + claimed.name
            : fmt::format("kubectl-cert.{}.{}", claimed.kind.plural, claimed.name);
    return {.kind = kLease, .ns = claimed.ns, .name = fitting(name)};
}

json::Value new_lease(const ObjectKey& claimed, const LeaseHolder& holder, Time now) {
    const ObjectKey key = lease_key(claimed);
    json::Value lease = json::Value::object({{"apiVersion", kLease.api_version()},
                                             {"kind", kLease.kind},
                                             {"metadata", json::Value::object()},
                                             {"spec", held_spec(holder, now)}});
    json::Value& metadata = lease.member("metadata");
    metadata.set("name", key.name);
    metadata.set("namespace", key.ns);
    metadata.member("labels").set("app.kubernetes.io/managed-by", "kubectl-cert");
    metadata.member("annotations").set(kPidSpace, holder.process.pid_space);
    lease.member("spec").set("leaseTransitions", 0);
    return lease;
}

json::Value takeover_patch(const json::Value& lease, const LeaseHolder& holder, Time now) {
    json::Value patch =
        json::Value::object({{"metadata", precondition(lease)}, {"spec", held_spec(holder, now)}});
    patch.member("metadata").member("annotations").set(kPidSpace, holder.process.pid_space);
    patch.member("spec").set("leaseTransitions", transitions(lease) + 1);
    return patch;
}

json::Value renewal_patch(const json::Value& lease, Time now) {
    return json::Value::object(
        {{"metadata", precondition(lease)},
         {"spec", json::Value::object({{"renewTime", rfc3339_micro(now)}})}});
}

json::Value stamp_patch(const json::Value& lease, Time now) {
    json::Value patch = renewal_patch(lease, now);
    patch.member("spec").set("acquireTime", rfc3339_micro(now));
    return patch;
}

bool is_held(const json::Value& lease, const ProcessPlace& here,
             const std::function<bool(long)>& runs, Time now) {
    return !lease.text({"spec", "holderIdentity"}).empty() && !is_expired(lease, now) &&
           !is_gone(lease, here, runs);
}

bool same_holding(const json::Value& lease, const json::Value& other) {
    return lease.at({"metadata", "uid"}) == other.at({"metadata", "uid"}) &&
           lease.at({"spec", "holderIdentity"}) == other.at({"spec", "holderIdentity"}) &&
           transitions(lease) == transitions(other);
}

std::string held_by(const json::Value& lease) {
    constexpr std::size_t kLongest = 300;
    const auto since = parse_rfc3339(lease.text({"spec", "acquireTime"}));
    const std::string holder =
        printable(shortened(lease.text({"spec", "holderIdentity"}), kLongest));
    return since ? fmt::format("{} since {}", holder, rfc3339(*since)) : holder;
}

}  // namespace kcert::kube
