// SPDX-License-Identifier: Apache-2.0
#include "mme/reject_cause.hpp"

namespace zerocell::mme {

nas::EmmCause emm_cause(const hss::S6aError& error) {
  using nas::EmmCause;
  switch (error.result) {
    case hss::S6aResult::user_unknown:
      // No such SIM here: the UE looks for another network until it is switched off.
      return EmmCause::eps_and_non_eps_services_not_allowed;
    case hss::S6aResult::unknown_eps_subscription:
      // With a packet subscription of another kind the UE may try another tracking area, else not.
      return error.diagnostic == hss::ErrorDiagnostic::no_gprs_data_subscribed
                 ? EmmCause::eps_services_not_allowed
                 : EmmCause::no_suitable_cells_in_tracking_area;
    case hss::S6aResult::rat_not_allowed:
      return EmmCause::no_suitable_cells_in_tracking_area;
    case hss::S6aResult::roaming_not_allowed:
      // Without a diagnostic the PLMN is barred; barred APNs leave the UE its other services.
      return error.diagnostic ? EmmCause::no_suitable_cells_in_tracking_area : EmmCause::plmn_not_allowed;
    case hss::S6aResult::authorization_rejected:
      return EmmCause::no_suitable_cells_in_tracking_area;
    case hss::S6aResult::unable_to_deliver:
    case hss::S6aResult::too_busy:
    case hss::S6aResult::authentication_data_unavailable:
    case hss::S6aResult::unable_to_comply:
    case hss::S6aResult::unknown_serving_node:
      // Ours to mend: the UE tries again after T3411 or T3402.
      return EmmCause::network_failure;
  }
  return EmmCause::network_failure;
}

nas::EsmCause esm_cause(gtp::Cause cause) {
  using nas::EsmCause;
  switch (cause) {
    case gtp::Cause::missing_or_unknown_apn:
      return EsmCause::missing_or_unknown_apn;
    case gtp::Cause::preferred_pdn_type_not_supported:
      return EsmCause::unknown_pdn_type;
    case gtp::Cause::all_dynamic_addresses_occupied:
    case gtp::Cause::no_resources_available:
      return EsmCause::insufficient_resources;
    case gtp::Cause::apn_access_denied:
      return EsmCause::requested_service_option_not_subscribed;
    case gtp::Cause::service_denied:
    case gtp::Cause::request_rejected:
      return EsmCause::request_rejected_by_gateway;
    default:
      return EsmCause::network_failure;
  }
}

}  // namespace zerocell::mme
