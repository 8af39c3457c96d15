// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

/// Messages that are understood and fit nothing that goes on, TS 36.413 §10.4 to §10.6.
namespace zerocell::mme {
namespace {

Counter logical_errors{"zerocell_mme_s1ap_logical_errors_total",
                       "S1AP messages that were understood, and fitted nothing that went on."};
Counter foreign_ids{"zerocell_mme_unknown_ue_ids_total",
                    "Messages about a UE that their eNodeB does not have here."};

}  // namespace

std::uint16_t Mme::answer_stream(const Enb& enb, const s1ap::Inbound& inbound) {
  // §8.7.2.1: signalling about a UE is answered as such. TS 36.412 §7: where it has a stream, on that one.
  if (!inbound.mme_ue_s1ap_id && !inbound.enb_ue_s1ap_id) return 0;
  const Ue* ue = inbound.mme_ue_s1ap_id && inbound.enb_ue_s1ap_id
                     ? find_ue(enb, *inbound.mme_ue_s1ap_id, *inbound.enb_ue_s1ap_id)
                     : nullptr;
  return ue != nullptr ? ue->stream : inbound_stream_;
}

void Mme::logical_error(Enb& enb, const s1ap::Inbound& inbound, s1ap::Cause cause, const Ue* about) {
  logical_errors.add();
  static log::RateLimit limit;
  limit.warning("s1ap_message_not_expected",
                {.imsi = about != nullptr ? about->imsi() : Imsi(),
                 .procedure = about != nullptr ? about->procedure_name() : ""},
                {{"enb", enb}, {"message", s1ap::name(inbound.message.type)}, {"cause", s1ap::name(cause)}});
  // §10.4, §10.5: an answer that nobody waits for, or an Error Indication, is not answered; so no two nodes
  // can keep each other at it. A Private Message is between those who know what is in it.
  if (inbound.kind != s1ap::PduKind::initiating_message ||
      inbound.message.type == s1ap::MessageType::error_indication ||
      inbound.message.type == s1ap::MessageType::private_message)
    return;
  s1ap::Inbound refused = inbound;
  refused.report = s1ap::Report::unsuccessful_outcome;  // An Error Indication where the procedure has none.
  refused.cause = cause;
  if (inbound.report != s1ap::Report::in_response) refused.diagnostics = {};
  send_encoded(enb, answer_stream(enb, inbound), s1ap::encode_report(refused, s1ap_out_), about);
}

void Mme::refuse_unknown_ids(Enb& enb, const s1ap::Inbound& inbound) {
  foreign_ids.add();
  // §10.6. The answer to a release is let pass: the connection may be gone on both sides by now.
  if (inbound.message.type == s1ap::MessageType::ue_context_release_complete) return;
  static log::RateLimit limit;
  limit.warning("unknown_ue_id", {{"enb", enb}, {"message", s1ap::name(inbound.message.type)}});
  s1ap::ErrorIndication indication;
  indication.mme_ue_s1ap_id = inbound.mme_ue_s1ap_id;
  indication.enb_ue_s1ap_id = inbound.enb_ue_s1ap_id;
  Ue* by_mme_id = inbound.mme_ue_s1ap_id ? find_ue(*inbound.mme_ue_s1ap_id) : nullptr;
  if (by_mme_id != nullptr && by_mme_id->enb != &enb) by_mme_id = nullptr;
  indication.cause = by_mme_id != nullptr     ? s1ap::CauseRadioNetwork::unknown_pair_ue_s1ap_id
                     : inbound.mme_ue_s1ap_id ? s1ap::CauseRadioNetwork::unknown_mme_ue_s1ap_id
                                              : s1ap::CauseRadioNetwork::unknown_enb_ue_s1ap_id;
  answer(enb, indication);
  // §10.6: what has either id on this association ends, since the two sides do not mean the same by it.
  if (!inbound.mme_ue_s1ap_id || !inbound.enb_ue_s1ap_id) return;
  if (by_mme_id != nullptr) drop(*by_mme_id);
  if (Ue* by_enb_id = find_at(enb, *inbound.enb_ue_s1ap_id)) drop(*by_enb_id);
}

}  // namespace zerocell::mme
