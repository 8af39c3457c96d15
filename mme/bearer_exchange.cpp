// SPDX-License-Identifier: Apache-2.0
#include "mme/bearer_exchange.hpp"

#include "core/telemetry/log.hpp"

namespace zerocell::mme {
namespace {

constexpr std::uint64_t kBitsPerKilobit = 1000;

std::optional<s1ap::Cause> failure_in(const s1ap::List<s1ap::ErabItem>& failed) {
  for (const s1ap::ErabItem& item : failed)
    if (refuses_for_handover(item.cause)) return item.cause;
  return std::nullopt;
}

/// The eNodeB's word about one E-RAB in its answer; nothing when it says nothing about it.
struct RadioAnswer {
  bool done = false;
  gtp::Fteid access;
  std::optional<s1ap::Cause> cause{};
};

RadioAnswer radio_answer(const s1ap::Message& message, std::uint8_t ebi) {
  RadioAnswer answer;
  const auto failed = [&](const auto& list) {
    for (const s1ap::ErabItem& item : list)
      if (item.erab_id == ebi) answer.cause = item.cause;
  };
  if (const auto* setup = message.as<s1ap::ErabSetupResponse>()) {
    for (const auto& item : setup->erab_setup_list)
      if (item.erab_id == ebi) answer.access = fteid(item.transport_layer_address, item.gtp_teid);
    answer.done = answer.access.valid();
    failed(setup->erab_failed_to_setup_list);
  } else if (const auto* modify = message.as<s1ap::ErabModifyResponse>()) {
    answer.done = std::ranges::any_of(modify->erab_modify_list,
                                      [ebi](const auto& item) { return item.erab_id == ebi; });
    failed(modify->erab_failed_to_modify_list);
  } else if (const auto* release = message.as<s1ap::ErabReleaseResponse>()) {
    // TS 36.413 §8.2.3.2: an E-RAB that could not be released is none any more; unless that has to wait.
    answer.cause = failure_in(release->erab_failed_to_release_list);
    answer.done = !answer.cause;
  }
  return answer;
}

bool about(const UeEvent& event, const BearerQuestion& question) {
  const auto peeked = nas::peek(event.nas);
  if (!peeked) return false;
  if (event.esm_type == nas::EsmType::pdn_disconnect_request) {
    const auto request = nas::decode<nas::PdnDisconnectRequest>(event.nas);
    return question.linked_ebi != 0 && request &&
           static_cast<std::uint8_t>(request->linked_eps_bearer_identity) == question.linked_ebi;
  }
  if (event.esm_type == nas::EsmType::esm_status)
    return peeked->eps_bearer_identity == question.ebi ||
           (question.pti != 0 && peeked->procedure_transaction_identity == question.pti);
  return (event.esm_type == question.accept || event.esm_type == question.reject) &&
         peeked->eps_bearer_identity == question.ebi;
}

bool wanted(const UeEvent& event, const BearerQuestion& question, const BearerAnswers& so_far) {
  if (event.kind == UeEvent::Kind::s1ap) return !so_far.answered && event.is(question.erab_answer);
  return event.kind == UeEvent::Kind::esm && event.verified && so_far.nas == BearerAnswers::Nas::none &&
         about(event, question);
}

nas::EsmCause cause_in(Bytes message) {
  const auto decoded = nas::decode_esm(message, Direction::uplink);
  if (!decoded) return nas::EsmCause::protocol_error_unspecified;
  return std::visit(
      [](const auto& one) {
        if constexpr (requires {
                        { one.esm_cause } -> std::convertible_to<nas::EsmCause>;
                      })
          return nas::EsmCause(one.esm_cause);
        else
          return nas::EsmCause::protocol_error_unspecified;
      },
      *decoded);
}

void take_nas(Ue& ue, const UeEvent& event, const BearerQuestion& question, BearerAnswers& answers) {
  if (event.esm_type == nas::EsmType::pdn_disconnect_request) {
    answers.nas = BearerAnswers::Nas::collided;
    ue.mme.begin_next(ue, event);
  } else if (event.esm_type == question.accept) {
    answers.nas = BearerAnswers::Nas::accepted;
  } else {
    answers.nas = BearerAnswers::Nas::rejected;
    answers.esm_cause = cause_in(event.nas);
  }
}

}  // namespace

bool send_erab_setup(Ue& ue, const BearerRecord& bearer, Bytes nas) {
  const Bytes pdu = ue.mme.protect(ue, nas::SecurityHeader::integrity_ciphered, nas);
  if (pdu.empty()) return false;
  s1ap::ErabToBeSetupItemBearerSuReq item;
  item.erab_id = bearer.ebi;
  item.erab_level_qos_parameters = s1ap_qos(bearer.qos);
  item.transport_layer_address = s1ap_address(bearer.user_plane);
  item.gtp_teid = bearer.user_plane.teid;
  item.nas_pdu = pdu;
  s1ap::ErabSetupRequest request;
  request.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  request.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(ue.stored()));
  request.erab_to_be_setup_list = {&item, 1};
  if (!ue.mme.send(ue, request)) return false;
  ue.add_erab(bearer.ebi);
  return true;
}

