// SPDX-License-Identifier: Apache-2.0
//
// What a description of one Certificate says, decided from the gathered objects and the time. Both
// the text and the data form are made from it. Texts from outside stand in it as they are.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/certificate.h"
#include "api/event.h"
#include "api/meta.h"
#include "base/clock.h"
#include "report/gather.h"

namespace kcert::report {

/// Something that is wrong, or will be, and what to do about it.
struct Advice {
    std::string problem;  ///< one sentence, no full stop; a cause in it may have several lines
    std::string remedy;   ///< may be empty
};

struct IssuerModel {
    std::string kind;
    std::string name;
    bool found = false;
    std::string error;
    std::string server;
    std::string ca;  ///< "Let's Encrypt STAGING (not trusted by browsers)"
    std::string email;
    std::string account;  ///< URL
    std::optional<api::Condition> ready;
};

struct NameModel {
    std::string name;
    std::string provider;  ///< its name in the Issuer or its place there; may be empty
    std::string solver;    ///< "rfc2136"
    std::string problem;   ///< why nothing solves it; empty where something does
};

struct SecretModel {
    std::string name;
    bool found = false;
    std::string error;
    std::string type;
    std::vector<std::string> keys;
    std::string owner;   ///< the Certificate that wrote it, by its mark; may be empty
    std::string issuer;  ///< through which it was issued; may be empty
};

struct ChainLink {
    std::string subject;
    std::string issuer;
    Time not_after;
};

struct LeafModel {
    std::string serial;
    std::string fingerprint;   ///< SHA-256, hex
    std::string key;           ///< "RSA 2048"
    bool key_matches = false;  ///< tls.key belongs to tls.crt
    std::vector<std::string> names;
    Time not_before;
    Time not_after;
    std::optional<Time> renew_from;
    std::vector<ChainLink> chain;  ///< the leaf first
};

/// An Ingress or a Gateway that serves the Secret's certificate.
struct UserModel {
    std::string kind;
    std::string ns;
    std::string name;
    std::vector<std::string> hosts;        ///< none: whatever host is asked for
    std::vector<std::string> not_covered;  ///< those that the certificate does not hold
};

struct Model {
    std::vector<Advice> advice;    ///< most urgent first; empty: all is well
    std::vector<Advice> warnings;  ///< what nobody has to do at once
    std::string verdict;           ///< one line where there is no advice
    api::ObjectMeta meta;
    std::string wanted_key;  ///< "ECDSA 256"
    IssuerModel issuer;
    std::vector<NameModel> names;
    SecretModel secret;
    std::optional<LeafModel> leaf;
    std::string leaf_error;  ///< why the Secret's certificate cannot be read
    std::vector<UserModel> users;
    std::string ingresses_error;
    std::string gateways_error;
    std::optional<api::PendingOrder> order;
    std::vector<api::PlacedRecord> records;
    std::vector<api::Condition> conditions;
    std::vector<api::Event> events;  ///< the oldest first
    std::string events_error;
};

/// `issue_command` is what a person types to issue: "kubectl cert issue web -n shop".
Model make_model(const Material& material, Time now, const std::string& issue_command);

}  // namespace kcert::report
