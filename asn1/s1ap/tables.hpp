// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/aper/descriptor.hpp"
#include "asn1/s1ap/ie_id.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "asn1/s1ap/straight.hpp"

/// The information object sets of S1AP (TS 36.413 §9.3.3 and §9.3.4): which IEs a message carries, in which
/// order, of what type, presence and criticality. Decoding, encoding, the check for missing IEs and
/// Criticality Diagnostics all follow from these rows.
namespace zerocell::s1ap {

enum class Presence : std::uint8_t { mandatory, optional, conditional };

/// Whether a conditional IE has to be in the message at hand; where not, it must not be.
using Condition = bool (*)(const void* message);

/// A row of an information object set.
struct Ie {
  IeId id{};
  Criticality criticality{};
  Presence presence{};
  const aper::Descriptor* type = nullptr;
  aper::Field field;
  Condition condition = nullptr;
  const Straight* straight = nullptr;
};

/// Everything about one type of message.
struct MessageTable {
  MessageType type{};
  std::string_view name;
  Procedure procedure{};
  PduKind kind{};
  std::span<const Ie> ies;
  std::uint32_t size = 0;
  std::uint32_t alignment = 0;
  void (*construct)(void* place) = nullptr;
  std::uint64_t mandatory = 0;    ///< Bit i: row i is mandatory.
  std::uint64_t conditional = 0;  ///< Bit i: row i has a condition.
  /// The type of a message that holds no container of protocol IEs (Private Message); null for all others.
  const aper::Descriptor* plain = nullptr;
  const aper::Form* plain_form = nullptr;
};

template <class M>
constexpr MessageTable message_table(std::string_view name, Procedure procedure, PduKind kind,
                                     std::span<const Ie> ies) {
  MessageTable table{.type = M::kType, .name = name, .procedure = procedure, .kind = kind, .ies = ies};
  table.size = sizeof(M);
  table.alignment = alignof(M);
  table.construct = [](void* place) { ::new (place) M{}; };
  for (std::size_t i = 0; i < ies.size(); ++i) {
    if (ies[i].presence == Presence::mandatory) table.mandatory |= std::uint64_t{1} << i;
    if (ies[i].condition) table.conditional |= std::uint64_t{1} << i;
  }
  return table;
}

/// One elementary procedure, TS 36.413 §9.3.2.
struct ProcedureTable {
  Procedure procedure{};
  Criticality criticality{};
  const MessageTable* initiating = nullptr;
  const MessageTable* successful = nullptr;
  const MessageTable* unsuccessful = nullptr;

  const MessageTable* message(PduKind kind) const {
    return kind == PduKind::initiating_message   ? initiating
           : kind == PduKind::successful_outcome ? successful
                                                 : unsuccessful;
  }
};

/// Null for a code that this version does not define.
const ProcedureTable* find_procedure(std::uint8_t code);
const MessageTable& table_of(MessageType type);
extern const aper::Dialect kDialect;

}  // namespace zerocell::s1ap
