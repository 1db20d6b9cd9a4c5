// SPDX-License-Identifier: Apache-2.0

#include "issuance/file_subject_store.h"

#include <algorithm>

#include "base/base64.h"
#include "base/error.h"
#include "issuance/secret.h"
#include "json/json.h"
#include "json/merge_patch.h"

namespace kcert::issuance {

namespace {

/// The version of a state that is not there; no place gives it to an object.
constexpr std::string_view kAbsent = "0";

bool is_subject(const kube::Kind& kind) {
    return kind == kube::kCertificate || kind == kube::kIssuer || kind == kube::kClusterIssuer;
}

std::string version_of(const json::Value& object) {
    return std::string(object.text({"metadata", "resourceVersion"}));
}

/// Whether a later run would miss anything of it.
bool is_empty(const json::Value& status) {
    const json::Value& acme = status["acme"];
    return acme["order"].is_null() && acme["records"].is_null();
}

json::Value read_state(const json::Value& secret) {
    const auto text = base64_decode(secret.text({"data", kStateKey}));
    if (!text) {
        return {};
    }
    try {
        return json::parse_json(*text);
    } catch (const Error&) {
        return {};  // as a status that was lost
    }
}

json::Value with_status(json::Value object, const json::Value& status, const std::string& version) {
    object.set("status", status);
    object.member("metadata").set("resourceVersion", version);
    return object;
}

}  // namespace

FileSubjectStore::FileSubjectStore(kube::ManifestView& files, kube::ObjectStore& below,
                                   kube::ObjectKey certificate)
    : files_(files),
      below_(below),
      certificate_(std::move(certificate)),
      secret_{kube::kSecret, certificate_.ns, pending_key_name(certificate_.name)},
      version_(kAbsent) {}

std::vector<kube::Fetched> FileSubjectStore::get_all(std::span<const kube::ObjectKey> keys,
                                                     std::stop_token stop) {
    std::vector<kube::ObjectKey> live;
    for (const kube::ObjectKey& key : keys) {
        if (key == certificate_) {
            live.push_back(secret_);
        } else if (!is_subject(key.kind)) {
            live.push_back(key);
        }
    }
    std::vector<kube::Fetched> fetched;
    if (!live.empty()) {
        fetched = below_.get_all(live, stop);
    }
    std::vector<kube::Fetched> all;
    auto next = fetched.begin();
    for (const kube::ObjectKey& key : keys) {
        if (!is_subject(key.kind)) {
            all.push_back(std::move(*next++));
            continue;
        }
        kube::Fetched held = std::move(files_.get_all(std::span(&key, 1), stop).at(0));
        if (key == certificate_) {
            auto& object = std::get<std::optional<json::Value>>(held);
            if (object) {
                object = with_state(std::move(*object), *next);
            }
            ++next;
        }
        all.push_back(std::move(held));
    }
    return all;
}

json::Value FileSubjectStore::with_state(json::Value certificate, const kube::Fetched& secret) {
    if (const auto* refusal = std::get_if<kube::StatusError>(&secret)) {
        throw kube::StatusError(*refusal);
    }
    const auto& object = std::get<std::optional<json::Value>>(secret);
    const std::lock_guard lock(mutex_);
    status_ = json::Value::object();
    version_ = kAbsent;
    if (object) {
        status_ = read_state(*object);
        version_ = version_of(*object);
    }
    return with_status(std::move(certificate), status_, version_);
}

std::vector<json::Value> FileSubjectStore::list(const kube::Kind& kind,
                                                const kube::Selection& selection,
                                                std::stop_token stop) {
    if (kind == kube::kEvent) {
        return {};
    }
    return is_subject(kind) ? files_.list(kind, selection, std::move(stop))
                            : below_.list(kind, selection, std::move(stop));
}

std::vector<json::Value> FileSubjectStore::create_all(std::span<const json::Value> objects,
                                                      std::stop_token stop) {
    std::vector<json::Value> live;
    std::ranges::copy_if(objects, std::back_inserter(live),
                         [](const json::Value& object) { return !is_of(object, kube::kEvent); });
    return live.empty() ? std::vector<json::Value>(objects.begin(), objects.end())
                        : below_.create_all(live, std::move(stop));
}

json::Value FileSubjectStore::patch(const kube::ObjectKey& key, const json::Value& merge_patch,
                                    kube::Part part, std::stop_token stop) {
    if (!is_subject(key.kind)) {
        return below_.patch(key, merge_patch, part, std::move(stop));
    }
    std::optional<json::Value> object = kube::get(files_, key, stop);
    if (!object) {
        throw kube::StatusError(404, "NotFound",
                                kube::describe(key) + " stands in none of the files");
    }
    if (!(key == certificate_)) {
        return std::move(*object);  // what an issuer's status remembers is found out again
    }
    const std::lock_guard lock(mutex_);
    status_ = json::Value::object(
        {{"acme", json::merge_patch(status_["acme"], merge_patch.at({"status", "acme"}))}});
    store_state(merge_patch.at({"metadata", "resourceVersion"}), stop);
    return with_status(std::move(*object), status_, version_);
}

void FileSubjectStore::store_state(const json::Value& wanted_version, const std::stop_token& stop) {
    if (is_empty(status_) && status_.at({"acme", "lastAttemptTime"}).is_null()) {
        below_.remove(secret_, stop);
        version_ = kAbsent;
        return;
    }
    json::Value secret = make_state_secret(certificate_, json::write_json(status_));
    const bool guarded = wanted_version.is_string();
    if (guarded ? wanted_version.as_string() == kAbsent : version_ == kAbsent) {
        try {
            version_ = version_of(kube::create(below_, secret, stop));
            return;
        } catch (const kube::StatusError& refusal) {
            if (guarded || refusal.reason() != "AlreadyExists") {
                throw;
            }
        }
    }
    json::Value data = json::Value::object({{"data", secret["data"]}});
    if (guarded) {
        data.member("metadata").set("resourceVersion", wanted_version);
    }
    version_ = version_of(below_.patch(secret_, data, kube::Part::Main, stop));
}

/// The key goes; where records are left, what tells of them stays.
bool FileSubjectStore::forget_state(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    if (is_empty(status_)) {
        return below_.remove(secret_, stop);
    }
    const json::Value no_key =
        json::Value::object({{"data", json::Value::object({{"tls.key", nullptr}})}});
    version_ = version_of(below_.patch(secret_, no_key, kube::Part::Main, stop));
    return true;
}

bool FileSubjectStore::remove(const kube::ObjectKey& key, std::stop_token stop) {
    return key == secret_ ? forget_state(stop) : below_.remove(key, std::move(stop));
}

void FileSubjectStore::expect_writable(std::span<const kube::ObjectKey> keys,
                                       std::stop_token stop) {
    std::vector<kube::ObjectKey> live;
    std::ranges::copy_if(keys, std::back_inserter(live),
                         [](const kube::ObjectKey& key) { return !is_subject(key.kind); });
    below_.expect_writable(live, std::move(stop));
}

std::vector<kube::Right> FileSubjectStore::missing_rights(std::span<const kube::Right> rights,
                                                          std::stop_token stop) {
    std::vector<kube::Right> live;
    std::ranges::copy_if(rights, std::back_inserter(live), [](const kube::Right& right) {
        return !is_subject(right.kind) && right.kind != kube::kEvent;
    });
    return below_.missing_rights(live, std::move(stop));
}

void FileSubjectStore::rehearse(std::span<const json::Value> objects, std::stop_token stop) {
    below_.rehearse(objects, std::move(stop));
}

std::unique_ptr<kube::Claim> FileSubjectStore::claim(const kube::ObjectKey& key,
                                                     std::stop_token stop) {
    return below_.claim(key, std::move(stop));
}

std::optional<std::string> FileSubjectStore::claimed_by(const kube::ObjectKey& key,
                                                        std::stop_token stop) {
    return below_.claimed_by(key, std::move(stop));
}

std::string FileSubjectStore::where() const {
    return files_.where() + " and " + below_.where();
}

std::string FileSubjectStore::file_of(const kube::ObjectKey& key) const {
    return is_subject(key.kind) ? files_.file_of(key) : below_.file_of(key);
}

}  // namespace kcert::issuance
