// SPDX-License-Identifier: Apache-2.0

#include "issuance/certificate_key.h"

namespace kcert::issuance {

void CertificateKey::start() {
    const bool keep = subject_.certificate.spec.rotation_policy == api::RotationPolicy::Never &&
                      plan_.current && plan_.current->key == plan_.key;
    made_.emplace([this, keep](const std::stop_token&) {
        return keep ? crypto::PrivateKey::from_pem(*subject_.target->find("tls.key"))
                    : crypto::PrivateKey::generate(plan_.key);
    });
}

bool CertificateKey::resume() {
    const auto pending = state_.pending_key();
    if (!pending || pending->spec() != plan_.key) {
        return false;
    }
    kept_.emplace([key = *pending](const std::stop_token&) { return key; });
    return true;
}

void CertificateKey::keep() {
    if (!made_) {
        start();
    }
    kept_.emplace([this](const std::stop_token& stop) {
        crypto::PrivateKey key = made_->get(stop);
        state_.store_key(key, {});
        return key;
    });
}

}  // namespace kcert::issuance
