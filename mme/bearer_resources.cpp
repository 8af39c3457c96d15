// SPDX-License-Identifier: Apache-2.0
#include "core/gtp/qci.hpp"
#include "core/nas/traffic_flow_aggregate.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/esm_procedures.hpp"

/// Bearer resources that a UE asks for, TS 23.401 §5.4.5, TS 24.301 §6.5.3 and §6.5.4. What the gateway makes
/// of a command comes back as a bearer procedure with the UE's PTI, and takes its own turn; or as its
/// failure.
namespace zerocell::mme {
namespace {

Counter resources_asked{"zerocell_mme_bearer_resource_requests_total",
                        "Bearer resource allocations and modifications that UEs asked for."};
Counter resources_refused{"zerocell_mme_bearer_resource_rejects_total",
                          "Bearer resource allocations and modifications that were refused."};

void log_refusal(const Ue& ue, nas::EsmCause cause) {
  resources_refused.add();
  log::info("bearer_resource_rejected", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"cause", nas::name_of(cause)}});
}

template <class Reject>
Next refuse_request(Ue& ue, std::uint8_t transaction, nas::EsmCause cause, Scarce scarce = Scarce::core) {
  log_refusal(ue, cause);
  ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered,
                  esm_refusal<Reject>(ue, transaction, cause, scarce).bytes());
  return Next::stay();
}

Next refuse_allocation(Ue& ue, std::uint8_t transaction, nas::EsmCause cause) {
  return refuse_request<nas::BearerResourceAllocationReject>(ue, transaction, cause);
}
Next refuse_modification(Ue& ue, std::uint8_t transaction, nas::EsmCause cause) {
  return refuse_request<nas::BearerResourceModificationReject>(ue, transaction, cause);
}

/// TS 23.401 §4.3.12.1, §5.4.5: the bearers of an emergency PDN connection are the network's to choose. The
/// PDN gateway would refuse.
constexpr auto kNotForEmergency = nas::EsmCause::request_rejected_by_gateway;

std::uint32_t kbps(nas::BitRate rate) {
  return static_cast<std::uint32_t>(std::min<nas::BitRate>(rate, 0xFFFFFFFF));
}

/// The QoS that a UE wants for its flows, with the priority of its default bearer; or what is wrong with it,
/// TS 24.301 §6.5.3.4.
std::expected<gtp::BearerQos, nas::EsmCause> wanted_qos(const nas::EpsQos& wanted, const gtp::Arp& arp) {
  gtp::BearerQos qos{.qci = wanted.qci, .arp = arp};
  // TS 24.301 §9.9.4.3: 0, the network selects it; and the rates of a non-GBR QCI are ignored.
  if (wanted.qci != 0 && !gtp::is_known_qci(wanted.qci))
    return std::unexpected(nas::EsmCause::unsupported_qci_value);
  if (!gtp::is_gbr_qci(wanted.qci)) return qos;
  if (!wanted.rates) return std::unexpected(nas::EsmCause::eps_qos_not_accepted);
  qos.mbr = {kbps(wanted.rates->mbr_uplink), kbps(wanted.rates->mbr_downlink)};
  qos.gbr = {kbps(wanted.rates->gbr_uplink), kbps(wanted.rates->gbr_downlink)};
  if (qos.gbr.uplink_kbps > qos.mbr.uplink_kbps || qos.gbr.downlink_kbps > qos.mbr.downlink_kbps)
    return std::unexpected(nas::EsmCause::eps_qos_not_accepted);
  return qos;
}

/// `refuse_bearer_resource` as a procedure.
Task<Next> refused(Ue& ue, std::uint8_t ebi, std::uint8_t transaction, nas::EsmCause cause, Scarce scarce) {
  refuse_bearer_resource(ue, ebi, transaction, cause, scarce);
  co_return Next::stay();
}

/// What is wrong with the filters, TS 24.301 §6.5.3.4 and §6.5.4.4.
std::optional<nas::EsmCause> filters_error(const nas::TftView& aggregate, bool creates) {
  const auto tft = nas::read_aggregate(aggregate.octets);
  if (!tft) return tft.error().cause;
  if (creates && tft->operation != nas::Tft::Operation::create) return nas::EsmCause::semantic_error_in_tft;
  return std::nullopt;
}

}  // namespace

void refuse_bearer_resource(Ue& ue, std::uint8_t ebi, std::uint8_t transaction, nas::EsmCause cause,
                            Scarce scarce) {
  if (ue.keys_in_doubt()) {
    // Who attaches anew, or has come without a context, has given its request up.
    if (!ue.record || !ue.context_set_up || (ue.attach_intent && !ue.attach_intent->update)) return;
    return ue.mme.refuse_in_turn(ue, transaction, [=](Ue& certain) -> Task<Next> {
      return refused(certain, ebi, transaction, cause, scarce);
    });
  }
  if (ebi == 0)
    refuse_request<nas::BearerResourceAllocationReject>(ue, transaction, cause, scarce);
  else
    refuse_request<nas::BearerResourceModificationReject>(ue, transaction, cause, scarce);
}

