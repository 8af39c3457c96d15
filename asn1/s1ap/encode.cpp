// SPDX-License-Identifier: Apache-2.0
#include "asn1/aper/encoder.hpp"
#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/tables.hpp"

namespace zerocell::s1ap {
namespace {

void encode_ies(aper::Encoder& encoder, const MessageTable& table, const void* body) {
  aper::BitWriter& out = encoder.out();
  out.bit(false);  // No additions to the SEQUENCE.
  std::uint8_t* const count_at = out.reserve(2);
  std::uint16_t count = 0;
  for (const Ie& ie : table.ies) {
    if (ie.presence != Presence::mandatory && !ie.field.present(body)) continue;
    encoder.in_element(ie.field.name);
    encoder.container_field(static_cast<std::uint16_t>(ie.id), static_cast<std::uint8_t>(ie.criticality),
                            *ie.type, *ie.field.form, ie.field.value(body));
    if (!encoder.ok()) return;
    ++count;
  }
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
