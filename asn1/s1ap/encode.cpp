// SPDX-License-Identifier: Apache-2.0
#include "asn1/aper/encoder.hpp"
#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/tables.hpp"

namespace zerocell::s1ap {
namespace {

/// Writes a field of a container by the type's short cut; false, with nothing written, when there is none for
/// the value.
bool encode_straight(aper::BitWriter& out, const Ie& ie, const void* body) {
  constexpr std::size_t kHeader = 4;  // Id, criticality, a length of one octet.
  constexpr std::size_t kShortLengthMax = 127;
  constexpr std::size_t kMediumLengthMax = 16383;
  if (!ie.straight || !ie.straight->write) return false;
  const MutableBytes room = out.room();
  if (room.size() <= kHeader) return false;
  const std::size_t octets = ie.straight->write(ie.field.value(body), room.subspan(kHeader));
  const bool longer = octets > kShortLengthMax;
  if (octets == 0 || octets > kMediumLengthMax || kHeader + longer + octets > room.size()) return false;
  room[0] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(ie.id) >> 8);
  room[1] = static_cast<std::uint8_t>(ie.id);
  room[2] = static_cast<std::uint8_t>(static_cast<unsigned>(ie.criticality) << 6);
  if (longer) {
    std::memmove(&room[kHeader + 1], &room[kHeader], octets);
    room[3] = static_cast<std::uint8_t>(0x80 | octets >> 8);
    room[4] = static_cast<std::uint8_t>(octets);
  } else {
    room[3] = static_cast<std::uint8_t>(octets);
  }
  out.advance(kHeader + longer + octets);
  return true;
}

void encode_ies(aper::Encoder& encoder, const MessageTable& table, const void* body) {
  aper::BitWriter& out = encoder.out();
  out.bit(false);  // No additions to the SEQUENCE.
  std::uint8_t* const count_at = out.reserve(2);
  std::uint16_t count = 0;
  for (const Ie& ie : table.ies) {
    if (ie.presence != Presence::mandatory && !ie.field.present(body)) continue;
    ++count;
    if (encode_straight(out, ie, body)) continue;
    encoder.in_element(ie.field.name);
    encoder.container_field(static_cast<std::uint16_t>(ie.id), static_cast<std::uint8_t>(ie.criticality),
                            *ie.type, *ie.field.form, ie.field.value(body));
    if (!encoder.ok()) return;
  }
  if (!encoder.ok()) return;
  count_at[0] = static_cast<std::uint8_t>(count >> 8);
  count_at[1] = static_cast<std::uint8_t>(count);
}

}  // namespace

std::expected<Bytes, EncodeError> encode(MessageType type, const void* body, MutableBytes out) {
  const MessageTable& table = table_of(type);
  aper::Encoder encoder(out, kDialect);
  aper::BitWriter& writer = encoder.out();
  writer.bit(false);
  writer.bits(static_cast<std::uint8_t>(table.kind), 2);
  writer.number(static_cast<std::uint8_t>(table.procedure), 1);
  writer.bits(
      static_cast<std::uint8_t>(find_procedure(static_cast<std::uint8_t>(table.procedure))->criticality), 2);
  std::uint8_t* const length = writer.reserve(1);
  if (length) {
    if (table.plain)
      encoder.value(*table.plain, nullptr, *table.plain_form, body);
    else
      encode_ies(encoder, table, body);
    encoder.end_open_type(length);
  }
  if (!encoder.ok())
    return std::unexpected(EncodeError{.element = encoder.element(), .reason = encoder.reason()});
  return writer.written();
}

}  // namespace zerocell::s1ap
