// SPDX-License-Identifier: Apache-2.0
//
// The lists that all wanted Certificates share: Events, Ingresses, Gateways. They are read beside
// everything else from the moment they are made. One thread owns them.

#pragma once

#include <stop_token>
#include <vector>

#include "report/gather.h"
#include "report/side_reading.h"

namespace kcert::report {

class Lists {
  public:
    /// `store` must outlive the lists.
    Lists(kube::ObjectStore& store, const Wanted& wanted);

    /// Waits for them and gives each Certificate what is about it or serves its Secret. Throws
    /// Error{Cancelled}.
    void hand_out(std::vector<Material>& materials, const std::stop_token& stop);

  private:
    SideList events_;
    SideList ingresses_;
    SideList gateways_;
};

}  // namespace kcert::report
