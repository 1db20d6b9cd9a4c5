// SPDX-License-Identifier: Apache-2.0

#include "issuance/world.h"

namespace kcert::issuance {

std::string_view word(Stage stage) {
    switch (stage) {
        case Stage::Waiting:
            return "waiting";
        case Stage::Presented:
            return "presented";
        case Stage::Seen:
            return "seen";
        case Stage::Answered:
            return "answered";
        case Stage::Valid:
            return "valid";
        case Stage::Failed:
            return "failed";
    }
    return "";
}

}  // namespace kcert::issuance