bool send_erab_modify(Ue& ue, std::uint8_t ebi, const gtp::BearerQos& qos, Bytes nas) {
  const Bytes pdu = ue.mme.protect(ue, nas::SecurityHeader::integrity_ciphered, nas);
  if (pdu.empty()) return false;
  s1ap::ErabToBeModifiedItemBearerModReq item;
  item.erab_id = ebi;
  item.erab_level_qos_parameters = s1ap_qos(qos);
  item.nas_pdu = pdu;
  s1ap::ErabModifyRequest request;
  request.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  request.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(ue.stored()));
  request.erab_to_be_modified_list = {&item, 1};
  return ue.mme.send(ue, request);
}

bool send_erab_release(Ue& ue, const Ebis& ebis, s1ap::Cause cause, Bytes nas) {
  Bytes pdu;
  if (!nas.empty()) {
    pdu = ue.mme.protect(ue, nas::SecurityHeader::integrity_ciphered, nas);
    if (pdu.empty()) return false;
  }
  std::array<s1ap::ErabItem, sgw::kBearersMax> items;
  std::size_t count = 0;
  for (const std::uint8_t ebi : ebis) {
    items[count++] = {ebi, cause};
    ue.remove_erab(ebi);
  }
  s1ap::ErabReleaseCommand command;
  command.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  command.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  command.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(ue.stored()));
  command.erab_to_be_released_list = {items.data(), count};
  if (!pdu.empty()) command.nas_pdu = pdu;
  return ue.mme.send(ue, command);
}

void send_ue_ambr(Ue& ue) {
  s1ap::UeContextModificationRequest request;
  request.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  request.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  request.ue_aggregate_maximum_bitrate = s1ap_ambr(ue.mme.bearers().used_ue_ambr(ue.stored()));
  ue.ambr_asked = ue.mme.send(ue, request);
}

nas::EpsQos nas_qos(const gtp::BearerQos& qos) {
  nas::EpsQos value{.qci = qos.qci};
  if (qos.guaranteed())
    value.rates = nas::BearerBitRates{.mbr_uplink = qos.mbr.uplink_kbps,
                                      .mbr_downlink = qos.mbr.downlink_kbps,
                                      .gbr_uplink = qos.gbr.uplink_kbps,
                                      .gbr_downlink = qos.gbr.downlink_kbps};
  return value;
}

nas::ApnAmbr nas_ambr(const gtp::Ambr& ambr) {
  return {.downlink = ambr.downlink_bps / kBitsPerKilobit, .uplink = ambr.uplink_bps / kBitsPerKilobit};
}

