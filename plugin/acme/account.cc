// SPDX-License-Identifier: Apache-2.0

#include "acme/account.h"

#include <utility>

#include <fmt/format.h>

#include "acme/answer.h"
#include "base/text.h"
#include "json/json.h"

namespace kcert::acme {

namespace {

/// How often a newAccount whose fate is unknown is sent; each is followed by a look.
constexpr int kMaxTries = 3;

json::Value contacts(const std::string& email) {
    json::Value list = json::Value::array();
    if (!email.empty()) {
        list.push_back("mailto:" + email);
    }
    return list;
}

Account read_account(const net::Response& response, std::string url) {
    const json::Value body = read_object(response, "account");
    Account account{.url = std::move(url),
                    .status = std::string(body.text({"status"})),
                    .contacts = read_texts(body["contact"])};
    if (account.status == "deactivated" || account.status == "revoked") {
        throw Error(ErrorKind::Declined,
                    fmt::format("the CA's account {} is {} and cannot be used again: remove the "
                                "Secret with the account key, so that a new account is made",
                                account.url, account.status));
    }
    return account;
}

Account enter(Transport& transport, const net::Response& response) {
    Account account = read_account(response, read_location(response, "account"));
    transport.set_account_url(account.url);
    return account;
}

Post new_account_post(const Transport& transport, const AccountRequest& request) {
    json::Value body = json::Value::object({{"termsOfServiceAgreed", true}});
    if (!request.email.empty()) {
        body.set("contact", contacts(request.email));
    }
    if (request.external) {
        body.set("externalAccountBinding",
                 bind_external_account(*request.external, transport.account_key(),
                                       transport.directory().new_account));
    }
    return {.url = transport.directory().new_account,
            .payload = json::write_json(body),
            .after_fault = AfterFault::Report};
}

void check_external_account(const Directory& directory, const AccountRequest& request) {
    if (directory.external_account_required && !request.external) {
        throw Error(ErrorKind::Config,
                    fmt::format("{} makes accounts only for its customers: put the key id and the "
                                "MAC key that it gave you into externalAccountBinding",
                                printable(directory.url)));
    }
}

}  // namespace

std::optional<Account> find_account(Transport& transport, std::stop_token stop) {
    const Post post{.url = transport.directory().new_account,
                    .payload = R"({"onlyReturnExisting":true})"};
    const PostOutcome outcome = std::move(transport.post_all({&post, 1}, std::move(stop)).front());
    const auto* refused = std::get_if<ProblemError>(&outcome);
    if (refused != nullptr && refused->problem().is("accountDoesNotExist")) {
        return std::nullopt;
    }
    return enter(transport, answer(outcome));
}

Account create_account(Transport& transport, const AccountRequest& request, std::stop_token stop) {
    check_external_account(transport.directory(), request);
    const Post post = new_account_post(transport, request);
    for (int tries = 1;; ++tries) {
        const PostOutcome outcome = std::move(transport.post_all({&post, 1}, stop).front());
        if (!std::holds_alternative<Uncertain>(outcome)) {
            return enter(transport, answer(outcome));
        }
        if (std::optional<Account> account = find_account(transport, stop)) {
            return *std::move(account);
        }
        if (tries == kMaxTries) {
            answer(outcome);
        }
    }
}

Account update_contact(Transport& transport, const std::string& email, std::stop_token stop) {
    const Post post{
        .url = transport.account_url(),
        .payload = json::write_json(json::Value::object({{"contact", contacts(email)}}))};
    return read_account(transport.post(post, std::move(stop)), transport.account_url());
}

}  // namespace kcert::acme
