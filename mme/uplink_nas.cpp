// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/access.hpp"
#include "mme/attach_messages.hpp"
#include "mme/emergency.hpp"
#include "mme/mme.hpp"
#include "mme/power_saving.hpp"
#include "mme/procedures.hpp"

/// From a NAS-PDU to the procedure that waits for it, or to what TS 24.301 wants done where none does.
namespace zerocell::mme {
namespace {

Counter nas_refused{"zerocell_mme_nas_refused_total",
                    "NAS messages that the security gate let nothing of through."};
Counter nas_unexpected{"zerocell_mme_nas_unexpected_total",
                       "NAS messages that no procedure waited for, and that began none."};

/// A UE whose request cannot be served here attaches anew.
constexpr auto kNoContextHere = nas::EmmCause::ue_identity_cannot_be_derived;

/// SERVICE REQUEST has a header of its own; within any other one a message is plain.
UeEvent event_of(Bytes message, bool service_request) {
  using nas::SecurityHeader;
  UeEvent event{.nas = message};
  const auto peeked = nas::peek(message);
  if (!peeked) return event;
  if (peeked->discriminator == nas::kEsmDiscriminator) {
    event.kind = UeEvent::Kind::esm;
    event.esm_type = peeked->esm_type;
  } else if (peeked->security_header ==
             (service_request ? SecurityHeader::service_request : SecurityHeader::plain)) {
    event.kind = UeEvent::Kind::emm;
    event.emm_type = peeked->emm_type;
  }
  return event;
}

UeEvent event_of(const nas::VerifiedNas& opened) {
  UeEvent event =
      event_of(opened.message(), opened.security_header() == nas::SecurityHeader::service_request);
  event.verified = true;
  event.count = opened.count();
  return event;
}

UeEvent event_of(const nas::PlainNas& plain) {
  return event_of(plain.message(), plain.type() == nas::EmmType::service_request);
}

/// What a UE begins with; it is not ciphered where it opens a connection, and some UEs do not cipher it on
/// one that is there either.
bool may_open_connection(const UeEvent& event) {
  using enum nas::EmmType;
  return event.is(attach_request) || event.is(tracking_area_update_request) || event.is(detach_request) ||
         event.is(extended_service_request) || event.is(control_plane_service_request);
}

/// TS 24.301 §4.4.5: once messages are ciphered, one that should be and is not is discarded. The header is no
/// part of what is verified, so that somebody on the way may have changed it. §9.3.1: that of a new context
/// is SECURITY MODE COMPLETE's alone.
bool protected_as_it_should_be(const UeEvent& event, nas::SecurityHeader header) {
  using enum nas::SecurityHeader;
  switch (header) {
    case service_request:
    case integrity_partially_ciphered:
      return true;
    case integrity:
      return may_open_connection(event);
    case integrity_ciphered:
      return !event.is(nas::EmmType::security_mode_complete);
    case integrity_ciphered_new_context:
      return event.is(nas::EmmType::security_mode_complete);
    case plain:
    case integrity_new_context:
      return false;
  }
  return false;
}

void log_refusal(const Ue& ue, nas::Refusal refusal) {
  nas_refused.add();
  static log::RateLimit limit;
  limit.warning("nas_message_refused", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
                {{"reason", nas::name_of(refusal)}, {"enb", *ue.enb}});
}

/// The identity inside a request that may have come under a stored context; it selects the context, nothing
/// else.
std::optional<nas::EpsMobileIdentity> claimed_identity(Bytes plain, nas::EmmType type) {
  if (type == nas::EmmType::attach_request)
    if (const auto request = nas::decode<nas::AttachRequest>(plain)) return native_identity(*request);
  if (type == nas::EmmType::detach_request)
    if (const auto request = nas::decode<nas::DetachRequestUeOriginating>(plain))
      return request->eps_mobile_identity;
  if (type == nas::EmmType::tracking_area_update_request)
    if (const auto request = nas::decode<nas::TrackingAreaUpdateRequest>(plain))
      return native_identity(*request);
  return std::nullopt;
}

/// SERVICE REQUEST, which has a form of its own, and the two that came later.
bool asks_for_service(const nas::Envelope& envelope) {
  if (envelope.header == nas::SecurityHeader::service_request) return true;
  if (envelope.header == nas::SecurityHeader::plain) return false;
  const auto peeked = nas::peek(envelope.message);
  return peeked && peeked->discriminator != nas::kEsmDiscriminator &&
         (peeked->emm_type == nas::EmmType::extended_service_request ||
          peeked->emm_type == nas::EmmType::control_plane_service_request);
}

/// What a UE says under the keys that it had before those that it is asked to take: that it refuses them
/// (TS 24.301 §5.4.3.5), or what goes before them (§5.4.3.7 c). Anything else leaves the COUNT where it was.
std::optional<UeEvent> said_under_previous_keys(nas::EpsSecurityContext& before, Bytes pdu,
                                                MutableBytes scratch) {
  nas::EpsSecurityContext context = before;
  const auto opened = nas::open(context, nas::Role::network, pdu, scratch);
  std::optional<UeEvent> event;
  if (opened) event = event_of(*opened);
  if (event && (!protected_as_it_should_be(*event, opened->security_header()) ||
                !(event->is(nas::EmmType::security_mode_reject) || may_open_connection(*event) ||
                  event->is(nas::EmmType::service_request))))
    event.reset();
  if (event) before.uplink_count = context.uplink_count;
  nas::wipe(context);
  return event;
}

/// Answers to what the network asks: one that comes twice, since the question went twice, or late, is for
/// nobody.
bool answers_network(nas::EmmType type) {
  switch (type) {
    case nas::EmmType::attach_complete:
    case nas::EmmType::detach_accept:
    case nas::EmmType::tracking_area_update_complete:
    case nas::EmmType::guti_reallocation_complete:
    case nas::EmmType::authentication_response:
    case nas::EmmType::authentication_failure:
    case nas::EmmType::identity_response:
    case nas::EmmType::security_mode_complete:
    case nas::EmmType::security_mode_reject:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Mme::initial_nas(Ue& ue, Bytes pdu, const std::optional<STmsi>& s_tmsi) {
  const auto envelope = nas::read_envelope(pdu);
  if (!envelope) {
    log_refusal(ue, envelope.error());
    return begin_release(ue, s1ap::CauseNas::unspecified);
  }
  // A stored context is tried when the message came under one; a right MAC is the proof, and only then is the
  // UE bound.
  if (envelope->header != nas::SecurityHeader::plain) {
    std::optional<UeDirectory::Index> claimed;
    std::uint32_t m_tmsi = 0;
    if (asks_for_service(*envelope)) {
      if (s_tmsi && parts_.network.has_code(s_tmsi->mme_code)) {
        m_tmsi = s_tmsi->m_tmsi;
        claimed = directory_.find_by_m_tmsi(m_tmsi);
      }
    } else if (const auto peeked = nas::peek(envelope->message)) {
      if (const auto identity = claimed_identity(envelope->message, peeked->emm_type)) {
        claimed = find_by_guti(*identity);
        if (const Guti* guti = identity->guti()) m_tmsi = guti->m_tmsi;
      }
    }
    if (claimed && directory_[*claimed].security.valid()) {
      UeRecord& record = directory_[*claimed];
      const auto verified = nas::open(record.security, nas::Role::network, pdu, nas_in_);
      if (verified) {
        const auto detaching = detach_under_way(*claimed);
        bind(ue, Imsi(record.imsi));
        // TS 24.301 §5.5.3.2.7 a: who uses its new GUTI has it, whether or not the complete came.
        if (m_tmsi == record.m_tmsi) {
          directory_.confirm_m_tmsi(*claimed);
        } else {
          // §5.4.1.6 a: who goes on under the old one has let go of the connection on which it was to hear of
          // the new one.
          directory_.take_back_m_tmsi(*claimed);
          ue.guti_not_taken = true;
        }
        ue.security = &record.security;
        ue.secure_exchange = true;
        ue.k_enb_count = verified->count();
        UeEvent event = event_of(*verified);
        // The UE has left the connection on which it was told: it is told here.
        if (detaching && detaching->ignores(event))
          return run(ue, ProcedureKind::detach, detach_by_network(ue, detaching->type, detaching->cause));
        return dispatch(ue, event);
      }
    }
  }
  const auto plain = nas::admit(nas::Role::network, pdu, false);
  if (!plain) {
    // TS 24.301 §5.6.1.5, §4.4.4.3: who asks for service without a proof is told to attach; nothing changes.
    if (asks_for_service(*envelope))
      return refuse_service(ue, network_refusal(network(), ue.tai).value_or(kNoContextHere));
    log_refusal(ue, plain.error());
    return begin_release(ue, s1ap::CauseNas::unspecified);
  }
  UeEvent event = event_of(*plain);
  const std::uint32_t place = ue.place;
  dispatch(ue, event);
  // What opened the connection and started nothing leaves nothing behind.
  if (ues_[place] && !ues_[place]->procedure.busy() && !ues_[place]->record)
    begin_release(*ues_[place], s1ap::CauseNas::unspecified);
}

void Mme::uplink_nas(Ue& ue, Bytes pdu) {
  if (ue.security != nullptr) {
    if (const auto verified = nas::open(*ue.security, nas::Role::network, pdu, nas_in_)) {
      UeEvent event = event_of(*verified);
      if (!protected_as_it_should_be(event, verified->security_header()))
        return log_refusal(ue, nas::Refusal::wrong_header);
      // Whoever uses keys has taken them into use, and hears nothing plain any more (TS 24.301 §4.4.2.3). But
      // until they are the record's they prove nothing about whose record this is, except in answer to their
      // Security Mode Command.
      ue.secure_exchange = true;
      event.verified = (ue.record && ue.security == &ue.stored().security) ||
                       event.is(nas::EmmType::security_mode_complete);
      return dispatch(ue, event);
    }
    if (ue.security == &ue.fresh && ue.record)
      if (auto event = said_under_previous_keys(ue.stored().security, pdu, nas_in_)) {
        if (event->is(nas::EmmType::security_mode_reject)) return dispatch(ue, *event);
        // §5.4.3.7 c: security mode control is aborted, with what led to it. What lets the UE go is not: it
        // goes on under the keys that the UE has.
        const bool goes = ue.detaching || ue.runs(ProcedureKind::s1_release);
        if (!goes) {
          cancel_procedure(ue);
          ue.attach_intent.reset();
          if (ue.fresh_is_own()) ue.aborted = ue.fresh;
        }
        keep_previous_keys(ue);
        const std::uint32_t id = ue.mme_ue_s1ap_id;
        dispatch(ue, *event);
        // Where nothing comes of it, what waited for the end of what was aborted has its turn.
        Ue* const still = find_ue(id);
        if (still == nullptr || still->procedure.busy()) return;
        if (!still->context_set_up) return begin_release(*still, s1ap::CauseNas::normal_release);
        if (still->later_update) return update_later(*still);
        if (!begin_waiting(*still)) paging_.served(*still);
        return;
      }
    if (takes_aborted_keys(ue, pdu)) return;
  }
  const auto plain = nas::admit(nas::Role::network, pdu, ue.secure_exchange);
  if (!plain) return log_refusal(ue, plain.error());
  UeEvent event = event_of(*plain);
  dispatch(ue, event);
}

/// The request for which security mode control was aborted and the UE's answer to that have met on their way:
/// from then on it hears nothing under other keys.
bool Mme::takes_aborted_keys(Ue& ue, Bytes pdu) {
  if (!ue.aborted.valid() || !ue.record || ue.security != &ue.stored().security) return false;
  const auto opened = nas::open(ue.aborted, nas::Role::network, pdu, nas_in_);
  if (!opened) return false;
  UeEvent event = event_of(*opened);
  if (!event.is(nas::EmmType::security_mode_complete) ||
      !protected_as_it_should_be(event, opened->security_header()))
    return false;
  ue.fresh = ue.aborted;
  nas::wipe(ue.aborted);
  keep_new_keys(ue, event.count);
  (void)ue.inbox.offer(event);
  return true;
}

void Mme::dispatch(Ue& ue, UeEvent& event) {
  // TS 24.301 §7.2.
  if (event.kind == UeEvent::Kind::nonsense) return not_expected(ue, "nonsense", event.verified);
  if (event.is(nas::EmmType::attach_request)) return begin_attach(ue, event);
  if (ue.inbox.offer(event)) return;
  if (event.kind == UeEvent::Kind::esm) return unexpected_esm(ue, event);
  unexpected_emm(ue, event);
}

void Mme::unexpected_emm(Ue& ue, const UeEvent& event) {
  switch (event.emm_type) {
    case nas::EmmType::detach_request:
      return begin_detach(ue, event);
    case nas::EmmType::tracking_area_update_request:
      return begin_tracking_area_update(ue, event);
    case nas::EmmType::service_request:
    case nas::EmmType::extended_service_request:
    case nas::EmmType::control_plane_service_request:
      return begin_service_request(ue, event);
    case nas::EmmType::emm_status: {
      const auto status = nas::decode<nas::EmmStatus>(event.nas);
      log::info("emm_status", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
                {{"cause", status ? nas::name_of(status->emm_cause) : std::string_view("unreadable")}});
      return;
    }
    case nas::EmmType::security_mode_complete:
      // The network detaches it since it was asked to: what it says to that comes under these keys.
      if (ue.detaching && ue.security == &ue.fresh && ue.fresh_is_own() && event.verified)
        return keep_new_keys(ue, event.count);
      break;
    default:
      break;
  }
  not_expected(ue, nas::name_of(event.emm_type), event.verified);
  // TS 24.301 §7.4: only one who has proven something is told; anybody else gets silence.
  if (!event.verified) return;
  const auto decoded = nas::decode_emm(event.nas, Direction::uplink);
  if (!decoded && decoded.error().ignore()) return;
  if (!decoded) return send_emm_status(ue, decoded.error().emm_cause());
  // Messages of services that are not implemented here.
  if (!answers_network(event.emm_type)) send_emm_status(ue, nas::EmmCause::message_type_non_existent);
}

void Mme::not_expected(const Ue& ue, std::string_view message, bool verified) {
  nas_unexpected.add();
  log::info("nas_message_not_expected", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
            {{"message", message}, {"verified", verified}});
}

void Mme::send_emm_status(Ue& ue, nas::EmmCause cause) {
  if (!ue.secure_exchange) return;
  send_nas(ue, nas::SecurityHeader::integrity_ciphered,
           PlainMessage(nas::EmmStatus{.emm_cause = cause}).bytes());
}

}  // namespace zerocell::mme
