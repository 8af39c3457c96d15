// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/nas/ie/cause.hpp"

namespace zerocell::lab {

/// Causes after which nothing of the registration is kept, TS 24.301 §5.5.1.2.5, §5.5.3.2.5, §5.6.1.5.
constexpr bool forgets_identity(nas::EmmCause cause) {
  switch (cause) {
    case nas::EmmCause::illegal_ue:
    case nas::EmmCause::illegal_me:
    case nas::EmmCause::eps_services_not_allowed:
    case nas::EmmCause::eps_and_non_eps_services_not_allowed:
    case nas::EmmCause::ue_identity_cannot_be_derived:
    case nas::EmmCause::implicitly_detached:
    case nas::EmmCause::plmn_not_allowed:
    case nas::EmmCause::tracking_area_not_allowed:
    case nas::EmmCause::roaming_not_allowed_in_tracking_area:
    case nas::EmmCause::eps_services_not_allowed_in_plmn:
    case nas::EmmCause::no_suitable_cells_in_tracking_area:
      return true;
    default:
      return false;
  }
}

}  // namespace zerocell::lab
