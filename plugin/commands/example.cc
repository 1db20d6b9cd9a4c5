// SPDX-License-Identifier: Apache-2.0

#include "commands/example.h"

#include <vector>

#include <fmt/format.h>

#include "api/solver_catalog.h"
#include "base/error.h"
#include "base/text.h"
#include "session/session.h"

namespace kcert::commands {
namespace {

constexpr std::string_view kIssuer = R"(---
# Who signs, and where the records that prove your ownership are placed.
apiVersion: certmanager.k8s.io/v1alpha1
kind: Issuer
metadata:
  name: letsencrypt-staging
  namespace: {ns}
spec:
  acme:
    # Staging certificates are not trusted by browsers; try here first, its limits are wide.
    # Production is https://acme-v02.api.letsencrypt.org/directory
    server: https://acme-staging-v02.api.letsencrypt.org/directory
    # Yours: the CA writes to it when something is wrong with your account.
    email: user@example.com
    # The account's key is kept in this Secret, which is created when it is first needed.
    privateKeySecretRef:
      name: letsencrypt-staging
    dns01:
      providers:
      - name: my-dns
        {code}:
)";

constexpr std::string_view kCertificate = R"(---
# What you ask for: one certificate for your names, left in the Secret example-com-tls.
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata:
  name: example-com
  namespace: {ns}
spec:
  secretName: example-com-tls
  issuerRef:
    name: letsencrypt-staging
  commonName: example.com
  dnsNames:
  - www.example.com
  acme:
    config:
    - dns01:
        provider: my-dns
      domains:
      - example.com
      - www.example.com
)";

bool is_shown(const api::SolverField& field) {
    return field.required || field.usual;
}

std::string secret_name(const api::SolverEntry& entry) {
    return fmt::format("{}-credentials", entry.code);
}

/// The keys that the shown fields refer to; where none does, the one that the example of a free
/// form names.
std::string secret_of(const api::SolverEntry& entry, const std::string& ns) {
    std::string data;
    for (const api::SolverField& field : entry.fields) {
        if (field.type == api::FieldType::SecretKey && is_shown(field)) {
            data += fmt::format("  # {}\n  {}: REPLACE-ME\n", field.help, field.example);
        }
    }
    if (data.empty()) {
        data = "  # whatever your solver asks for\n  token: REPLACE-ME\n";
    }
    return fmt::format(
        "# {}: what proves to it that you may write records. Keep this file out of your "
        "repository.\n"
        "apiVersion: v1\n"
        "kind: Secret\n"
        "metadata:\n"
        "  name: {}\n"
        "  namespace: {}\n"
        "type: Opaque\n"
        "stringData:\n"
        "{}",
        entry.title, secret_name(entry), ns, data);
}

/// A field's lines behind its comment; the lines of what is not needed are comments themselves.
std::string lines_of(const api::SolverField& field, const api::SolverEntry& entry) {
    const std::string_view begin = is_shown(field) ? "          " : "          # ";
    std::string text =
        fmt::format("          # {}{}\n", field.required ? "" : "optional: ", field.help);
    if (field.type != api::FieldType::SecretKey) {
        return text + fmt::format("{}{}: {}\n", begin, field.name, field.example);
    }
    return text + fmt::format("{}{}:\n{}  name: {}\n{}  key: {}\n", begin, field.name, begin,
                              secret_name(entry), begin, field.example);
}

std::string manifests_of(const api::SolverEntry& entry, const std::string& ns) {
    std::string text = secret_of(entry, ns);
    text += fmt::format(kIssuer, fmt::arg("ns", ns), fmt::arg("code", entry.code));
    for (const api::SolverField& field : entry.fields) {
        text += lines_of(field, entry);
    }
    return text + fmt::format(kCertificate, fmt::arg("ns", ns));
}

}  // namespace

cli::ExitStatus example(const cli::ExampleOptions& options, const Context& context) {
    const api::SolverEntry* const entry = api::find_solver(options.provider);
    if (entry == nullptr) {
        std::vector<std::string_view> codes;
        for (const api::SolverEntry& known : api::solver_catalog()) {
            codes.push_back(known.code);
        }
        const std::string near = closest(options.provider, codes);
        throw Error(
            ErrorKind::Usage,
            fmt::format("unknown provider \"{}\"{}: it must be one of {}{}",
                        printable(options.provider),
                        near.empty() ? "" : fmt::format(" (did you mean {}?)", near),
                        fmt::join(codes, ", "), cli::usage_hint(context.program, "example")));
    }
    const std::string ns =
        session::namespace_of({.local = context.shared.local, .ns = context.shared.ns});
    context.console.out(manifests_of(*entry, printable(ns)));
    return cli::ExitStatus::Done;
}

}  // namespace kcert::commands
