// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie_table.hpp"

namespace zerocell::nas {
namespace {

bool has_iei(const Field& field, std::uint8_t octet) {
  return field.format == Format::tv_half ? (octet & 0xF0) == field.iei : octet == field.iei;
}

/// The row of an IEI, searched from `from` on and then from the first on; the size where there is none. Half
/// octet IEIs and whole ones cannot be taken for each other: only the former have bit 8 set.
std::size_t row_of(std::span<const Field> fields, std::size_t from, std::uint8_t octet) {
  for (std::size_t i = from; i < fields.size(); ++i)
    if (has_iei(fields[i], octet)) return i;
  for (std::size_t i = 0; i < from; ++i)
    if (has_iei(fields[i], octet)) return i;
  return fields.size();
}

/// What an IEI says of the format of an IE that nobody here knows, TS 24.007 §11.2.4.
Format format_by_iei(std::uint8_t iei) {
  if (iei & 0x80) return Format::tv_half;
  return (iei & 0xF0) == 0x70 ? Format::tlv_e : Format::tlv;
}
constexpr bool comprehension_required(std::uint8_t iei) {
  return (iei & 0xF0) == 0;
}

/// The value part. More octets than the table knows belong to a later release and are no error (TS 24.007
/// §11.2.4): they are passed over.
Bytes take_value(Reader& in, Format format, const Field& field) {
  switch (format) {
    case Format::half:
    case Format::tv_half:
      return in.take(1);
    case Format::v:
    case Format::tv:
      return in.take(field.least);
    case Format::lv:
    case Format::tlv: {
      const Bytes value = in.take(in.u8());
      return value.first(std::min<std::size_t>(value.size(), field.most));
    }
    case Format::lv_e:
    case Format::tlv_e: {
      const Bytes value = in.take(in.u16());
      return value.first(std::min<std::size_t>(value.size(), field.most));
    }
  }
  return {};
}

constexpr Field kAnyLength{.most = 65535};

}  // namespace

std::optional<Fault> decode_fields(Reader& in, std::span<const Field> fields, void* message) {
  std::size_t row = 0;
  for (; row < fields.size() && mandatory(fields[row].format); ++row) {
    const Field& field = fields[row];
    const std::size_t at = in.offset();
    const Bytes value = take_value(in, field.format, field);
    if (!in.ok())
      return fault(at, "mandatory information element missing or cut off",
                   EmmCause::invalid_mandatory_information);
    if (value.size() < field.least || !field.decode(value, message))
      return fault(at, "mandatory information element syntactically incorrect",
                   EmmCause::invalid_mandatory_information);
  }

  const auto optional = fields.subspan(row);
  std::size_t next = 0;
  while (!in.empty()) {
    const std::size_t at = in.offset();
    const std::uint8_t iei = in.peek();
    const std::size_t found = row_of(optional, next, iei);
    const bool known = found < optional.size();
    // §7.6.3 and §7.6.2: a repeated one and one out of sequence stand behind where they could; both are
    // ignored.
    const bool in_sequence = known && found >= next;
    if (!in_sequence && comprehension_required(iei))
      return fault(at, "unknown information element that must be comprehended",
                   EmmCause::invalid_mandatory_information);
    const Format format = known ? optional[found].format : format_by_iei(iei);
    if (format != Format::tv_half) in.skip(1);
    const Bytes value = take_value(in, format, known ? optional[found] : kAnyLength);
    if (!in.ok()) break;  // §7.7.1: cut off, so syntactically incorrect, so not present.
    if (!in_sequence) continue;
    next = found + 1;
    if (value.size() >= optional[found].least) (void)optional[found].decode(value, message);
  }
  return std::nullopt;
}

bool encode_fields(const void* message, std::span<const Field> fields, Writer& out) {
  for (const Field& field : fields)
    if (!field.encode(message, field, out)) return false;
  return out.ok();
}

bool encode_ie(const Field& field, const void* value, void (*encode)(const void*, Writer&), Writer& out) {
  if (!mandatory(field.format)) out.u8(field.iei);
  const bool one = field.format == Format::lv || field.format == Format::tlv;
  const bool two = field.format == Format::lv_e || field.format == Format::tlv_e;
  const MutableBytes length = out.reserve(one ? 1 : two ? 2 : 0);
  const std::size_t start = out.size();
  encode(value, out);
  const std::size_t size = out.size() - start;
  if (!out.ok() || size < field.least || size > field.most) return false;
  if (one) length[0] = static_cast<std::uint8_t>(size);
  if (two) {
    length[0] = static_cast<std::uint8_t>(size >> 8);
    length[1] = static_cast<std::uint8_t>(size);
  }
  return true;
}

}  // namespace zerocell::nas
