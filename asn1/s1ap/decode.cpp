// SPDX-License-Identifier: Apache-2.0
#include "asn1/aper/decoder.hpp"
#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/tables.hpp"
#include "core/types/assert.hpp"

namespace zerocell::s1ap {
namespace {

/// What reading the IEs of one message found, beside the message itself.
struct Account {
  const MessageTable& table;
  std::byte* body;
  aper::Findings findings{};
  std::uint64_t seen = 0;      ///< Rows that came, whether usable or not.
  std::uint64_t unusable = 0;  ///< Rows that came and were not comprehended.
  std::uint64_t missing = 0;
  bool malformed = false;
  bool falsely_constructed = false;
};

constexpr std::uint64_t bit(std::size_t row) {
  return std::uint64_t{1} << row;
}

/// The UE's ids wherever they stand, for the answer.
void note_ids(Inbound& inbound, IeId id, const void* value) {
  switch (id) {
    case IeId::mme_ue_s1ap_id:
    case IeId::source_mme_ue_s1ap_id:
      inbound.mme_ue_s1ap_id = *static_cast<const std::uint32_t*>(value);
      break;
    case IeId::enb_ue_s1ap_id:
      inbound.enb_ue_s1ap_id = *static_cast<const std::uint32_t*>(value);
      break;
    case IeId::ue_s1ap_ids: {
      const auto& ids = *static_cast<const UeS1apIds*>(value);
      if (const auto* const pair = std::get_if<UeS1apIdPair>(&ids)) {
        inbound.mme_ue_s1ap_id = pair->mme_ue_s1ap_id;
        inbound.enb_ue_s1ap_id = pair->enb_ue_s1ap_id;
      } else {
        inbound.mme_ue_s1ap_id = std::get<MmeUeS1apId>(ids).value;
      }
      break;
    }
    default:
      break;
  }
}

void read_ie(aper::Decoder& decoder, const aper::Decoder::ContainerField& field, std::size_t row,
             Account& account, Inbound& inbound) {
  const Ie& ie = account.table.ies[row];
  account.seen |= bit(row);
  if (ie.straight && ie.straight->read && ie.straight->read(field.value, ie.field.prepare(account.body)))
    return note_ids(inbound, ie.id, ie.field.value(account.body));
  switch (decoder.read(field.value, *ie.type, *ie.field.form, ie.field.prepare(account.body))) {
    case aper::Reading::whole:
      note_ids(inbound, ie.id, ie.field.value(account.body));
      return;
    case aper::Reading::malformed:
      account.malformed = true;
      break;
    case aper::Reading::not_comprehended:
      account.findings.add(field.id, field.criticality);
      break;
  }
  account.unusable |= bit(row);
  ie.field.clear(account.body);
}

void read_ies(aper::Decoder& decoder, Account& account, Inbound& inbound) {
  constexpr std::size_t kFieldOctetsMin = 4;
  aper::BitReader& in = decoder.in();
  const std::span<const Ie> ies = account.table.ies;
  in.bit();  // Additions to the SEQUENCE around the container would follow it; they are of no interest.
  const auto count = static_cast<std::size_t>(in.number(2));
  if (count > in.remaining() / kFieldOctetsMin) in.fail();
  std::size_t next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto field = decoder.container_field();
    if (!in.ok()) break;
    std::size_t row = next;
    while (row < ies.size() && static_cast<std::uint16_t>(ies[row].id) != field.id) ++row;
    if (row < ies.size()) {
      next = row + 1;
      read_ie(decoder, field, row, account, inbound);
      continue;
    }
    // §10.3.6: what stands before the last one came too late, or twice. Its value is read once all the same,
    // since the ids of the UE are owed in the answer.
    row = 0;
    while (row < next && static_cast<std::uint16_t>(ies[row].id) != field.id) ++row;
    if (row == next) {
      account.findings.add(field.id, field.criticality);
    } else {
      account.falsely_constructed = true;
      if ((account.seen & bit(row)) == 0) read_ie(decoder, field, row, account, inbound);
    }
  }
  account.malformed |= !in.ok();
}

void check_presence(Account& account) {
  account.missing = account.table.mandatory & ~account.seen;
  for (std::uint64_t rows = account.table.conditional; rows != 0; rows &= rows - 1) {
    const auto row = static_cast<std::size_t>(std::countr_zero(rows));
    const bool present = (account.seen & bit(row)) != 0;
    const bool due = account.table.ies[row].condition(account.body);
    if (due == present) continue;
    if (due)
      account.missing |= bit(row);
    else
      account.falsely_constructed = true;
  }
}

/// §10.3.5: whether a missing IE rejects, or is to be reported.
std::pair<bool, bool> weigh_missing(const Account& account) {
  bool reject = false;
  bool notify = false;
  for (std::uint64_t rows = account.missing; rows != 0; rows &= rows - 1) {
    const Criticality criticality =
        account.table.ies[static_cast<std::size_t>(std::countr_zero(rows))].criticality;
    reject |= criticality == Criticality::reject;
    notify |= criticality == Criticality::notify;
  }
  return {reject, notify};
}

List<CriticalityDiagnosticsIeItem> list_errors(const Account& account, Arena& arena) {
  const auto found = account.findings.items();
  const auto items = arena.make_array<CriticalityDiagnosticsIeItem>(
      found.size() + static_cast<std::size_t>(std::popcount(account.missing)));
  if (items.empty()) return {};
  std::size_t count = 0;
  for (const aper::Finding& finding : found)
    items[count++] = {.ie_criticality = static_cast<Criticality>(finding.criticality),
                      .ie_id = finding.id,
                      .type_of_error = TypeOfError::not_understood};
  for (std::uint64_t rows = account.missing; rows != 0; rows &= rows - 1) {
    const Ie& ie = account.table.ies[static_cast<std::size_t>(std::countr_zero(rows))];
    if (ie.criticality == Criticality::ignore) continue;
    items[count++] = {.ie_criticality = ie.criticality,
                      .ie_id = static_cast<std::uint16_t>(ie.id),
                      .type_of_error = TypeOfError::missing};
  }
  return items.first(count);
}

/// What is owed for a message that is refused.
Report report_refusal(const ProcedureTable& procedure, PduKind kind) {
  if (kind != PduKind::initiating_message) return Report::nothing;
  return procedure.unsuccessful ? Report::unsuccessful_outcome : Report::error_indication;
}

/// §9.2.1.21: the procedure is named unless the answer belongs to it.
void name_procedure(Inbound& inbound) {
  inbound.diagnostics.procedure_code = inbound.procedure;
  inbound.diagnostics.triggering_message = inbound.kind;
  inbound.diagnostics.procedure_criticality = inbound.procedure_criticality;
}

void refuse(Inbound& inbound, Report report, CauseProtocol cause) {
  inbound.verdict = Verdict::refuse;
  inbound.report = report;
  inbound.cause = cause;
  // §10.5: an Error Indication is never answered by another.
  const bool about_error_indication =
      inbound.type_of_message_known && inbound.kind == PduKind::initiating_message &&
      inbound.procedure == static_cast<std::uint8_t>(Procedure::error_indication);
  if (about_error_indication) inbound.report = Report::nothing;
  if (inbound.report == Report::error_indication && inbound.type_of_message_known) name_procedure(inbound);
}

void judge(Inbound& inbound, const ProcedureTable& procedure, const Account& account, Arena& arena) {
  const auto [missing_rejects, missing_notifies] = weigh_missing(account);
  inbound.lacking = account.table.mandatory & (account.missing | account.unusable);
  if (account.malformed)
    return refuse(inbound, Report::error_indication, CauseProtocol::transfer_syntax_error);
  const bool reject = account.findings.reject() || missing_rejects;
  const bool notify = account.findings.notify() || missing_notifies;
  if (reject || notify) inbound.diagnostics.ies_criticality_diagnostics = list_errors(account, arena);
  const Report refusal = report_refusal(procedure, inbound.kind);
  if (account.falsely_constructed)
    return refuse(inbound, refusal, CauseProtocol::abstract_syntax_error_falsely_constructed_message);
  if (reject) return refuse(inbound, refusal, CauseProtocol::abstract_syntax_error_reject);
  inbound.verdict = Verdict::act;
  if (!notify || inbound.message.type == MessageType::error_indication) return;
  inbound.cause = CauseProtocol::abstract_syntax_error_ignore_and_notify;
  inbound.report = inbound.kind == PduKind::initiating_message && procedure.successful
                       ? Report::in_response
                       : Report::error_indication;
  if (inbound.report == Report::error_indication) name_procedure(inbound);
}

/// §10.3.4.1.
void unknown_procedure(Inbound& inbound) {
  inbound.error.reason = "unknown procedure";
  switch (inbound.procedure_criticality) {
    case Criticality::reject:
      return refuse(inbound, Report::error_indication, CauseProtocol::abstract_syntax_error_reject);
    case Criticality::notify:
      return refuse(inbound, Report::error_indication,
                    CauseProtocol::abstract_syntax_error_ignore_and_notify);
    case Criticality::ignore:
      break;
  }
  return refuse(inbound, Report::nothing, CauseProtocol::abstract_syntax_error_ignore_and_notify);
}

/// One object from here to the caller: it is too large to be handed on by value.
void decode_into(Inbound& inbound, Bytes octets, Arena& arena) {
  aper::Findings none;
  aper::Decoder frame(octets, arena, kDialect, none);
  aper::BitReader& in = frame.in();
  const auto syntax_error = [&](const aper::Decoder& decoder, const char* reason) {
    const std::uint8_t* const place = decoder.malformed_at();
    const bool inside = place && place >= octets.data() && place <= octets.data() + octets.size();
    inbound.error = {.offset = inside ? static_cast<std::size_t>(place - octets.data()) : 0,
                     .reason = reason};
  };

  const bool later_kind = in.bit();
  const std::uint32_t kind = in.bits(2);
  const auto procedure_code = static_cast<std::uint8_t>(in.number(1));
  const std::uint32_t criticality = in.bits(2);
  const Bytes value = frame.open_type();
  if (!in.ok() || later_kind || kind > 2 || criticality > 2) {
    syntax_error(frame, in.ok() ? "unknown type of message" : frame.reason());
    return refuse(inbound, Report::error_indication, CauseProtocol::transfer_syntax_error);
  }
  inbound.type_of_message_known = true;
  inbound.kind = static_cast<PduKind>(kind);
  inbound.procedure = procedure_code;
  inbound.procedure_criticality = static_cast<Criticality>(criticality);

  const ProcedureTable* const procedure = find_procedure(procedure_code);
  if (!procedure) return unknown_procedure(inbound);
  const MessageTable* const table = procedure->message(inbound.kind);
  if (!table) {
    // §10.3.4.1A.
    inbound.error.reason = "the procedure has no such message";
    return refuse(inbound, Report::error_indication,
                  CauseProtocol::abstract_syntax_error_falsely_constructed_message);
  }
  auto* const body = static_cast<std::byte*>(arena.allocate(table->size, table->alignment));
  if (!body) {
    inbound.error.reason = "arena is full";
    return refuse(inbound, Report::error_indication, CauseProtocol::transfer_syntax_error);
  }
  table->construct(body);
  inbound.message = {.type = table->type, .body = body};

  Account account{.table = *table, .body = body};
  aper::Decoder decoder(value, arena, kDialect, account.findings);
  if (table->plain) {
    account.malformed =
        decoder.read(value, *table->plain, *table->plain_form, body) == aper::Reading::malformed;
  } else {
    read_ies(decoder, account, inbound);
    check_presence(account);
  }
  if (account.malformed) syntax_error(decoder, decoder.reason());
  judge(inbound, *procedure, account, arena);
}

}  // namespace

Inbound decode(Bytes octets, Arena& arena) {
  Inbound inbound;
  decode_into(inbound, octets, arena);
  return inbound;
}

bool Inbound::lacks(IeId id) const {
  if (!message.body) return true;
  const auto ies = table_of(message.type).ies;
  const auto row = std::ranges::find(ies, id, &Ie::id);
  return row != ies.end() && (lacking & bit(static_cast<std::size_t>(row - ies.begin()))) != 0;
}

}  // namespace zerocell::s1ap
