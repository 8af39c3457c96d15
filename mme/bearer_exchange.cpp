// SPDX-License-Identifier: Apache-2.0
#include "mme/bearer_exchange.hpp"

#include "core/telemetry/log.hpp"

namespace zerocell::mme {
namespace {

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

namespace {

/// One question about a bearer, until both have answered it or it is given up. What returns a bool says
/// whether it goes on.
class BearerExchange {
 public:
  BearerExchange(Ue& ue, BearerQuestion& question) : ue_(ue), question_(question) {
    ue_.bearer_in_question = question.ebi;
    ue_.access_in_question.reset();
  }
  BearerExchange(const BearerExchange&) = delete;
  ~BearerExchange() {
    ue_.bearer_in_question = 0;
    ue_.access_in_question.reset();
  }

  const BearerAnswers& answers() const { return answers_; }
  bool goes_on() const {
    return waits_ ||
           (answers_.sent && (!answers_.answered || answers_.nas == BearerAnswers::Nas::none || left()));
  }
  void begin() {
    waits_ = ue_.in_handover();
    if (!waits_) ask();
  }

  /// The eNodeB's answer goes by the radio connection alone: it comes first, and may not come within an
  /// update.
  bool may_serve_updates() const { return waits_ || answers_.answered; }
  bool ask_after_update() {
    if (!waits_ || ue_.in_handover() || (asked_ != 0 && ue_.enb == whom_)) return true;
    return ask_again();
  }

  /// The UE has arrived at another eNodeB than the one that was asked. A path switch that took its E-RAB
  /// along answers for the source, too.
  bool has_moved() const {
    return (answers_.answered || ue_.access_in_question) && left() && !ue_.in_handover();
  }
  /// TS 23.401 §5.5.1: an E-RAB that a path switch took along is where the target said. Any other new one is
  /// asked for again, and the UE too, which lost its radio bearer.
  bool follow() {
    whom_ = ue_.enb;
    if (question_.erab_answer == s1ap::MessageType::erab_modify_response) {
      answers_.moved = true;
    } else if (ue_.access_in_question) {
      answers_.access = *std::exchange(ue_.access_in_question, {});
      answers_.answered = answers_.radio = true;
    } else {
      const bool may_be_asked =
          answers_.nas == BearerAnswers::Nas::none || answers_.nas == BearerAnswers::Nas::accepted;
      if (asked_ == kAskedForHandoversMax || !may_be_asked) {
        answers_.radio = false;
        return false;
      }
      answers_.nas = BearerAnswers::Nas::none;
      ask();
    }
    return true;
  }

  /// It waits for a handover, and not for an answer.
  bool is_held() const { return waits_ || left(); }
  bool is_for_us(const UeEvent& event) const {
    if (event.kind == UeEvent::Kind::update_waits) return may_serve_updates();
    if (event.kind == UeEvent::Kind::handover_over) return is_held();
    // Nothing has been asked yet.
    if (asked_ == 0 && event.esm_type != nas::EsmType::pdn_disconnect_request) return false;
    return wanted(event, question_, answers_);
  }
  bool take(const UeEvent& event) {
    switch (event.kind) {
      case UeEvent::Kind::update_waits:
        return true;
      case UeEvent::Kind::handover_over:
        return (!waits_ && (answers_.answered || ue_.access_in_question)) || ask_again();
      case UeEvent::Kind::s1ap:
        return take(radio_answer(*event.s1ap, question_.ebi));
      default:
        take_nas(ue_, event, question_, answers_);
        return !waits_ || answers_.nas == BearerAnswers::Nas::accepted;
    }
  }
  /// Nothing came in time; `held`: while it waited for a handover.
  bool take_silence(bool held) {
    if (waits_) {
      if (!ue_.in_handover()) ask();
      return true;
    }
    if (held) return answers_.answered || ue_.in_handover();
    // TS 24.301 §6.4.1.6 a, §6.4.2.6 a, §6.4.3.6 a, §6.4.4.5 a: four repetitions. An eNodeB that does not
    // answer at all gets none.
    if (!answers_.answered || ++expiries_ > ue_.mme.settings().esm_retransmissions) return false;
    ue_.mme.send_nas(ue_, nas::SecurityHeader::integrity_ciphered, question_.nas);
    return true;
  }

 private:
  void ask() {
    ++asked_;
    whom_ = ue_.enb;
    waits_ = false;
    how_ = question_.send(ue_);
    answers_.sent = how_ != Sent::no;
    answers_.answered = answers_.radio = how_ == Sent::alone;
  }
  bool ask_again() {
    if (asked_ == kAskedForHandoversMax) return false;
    ask();
    return true;
  }
  /// The UE has left the eNodeB that was asked about its E-RAB, and what that one answered does not go along.
  bool left() const {
    const bool outlasts = question_.erab_answer != s1ap::MessageType::erab_release_response;
    return how_ == Sent::with_erab_request && ue_.enb != whom_ && (outlasts || !answers_.answered);
  }
  bool take(const RadioAnswer& radio) {
    answers_.answered = true;
    answers_.radio = radio.done;
    answers_.access = radio.access;
    if (radio.done) return true;
    log::info("erab_refused", {.imsi = ue_.imsi(), .procedure = ue_.procedure_name()},
              {{"ebi", question_.ebi},
               {"cause", radio.cause ? s1ap::name(*radio.cause) : std::string_view("none")}});
    if (!radio.cause || !refuses_for_handover(*radio.cause)) return false;
    answers_.in_handover = asked_ == kAskedForHandoversMax;
    waits_ = !answers_.in_handover;
    return waits_;
  }

  Ue& ue_;
  BearerQuestion& question_;
  BearerAnswers answers_;
  Sent how_ = Sent::no;
  const Enb* whom_ = nullptr;  ///< That was asked last.
  unsigned asked_ = 0;
  unsigned expiries_ = 0;
  bool waits_ = false;  ///< For the end of a handover, to ask.
};

}  // namespace

Task<BearerAnswers> ask_about_bearer(Ue& ue, BearerQuestion question) {
  if (ue.update_ended) co_return BearerAnswers{};
  const Duration handover = std::chrono::milliseconds(ue.mme.settings().handover_completion_ms);
  BearerExchange exchange(ue, question);
  if (ue.later_update && !co_await serve_waiting_updates(ue)) co_return exchange.answers();
  exchange.begin();
  bool more = true;
  while (more && exchange.goes_on()) {
    if (exchange.has_moved()) {
      more = exchange.follow();
    } else if (ue.later_update && exchange.may_serve_updates()) {
      more = co_await serve_waiting_updates(ue) && exchange.ask_after_update();
    } else {
      const bool held = exchange.is_held();
      const auto event =
          co_await ue.inbox.receive(ue.mme.loop(), held ? handover : question.timer,
                                    [&](const UeEvent& candidate) { return exchange.is_for_us(candidate); });
      if (event)
        more = exchange.take(**event);
      else
        more = event.error() == Failure::timeout && exchange.take_silence(held);
    }
  }
  BearerAnswers answers = exchange.answers();
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
