// SPDX-License-Identifier: Apache-2.0
// What the network may start at any time, TS 24.301 §5.4 and §5.5.2.3.
#include "core/crypto/eps_keys.hpp"
#include "lab/ue.hpp"

namespace zerocell::lab {

bool Ue::common_procedure(const nas::EmmMessage& message) {
  if (const auto* authentication = std::get_if<nas::AuthenticationRequest>(&message))
    answer(*authentication);
  else if (const auto* identity = std::get_if<nas::IdentityRequest>(&message))
    answer(*identity);
  else if (const auto* command = std::get_if<nas::GutiReallocationCommand>(&message))
    answer(*command);
  else if (const auto* detach = std::get_if<nas::DetachRequestUeTerminated>(&message)) {
    answer(*detach);
    offer({.emm = &message});
  } else if (const auto* information = std::get_if<nas::EmmInformation>(&message)) {
    if (information->full_name_for_network) network_name_ = information->full_name_for_network->to_text();
  } else if (std::holds_alternative<nas::SecurityModeCommand>(message)) {
    // In another header than §4.4.4.2 and §5.4.3.2 want: the one that fits came through security_mode().
    complain("SECURITY MODE COMMAND without a new security context's header");
  } else
    return false;
  return true;
}

/// §5.4.2.
void Ue::answer(const nas::AuthenticationRequest& request) {
  const std::uint8_t ksi = request.nas_key_set_identifier.value;
  if (ksi == nas::NasKeySetIdentifier::kNoKey)
    complain("AUTHENTICATION REQUEST with \"no key\" as its key set, TS 24.301 §5.4.2.4");
  // §5.4.2.3: the answer to a repeated challenge is repeated, since the USIM would call it a replay.
  if (answered_rand_ != request.rand) {
    const auto outcome = usim_.authenticate(request.rand, request.autn, radio_->tracking_area().plmn);
    if (std::holds_alternative<Usim::MacFailure>(outcome))
      return send(nas::AuthenticationFailure{nas::EmmCause::mac_failure, {}});
    if (std::holds_alternative<Usim::NonEpsAuthentication>(outcome))
      return send(nas::AuthenticationFailure{nas::EmmCause::non_eps_authentication_unacceptable, {}});
    if (const auto* synch = std::get_if<Usim::SynchFailure>(&outcome))
      return send(nas::AuthenticationFailure{nas::EmmCause::synch_failure, synch->auts});
    const auto& proven = std::get<Usim::Proven>(outcome);
    answered_rand_ = request.rand;
    answered_res_.assign(proven.res.octets().begin(), proven.res.octets().end());
    challenged_ = {proven.k_asme, ksi};
  }
  nas::AuthenticationResponse response;
  (void)response.authentication_response_parameter.res.assign(answered_res_);
  if (behaviour_.wrong_res) response.authentication_response_parameter.res.data[0] ^= 0xFF;
  send(response);
}

/// §5.4.4.
void Ue::answer(const nas::IdentityRequest& request) {
  nas::IdentityResponse response;
  switch (request.identity_type) {
    case nas::IdentityType::imei:
      response.mobile_identity = Imei{settings_.imei.equipment};
      break;
    case nas::IdentityType::imeisv:
      response.mobile_identity = settings_.imei;
      break;
    case nas::IdentityType::tmsi:
      if (guti_) response.mobile_identity = nas::Tmsi{guti_->m_tmsi};
      break;
    case nas::IdentityType::imsi:
      response.mobile_identity = settings_.sim.imsi;
      break;
  }
  if (request.identity_type != nas::IdentityType::imsi && !secure_exchange_)
    complain("an identity other than the IMSI was asked for without security, TS 24.301 §4.4.4.2");
  send(response);
}

/// §5.4.1.
void Ue::answer(const nas::GutiReallocationCommand& command) {
  if (command.guti.guti()) guti_ = *command.guti.guti();
  if (command.tai_list) tai_list_ = *command.tai_list;
  send(nas::GutiReallocationComplete{});
}

/// §5.5.2.3.2.
void Ue::answer(const nas::DetachRequestUeTerminated&) {
  send(nas::DetachAccept{});
  deregister();
}

/// What is wrong with a command whose MAC is right, §5.4.3.5.
std::optional<nas::EmmCause> Ue::security_mode_error(const nas::SecurityModeCommand& command) const {
  if (behaviour_.rejects_security_mode) return nas::EmmCause::ue_security_capabilities_mismatch;
  const auto sent =
      nas::replayed_security_capability(settings_.network_capability, settings_.ms_network_capability);
  if (command.replayed_ue_security_capabilities != sent)
    return nas::EmmCause::ue_security_capabilities_mismatch;
  if (command.replayed_ue_additional_security_capability &&
      command.replayed_ue_additional_security_capability != settings_.additional_security_capability)
    return nas::EmmCause::ue_security_capabilities_mismatch;
  const auto chosen = command.selected_nas_security_algorithms;
  const bool null_integrity = chosen.integrity == IntegrityAlgorithm::eia0;
  if (!settings_.network_capability.eea(static_cast<unsigned>(chosen.ciphering)) ||
      (!null_integrity && !settings_.network_capability.eia(static_cast<unsigned>(chosen.integrity))) ||
      (null_integrity && !settings_.emergency))
    return nas::EmmCause::security_mode_rejected_unspecified;
  return std::nullopt;
}

/// §5.4.3.3: the command is under the context that it takes into use.
void Ue::security_mode(Bytes received) {
  const auto claimed = nas::claimed_security_mode_command(received);
  const auto command = claimed ? nas::decode<nas::SecurityModeCommand>(*claimed)
                               : nas::NasDecoded<nas::SecurityModeCommand>(std::unexpect);
  if (!command) return complain("a new context's message that is no SECURITY MODE COMMAND");
  if (std::ranges::find(behaviour_.deaf_to, nas::EmmType::security_mode_command) != behaviour_.deaf_to.end())
    return;
  note(Direction::downlink, *command);

  const std::uint8_t ksi = command->nas_key_set_identifier.value;
  nas::EpsSecurityContext context;
  const auto algorithms = command->selected_nas_security_algorithms;
  if (settings_.emergency && algorithms.integrity == IntegrityAlgorithm::eia0) {
    // §5.4.3.3: a UE that attaches for emergency bearer services takes it, and goes on without keys.
    context = nas::new_context(Key<32>(), ksi, algorithms);
    context.null_integrity = true;
  } else if (challenged_ && challenged_->ksi == ksi) {
    context = nas::new_context(challenged_->k_asme, ksi, algorithms);
  } else if (security_.valid() && security_.ksi == ksi) {
    context = security_;
    nas::change_algorithms(context, algorithms);
  } else {
    return complain("SECURITY MODE COMMAND names a key set that the UE has not");
  }

  ByteVector scratch(received.size());
  const auto opened = nas::open(context, nas::Role::ue, received, scratch);
  const auto error = security_mode_error(*command);
  if (!opened && command->selected_nas_security_algorithms.integrity != IntegrityAlgorithm::eia0)
    return complain("SECURITY MODE COMMAND does not verify: " + std::string(nas::name_of(opened.error())));
  if (error) {
    if (!behaviour_.rejects_security_mode)
      complain("SECURITY MODE COMMAND must be rejected: " + std::string(nas::name_of(*error)));
    return send(nas::SecurityModeReject{*error});
  }

  security_ = context;
  challenged_.reset();
  secure_exchange_ = true;
  k_enb_count_ = security_.uplink_count;
  nas::SecurityModeComplete complete;
  if (command->imeisv_request == nas::ImeisvRequest::requested) complete.imeisv = settings_.imei;
  // TS 33.401 §7.2.4.4: a request that was changed on its way is sent again, now protected.
  if (command->hash_mme && *command->hash_mme != hash_mme(attach_request_))
    complete.replayed_nas_message_container = nas::Octets(attach_request_);
  else if (settings_.additional_security_capability && !command->replayed_ue_additional_security_capability)
    complain("the UE additional security capability was not replayed, TS 24.301 §5.4.3.2");
  send(complete, nas::SecurityHeader::integrity_ciphered_new_context);
}

}  // namespace zerocell::lab
