// SPDX-License-Identifier: Apache-2.0

#include "issuance/run.h"

#include <algorithm>

#include <fmt/format.h>

#include "acme/authorization.h"
#include "acme/chain.h"
#include "base/deadline.h"
#include "base/text.h"
#include "crypto/csr.h"
#include "issuance/chain_check.h"
#include "issuance/ending.h"

namespace kcert::issuance {

namespace {

constexpr Step kAccount{"ErrorIssuerInitialization",
                        "Error initializing issuer: ", "ErrGetACMEAccount"};
constexpr Step kPrepare{"ErrorPrepareCertificate",
                        "Error preparing issuer for certificate: ", "ErrCheckAuthorization"};
constexpr Step kIssue{"ErrorIssueCertificate", "Error issuing certificate: ", "ErrIssueCert"};
constexpr Step kRenew{"ErrorRenewCertificate", "Error renewing certificate: ", "ErrRenewCert"};
constexpr Step kSave{"ErrorSaveCertificate", "Error saving TLS certificate: ", "ErrSaveCert"};

}  // namespace

void Run::run(Outcome& outcome, const std::stop_token& stop) {
    std::optional<IssuedPair> pair;
    step_ = kAccount;
    try {
        if (!plan_.current) {
            journal_.warning("ErrorCheckCertificate",
                             "Error checking existing TLS certificate: " + plan_.missing);
        }
        journal_.normal("PrepareCertificate", "Preparing certificate with issuer");
        prepare(stop);
        authorize(stop);
        pair = obtain(stop);
        save(*pair);
        outcome.result = Result::Issued;
        outcome.leaf = pair->leaf;
    } catch (const Error& error) {
        outcome.failure = error;
    } catch (const std::exception& error) {
        outcome.failure = Error(ErrorKind::Internal, error.what());
    }
    if (outcome.failure) {
        pair.reset();
        tell_apart(*outcome.failure);
        if (outcome.failure->kind() != ErrorKind::Cancelled) {
            journal_.warning(step_.event, std::string(step_.message) + outcome.failure->told());
        }
    }
    settle(outcome, pair);
    if (transport_) {
        outcome.requests = transport_->counts();
    }
}

/// A run whose time is up failed, and tells what it was waiting for.
void Run::tell_apart(Error& failure) const {
    if (failure.kind() != ErrorKind::Cancelled) {
        return;
    }
    failure = request_.told_apart(failure);
    if (failure.kind() == ErrorKind::TimedOut) {
        if (const std::string waiting = solving_.waiting(); !waiting.empty()) {
            failure = Error(ErrorKind::TimedOut, failure.what() + (": " + waiting));
        }
    }
}

/// Who lost the claim, as after a long sleep of the machine, orders nothing: another run may have.
void Run::expect_claim() const {
    if (!claim_.held()) {
        throw Error(ErrorKind::Declined,
                    fmt::format("the claim on {} was lost: another run may work on it; the same "
                                "command goes on where this run ends",
                                kube::describe(subject_.key)));
    }
}

/// Account and order; beside them the zones are looked up and the key is made.
void Run::prepare(const std::stop_token& stop) {
    locations_.emplace([this](const std::stop_token& enough) {
        return locate_names(world_, subject_, plan_.names.names, enough);
    });
    if (!state_.resumable(plan_)) {
        key_.start();
    }
    solving_.open_providers(plan_.names.names);
    transport_ = open_account(world_, subject_, request_.account, progress_, stop);
    step_ = kPrepare;
    try {
        order_ = order(stop);
    } catch (const acme::ProblemError& error) {
        if (!error.problem().is("accountDoesNotExist")) {
            throw;
        }
        reopen_account(world_, subject_, *transport_, progress_, stop);
        order_ = order(stop);
    }
}

acme::Order Run::order(const std::stop_token& stop) {
    if (auto resumed = resume(stop)) {
        progress_.note("going on with the order that an earlier run left");
        return *resumed;
    }
    // Names whose records have no place are told before anything is ordered.
    locations_->get(stop);
    expect_claim();
    state_.announce(stop);
    acme::Order order = acme::new_order(
        *transport_, {.names = plan_.names.names, .profile = subject_.acme().profile}, stop);
    // Not to be stopped from here until it is stored: an order that nobody knows is lost.
    state_.store_order({.url = order.url,
                        .directory = plan_.directory,
                        .names = plan_.names.names,
                        .expires = order.expires,
                        .spec_hash = spec_hash(subject_.certificate, subject_.acme(), plan_)},
                       {});
    key_.keep();
    return order;
}

std::optional<acme::Order> Run::resume(const std::stop_token& stop) {
    const auto stored = state_.resumable(plan_);
    if (!stored) {
        return std::nullopt;
    }
    std::optional<acme::Order> order = acme::fetch_order(*transport_, stored->url, stop);
    if (!order || order->status == acme::OrderStatus::Invalid) {
        return std::nullopt;
    }
    if (key_.resume()) {
        return order;
    }
    // The key is bound to the order by finalizing it, not before.
    if (order->status == acme::OrderStatus::Pending || order->status == acme::OrderStatus::Ready) {
        key_.keep();
        return order;
    }
    return std::nullopt;
}

void Run::authorize(const std::stop_token& stop) {
    if (order_.status == acme::OrderStatus::Pending) {
        auto pending = acme::fetch_authorizations(*transport_, order_.authorizations, stop);
        std::erase_if(pending, [](const acme::Authorization& authorization) {
            return authorization.status != acme::AuthorizationStatus::Pending;
        });
        // CAs list them in any order; people read their own.
        std::ranges::sort(pending, {}, [&](const acme::Authorization& authorization) {
            return std::ranges::find(plan_.names.names, authorization.name);
        });
        if (!pending.empty()) {
            solving_.solve(*transport_, pending, *locations_, stop);
        }
        try {
            order_ = acme::poll_order(*transport_, order_, {}, stop);
        } catch (const acme::ProblemError& error) {
            std::vector<api::NameFailure> failures;
            for (const acme::Problem& problem : error.problem().subproblems) {
                progress_.step({problem.identifier, Stage::Failed, printable(problem.detail)});
                failures.push_back({problem.identifier, problem.detail});
            }
            state_.note_failures(std::move(failures));
            throw;
        }
    }
    for (const std::string& name : plan_.names.names) {
        progress_.step({.domain = name, .stage = Stage::Valid});
    }
    journal_.for_domains("ObtainAuthorization", "Obtained authorization for ", plan_.names.names);
    clean_up_.emplace([this](const std::stop_token& enough) { return solving_.clean_up(enough); });
}

IssuedPair Run::obtain(const std::stop_token& stop) {
    step_ = plan_.current ? kRenew : kIssue;
    journal_.normal(plan_.current ? "RenewCertificate" : "IssueCertificate",
                    plan_.current ? "Renewing certificate..." : "Issuing certificate...");
    const crypto::PrivateKey& key = key_.get(stop);
    const std::string csr = crypto::make_csr(key, {.common_name = plan_.names.common_name,
                                                   .dns_names = plan_.names.names,
                                                   .usages = subject_.certificate.spec.usages});
    expect_claim();
    order_ = acme::finalize_order(*transport_, order_, csr, {}, stop);
    std::string chain = acme::download_chain(*transport_, order_.certificate,
                                             subject_.acme().preferred_chain, stop);
    const crypto::CertificateInfo leaf =
        check_chain(chain, key, plan_.names.names, world_.clock.now());
    return {.key_pem = key.to_pem(plan_.encoding),
            .chain_pem = std::move(chain),
            .leaf = leaf,
            .directory = plan_.directory};
}

/// One write swaps both halves of the pair. Not to be stopped: the certificate is at hand.
void Run::save(const IssuedPair& pair) {
    step_ = kSave;
    const api::Certificate& certificate = subject_.certificate;
    if (subject_.target) {
        world_.store.patch({kube::kSecret, subject_.key.ns, certificate.spec.secret_name},
                           secret_patch(certificate, pair, subject_.release), kube::Part::Main, {});
    } else {
        kube::create(world_.store, make_secret(certificate, pair), {});
    }
    journal_.normal(
        plan_.current ? "CertificateRenewed" : "CertificateIssued",
        plan_.current ? "Certificate renewed successfully" : "Certificate issued successfully");
}

/// However the run went: records taken back, what is left and the status stored.
void Run::settle(Outcome& outcome, const std::optional<IssuedPair>& pair) {
    const Deadline deadline(kCleanUpTime, {});
    std::vector<api::PlacedRecord> left =
        note_records(outcome, clean_up_ ? clean_up_->get(deadline.token())
                                        : solving_.clean_up(deadline.token()));
    store_end(progress_, [&](const std::stop_token& stop) {
        if (pair) {
            state_.finish(pair->leaf, std::move(left), stop);
        } else if (outcome.failure->kind() == ErrorKind::Cancelled) {
            state_.fail("", "", std::move(left), stop);
        } else {
            state_.fail(step_.condition, std::string(step_.message) + outcome.failure->told(),
                        std::move(left), stop);
        }
    });
    outcome.order = state_.order();
    if (const std::string failure = journal_.close(); !failure.empty()) {
        progress_.warn("Events could not be written: " + failure);
    }
}

}  // namespace kcert::issuance
