// SPDX-License-Identifier: Apache-2.0
#include "mme/attach_messages.hpp"

#include "mme/emergency.hpp"
#include "mme/power_saving.hpp"

namespace zerocell::mme {

AttachAcceptMessage::AttachAcceptMessage(Ue& ue, const ConnectivityWanted& wanted,
                                         const PdnConnection& connection) {
  const UeRecord& record = ue.stored();
  const PlainMessage container = activate_default_request(Bearers::kFirstEbi, wanted, connection);

  const auto& settings = ue.mme.settings();
  nas::AttachAccept accept;
  accept.eps_attach_result = nas::EpsAttachResult::eps_only;
  accept.tai_list = ue.mme.tracking_areas().give(ue);
  accept.esm_message_container = container.bytes();
  accept.guti = ue.mme.guti(record, ue.tai.plmn);
  // TS 24.301 §5.5.1.3.4.3: a combined attach that succeeded for EPS only says why; there is no MSC here.
  if (ue.attach_intent->type == nas::EpsAttachType::combined)
    accept.emm_cause = nas::EmmCause::cs_domain_not_available;
  accept.t3402_value = nas::GprsTimer::from_seconds(settings.t3402_seconds);
  tell_idle_mode(record, accept);
  accept.eps_network_feature_support = network_feature_support(ue);
  accept.emergency_number_list = emergency_numbers(settings);
  accept.equivalent_plmns = equivalent_plmns(ue.mme.network());
  const PlainMessage plain(accept);
  octets_.assign(plain.bytes().begin(), plain.bytes().end());
}

nas::EpsNetworkFeatureSupport network_feature_support(Ue& ue) {
  const auto& settings = ue.mme.settings();
  // TS 23.401 §5.3.14: no voice where the eNodeB has found that the UE's radio does not match its own.
  return {.ims_voice_over_ps = settings.ims_voice_over_ps && ue.voice_support_match.value_or(true),
          .emergency_bearers = settings.emergency_attach != config::EmergencyAttach::off,
          .extended_service_request_ps = true,
          .extended_pco = true,
          .restrict_dual_connectivity_nr = ue.stored().nr_restricted};
}

std::optional<nas::PlmnList> equivalent_plmns(const config::Network& network) {
  if (network.equivalent_plmns.empty()) return std::nullopt;
  nas::PlmnList list;
  ZC_ASSERT(network.equivalent_plmns.size() <= list.plmns.size());
  for (const Plmn& plmn : network.equivalent_plmns) list.plmns[list.size++] = plmn;
  return list;
}

void send_attach_reject(Ue& ue, const Rejection& rejection) {
  nas::AttachReject reject;
  reject.emm_cause = rejection.cause;
  if (rejection.back_off_seconds != 0)
    reject.t3346_value = nas::GprsTimer::from_seconds(rejection.back_off_seconds);
  std::optional<PlainMessage> container;
  if (rejection.connectivity_cause) {
    nas::PdnConnectivityReject inner{.procedure_transaction_identity = rejection.transaction,
                                     .esm_cause = *rejection.connectivity_cause};
    // TS 24.301 §6.5.1.4.3: an APN without resources is left alone for a while.
    if (inner.esm_cause == nas::EsmCause::insufficient_resources)
      inner.back_off_timer_value = ue.mme.congestion().t3396();
    container.emplace(inner);
    reject.esm_message_container = nas::Octets(container->bytes());
  }
  ue.mme.send_nas(ue, ue.header(), PlainMessage(reject).bytes());
}

std::expected<SubscribedType, nas::EsmCause> subscribed_type(gtp::PdnType wanted, hss::PdnType subscribed) {
  using nas::EsmCause;
  switch (subscribed) {
    case hss::PdnType::ipv4v6:
      return SubscribedType{wanted, {}};
    case hss::PdnType::ipv4_or_ipv6:
      if (wanted != gtp::PdnType::ipv4v6) return SubscribedType{wanted, {}};
      return SubscribedType{gtp::PdnType::ipv4, EsmCause::single_address_bearers_only_allowed};
    case hss::PdnType::ipv4:
      if (wanted == gtp::PdnType::ipv4) return SubscribedType{wanted, {}};
      if (wanted == gtp::PdnType::ipv4v6)
        return SubscribedType{gtp::PdnType::ipv4, EsmCause::pdn_type_ipv4_only_allowed};
      return std::unexpected(EsmCause::pdn_type_ipv4_only_allowed);
    case hss::PdnType::ipv6:
      if (wanted == gtp::PdnType::ipv6) return SubscribedType{wanted, {}};
      if (wanted == gtp::PdnType::ipv4v6)
        return SubscribedType{gtp::PdnType::ipv6, EsmCause::pdn_type_ipv6_only_allowed};
      return std::unexpected(EsmCause::pdn_type_ipv6_only_allowed);
  }
  return std::unexpected(EsmCause::unknown_pdn_type);
}

std::optional<nas::EsmCause> reason_of(const sgw::CreateSessionResponse& session) {
  switch (session.cause) {
    case gtp::Cause::new_pdn_type_network_preference:
      return session.address.type == gtp::PdnType::ipv4 ? nas::EsmCause::pdn_type_ipv4_only_allowed
                                                        : nas::EsmCause::pdn_type_ipv6_only_allowed;
    case gtp::Cause::new_pdn_type_single_address_bearer_only:
      return nas::EsmCause::single_address_bearers_only_allowed;
    default:
      return std::nullopt;
  }
}

}  // namespace zerocell::mme
