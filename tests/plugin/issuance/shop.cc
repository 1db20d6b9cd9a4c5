// SPDX-License-Identifier: Apache-2.0

#include "shop.h"

#include <filesystem>
#include <utility>

#include <catch2/catch.hpp>

#include "api/v1alpha1.h"
#include "base/base64.h"
#include "json/json.h"
#include "support/csr_signer.h"

namespace kcert::issuance::fixtures {

namespace {

constexpr std::string_view kCertificate = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Certificate
metadata:
  name: web
  namespace: shop
spec:
  secretName: web-tls
  keyAlgorithm: ecdsa
  issuerRef:
    name: letsencrypt
  commonName: example.com
  dnsNames:
  - www.example.com
  acme:
    config:
    - dns01:
        provider: prod-dns
      domains:
      - example.com
    - dns01:
        provider: cf-dns
      domains:
      - www.example.com
)";

constexpr std::string_view kIssuer = R"(
apiVersion: certmanager.k8s.io/v1alpha1
kind: Issuer
metadata:
  name: letsencrypt
  namespace: shop
spec:
  acme:
    server: https://ca.test/directory
    email: user@example.com
    privateKeySecretRef:
      name: letsencrypt-account
    dns01:
      providers:
      - name: prod-dns
        rfc2136:
          nameserver: 192.0.2.1:53
      - name: cf-dns
        cloudflare:
          email: user@example.com
          apiKeySecretRef:
            name: cloudflare-api-key
            key: api-key.txt
---
apiVersion: v1
kind: Secret
metadata:
  name: cloudflare-api-key
  namespace: shop
stringData:
  api-key.txt: not-a-real-key
)";

const kube::ObjectKey kIssuerKey{kube::kIssuer, "shop", "letsencrypt"};

/// Hands calls on to a provider that lives longer than a run.
class Lent final : public dns01::Provider {
  public:
    Lent(dns01::Provider& provider, std::function<void()> on_present)
        : provider_(provider), on_present_(std::move(on_present)) {}

    void present(std::span<const dns01::TxtRecord> records, std::stop_token stop) override {
        on_present_();
        provider_.present(records, std::move(stop));
    }
    void clean_up(std::span<const dns01::TxtRecord> records, std::stop_token stop) override {
        provider_.clean_up(records, std::move(stop));
    }
    void verify(std::span<const std::string> zones, std::stop_token stop) override {
        provider_.verify(zones, std::move(stop));
    }

  private:
    dns01::Provider& provider_;
    std::function<void()> on_present_;
};

}  // namespace

Shop::Shop() {
    folder.write("certificate.yaml", kCertificate);
    folder.write("issuer.yaml", kIssuer);
    dns.add_zone("example.com");
    request.certificate = {kube::kCertificate, "shop", "web"};
    progress.step = [this](const DomainStep& step) { steps.push_back(step); };
    progress.note = [this](const std::string& line) { notes.push_back(line); };
    progress.warn = [this](const std::string& line) { warnings.push_back(line); };
    ca.instead = [this](const net::Request& asked) -> std::optional<net::Outcome> {
        const std::string kind = testing::kind_of(asked.url);
        if (kind == "new-account") {
            expect_stored_key();
        }
        if (auto outcome = before ? before(kind) : std::nullopt) {
            return outcome;
        }
        return kind == "directory" ? std::optional<net::Outcome>(directory()) : std::nullopt;
    };
    ca.afterwards = [this](const net::Request& asked) -> std::optional<net::Outcome> {
        const std::string kind = testing::kind_of(asked.url);
        if (kind == "finalize") {
            sign();
        }
        return after ? after(kind) : std::nullopt;
    };
}

World Shop::world() {
    return {
        .clock = clock,
        .http = ca,
        .resolver = dns,
        .store = store,
        .make_provider = [this](const dns01::ProviderRequest& asked, const dns01::ProviderWorld&) {
            built.push_back(asked);
            return std::make_unique<Lent>(asked.code == "rfc2136" ? prod : cf, [this] {
                const std::lock_guard lock(mutex_);
                if (on_present) {
                    on_present();
                }
            });
        }};
}

Outcome Shop::issue(std::stop_token stop) {
    return issuance::issue(world(), request, progress, std::move(stop));
}

void Shop::issue_first() {
    REQUIRE(issue().result == Result::Issued);
    store.forget_calls();
    ca.counts.clear();
    dns.batches.clear();
    built.clear();
}

Subject Shop::subject() {
    return load_subject(store, request.certificate, request.subject, {});
}

api::Certificate Shop::certificate() {
    json::Findings findings;
    return api::v1alpha1::decode_certificate(*kube::get(on_disk, request.certificate, {}),
                                             findings);
}

api::Condition Shop::ready() {
    const std::vector<api::Condition> conditions = certificate().status.conditions;
    REQUIRE(conditions.size() == 1);
    REQUIRE(conditions[0].type == "Ready");
    return conditions[0];
}