bool refuses_for_handover(const s1ap::Cause& cause) {
  const auto* radio = std::get_if<s1ap::CauseRadioNetwork>(&cause);
  if (radio == nullptr) return false;
  switch (*radio) {
    case s1ap::CauseRadioNetwork::x2_handover_triggered:
    case s1ap::CauseRadioNetwork::s1_intra_system_handover_triggered:
    case s1ap::CauseRadioNetwork::s1_inter_system_handover_triggered:
    case s1ap::CauseRadioNetwork::interaction_with_other_procedure:
      return true;
    default:
      return false;
  }
}

std::move_only_function<Sent(Ue&)> erab_setup(std::uint8_t ebi, sgw::SessionId session, Bytes nas) {
  return [ebi, session, nas](Ue& ue) {
    // A handover may have taken it along with its default bearer.
    const BearerRecord* bearer = ue.mme.bearers().find(ue.stored(), ebi);
    if (bearer == nullptr || bearer->session != session || nas.empty()) return Sent::no;
    return send_erab_setup(ue, *bearer, nas) ? Sent::with_erab_request : Sent::no;
  };
}

Task<void> await_handover(Ue& ue) {
  const auto guard = std::chrono::milliseconds(ue.mme.settings().handover_completion_ms);
  do {
    const auto over = co_await ue.inbox.receive(ue.mme.loop(), guard, [](const UeEvent& event) {
      return event.kind == UeEvent::Kind::handover_over;
    });
    if (over || over.error() != Failure::timeout) co_return;
  } while (ue.in_handover());
}