void Mme::bearer_resource_failed(const sgw::BearerResourceFailure& failure) {
  const auto index = directory_.find(failure.imsi);
  Ue* ue = index ? connected(*index) : nullptr;
  // A UE that has left its connection, or attaches anew, has given its request up.
  if (ue == nullptr || ue->stored().emm_state != EmmState::registered ||
      bearers_.default_of(ue->stored(), failure.session) == nullptr)
    return;
  refuse_bearer_resource(*ue, failure.ebi, failure.pti, esm_cause(failure.cause));
}

Task<Next> allocate_bearer_resource(Ue& ue, ByteVector message) {
  resources_asked.add();
  const auto request = nas::decode<nas::BearerResourceAllocationRequest>(message);
  if (!request) co_return Next::stay();  // It was decoded before it came here.
  const std::uint8_t transaction = request->procedure_transaction_identity;
  const auto linked_ebi = static_cast<std::uint8_t>(request->linked_eps_bearer_identity);
  const BearerRecord* linked = ue.mme.bearers().find(ue.stored(), linked_ebi);
  if (linked == nullptr || !linked->is_default())
    co_return refuse_allocation(ue, transaction, nas::EsmCause::invalid_eps_bearer_identity);
  if (linked->emergency) co_return refuse_allocation(ue, transaction, kNotForEmergency);
  if (const auto wrong = filters_error(request->traffic_flow_aggregate, true))
    co_return refuse_allocation(ue, transaction, *wrong);
  const auto qos = wanted_qos(request->required_traffic_flow_qos, linked->qos.arp);
  if (!qos) co_return refuse_allocation(ue, transaction, qos.error());
  if (!ue.mme.bearers().free_ebi(ue.stored()))
    co_return refuse_allocation(ue, transaction, nas::EsmCause::maximum_number_of_eps_bearers_reached);

  const Bytes aggregate = request->traffic_flow_aggregate.octets;
  const auto commanded = co_await ue.mme.gateway().bearer_resource_command(
      {.session = linked->session,
       .linked_ebi = linked_ebi,
       .pti = transaction,
       .traffic_flow_aggregate = ByteVector(aggregate.begin(), aggregate.end()),
       .flow_qos = *qos});
  if (!commanded) co_return refuse_allocation(ue, transaction, esm_cause(commanded.error()));
  co_return Next::stay();
}

Task<Next> modify_bearer_resource(Ue& ue, ByteVector message) {
  resources_asked.add();
  const auto request = nas::decode<nas::BearerResourceModificationRequest>(message);
  if (!request) co_return Next::stay();  // It was decoded before it came here.
  const std::uint8_t transaction = request->procedure_transaction_identity;
  const auto ebi = static_cast<std::uint8_t>(request->eps_bearer_identity_for_packet_filter);
  const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), ebi);
  if (bearer == nullptr)
    co_return refuse_modification(ue, transaction, nas::EsmCause::invalid_eps_bearer_identity);
  if (bearer->emergency) co_return refuse_modification(ue, transaction, kNotForEmergency);
  if (const auto wrong = filters_error(request->traffic_flow_aggregate, false))
    co_return refuse_modification(ue, transaction, *wrong);
  std::optional<gtp::BearerQos> qos;
  if (request->required_traffic_flow_qos) {
    nas::EpsQos asked = *request->required_traffic_flow_qos;
    if (asked.qci == 0) asked.qci = bearer->qos.qci;
    const auto wanted = wanted_qos(asked, bearer->qos.arp);
    if (!wanted) co_return refuse_modification(ue, transaction, wanted.error());
    // §6.5.4.2: the QCI of a bearer is not the UE's to change.
    if (wanted->qci != bearer->qos.qci)
      co_return refuse_modification(ue, transaction, nas::EsmCause::eps_qos_not_accepted);
    qos = *wanted;
  }

  const Bytes aggregate = request->traffic_flow_aggregate.octets;
  const auto commanded = co_await ue.mme.gateway().bearer_resource_command(
      {.session = bearer->session,
       .linked_ebi = bearer->linked_ebi,
       .ebi = ebi,
       .pti = transaction,
       .traffic_flow_aggregate = ByteVector(aggregate.begin(), aggregate.end()),
       .flow_qos = qos});
  if (!commanded) co_return refuse_modification(ue, transaction, esm_cause(commanded.error()));
  co_return Next::stay();
}

}  // namespace zerocell::mme
