// SPDX-License-Identifier: Apache-2.0
// What NAS tells UEs, TS 24.301 clauses 5 and 6.
#include "core/crypto/eps_keys.hpp"
#include "core/crypto/milenage.hpp"
#include "core/nas/codec.hpp"
#include "lab/load/generator.hpp"
#include "lab/load/ue_constants.hpp"

namespace zerocell::load {
namespace {

std::string cause_text(std::string_view what, nas::EmmCause cause) {
  return std::string(what) + ", #" + std::to_string(static_cast<unsigned>(cause)) + " " +
         std::string(nas::name_of(cause));
}

}  // namespace

/// Encodes, protects as the security wants that is on, and sends. False when it did not leave.
template <class M>
bool Generator::answer(LoadUe& ue, const M& message, Sent what) {
  std::array<std::uint8_t, 256> room;
  Writer out(room);
  if (!nas::encode(message, out)) return false;
  if (what != Sent::nothing) sent(ue, what);
  return ue.secure_exchange ? uplink_protected(ue, nas::SecurityHeader::integrity_ciphered, out.written())
                            : uplink_nas(ue, out.written());
}

void Generator::downlink_nas(LoadUe& ue, Bytes received) {
  const auto envelope = nas::read_envelope(received);
  if (!envelope) return complain("downlink NAS: " + std::string(nas::name_of(envelope.error())));
  if (envelope->header == nas::SecurityHeader::integrity_new_context) return security_mode(ue, received);
  if (envelope->header == nas::SecurityHeader::plain) {
    const auto plain = nas::admit(nas::Role::ue, received, ue.secure_exchange);
    if (!plain) return complain("a plain message that a UE may not process");
    return emm(ue, plain->message());
  }
  if (received.size() > opened_.size()) return complain("a NAS message that is too long");
  const auto opened = nas::open(ue.security, nas::Role::ue, received, opened_);
  if (!opened) return complain("downlink NAS: " + std::string(nas::name_of(opened.error())));
  ue.secure_exchange = true;
  const Bytes message = opened->message();
  if ((message[0] & 0xF) == nas::kEsmDiscriminator) return esm(ue, message);
  emm(ue, message);
}

void Generator::emm(LoadUe& ue, Bytes plain) {
  using nas::EmmType;
  const auto peeked = nas::peek(plain);
  if (!peeked) return complain("a NAS message without a type");
  switch (peeked->emm_type) {
    case EmmType::authentication_request:
      if (const auto request = nas::decode<nas::AuthenticationRequest>(plain)) return handle(ue, *request);
      break;
    case EmmType::identity_request:
      if (const auto request = nas::decode<nas::IdentityRequest>(plain)) {
        answered(ue);
        nas::IdentityResponse response;
        if (request->identity_type == nas::IdentityType::imsi)
          response.mobile_identity = ue.imsi;
        else
          response.mobile_identity = kImeisv;
        (void)answer(ue, response, Sent::identity_response);
        return;
      }
      break;
    case EmmType::attach_accept:
      if (const auto accept = nas::decode<nas::AttachAccept>(plain)) return handle(ue, *accept);
      break;
    case EmmType::attach_reject:
      if (const auto reject = nas::decode<nas::AttachReject>(plain))
        return rejected(ue, reject->emm_cause, reject->t3346_value);
      break;
    case EmmType::service_reject:
      if (const auto reject = nas::decode<nas::ServiceReject>(plain))
        return rejected(ue, reject->emm_cause, reject->t3346_value);
      break;
    case EmmType::tracking_area_update_reject:
      if (const auto reject = nas::decode<nas::TrackingAreaUpdateReject>(plain))
        return rejected(ue, reject->emm_cause, reject->t3346_value);
      break;
    case EmmType::authentication_reject:
      if (ue.errand != 0) fail(ue, "authentication rejected");
      return;
    case EmmType::detach_accept:
      answered(ue);
      ue.accepted = true;
      return;
    case EmmType::detach_request:
      // §5.5.2.3.2.
      (void)answer(ue, nas::DetachAccept{});
      registered(ue, false);
      return complain("detached by the network");
    case EmmType::tracking_area_update_accept:
      if (const auto accept = nas::decode<nas::TrackingAreaUpdateAccept>(plain)) return handle(ue, *accept);
      break;
    case EmmType::guti_reallocation_command:
      if (const auto command = nas::decode<nas::GutiReallocationCommand>(plain)) {
        take_guti(ue, command->guti);
        (void)answer(ue, nas::GutiReallocationComplete{});
        return;
      }
      break;
    case EmmType::emm_information:
      return;
    default:
      return complain("not answered: " + std::string(nas::name_of(peeked->emm_type)));
  }
  complain("does not decode: " + std::string(nas::name_of(peeked->emm_type)));
}

/// §5.4.2, and the USIM of TS 33.102 §6.3.3.
void Generator::handle(LoadUe& ue, const nas::AuthenticationRequest& request) {
  answered(ue);
  const SimKeys& sim = keys(ue);
  const Milenage usim(sim.k, sim.op_c);
  const auto opened = open_autn(usim, request.rand, request.autn);
  if (!opened) {
    (void)answer(ue, nas::AuthenticationFailure{nas::EmmCause::mac_failure, {}});
    if (ue.errand != 0) fail(ue, "the network does not know the SIM's key");
    return;
  }
  if (opened->sqn.value() <= ue.sqn_highest) {
    const Auts auts = make_auts(usim, request.rand, Sqn(ue.sqn_highest));
    (void)answer(ue, nas::AuthenticationFailure{nas::EmmCause::synch_failure, auts});
    return complain("a sequence number that is not fresh");
  }
  ue.sqn_highest = opened->sqn.value();
  ue.challenged =
      k_asme(opened->keys.ck, opened->keys.ik, settings_.plmn, conceal(opened->sqn, opened->keys.ak))
          .stored();
  ue.challenged_ksi = request.nas_key_set_identifier.value;
  nas::AuthenticationResponse response;
  (void)response.authentication_response_parameter.res.assign(opened->keys.res.octets());
  (void)answer(ue, response, Sent::authentication_response);
}

/// §5.4.3.3.
void Generator::security_mode(LoadUe& ue, Bytes received) {
  const auto claimed = nas::claimed_security_mode_command(received);
  const auto command = claimed ? nas::decode<nas::SecurityModeCommand>(*claimed)
                               : nas::NasDecoded<nas::SecurityModeCommand>(std::unexpect);
  if (!command || received.size() > opened_.size()) return complain("a new context without its command");
  answered(ue);
  const std::uint8_t ksi = command->nas_key_set_identifier.value;
  nas::EpsSecurityContext context;
  if (ue.challenged_ksi == ksi)
    context = nas::new_context(ue.challenged, ksi, command->selected_nas_security_algorithms);
  else if (ue.security.ksi == ksi && ue.security.valid()) {
    context = ue.security;
    nas::change_algorithms(context, command->selected_nas_security_algorithms);
  }
  const bool opens = context.valid() && nas::open(context, nas::Role::ue, received, opened_).has_value();
  const bool replayed =
      command->replayed_ue_security_capabilities == nas::replayed_security_capability(kNetworkCapability, {});
  if (!opens || !replayed) {
    (void)answer(ue, nas::SecurityModeReject{nas::EmmCause::ue_security_capabilities_mismatch});
    if (ue.errand != 0) fail(ue, "a security mode command that is not right");
    return;
  }
  ue.security = context;
  ue.challenged_ksi = nas::NasKeySetIdentifier::kNoKey;
  ue.secure_exchange = true;
  ue.k_enb_count = ue.security.uplink_count;
  nas::SecurityModeComplete complete;
  if (command->imeisv_request == nas::ImeisvRequest::requested) complete.imeisv = kImeisv;
  std::array<std::uint8_t, 64> room;
  Writer out(room);
  if (!nas::encode(complete, out)) return complain("a message of our own does not encode");
  sent(ue, Sent::security_mode_complete);
  (void)uplink_protected(ue, nas::SecurityHeader::integrity_ciphered_new_context, out.written());
}

void Generator::take_guti(LoadUe& ue, const nas::EpsMobileIdentity& identity) {
  if (const Guti* given = identity.guti()) {
    ue.gummei = given->gummei;
    ue.m_tmsi = given->m_tmsi;
    index(ue);
  }
}

/// §5.5.1.2.4.
void Generator::handle(LoadUe& ue, const nas::AttachAccept& accept) {
  const auto inner = nas::decode<nas::ActivateDefaultEpsBearerContextRequest>(accept.esm_message_container);
  if (!inner || inner->procedure_transaction_identity != ue.transaction || !ue.secure_exchange) {
    if (ue.errand != 0) fail(ue, "accepted without the bearer that was asked for");
    return;
  }
  if (accept.guti) take_guti(ue, *accept.guti);
  ue.ipv4 = inner->pdn_address.ipv4;
  ue.erab_id = inner->eps_bearer_identity;
  nas::ActivateDefaultEpsBearerContextAccept bearer;
  bearer.eps_bearer_identity = inner->eps_bearer_identity;
  std::array<std::uint8_t, 16> room;
  Writer out(room);
  if (!nas::encode(bearer, out)) return complain("a message of our own does not encode");
  const bool left = answer(ue, nas::AttachComplete{nas::Octets(out.written())});
  if (!running(ue, Procedure::attach)) return complain("an attach accept that nobody waited for");
  if (!left) return fail(ue, "not sent");
  registered(ue, true);
  succeed(ue);
}

/// §5.5.3.2.4.
void Generator::handle(LoadUe& ue, const nas::TrackingAreaUpdateAccept& accept) {
  answered(ue);
  if (accept.guti) {
    take_guti(ue, *accept.guti);
    (void)answer(ue, nas::TrackingAreaUpdateComplete{});
  }
  if (!running(ue, Procedure::tracking_area)) return;
  ue.accepted = true;
  statistics(ue).of(Procedure::tracking_area).took.add(parts_.loop.now() - ue.begun);
}

void Generator::rejected(LoadUe& ue, nas::EmmCause cause, const std::optional<nas::GprsTimer>& t3346) {
  // §5.3.9: the UE does not come back before T3346 has run. §5.5.1.2.5, §5.5.3.2.5, §5.6.1.5: without
  // integrity protection it takes no value from anybody, but draws one.
  if (const auto told = t3346 ? t3346->seconds() : std::nullopt; cause == nas::EmmCause::congestion && told) {
    constexpr std::uint32_t kDrawnMin = 900, kDrawnMax = 1800;  // TS 24.008 §11.2.2.
    const std::uint32_t seconds =
        ue.secure_exchange ? *told : std::uniform_int_distribution(kDrawnMin, kDrawnMax)(chance_);
    ue.not_before_s =
        seconds + static_cast<std::uint32_t>((parts_.loop.now() - started_) / std::chrono::seconds(1));
  }
  if (cause == nas::EmmCause::ue_identity_cannot_be_derived || cause == nas::EmmCause::implicitly_detached ||
      ue.procedure == Procedure::attach)
    registered(ue, false);
  if (ue.errand != 0) fail(ue, cause_text("rejected", cause));
}

/// §6.6.1.2.3, and bearers that the network changes.
void Generator::esm(LoadUe& ue, Bytes plain) {
  using nas::EsmType;
  const auto peeked = nas::peek(plain);
  if (!peeked) return complain("an ESM message without a type");
  if (peeked->esm_type == EsmType::esm_information_request) {
    answered(ue);
    nas::EsmInformationResponse response;
    response.procedure_transaction_identity = peeked->procedure_transaction_identity;
    if (!settings_.apn.empty()) response.access_point_name = settings_.apn;
    std::array<std::uint8_t, 64> options;
    response.protocol_configuration_options = requested_options(settings_.pdn_type, options);
    (void)answer(ue, response, Sent::esm_information_response);
    return;
  }
  complain("not answered: " + std::string(nas::name_of(peeked->esm_type)));
}

}  // namespace zerocell::load
