// SPDX-License-Identifier: Apache-2.0

#include "dns01/clouddns/google_credential.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "json/json.h"

namespace kcert::dns01::clouddns {
namespace {

constexpr std::string_view kTokenEndpoint = "https://oauth2.googleapis.com/token";
/// Those that the console has written into keys over the years.
constexpr std::array<std::string_view, 4> kGooglesEndpoints{
    kTokenEndpoint,
    "https://accounts.google.com/o/oauth2/token",
    "https://www.googleapis.com/oauth2/v3/token",
    "https://www.googleapis.com/oauth2/v4/token",
};
constexpr std::string_view kNeeded =
    "needed is the JSON key of a service account, as \"gcloud iam service-accounts keys create\" "
    "writes it";

struct Kind {
    std::string_view type;
    std::string_view title;
};
constexpr std::array kOtherKinds{
    Kind{"authorized_user", "a person's own login"},
    Kind{"external_account", "a configuration of workload identity federation"},
    Kind{"external_account_authorized_user", "a login of workforce identity federation"},
    Kind{"impersonated_service_account", "an impersonation of a service account"},
    Kind{"gdch_service_account", "a service account of Google Distributed Cloud"},
};

bool is_visible(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// Nothing that a shell takes for more than a letter: a command that is advised may be pasted.
bool is_email(std::string_view text) {
    constexpr std::size_t kMostCharacters = 320;
    return text.size() <= kMostCharacters && text.find('@') != std::string_view::npos &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view("@.-_+").find(c) != std::string_view::npos;
           });
}

/// What a text that is no JSON probably is.
std::string_view likely_mistake(std::string_view text) {
    constexpr std::string_view kDerSequence = "\x30\x82";
    const std::string_view start = trim(text);
    const std::optional<std::string> decoded = base64_decode(text);
    if (start.empty()) {
        return "is empty";
    }
    if (start.starts_with("-----BEGIN")) {
        return "is the private key alone, not the whole JSON file that holds it";
    }
    if (start.starts_with("AIza")) {
        return "is an API key, which may not edit zones";
    }
    if (text.starts_with(kDerSequence) || (decoded && decoded->starts_with(kDerSequence))) {
        return "is a P12 file, not the JSON key";
    }
    if (decoded && trim(*decoded).starts_with('{')) {
        return "is in base64 once more than it should be: \"data\" of a Secret holds base64 of the "
               "JSON, \"stringData\" the JSON itself";
    }
    return {};
}

/// The credential's JSON and what may be said of it.
class Reader {
  public:
    Reader(const Sensitive& text, KeyOrigin origin, std::string_view where)
        : origin_(origin), where_(where), json_(parsed(text.reveal())) {}

    GoogleCredential credential() const {
        const std::string_view type = json_.text({"type"});
        if (const std::string_view domain = json_.text({"universe_domain"});
            !domain.empty() && domain != "googleapis.com") {
            refuse(fmt::format("belongs to the cloud {}, not to googleapis.com",
                               printable(shortened(domain, 100))));
        }
        if (type == "authorized_user" && origin_ == KeyOrigin::OwnFile) {
            return with_endpoints(personal_login());
        }
        if (type == "service_account") {
            return with_endpoints(service_account());
        }
        refuse_kind(type);
    }

  private:
    [[noreturn]] void refuse(std::string_view why) const {
        throw Error(ErrorKind::Config, fmt::format("clouddns: {} {}", where_, why));
    }

    [[noreturn]] void refuse_kind(std::string_view type) const {
        const auto* const known = std::ranges::find(kOtherKinds, type, &Kind::type);
        if (known != kOtherKinds.end()) {
            refuse(fmt::format("is {} (\"type\": \"{}\"); {}", known->title, type, kNeeded));
        }
        if (json_.has("installed") || json_.has("web")) {
            refuse(fmt::format("is an OAuth client, which logs nobody in by itself; {}", kNeeded));
        }
        refuse(fmt::format("is a JSON object without \"type\": \"service_account\"; {}", kNeeded));
    }

