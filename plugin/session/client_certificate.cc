// SPDX-License-Identifier: Apache-2.0

#include "session/client_certificate.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "session/local_file.h"

namespace kcert::session {

std::optional<PemSource::Stamp> PemSource::stamp() const {
    struct stat status {};
    if (::stat(file_.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return Stamp{.device = status.st_dev,
                 .inode = status.st_ino,
                 .size = status.st_size,
                 .seconds = status.st_mtim.tv_sec,
                 .nanoseconds = status.st_mtim.tv_nsec};
}

const Sensitive& PemSource::content() {
    if (file_.empty()) {
        return content_;
    }
    // Taken before reading: what is written meanwhile is read the next time.
    const std::optional<Stamp> now = stamp();
    if (now && now == read_) {
        return content_;
    }
    try {
        std::string text = read_needed_file(file_);
        content_ = Sensitive(std::string(text));
        wipe(text);
        read_ = now;
    } catch (const Error& error) {
        const std::string message = fmt::format("unable to read {} {} for {} due to {}", name_,
                                                printable(file_), printable(user_), error.what());
        if (content_.empty()) {
            throw Error(ErrorKind::Config, message);
        }
        log::write(1, message);
    }
    return content_;
}

void ClientCertificate::add_to(net::Request& request, std::stop_token /*stop*/) {
    if (!request.route.client_cert_pem.empty()) {
        return;
    }
    const std::lock_guard lock(mutex_);
    request.route.client_cert_pem = std::string(certificate_.content().reveal());
    request.route.client_key_pem = key_.content();
}

}  // namespace kcert::session