Task<BearerAnswers> ask_about_bearer(Ue& ue, BearerQuestion question) {
  struct InQuestion {
    InQuestion(Ue& ue_, std::uint8_t ebi) : ue(ue_) {
      ue.bearer_in_question = ebi;
      ue.access_in_question.reset();
    }
    InQuestion(const InQuestion&) = delete;
    ~InQuestion() {
      ue.bearer_in_question = 0;
      ue.access_in_question.reset();
    }
    Ue& ue;
  };
  BearerAnswers answers;
  if (ue.update_ended) co_return answers;
  const InQuestion in_question(ue, question.ebi);
  const Duration handover = std::chrono::milliseconds(ue.mme.settings().handover_completion_ms);
  unsigned expiries = 0;
  unsigned asked = 0;
  Sent how = Sent::no;
  const Enb* whom = nullptr;
  bool waits = ue.in_handover();  // For the end of a handover, to ask.
  const auto ask = [&] {
    ++asked;
    whom = ue.enb;
    waits = false;
    how = question.send(ue);
    answers.sent = how != Sent::no;
    answers.answered = answers.radio = how == Sent::alone;
  };
  // The UE has left the eNodeB that was asked about its E-RAB, and what that one answered does not go along.
  const bool outlasts = question.erab_answer != s1ap::MessageType::erab_release_response;
  const auto left = [&] {
    return how == Sent::with_erab_request && ue.enb != whom && (outlasts || !answers.answered);
  };
  if (ue.later_update && !co_await serve_waiting_updates(ue)) co_return answers;
  waits = ue.in_handover();
  if (!waits) ask();
  while (waits ||
         (answers.sent && (!answers.answered || answers.nas == BearerAnswers::Nas::none || left()))) {
    // A path switch that took its E-RAB along answers for the source, too.
    const bool known = answers.answered || ue.access_in_question.has_value();
    if (known && left() && !ue.in_handover()) {
      // TS 23.401 §5.5.1: an E-RAB that a path switch took along is where the target said. Any other new one
      // is asked for again, and the UE too, which lost its radio bearer.
      const bool may_be_asked =
          answers.nas == BearerAnswers::Nas::none || answers.nas == BearerAnswers::Nas::accepted;
      whom = ue.enb;
      if (question.erab_answer == s1ap::MessageType::erab_modify_response) {
        answers.moved = true;
      } else if (ue.access_in_question) {
        answers.access = *std::exchange(ue.access_in_question, {});
        answers.answered = answers.radio = true;
      } else if (asked == kAskedForHandoversMax || !may_be_asked) {
        answers.radio = false;
        break;
      } else {
        answers.nas = BearerAnswers::Nas::none;
        ask();
      }
      continue;
    }
    // The eNodeB's answer goes by the radio connection alone: it comes first, and may not come within an
    // update.
    if (ue.later_update && (waits || answers.answered)) {
      if (!co_await serve_waiting_updates(ue)) break;
      if (waits && !ue.in_handover() && (asked == 0 || ue.enb != whom)) {
        if (asked == kAskedForHandoversMax) break;
        ask();
      }
      continue;
    }
    const bool held = waits || left();
    const auto event = co_await ue.inbox.receive(
        ue.mme.loop(), held ? handover : question.timer, [&](const UeEvent& candidate) {
          if (candidate.kind == UeEvent::Kind::update_waits) return waits || answers.answered;
          if (candidate.kind == UeEvent::Kind::handover_over) return waits || left();
          // Nothing has been asked yet.
          if (asked == 0 && candidate.esm_type != nas::EsmType::pdn_disconnect_request) return false;
          return wanted(candidate, question, answers);
        });
    if (!event && event.error() != Failure::timeout) break;
    if (event && (*event)->kind == UeEvent::Kind::update_waits) continue;
    if (event && (*event)->kind == UeEvent::Kind::handover_over) {
      if (!waits && (answers.answered || ue.access_in_question)) continue;
      if (asked == kAskedForHandoversMax) break;
      ask();
    } else if (!event && waits) {
      if (!ue.in_handover()) ask();
    } else if (!event && held) {
      if (!answers.answered && !ue.in_handover()) break;
    } else if (!event) {
      // TS 24.301 §6.4.1.6 a, §6.4.2.6 a, §6.4.3.6 a, §6.4.4.5 a: four repetitions. An eNodeB that does not
      // answer at all gets none.
      if (!answers.answered || ++expiries > ue.mme.settings().esm_retransmissions) break;
      ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, question.nas);
    } else if ((*event)->kind == UeEvent::Kind::s1ap) {
      const RadioAnswer radio = radio_answer(*(*event)->s1ap, question.ebi);
      answers.answered = true;
      answers.radio = radio.done;
      answers.access = radio.access;
      if (radio.done) continue;
      log::info("erab_refused", {.imsi = ue.imsi(), .procedure = ue.procedure_name},
                {{"ebi", question.ebi},
                 {"cause", radio.cause ? s1ap::name(*radio.cause) : std::string_view("none")}});
      if (!radio.cause || !refuses_for_handover(*radio.cause)) break;
      answers.in_handover = asked == kAskedForHandoversMax;
      if (answers.in_handover) break;
      waits = true;
    } else {
      take_nas(ue, **event, question, answers);
      if (waits && answers.nas != BearerAnswers::Nas::accepted) break;
    }
  }
  // Cut short by an update, it is as if the UE had gone: no answer says that the eNodeB will not have it.
  if (ue.update_ended && !answers.radio) answers.answered = false;
  co_return answers;
}

Task<void> release_erabs(Ue& ue, Ebis ebis, s1ap::Cause cause) {
  for (const std::uint8_t ebi : ebis) ue.deactivate(ebi);
  const Enb* const whom = ue.enb;
  for (unsigned asked = 0; asked < kAskedForHandoversMax; ++asked) {
    // A target of a handover has none of them.
    if (ue.enb != whom || !send_erab_release(ue, ebis, cause, {})) co_return;
    const auto answer = co_await ue.inbox.receive(
        ue.mme.loop(), std::chrono::milliseconds(ue.mme.settings().s1_response_ms),
        [](const UeEvent& event) { return event.is(s1ap::MessageType::erab_release_response); });
    if (!answer || radio_answer(*(*answer)->s1ap, ebis[0]).done) co_return;
    co_await await_handover(ue);
  }
}

}  // namespace zerocell::mme