    json::Value parsed(std::string_view text) const {
        if (const std::string_view mistake = likely_mistake(text); !mistake.empty()) {
            refuse(fmt::format("{}; {}", mistake, kNeeded));
        }
        try {
            json::Value value = json::parse_json(text);
            if (value.is_object()) {
                return value;
            }
        } catch (const Error& error) {
            refuse(fmt::format("is no JSON ({}); {}", error.what(), kNeeded));
        }
        refuse(fmt::format("is no JSON object; {}", kNeeded));
    }

    /// The visible text of a member that has to be there.
    std::string_view demand(std::string_view name) const {
        const std::string_view text = trim(json_.text({name}));
        if (text.empty() || !is_visible(text)) {
            refuse(fmt::format("has no usable \"{}\"; {}", name, kNeeded));
        }
        return text;
    }

    ServiceAccountKey service_account() const {
        const Sensitive pem{std::string(json_.text({"private_key"}))};
        if (pem.empty()) {
            refuse(fmt::format("has no \"private_key\"; {}", kNeeded));
        }
        if (pem.reveal().find("\\n") != std::string_view::npos) {
            refuse(
                "holds a \"private_key\" whose line ends were escaped twice (\\\\n for \\n): "
                "put the file into the Secret as it was downloaded");
        }
        const std::string_view email = demand("client_email");
        if (!is_email(email)) {
            refuse("has a \"client_email\" that is none");
        }
        const std::string_view key_id = json_.text({"private_key_id"});
        if (!is_visible(key_id)) {
            refuse("has no usable \"private_key_id\"");
        }
        return {.email = std::string(email), .key_id = std::string(key_id), .key = rsa_key(pem)};
    }

    crypto::PrivateKey rsa_key(const Sensitive& pem) const {
        try {
            crypto::PrivateKey key = crypto::PrivateKey::from_pem(pem);
            if (key.spec().algorithm == crypto::KeyAlgorithm::Rsa) {
                return key;
            }
        } catch (const Error& error) {
            refuse(fmt::format("holds an unusable \"private_key\": {}", error.what()));
        }
        refuse("holds a \"private_key\" that is no RSA key");
    }

    PersonalLogin personal_login() const {
        const std::string_view quota_project = json_.text({"quota_project_id"});
        if (!quota_project.empty() && !is_project(quota_project)) {
            refuse("has a \"quota_project_id\" that is no project");
        }
        return {.client_id = Sensitive(std::string(demand("client_id"))),
                .client_secret = Sensitive(std::string(demand("client_secret"))),
                .refresh_token = Sensitive(std::string(demand("refresh_token"))),
                .quota_project = std::string(quota_project)};
    }

    GoogleCredential with_endpoints(std::variant<ServiceAccountKey, PersonalLogin> who) const {
        const std::string_view told = trim(json_.text({"token_uri"}));
        const std::string endpoint(told.empty() ? kTokenEndpoint : told);
        const bool googles =
            std::ranges::find(kGooglesEndpoints, endpoint) != kGooglesEndpoints.end();
        if (!googles && origin_ == KeyOrigin::Cluster) {
            refuse(
                fmt::format("wants to log in at {}, which is not Google's; a \"token_uri\" of a "
                            "Secret is not followed, CLOUDSDK_AUTH_TOKEN_HOST in your own "
                            "environment is",
                            printable(shortened(endpoint, 200))));
        }
        return {.who = std::move(who), .audience = endpoint, .token_endpoint = endpoint};
    }

    KeyOrigin origin_;
    std::string_view where_;
    json::Value json_;
};

}  // namespace

GoogleCredential read_google_credential(const Sensitive& text, KeyOrigin origin,
                                        std::string_view where) {
    return Reader(text, origin, where).credential();
}

bool is_project(std::string_view text) {
    constexpr std::size_t kMostCharacters = 100;
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
    };
    return !text.empty() && text.size() <= kMostCharacters && std::ranges::all_of(text, fits) &&
           text.find("..") == std::string_view::npos && text.front() != '.';
}

}  // namespace kcert::dns01::clouddns
