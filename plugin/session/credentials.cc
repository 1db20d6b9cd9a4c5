// SPDX-License-Identifier: Apache-2.0

#include "session/credentials.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "session/authorization.h"
#include "session/client_certificate.h"
#include "session/exec_credentials.h"
#include "session/oidc_credentials.h"
#include "session/token_file.h"

namespace kcert::session {
namespace {

using Part = std::unique_ptr<kube::Credentials>;

class BasicAuth final : public kube::Credentials {
  public:
    BasicAuth(std::string username, Sensitive password)
        : username_(std::move(username)), password_(std::move(password)) {}

    void add_to(net::Request& request, std::stop_token /*stop*/) override {
        if (!has_authorization(request)) {
            add_basic(request, username_, password_);
        }
    }

  private:
    std::string username_;
    Sensitive password_;
};

/// Several proofs beside each other, for requests that nobody on the way can read.
class Proofs final : public kube::Credentials {
  public:
    explicit Proofs(std::vector<Part> parts) : parts_(std::move(parts)) {}

    void add_to(net::Request& request, std::stop_token stop) override {
        if (to_lower(std::string_view(request.url).substr(0, 8)) != "https://") {
            return;
        }
        for (const Part& part : parts_) {
            part->add_to(request, stop);
        }
    }

    void refused(const net::Request& request) override {
        for (const Part& part : parts_) {
            part->refused(request);
        }
    }

  private:
    std::vector<Part> parts_;
};

Part client_certificate(const User& user) {
    if (user.client_certificate.empty() && user.client_certificate_data.empty()) {
        return nullptr;
    }
    return std::make_unique<ClientCertificate>(
        PemSource("client-cert", user.name, Sensitive(user.client_certificate_data),
                  user.client_certificate),
        PemSource("client-key", user.name, user.client_key_data, user.client_key));
}

Part auth_provider(const User& user, const CredentialsWorld& world) {
    const std::string& name = user.auth_provider->name;
    if (name == "azure") {
        throw Error(ErrorKind::Config,
                    "The azure auth plugin has been removed.\n"
                    "Please use the https://github.com/Azure/kubelogin kubectl/client-go "
                    "credential plugin instead.\n"
                    "See https://kubernetes.io/docs/reference/access-authn-authz/authentication/"
                    "#client-go-credential-plugins for further details");
    }
    if (name == "gcp") {
        throw Error(ErrorKind::Config,
                    "The gcp auth plugin has been removed.\n"
                    "Please use the \"gke-gcloud-auth-plugin\" kubectl/client-go credential plugin "
                    "instead.\n"
                    "See https://cloud.google.com/blog/products/containers-kubernetes/"
                    "kubectl-auth-changes-in-gke for further details");
    }
    if (name != "oidc") {
        throw Error(ErrorKind::Config,
                    fmt::format("no Auth Provider found for name \"{}\"", printable(name)));
    }
    return std::make_unique<OidcCredentials>(user, world);
}

}  // namespace

std::shared_ptr<kube::Credentials> make_credentials(const User& user, const Cluster& cluster,
                                                    const CredentialsWorld& world) {
    if (to_lower(std::string_view(cluster.server).substr(0, 7)) == "http://") {
        return nullptr;
    }
    // Both are made, and so judged, also where another proof is used.
    Part provider = user.auth_provider ? auth_provider(user, world) : nullptr;
    Part exec = user.exec ? std::make_unique<ExecCredentials>(*user.exec, cluster, world) : nullptr;
    Part certificate = client_certificate(user);

    const bool has_certificate = certificate != nullptr;
    std::vector<Part> parts;
    if (has_certificate) {
        parts.push_back(std::move(certificate));
    }
    if (!user.token.empty() || !user.token_file.empty()) {
        parts.push_back(
            std::make_unique<BearerToken>(user.token, user.token_file, world.clock, world.warn));
    } else if (!user.username.empty()) {
        parts.push_back(std::make_unique<BasicAuth>(user.username, user.password));
    } else if (provider) {
        parts.push_back(std::move(provider));
    } else if (exec && !has_certificate) {
        parts.push_back(std::move(exec));
    }
    return parts.empty() ? nullptr : std::make_shared<Proofs>(std::move(parts));
}

}  // namespace kcert::session
