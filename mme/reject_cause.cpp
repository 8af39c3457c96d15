// SPDX-License-Identifier: Apache-2.0
#include "mme/reject_cause.hpp"

#include <algorithm>
#include <array>

namespace zerocell::mme {

namespace {

using nas::EmmCause;

constexpr std::array kRows{
    RejectRow{Unserved::unknown_sim, EmmCause::eps_and_non_eps_services_not_allowed,
              "holds its SIM invalid until it is switched off: asking again cannot help"},
    RejectRow{
        Unserved::unknown_guest, EmmCause::plmn_not_allowed,
        "puts this PLMN on the list of forbidden ones and goes on elsewhere: #8 would take it from its own "
        "network, too, until it is switched off"},
    RejectRow{Unserved::no_packet_service, EmmCause::eps_services_not_allowed,
              "holds its SIM invalid for packet services until it is switched off, and keeps the others"},
    RejectRow{Unserved::no_service_in_plmn, EmmCause::plmn_not_allowed,
              "puts this PLMN on the list of forbidden ones and looks for another: #14 would leave it "
              "camping here"},
    RejectRow{
        Unserved::no_area_here, EmmCause::eps_services_not_allowed_in_plmn,
        "looks for another PLMN until it is switched off, without forgetting this one for ever as #11 does"},
    RejectRow{Unserved::not_in_this_area, EmmCause::no_suitable_cells_in_tracking_area,
              "looks for a cell in another tracking area of this PLMN at once; #12 would leave it in limited "
              "service, and #13 send it to another PLMN"},
    RejectRow{Unserved::not_over_this_rat, EmmCause::no_suitable_cells_in_tracking_area,
              "looks for another cell of this PLMN, perhaps of the other radio access"},
    RejectRow{Unserved::trouble_of_ours, EmmCause::network_failure,
              "tries again after T3411 or T3402: ours to mend"},
};

Unserved reason_of(const hss::S6aError& error) {
  switch (error.result) {
    case hss::S6aResult::user_unknown:
      return Unserved::unknown_sim;
    case hss::S6aResult::unknown_eps_subscription:
      // With a packet subscription of another kind the UE may try another radio access, else not.
      return error.diagnostic == hss::ErrorDiagnostic::no_gprs_data_subscribed ? Unserved::no_packet_service
                                                                               : Unserved::not_over_this_rat;
    case hss::S6aResult::rat_not_allowed:
      return Unserved::not_over_this_rat;
    case hss::S6aResult::roaming_not_allowed:
      // Without a diagnostic the PLMN is barred; barred APNs leave the UE its other services.
      return error.diagnostic ? Unserved::not_in_this_area : Unserved::no_service_in_plmn;
    case hss::S6aResult::authorization_rejected:
      return Unserved::not_in_this_area;
    case hss::S6aResult::unable_to_deliver:
    case hss::S6aResult::too_busy:
    case hss::S6aResult::authentication_data_unavailable:
    case hss::S6aResult::unable_to_comply:
    case hss::S6aResult::unknown_serving_node:
      return Unserved::trouble_of_ours;
  }
  return Unserved::trouble_of_ours;
}

}  // namespace

std::span<const RejectRow> reject_rows() {
  return kRows;
}

nas::EmmCause cause_of(Unserved reason) {
  return std::ranges::find(kRows, reason, &RejectRow::reason)->cause;
}

bool ends_registration(nas::EmmCause cause) {
  switch (cause) {
    case EmmCause::illegal_ue:
    case EmmCause::illegal_me:
    case EmmCause::eps_services_not_allowed:
    case EmmCause::eps_and_non_eps_services_not_allowed:
    case EmmCause::plmn_not_allowed:
    case EmmCause::eps_services_not_allowed_in_plmn:
      return true;
    default:
      return false;
  }
}

nas::EmmCause emm_cause(const hss::S6aError& error) {
  return cause_of(reason_of(error));
}

Rejection rejection_of(const hss::S6aError& error, const Imsi& imsi, const config::Network& network,
                       Random& random) {
  const auto at_home = [&imsi](const std::vector<Plmn>& plmns) {
    return std::ranges::any_of(plmns, [&imsi](const Plmn& plmn) { return plmn.is_home_of(imsi); });
  };
  if (error.result == hss::S6aResult::user_unknown && !at_home(network.plmns) &&
      !at_home(network.equivalent_plmns))
    return {cause_of(Unserved::unknown_guest)};
  const std::uint32_t least = error.retry_after_seconds;
  if (least == 0) return {emm_cause(error)};
  // TS 24.301 §5.5.1.2.5: T3346 stands with congestion, and half as long again at the most.
  return {.cause = nas::EmmCause::congestion, .back_off_seconds = least + random.u32() % (least / 2 + 1)};
}

nas::EsmCause esm_cause(gtp::Cause cause, gtp::PdnType wanted) {
  // TS 24.301 §6.5.1.4.1: #28 is for a type that there is not; here the access point has the other version.
  if (cause == gtp::Cause::preferred_pdn_type_not_supported && wanted == gtp::PdnType::ipv6)
    return nas::EsmCause::pdn_type_ipv4_only_allowed;
  if (cause == gtp::Cause::preferred_pdn_type_not_supported && wanted == gtp::PdnType::ipv4)
    return nas::EsmCause::pdn_type_ipv6_only_allowed;
  return esm_cause(cause);
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
    case gtp::Cause::apn_restriction_incompatible:
      return EsmCause::apn_restriction_value_incompatible;
    case gtp::Cause::context_not_found:
      return EsmCause::invalid_eps_bearer_identity;
    case gtp::Cause::service_not_supported:
      return EsmCause::service_option_not_supported;
    case gtp::Cause::semantic_error_in_tft_operation:
    case gtp::Cause::semantic_error_in_tad_operation:
      return EsmCause::semantic_error_in_tft;
    case gtp::Cause::syntactic_error_in_tft_operation:
    case gtp::Cause::syntactic_error_in_tad_operation:
      return EsmCause::syntactical_error_in_tft;
    case gtp::Cause::semantic_errors_in_packet_filters:
      return EsmCause::semantic_errors_in_packet_filters;
    case gtp::Cause::syntactic_errors_in_packet_filters:
      return EsmCause::syntactical_errors_in_packet_filters;
    case gtp::Cause::service_denied:
    case gtp::Cause::request_rejected:
      return EsmCause::request_rejected_by_gateway;
    default:
      return EsmCause::network_failure;
  }
}

}  // namespace zerocell::mme