api::Issuer Shop::issuer() {
    json::Findings findings;
    return api::v1alpha1::decode_issuer(*kube::get(on_disk, kIssuerKey, {}), findings);
}

std::optional<api::Secret> Shop::secret(const std::string& name) {
    json::Findings findings;
    const auto object = kube::get(on_disk, {kube::kSecret, "shop", name}, {});
    return object ? std::optional(api::decode_secret(*object, findings)) : std::nullopt;
}

std::vector<std::string> Shop::events() {
    std::vector<std::string> lines;
    for (const json::Value& object : on_disk.list(kube::kEvent, {.ns = "shop"}, {})) {
        const api::Event event = api::decode_event(object);
        lines.push_back(event.type + " " + event.reason + " " + event.message);
    }
    return lines;
}

std::map<std::string, std::string> Shop::files() const {
    std::map<std::string, std::string> contents;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        if (entry.is_regular_file()) {
            const std::string name = std::filesystem::relative(entry.path(), folder.path());
            contents[name] = folder.read(name);
        }
    }
    return contents;
}

std::vector<dns01::TxtRecord> Shop::standing() const {
    std::vector<dns01::TxtRecord> all = prod.standing();
    for (const dns01::TxtRecord& record : cf.standing()) {
        all.push_back(record);
    }
    return all;
}

void Shop::edit(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = folder.read(file);
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    folder.write(file, text);
}

void Shop::add_secret(const std::string& name, const std::map<std::string, std::string>& data,
                      json::Value metadata) {
    json::Value secret = json::Value::object({{"apiVersion", "v1"}, {"kind", "Secret"}});
    for (const auto& [key, value] : data) {
        secret.member("data").set(key, base64_encode(value));
    }
    metadata.set("name", name);
    metadata.set("namespace", "shop");
    secret.set("metadata", std::move(metadata));
    folder.write(name + ".json", json::write_json(secret));
}

void Shop::register_account(const crypto::PrivateKey& key) {
    add_secret("letsencrypt-account",
               {{"tls.key", std::string(key.to_pem(crypto::KeyEncoding::Pkcs1).reveal())}});
    ca.expect_account_key(key);
    ca.account_exists = true;
}

void Shop::remember_account(std::string_view url, std::string_view email) {
    json::Value acme = json::Value::object({{"uri", url}, {"lastRegisteredEmail", email}});
    json::Value status = json::Value::object({{"acme", std::move(acme)}});
    on_disk.patch(kIssuerKey, json::Value::object({{"status", std::move(status)}}),
                  kube::Part::Status, {});
}

void Shop::keep_copy() {
    // Events are written beside the run: a file of theirs may go while it is being copied.
    for (int tries = 0;; ++tries) {
        std::error_code failure;
        std::filesystem::remove_all(copy_.path() / "kept");
        std::filesystem::copy(folder.path(), copy_.path() / "kept",
                              std::filesystem::copy_options::recursive, failure);
        if (!failure) {
            return;
        }
        REQUIRE(tries < 100);
    }
}

void Shop::restore_copy() {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        std::filesystem::remove_all(entry.path());
    }
    std::filesystem::copy(copy_.path() / "kept", folder.path(),
                          std::filesystem::copy_options::recursive);
}

void Shop::sign() {
    if (const std::string csr(ca.last_payload.text({"csr"})); !csr.empty()) {
        ca.pem = testing::sign_csr(csr, clock.now() - std::chrono::minutes(5),
                                   clock.now() + std::chrono::hours(24 * 90));
    }
}

/// Whoever registers before the key is stored signs with one that the CA does not expect.
void Shop::expect_stored_key() {
    if (const auto stored = secret("letsencrypt-account")) {
        if (const Sensitive* pem = stored->find("tls.key")) {
            ca.expect_account_key(crypto::PrivateKey::from_pem(*pem));
        }
    }
}

net::Response Shop::directory() const {
    const acme::Directory urls = ca.directory();
    return {.status = 200,
            .body = json::write_json(json::Value::object({{"newNonce", urls.new_nonce},
                                                          {"newAccount", urls.new_account},
                                                          {"newOrder", urls.new_order},
                                                          {"meta", directory_meta}}))};
}

Hook stop_at(const std::string& kind, const std::stop_source& stopper) {
    return [kind, stopper](const std::string& asked) -> std::optional<net::Outcome> {
        if (asked == kind) {
            stopper.request_stop();
        }
        return std::nullopt;
    };
}

Hook once(const std::string& kind, net::Outcome outcome) {
    return [kind, outcome = std::move(outcome),
            done = false](const std::string& asked) mutable -> std::optional<net::Outcome> {
        if (done || asked != kind) {
            return std::nullopt;
        }
        done = true;
        return outcome;
    };
}

net::Response problem(int status, std::string_view type, std::string_view detail) {
    const std::string full = "urn:ietf:params:acme:error:" + std::string(type);
    return {.status = status,
            .body = json::write_json(json::Value::object({{"type", full}, {"detail", detail}}))};
}

}  // namespace kcert::issuance::fixtures
