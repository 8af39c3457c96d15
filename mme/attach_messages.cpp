// SPDX-License-Identifier: Apache-2.0
#include "mme/attach_messages.hpp"

#include "core/crypto/eps_keys.hpp"

namespace zerocell::mme {
namespace {

constexpr std::uint64_t kBitsPerKilobit = 1000;
constexpr std::uint64_t kS1apBitRateMax = 10'000'000'000;  // TS 36.413 §9.2.1.19; above it the extended IE.

nas::PdnAddress pdn_address(const gtp::PdnAddress& given) {
  nas::PdnAddress address;
  address.type = static_cast<nas::PdnType>(given.type);
  if (gtp::has_ipv4(given.type)) address.ipv4 = given.v4;
  if (gtp::has_ipv6(given.type))
    std::ranges::copy(Bytes(given.v6.octets).last(8), address.ipv6_interface_id.begin());
  return address;
}

/// EEA1 to EEA7 stand in the highest bits; EEA0 has none, since everybody has it (TS 36.413 §9.2.1.40).
std::uint16_t s1ap_algorithms(std::uint8_t nas_octet) {
  return static_cast<std::uint16_t>((nas_octet & 0x7F) << 9);
}

s1ap::TransportLayerAddress s1ap_address(const gtp::Fteid& endpoint) {
  if (endpoint.v4 && endpoint.v6) return s1ap::TransportLayerAddress::of(*endpoint.v4, *endpoint.v6);
  return s1ap::TransportLayerAddress::of(endpoint.v4 ? IpAddress(*endpoint.v4) : IpAddress(*endpoint.v6));
}

}  // namespace

s1ap::UeAggregateMaximumBitrate s1ap_ambr(const gtp::Ambr& ambr) {
  s1ap::UeAggregateMaximumBitrate value;
  value.ue_aggregate_maximum_bit_rate_dl = std::min(ambr.downlink_bps, kS1apBitRateMax);
  value.ue_aggregate_maximum_bit_rate_ul = std::min(ambr.uplink_bps, kS1apBitRateMax);
  if (ambr.downlink_bps > kS1apBitRateMax)
    value.extended_ue_aggregate_maximum_bit_rate_dl = ambr.downlink_bps;
  if (ambr.uplink_bps > kS1apBitRateMax) value.extended_ue_aggregate_maximum_bit_rate_ul = ambr.uplink_bps;
  return value;
}

AttachAcceptMessage::AttachAcceptMessage(Ue& ue, const ConnectivityWanted& wanted, const Apn& apn,
                                         const sgw::CreateSessionResponse& session,
                                         std::optional<nas::EsmCause> esm_cause) {
  const UeRecord& record = ue.stored();
  nas::ActivateDefaultEpsBearerContextRequest activate;
  activate.eps_bearer_identity = record.pdn_connections[0].ebi;
  activate.procedure_transaction_identity = wanted.transaction;
  activate.eps_qos.qci = session.qos.qci;
  activate.access_point_name = apn;
  activate.pdn_address = pdn_address(session.address);
  activate.apn_ambr = nas::ApnAmbr{.downlink = session.ambr.downlink_bps / kBitsPerKilobit,
                                   .uplink = session.ambr.uplink_bps / kBitsPerKilobit};
  activate.esm_cause = esm_cause;
  if (!session.pco.empty()) {
    if (wanted.extended_pco)
      activate.extended_protocol_configuration_options = nas::ExtendedPco(Bytes(session.pco));
    else
      activate.protocol_configuration_options = nas::Pco(Bytes(session.pco));
  }
  const PlainMessage container(activate);

  const auto& settings = ue.mme.settings();
  nas::AttachAccept accept;
  accept.eps_attach_result = nas::EpsAttachResult::eps_only;
  accept.t3412_value = nas::GprsTimer::from_seconds(settings.t3412_seconds);
  accept.tai_list = ue.mme.tai_list(ue.tai);
  accept.esm_message_container = container.bytes();
  accept.guti = ue.mme.guti(record, ue.tai.plmn);
  // TS 24.301 §5.5.1.3.4.3: a combined attach that succeeded for EPS only says why; there is no MSC here.
  if (ue.attach_intent->type == nas::EpsAttachType::combined)
    accept.emm_cause = nas::EmmCause::cs_domain_not_available;
  accept.t3402_value = nas::GprsTimer::from_seconds(settings.t3402_seconds);
  accept.eps_network_feature_support = nas::EpsNetworkFeatureSupport{};
  if (!ue.mme.network().equivalent_plmns.empty()) {
    nas::PlmnList& list = accept.equivalent_plmns.emplace();
    for (const Plmn& plmn : ue.mme.network().equivalent_plmns) list.plmns[list.size++] = plmn;
  }
  const PlainMessage plain(accept);
  octets_.assign(plain.bytes().begin(), plain.bytes().end());
}

void send_attach_reject(Ue& ue, const Rejection& rejection) {
  nas::AttachReject reject;
  reject.emm_cause = rejection.cause;
  std::optional<PlainMessage> container;
  if (rejection.connectivity_cause) {
    container.emplace(nas::PdnConnectivityReject{.procedure_transaction_identity = rejection.transaction,
                                                 .esm_cause = *rejection.connectivity_cause});
    reject.esm_message_container = nas::Octets(container->bytes());
  }
  ue.mme.send_nas(ue,
                  ue.secure_exchange ? nas::SecurityHeader::integrity_ciphered : nas::SecurityHeader::plain,
                  PlainMessage(reject).bytes());
}

bool send_initial_context_setup(Ue& ue, const UeRecord& record, const gtp::Ambr& ue_ambr, Bytes plain_nas) {
  const PdnConnection& pdn = record.pdn_connections[0];
  const Bytes nas_pdu = ue.mme.protect(ue, nas::SecurityHeader::integrity_ciphered, plain_nas);
  if (nas_pdu.empty()) return false;

  s1ap::ErabToBeSetupItemCtxtSuReq bearer;
  bearer.erab_id = pdn.ebi;
  bearer.erab_level_qos_parameters.qci = pdn.qos.qci;
  auto& priority = bearer.erab_level_qos_parameters.allocation_retention_priority;
  priority.priority_level = pdn.qos.arp.priority;
  priority.pre_emption_capability = pdn.qos.arp.may_preempt
                                        ? s1ap::PreEmptionCapability::may_trigger_pre_emption
                                        : s1ap::PreEmptionCapability::shall_not_trigger_pre_emption;
  priority.pre_emption_vulnerability = pdn.qos.arp.may_be_preempted
                                           ? s1ap::PreEmptionVulnerability::pre_emptable
                                           : s1ap::PreEmptionVulnerability::not_pre_emptable;
  bearer.transport_layer_address = s1ap_address(pdn.user_plane);
  bearer.gtp_teid = pdn.user_plane.teid;
  bearer.nas_pdu = nas_pdu;

  s1ap::InitialContextSetupRequest request;
  request.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  request.ue_aggregate_maximum_bitrate = s1ap_ambr(ue_ambr);
  request.erab_to_be_setup_list = {&bearer, 1};
  request.ue_security_capabilities = {s1ap_algorithms(record.ue_network_capability.eea_octet()),
                                      s1ap_algorithms(record.ue_network_capability.eia_octet())};
  const Key<32> key = k_enb(KeyView<32>(record.security.k_asme), ue.k_enb_count);
  std::ranges::copy(key.reveal(), request.security_key.begin());
  if (const Bytes capability = ue.mme.radio_capabilities().get(record.radio_capability); !capability.empty())
    request.ue_radio_capability = capability;
  const bool sent = ue.mme.send(ue, request);
  wipe(request.security_key);
  return sent;
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

gtp::Ambr used_ue_ambr(const gtp::Ambr& subscribed, const gtp::Ambr& apn) {
  const auto lower = [](std::uint64_t a, std::uint64_t b) { return a == 0 ? b : std::min(a, b); };
  return {lower(subscribed.uplink_bps, apn.uplink_bps), lower(subscribed.downlink_bps, apn.downlink_bps)};
}

}  // namespace zerocell::mme
