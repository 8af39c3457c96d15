// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

#include "asn1/s1ap/ie_id.hpp"
#include "asn1/s1ap/message_type.hpp"
#include "asn1/s1ap/values.hpp"
#include "core/types/arena.hpp"

/// S1AP, TS 36.413 release 17: octets to messages and back. Include the header of the procedures that you
/// handle (`asn1/s1ap/context.hpp`, …), or `messages.hpp` for all.
///
///   Inbound inbound = decode(octets, arena);
///   if (inbound.verdict == Verdict::refuse) return send(encode_report(inbound, buffer));
///   switch (inbound.message.type) {
///     case MessageType::initial_ue_message: return handle(*inbound.message.as<InitialUeMessage>());
///     …
namespace zerocell::s1ap {

/// Enough for any message that fits one SCTP user message of an eNB; a message that would need more is
/// refused, and nothing is allocated elsewhere.
constexpr std::size_t kArenaOctets = 256 * 1024;

/// Payload protocol identifier of S1AP in SCTP, TS 36.412 §7.
constexpr std::uint32_t kPayloadProtocol = 18;

/// A decoded message: its struct stands in the arena, views in it lead into the octets or the arena.
struct Message {
  MessageType type{};
  const void* body = nullptr;  ///< Null when not even the type of message was understood.

  /// The struct, or null when the message is another one.
  template <class M>
  const M* as() const {
    return body && type == M::kType ? static_cast<const M*>(body) : nullptr;
  }
};

/// Whether the message may be acted on, §10.
enum class Verdict : std::uint8_t { act, refuse };

/// What the sender is owed, §10.
enum class Report : std::uint8_t {
  nothing,      ///< Act, or (refused) drop it; a response that is refused ends its procedure locally.
  in_response,  ///< Act, and put `diagnostics` into the response of the procedure.
  unsuccessful_outcome,  ///< Refused: `cause` and `diagnostics` go into the procedure's failure message.
  error_indication,      ///< `cause` and `diagnostics` go into an Error Indication, acted on or not.
};

/// Outcome of decoding. `message` holds what could be read also when it is refused: IEs that did not decode
/// keep their initial values, so that ids for the answer are to be taken from here, not from the message.
struct Inbound {
  Verdict verdict = Verdict::refuse;
  Report report = Report::nothing;
  Message message;
  PduKind kind{};
  std::uint8_t procedure = 0;          ///< Procedure Code as received; see Procedure.
  bool type_of_message_known = false;  ///< `kind`, `procedure` and `procedure_criticality` were read.
  Criticality procedure_criticality{};
  Cause cause;                                  ///< Meant for the report.
  CriticalityDiagnostics diagnostics;           ///< Meant for the report; complete as §10.3.4.2 asks.
  std::optional<std::uint32_t> mme_ue_s1ap_id;  ///< As far as it could be read.
  std::optional<std::uint32_t> enb_ue_s1ap_id;
  DecodeError error;  ///< The first thing that was wrong; `reason` is empty when nothing was.
  /// Rows of the message's table that are mandatory and hold nothing that was sent; see `lacks`.
  std::uint64_t lacking = 0;

  /// Whether a mandatory IE, which the sender let us ignore, is absent or not comprehended: its member then
  /// holds its initial value.
  bool lacks(IeId id) const;
};

/// Reads one S1AP-PDU. Any octets give an outcome, in time linear in their number; all memory comes from
/// `arena`. `octets` and `arena` must outlive the message.
Inbound decode(Bytes octets, Arena& arena);

/// Why a message was not encoded: a value out of its range, or too little room.
struct EncodeError {
  const char* element = "";  ///< Member of the message or value, as in its struct.
  const char* reason = "";
};

/// Encodes the struct of message `type` at `body` into `out`. What is returned begins at `out`.
std::expected<Bytes, EncodeError> encode(MessageType type, const void* body, MutableBytes out);

template <class M>
  requires std::same_as<const MessageType, decltype(M::kType)>
std::expected<Bytes, EncodeError> encode(const M& message, MutableBytes out) {
  return encode(M::kType, &message, out);
}

/// Encodes what `inbound.report` asks for where that is a message of its own: an Error Indication, or the
/// procedure's failure message (an Error Indication when the ids it needs were not readable, §10.3.4.2).
/// Empty for the other reports.
Bytes encode_report(const Inbound& inbound, MutableBytes out);

using zerocell::equal;
/// Whether two messages of one type hold equal values, views compared by content.
bool equal(const Message& a, const Message& b);

/// "InitialUEMessage": the name in the specification.
std::string_view name(MessageType type);
PduKind kind(MessageType type);
Procedure procedure(MessageType type);

/// "user-inactivity": the value's name in the specification.
std::string_view name(const Cause& cause);
/// "radioNetwork".
std::string_view group_name(const Cause& cause);

}  // namespace zerocell::s1ap
