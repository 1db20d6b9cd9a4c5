// SPDX-License-Identifier: Apache-2.0

#include "dns01/route53/aws_fault.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "dns01/route53/aws_xml.h"
#include "dns01/service/service_client.h"

namespace kcert::dns01::route53 {
namespace {

constexpr std::size_t kMostMessages = 5;

enum class Words { Shown, Hidden };

struct Advice {
    std::string_view code;
    std::string_view text;
    Words words = Words::Hidden;
};

constexpr std::string_view kUnknownKey =
    "AWS does not know this access key id: it is mistyped, deactivated or deleted, or belongs to "
    "another partition than the region";
constexpr std::string_view kWrongTime =
    "the clock of this machine differs from AWS's by more than some minutes: set it";
constexpr std::string_view kExpired = "the session token has expired: fetch new credentials";
constexpr std::string_view kTooMany =
    "too many requests: AWS answers five a second for all users of an account";
constexpr std::string_view kDenied = "the policies of this credential do not allow it";

// A SignatureDoesNotMatch spells out what should have been signed, the session token among it.
constexpr std::array<Advice, 24> kAdvice{{
    {"AccessDenied", kDenied, Words::Shown},
    {"AccessDeniedException", kDenied, Words::Shown},
    {"UnauthorizedOperation", kDenied, Words::Shown},
    {"InvalidClientTokenId", kUnknownKey},
    {"UnrecognizedClientException", kUnknownKey},
    {"InvalidAccessKeyId", kUnknownKey},
    {"SignatureDoesNotMatch",
     "the secret access key does not belong to the access key id, or what was sent was changed on "
     "its way"},
    {"IncompleteSignature", "AWS does not understand the signature: is the access key id right?"},
    {"ExpiredToken", kExpired},
    {"ExpiredTokenException", kExpired},
    {"RequestExpired", kWrongTime},
    {"RequestTimeTooSkewed", kWrongTime},
    {"NoSuchHostedZone",
     "this account has no hosted zone of that id: check hostedZoneID, and that the credential "
     "belongs to the zone's account"},
    {"NoSuchChange", "AWS does not know the change"},
    {"InvalidChangeBatch", "Route 53 refuses the change", Words::Shown},
    {"InvalidInput", "Route 53 does not accept the request", Words::Shown},
    {"InvalidIdentityToken", "AWS does not accept the web identity token", Words::Shown},
    {"IDPRejectedClaim", "the identity provider rejects the web identity token", Words::Shown},
    {"RegionDisabledException", "STS is switched off in this region: use another one",
     Words::Shown},
    {"OptInRequired", "the account is not signed up for the service"},
    {"Throttling", kTooMany},
    {"ThrottlingException", kTooMany},
    {"RequestLimitExceeded", kTooMany},
    {"PriorRequestNotComplete", "an earlier change of the zone is still under way"},
}};

std::string_view meaning(const AwsFault& fault, const Advice& advice) {
    // The query protocol tells a wrong clock by this code too.
    const bool about_time = fault.message.find("Signature expired") != std::string::npos ||
                            fault.message.find("Signature not yet current") != std::string::npos;
    return about_time && fault.code == "SignatureDoesNotMatch" ? kWrongTime : advice.text;
}

}  // namespace

AwsFault decode_fault(std::string_view body) {
    const std::optional<pugi::xml_document> document = try_aws_xml(body);
    if (!document) {
        return {};
    }
    const pugi::xml_node root = document->document_element();
    if (const pugi::xml_node error = root.child("Error")) {
        return {.code = text_of(error, "Code"), .message = text_of(error, "Message")};
    }
    if (std::string_view(root.name()) != "InvalidChangeBatch") {
        return {};
    }
    std::vector<std::string> messages;
    for (const pugi::xml_node& message : root.child("Messages").children("Message")) {
        if (messages.size() < kMostMessages) {
            messages.emplace_back(trim(message.child_value()));
        }
    }
    return {.code = root.name(), .message = join(messages, "; ")};
}

std::string aws_advice(const AwsFault& fault) {
    if (fault.code.empty()) {
        return {};
    }
    const std::string says =
        fault.message.empty() ? "" : fmt::format("\"{}\"", quoted_words(fault.message));
    const auto* const advice = std::ranges::find(kAdvice, fault.code, &Advice::code);
    if (advice == kAdvice.end()) {
        const std::string code = quoted_words(fault.code);
        return says.empty() ? code : fmt::format("{}: AWS says: {}", code, says);
    }
    std::string text = fmt::format("{}: {}", fault.code, meaning(fault, *advice));
    if (advice->words == Words::Shown && !says.empty()) {
        text += "; AWS says: " + says;
    }
    return text;
}

bool is_denied(const AwsFault& fault) {
    return fault.code == "AccessDenied" || fault.code == "AccessDeniedException" ||
           fault.code == "UnauthorizedOperation";
}

bool is_busy(const AwsFault& fault) {
    constexpr std::array<std::string_view, 7> kBusy{
        "Throttling",           "ThrottlingException",      "ThrottledException",
        "RequestLimitExceeded", "TooManyRequestsException", "PriorRequestNotComplete",
        "IDPCommunicationError"};
    return std::ranges::find(kBusy, fault.code) != kBusy.end();
}

}  // namespace kcert::dns01::route53
