// SPDX-License-Identifier: Apache-2.0

#include "commands/issue_input.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "commands/finding_text.h"

namespace kcert::commands {

ManifestInput issue_input(const std::vector<std::string>& files, const std::string& ns,
                          const Context& context) {
    ManifestInput input = read_input(files, ns, context.in);
    expect_namespace(input, context.shared.ns);
    if (!input.failures.empty()) {
        throw Error(ErrorKind::Config, join(input.failures, "\n"));
    }
    for (const kube::ManifestObject& held : input.objects) {
        if (kube::is_of(held.object, kube::kSecret)) {
            context.console.err(fmt::format(
                "Not used: Secret {} of {}; credentials are read where the result is written\n",
                printable(held.object.text({"metadata", "name"})), shown_file(held.file)));
        }
    }
    return input;
}

std::vector<kube::ObjectKey> certificates_of(const ManifestInput& input,
                                             const kube::ManifestView& view,
                                             const std::string& name) {
    std::vector<kube::ObjectKey> keys;
    for (const kube::ManifestObject& held : input.objects) {
        if (kube::is_of(held.object, kube::kCertificate)) {
            const kube::ObjectKey key = view.key_of(held.object, kube::kCertificate);
            if (!key.name.empty() && (name.empty() || key.name == name)) {
                keys.push_back(key);
            }
        }
    }
    if (keys.empty()) {
        throw Error(ErrorKind::Config,
                    name.empty() ? "-f names no Certificate"
                                 : fmt::format("-f names no Certificate \"{}\"", printable(name)));
    }
    return keys;
}

}  // namespace kcert::commands
