// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/criticality_diagnostics.hpp"
#include "mme/mme.hpp"
#include "mme/procedures.hpp"
#include "mme/s1_setup.hpp"

/// S1AP procedures about no single UE: interface management, TS 36.413 §8.7.
namespace zerocell::mme {
namespace {

Counter setups_accepted{"zerocell_mme_s1_setups_accepted_total", "S1 Setup procedures that succeeded."};
Counter setups_refused{"zerocell_mme_s1_setups_refused_total", "S1 Setup procedures that were refused."};
Counter resets{"zerocell_mme_s1_resets_total", "Resets that eNodeBs asked for."};

/// TS 36.413 §9.2.1.61 has six values; the configuration allows no others.
s1ap::TimeToWait time_to_wait(std::uint32_t seconds) {
  switch (seconds) {
    case 1:
      return s1ap::TimeToWait::v1s;
    case 2:
      return s1ap::TimeToWait::v2s;
    case 5:
      return s1ap::TimeToWait::v5s;
    case 20:
      return s1ap::TimeToWait::v20s;
    case 60:
      return s1ap::TimeToWait::v60s;
    default:
      return s1ap::TimeToWait::v10s;
  }
}

}  // namespace

void Mme::handle_interface(Enb& enb, const s1ap::Inbound& inbound) {
  if (const auto* setup = inbound.message.as<s1ap::S1SetupRequest>()) return handle(enb, *setup, inbound);
  if (const auto* update = inbound.message.as<s1ap::EnbConfigurationUpdate>())
    return handle(enb, *update, inbound);
  if (const auto* indication = inbound.message.as<s1ap::ErrorIndication>()) return handle(enb, *indication);
  using enum s1ap::MessageType;
  const s1ap::Message* message = &inbound.message;
  switch (message->type) {
    case s1ap::MessageType::reset_acknowledge:
      (void)enb.reset_answers.offer(message);
      return;
    case mme_configuration_update_acknowledge:
    case mme_configuration_update_failure:
      (void)enb.update_answers.offer(message);
      return;
    default:
      break;
  }
  if (!enb.set_up)
    return logical_error(enb, inbound, s1ap::CauseProtocol::message_not_compatible_with_receiver_state,
                         nullptr);
  if (const auto* reset = message->as<s1ap::Reset>()) return handle(enb, *reset, inbound);
  if (message->type == uplink_non_ue_associated_lppa_transport) return ignore_lppa();
  if (const auto* transfer = message->as<s1ap::EnbConfigurationTransfer>()) return handle(enb, *transfer);
  if (const auto* transfer = message->as<s1ap::EnbDirectInformationTransfer>()) return handle(enb, *transfer);
  if (const auto* response = message->as<s1ap::WriteReplaceWarningResponse>())
    return warnings_.answered(enb, *response);
  if (const auto* response = message->as<s1ap::KillResponse>()) return warnings_.answered(enb, *response);
  if (const auto* indication = message->as<s1ap::PwsRestartIndication>())
    return warnings_.lost(enb, *indication);
  if (const auto* indication = message->as<s1ap::PwsFailureIndication>())
    return warnings_.lost(enb, *indication);
}

void Mme::handle(Enb& enb, const s1ap::S1SetupRequest& request, const s1ap::Inbound& inbound) {
  // A second S1 Setup on an association starts it anew: what was there is erased (TS 36.413 §8.7.3.1), and
  // what the eNodeB was asked about it has no meaning any more.
  enb.reset.cancel();
  enb.update.cancel();
  drop_ues_of(enb);
  enb.set_up = false;
  const auto accepted = full_without(request.global_enb_id)
                            ? std::expected<void, SetupRefusal>(std::unexpected(SetupRefusal{
                                  s1ap::CauseMisc::control_processing_overload, "s1ap.enbs_max is reached"}))
                            : set_up(enb, request, parts_.network, parts_.s1ap);
  if (!accepted) {
    setups_refused.add();
    guard_set_up(enb);
    log::warning("s1_setup_refused", {{"peer", enb.peer},
                                      {"enb_name", request.enb_name.value_or("")},
                                      {"cause", s1ap::name(accepted.error().cause)},
                                      {"reason", accepted.error().reason}});
    s1ap::S1SetupFailure failure;
    failure.cause = accepted.error().cause;
    failure.time_to_wait = time_to_wait(parts_.s1ap.setup_wait_seconds);
    failure.criticality_diagnostics = diagnostics_of(inbound);
    send(enb, failure);
    return;
  }
  setups_accepted.add();
  enb.set_up_guard.reset();
  supersede_association(enb);
  tracking_areas_.note_radio_access(enb);
  log::info("s1_setup",
            {{"enb", enb}, {"enb_name", enb.name}, {"peer", enb.peer}, {"tracking_areas", enb.tais.size()}});
  const auto groups = parts_.network.group_ids();
  const auto codes = parts_.network.codes();
  s1ap::ServedGummeisItem served;
  served.served_plmns = parts_.network.plmns;
  served.served_group_ids = groups;
  served.served_mmecs = codes;
  s1ap::S1SetupResponse response;
  if (!parts_.network.mme_name.empty()) response.mme_name = parts_.network.mme_name;
  response.served_gummeis = {&served, 1};
  response.relative_mme_capacity = parts_.network.relative_capacity;
  response.criticality_diagnostics = diagnostics_of(inbound);
  send(enb, response);
  congestion_.tell_overload(enb);
}

void Mme::handle(Enb& enb, const s1ap::EnbConfigurationUpdate& request, const s1ap::Inbound& inbound) {
  if (!enb.set_up) {
    s1ap::EnbConfigurationUpdateFailure failure;
    failure.cause = s1ap::CauseProtocol::message_not_compatible_with_receiver_state;
    failure.criticality_diagnostics = diagnostics_of(inbound);
    send(enb, failure);
    return;
  }
  if (const auto accepted = update(enb, request, parts_.network); !accepted) {
    log::warning("enb_configuration_update_refused", {{"enb", enb}, {"reason", accepted.error().reason}});
    s1ap::EnbConfigurationUpdateFailure failure;
    failure.cause = accepted.error().cause;
    failure.time_to_wait = time_to_wait(parts_.s1ap.setup_wait_seconds);
    failure.criticality_diagnostics = diagnostics_of(inbound);
    send(enb, failure);
    return;
  }
  tracking_areas_.note_radio_access(enb);
  log::info("enb_configuration_updated", {{"enb", enb}, {"tracking_areas", enb.tais.size()}});
  s1ap::EnbConfigurationUpdateAcknowledge acknowledge;
  acknowledge.criticality_diagnostics = diagnostics_of(inbound);
  send(enb, acknowledge);
}

void Mme::handle(Enb& enb, const s1ap::Reset& reset, const s1ap::Inbound& inbound) {
  resets.add();
  log::info("s1_reset", {{"enb", enb}, {"cause", s1ap::name(reset.cause)}});
  s1ap::ResetAcknowledge acknowledge;
  acknowledge.criticality_diagnostics = diagnostics_of(inbound);
  if (const auto* part = std::get_if<s1ap::PartOfS1Interface>(&reset.reset_type)) {
    // TS 36.413 §8.7.1.2.2: the answer lists what the request listed, in its order, known or not.
    acknowledge.ue_associated_logical_s1_connection_list = part->value;
    for (const auto& connection : part->value)
      if (Ue* ue = find_ue(enb, connection.mme_ue_s1ap_id, connection.enb_ue_s1ap_id)) drop(*ue);
  } else {
    drop_ues_of(enb);
  }
  send(enb, acknowledge);
}

}  // namespace zerocell::mme
