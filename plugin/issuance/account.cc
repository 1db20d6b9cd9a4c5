// SPDX-License-Identifier: Apache-2.0

#include "issuance/account.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/v1alpha1.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "issuance/conditions.h"
#include "issuance/plan.h"
#include "issuance/secret.h"
#include "net/url.h"

namespace kcert::issuance {

namespace {

kube::ObjectKey account_secret_key(const Subject& subject) {
    return {kube::kSecret, subject.credentials_namespace, subject.acme().private_key.name};
}

crypto::PrivateKey key_in(const api::Secret& secret, const api::SecretKeySelector& selector) {
    return while_doing(
        fmt::format("account key \"{}\" of Secret \"{}\"", selector.key, selector.name),
        [&] { return crypto::PrivateKey::from_pem(*secret.find(selector.key)); });
}

/// Stores a new key, or takes the one that another run stored meanwhile.
crypto::PrivateKey create_key(const World& world, const Subject& subject,
                              const crypto::KeySpec& spec, const std::stop_token& stop) {
    const api::SecretKeySelector& selector = subject.acme().private_key;
    auto key = crypto::PrivateKey::generate(spec);
    const json::Value secret = make_account_secret(subject.credentials_namespace, selector,
                                                   key.to_pem(crypto::KeyEncoding::Pkcs1));
    if (subject.account) {
        json::Value patch = json::Value::object({{"data", secret["data"]}});
        // Whoever changed the Secret since it was read may have put a key there.
        patch.member("metadata").set("resourceVersion", subject.account->meta.resource_version);
        world.store.patch(account_secret_key(subject), patch, kube::Part::Main, stop);
        return key;
    }
    try {
        kube::create(world.store, secret, stop);
        return key;
    } catch (const kube::StatusError& error) {
        if (error.reason() != "AlreadyExists") {
            throw;
        }
    }
    json::Findings findings;
    const auto object = kube::get(world.store, account_secret_key(subject), stop);
    const api::Secret theirs = api::decode_secret(object.value_or(json::Value()), findings);
    if (theirs.find(selector.key) == nullptr) {
        throw Error(ErrorKind::Config,
                    fmt::format("Secret \"{}\" appeared without key \"{}\"; try again",
                                selector.name, selector.key));
    }
    return key_in(theirs, selector);
}

/// The stored URL, where it is of the CA that is asked now.
std::string remembered_url(const Subject& subject, const acme::Directory& directory) {
    const auto account = net::parse_url(subject.issuer.status.account_url);
    const auto ca = net::parse_url(directory.new_account);
    const bool same_ca = account && ca && account->scheme == ca->scheme &&
                         account->host == ca->host && account->port == ca->port;
    return same_ca ? subject.issuer.status.account_url : "";
}

/// Whether the issuer's status tells all of the account, and that it is ready.
bool is_stored(const api::IssuerStatus& status, const std::string& url, const std::string& email) {
    return status.account_url == url && status.last_registered_email == email &&
           is_true(status.conditions, "Ready");
}

void store_account(const World& world, const Subject& subject, const std::string& url,
                   const std::stop_token& stop) {
    api::IssuerStatus status = subject.issuer.status;
    if (is_stored(status, url, subject.acme().email)) {
        return;
    }
    status.account_url = url;
    status.last_registered_email = subject.acme().email;
    set_condition(status.conditions,
                  {.type = "Ready",
                   .status = "True",
                   .reason = "ACMEAccountRegistered",
                   .message = "The ACME account was registered with the ACME server"},
                  world.clock.now());
    world.store.patch(subject.issuer_key, api::v1alpha1::encode_status(status), kube::Part::Status,
                      stop);
}

bool contact_differs(const Subject& subject, const acme::Account& account) {
    const std::string& known = subject.issuer.status.last_registered_email;
    const std::string& wanted = subject.acme().email;
    if (!known.empty()) {
        return known != wanted;
    }
    // Where no status tells, the CA does, if it keeps contacts at all; another Issuer may share the
    // account, and its contact is not taken away for want of one here.
    return !wanted.empty() && !account.contacts.empty() &&
           std::ranges::find(account.contacts, "mailto:" + wanted) == account.contacts.end();
}

acme::Account register_account(const Subject& subject, acme::Transport& transport,
                               const Progress& progress, const std::stop_token& stop) {
    if (const std::string& terms = transport.directory().terms_of_service; !terms.empty()) {
        progress.note("By registering with this CA you agree to its terms of service: " +
                      printable(terms));
    }
    return acme::create_account(transport, {subject.acme().email, external_account(subject)}, stop);
}

acme::Account find_or_register(const Subject& subject, acme::Transport& transport, bool new_key,
                               const Progress& progress, const std::stop_token& stop) {
    std::optional<acme::Account> account;
    if (!new_key) {
        account = acme::find_account(transport, stop);
    }
    if (!account) {
        return register_account(subject, transport, progress, stop);
    }
    transport.set_account_url(account->url);
    if (contact_differs(subject, *account)) {
        acme::update_contact(transport, subject.acme().email, stop);
    }
    return *account;
}

}  // namespace

net::Route ca_route(const api::AcmeIssuer& issuer, const AccountOptions& options) {
    const bool bundled = !issuer.ca_bundle.empty();
    return {.ca_pem = bundled ? issuer.ca_bundle : options.ca_pem,
            .trust_advice = bundled ? "put its CA into spec.acme.caBundle"
                                    : "name its CA by --acme-ca FILE or spec.acme.caBundle",
            .skip_tls_verify = issuer.skip_tls_verify};
}

std::string unused_ca(const Subject& subject, const AccountOptions& options) {
    const std::string& bundle = subject.acme().ca_bundle;
    if (options.ca_pem.empty() || bundle.empty() || options.ca_pem == bundle) {
        return {};
    }
    return fmt::format(
        "--acme-ca is not used: the caBundle of {} comes first, since it holds for "
        "everybody who issues from it",
        kube::describe(subject.issuer_key));
}

bool has_account_key(const Subject& subject) {
    return subject.account && subject.account->find(subject.acme().private_key.key) != nullptr;
}

bool knows_account(const Subject& subject) {
    const api::IssuerStatus& status = subject.issuer.status;
    return has_account_key(subject) && !status.account_url.empty() &&
           status.last_registered_email == subject.acme().email;
}

std::optional<crypto::PrivateKey> stored_account_key(const Subject& subject) {
    if (!has_account_key(subject)) {
        return std::nullopt;
    }
    return key_in(*subject.account, subject.acme().private_key);
}

std::optional<acme::ExternalAccount> external_account(const Subject& subject) {
    const auto& binding = subject.acme().external_account;
    if (!binding) {
        return std::nullopt;
    }
    const auto secret = subject.credentials.find(binding->key_secret.name);
    const Sensitive* mac_key = secret == subject.credentials.end()
                                   ? nullptr
                                   : secret->second.find(binding->key_secret.key);
    if (mac_key == nullptr) {
        throw Error(ErrorKind::Config, fmt::format("externalAccountBinding: Secret \"{}\" has no "
                                                   "key \"{}\"",
                                                   printable(binding->key_secret.name),
                                                   printable(binding->key_secret.key)));
    }
    return acme::ExternalAccount{
        .key_id = binding->key_id,
        .mac_key = Sensitive(std::string(trim(mac_key->reveal()))),
        .algorithm = binding->key_algorithm.empty() ? "HS256" : binding->key_algorithm};
}

std::unique_ptr<acme::Transport> open_account(const World& world, const Subject& subject,
                                              const AccountOptions& options,
                                              const Progress& progress, std::stop_token stop) {
    const net::Route route = ca_route(subject.acme(), options);
    if (const std::string unused = unused_ca(subject, options); !unused.empty()) {
        progress.warn(unused);
    }
    acme::Directory directory = acme::fetch_directory(
        world.http, world.clock, directory_url(subject.acme()), route, options.until, stop);
    std::optional<crypto::PrivateKey> key = stored_account_key(subject);
    const bool new_key = !key;
    if (new_key) {
        key = create_key(world, subject, options.new_key, stop);
    }
    const std::string url = knows_account(subject) ? remembered_url(subject, directory) : "";
    const auto seed = static_cast<std::uint64_t>(world.clock.now().time_since_epoch().count());
    auto transport = std::make_unique<acme::Transport>(
        world.http, world.clock, std::move(directory), *key,
        acme::TransportOptions{.route = route,
                               .until = options.until,
                               .seed = seed,
                               .told_to_wait = [&progress](Time until) {
                                   progress.note("the CA asks to wait until " + rfc3339(until));
                               }});
    if (!url.empty()) {
        transport->set_account_url(url);
        return transport;
    }
    const acme::Account account = find_or_register(subject, *transport, new_key, progress, stop);
    transport->set_account_url(account.url);
    store_account(world, subject, account.url, stop);
    return transport;
}

void reopen_account(const World& world, const Subject& subject, acme::Transport& transport,
                    const Progress& progress, std::stop_token stop) {
    const acme::Account account = find_or_register(subject, transport, false, progress, stop);
    transport.set_account_url(account.url);
    store_account(world, subject, account.url, stop);
}

}  // namespace kcert::issuance
