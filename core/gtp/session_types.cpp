// SPDX-License-Identifier: Apache-2.0
#include "core/gtp/session_types.hpp"

namespace zerocell::gtp {

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::request_accepted:
      return "request accepted";
    case Cause::new_pdn_type_network_preference:
      return "new PDN type due to network preference";
    case Cause::new_pdn_type_single_address_bearer_only:
      return "new PDN type due to single address bearer only";
    case Cause::context_not_found:
      return "context not found";
    case Cause::mandatory_ie_incorrect:
      return "mandatory IE incorrect";
    case Cause::system_failure:
      return "system failure";
    case Cause::no_resources_available:
      return "no resources available";
    case Cause::missing_or_unknown_apn:
      return "missing or unknown APN";
    case Cause::preferred_pdn_type_not_supported:
      return "preferred PDN type not supported";
    case Cause::all_dynamic_addresses_occupied:
      return "all dynamic addresses are occupied";
    case Cause::ue_not_responding:
      return "UE not responding";
    case Cause::service_denied:
      return "service denied";
    case Cause::apn_access_denied:
      return "APN access denied, no subscription";
    case Cause::request_rejected:
      return "request rejected";
    case Cause::remote_peer_not_responding:
      return "remote peer not responding";
  }
  return "unknown cause";
}

}  // namespace zerocell::gtp
