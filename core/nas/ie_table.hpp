// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tables of TS 24.301 §8 as data, and the one engine that decodes and encodes by them. Inside core/nas
// only.

#include "core/nas/codec.hpp"
#include "core/nas/ie/value.hpp"

namespace zerocell::nas {

/// Formats of TS 24.007 §11.2.1.1. The first four make up the imperative part.
enum class Format : std::uint8_t { half, v, lv, lv_e, tv_half, tv, tlv, tlv_e };
constexpr bool mandatory(Format format) {
  return format <= Format::lv_e;
}

struct Field;
/// Reads the value part, or the octet of half-octet formats, into its member; false: syntactically incorrect.
using DecodeMember = bool (*)(Bytes value, void* message);
/// Writes the whole IE, or nothing for an absent optional one; false: it does not fit.
using EncodeMember = bool (*)(const void* message, const Field& field, Writer& out);

/// One row of a message's table. `least` and `most` count octets of the value part.
struct Field {
  std::uint8_t iei = 0;  ///< Of tv_half: the upper half, in place.
  Format format{};
  std::uint16_t least = 0;
  std::uint16_t most = 0;
  DecodeMember decode = nullptr;
  EncodeMember encode = nullptr;
};

/// Reads `in` to its end by `fields`, in the manner of TS 24.301 §7.5 to §7.7.
std::optional<Fault> decode_fields(Reader& in, std::span<const Field> fields, void* message);
bool encode_fields(const void* message, std::span<const Field> fields, Writer& out);
/// The header and length of one IE around what `encode` writes of `value`.
bool encode_ie(const Field& field, const void* value, void (*encode)(const void*, Writer&), Writer& out);

/// The table of message M; empty where a message has nothing but its type.
template <class M>
struct Layout {
  static constexpr std::array<Field, 0> kFields{};
};

template <auto kMember>
struct MemberOf;
template <class M, class T, T M::* kMember>
struct MemberOf<kMember> {
  using Message = M;
  using Type = T;
  static T& in(void* message) { return static_cast<M*>(message)->*kMember; }
  static const T& in(const void* message) { return static_cast<const M*>(message)->*kMember; }
};
template <class T>
constexpr bool kIsOptional = false;
template <class T>
constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
void encode_erased(const void* value, Writer& out) {
  encode_value(*static_cast<const T*>(value), out);
}

template <auto kMember>
constexpr Field octets_field(std::uint8_t iei, Format format, std::size_t least, std::size_t most) {
  using Member = MemberOf<kMember>;
  using T = typename Member::Type;
  Field field{iei,     format, static_cast<std::uint16_t>(least), static_cast<std::uint16_t>(most),
              nullptr, nullptr};
  if constexpr (kIsOptional<T>) {
    field.decode = [](Bytes value, void* message) {
      T& member = Member::in(message);
      if (decode_value(value, member.emplace())) return true;
      member.reset();
      return false;
    };
    field.encode = [](const void* message, const Field& self, Writer& out) {
      const T& member = Member::in(message);
      return !member || encode_ie(self, &*member, &encode_erased<typename T::value_type>, out);
    };
  } else {
    field.decode = [](Bytes value, void* message) { return decode_value(value, Member::in(message)); };
    field.encode = [](const void* message, const Field& self, Writer& out) {
      return encode_ie(self, &Member::in(message), &encode_erased<T>, out);
    };
  }
  return field;
}

// Rows. Lengths are those of the value part, without IEI and length octets.

/// Two half octets: `kLow` in bits 4 to 1, `kHigh` in bits 8 to 5.
template <auto kLow, auto kHigh>
constexpr Field halves() {
  return {.format = Format::half,
          .least = 1,
          .most = 1,
          .decode =
              [](Bytes value, void* message) {
                decode_half(value[0] & 0xF, MemberOf<kLow>::in(message));
                decode_half(value[0] >> 4, MemberOf<kHigh>::in(message));
                return true;
              },
          .encode =
              [](const void* message, const Field&, Writer& out) {
                out.u8(static_cast<std::uint8_t>(encode_half(MemberOf<kHigh>::in(message)) << 4 |
                                                 encode_half(MemberOf<kLow>::in(message))));
                return true;
              }};
}
/// A half octet and a spare one.
template <auto kLow>
constexpr Field half() {
  return {.format = Format::half,
          .least = 1,
          .most = 1,
          .decode =
              [](Bytes value, void* message) {
                decode_half(value[0] & 0xF, MemberOf<kLow>::in(message));
                return true;
              },
          .encode =
              [](const void* message, const Field&, Writer& out) {
                out.u8(encode_half(MemberOf<kLow>::in(message)));
                return true;
              }};
}
template <auto kMember>
constexpr Field v(std::size_t octets) {
  return octets_field<kMember>(0, Format::v, octets, octets);
}
template <auto kMember>
constexpr Field lv(std::size_t least, std::size_t most) {
  return octets_field<kMember>(0, Format::lv, least, most);
}
template <auto kMember>
constexpr Field lv_e(std::size_t least, std::size_t most = 65535) {
  return octets_field<kMember>(0, Format::lv_e, least, most);
}
/// `nibble`: the IEI "9-" is 0x9.
template <auto kMember>
constexpr Field tv_half(std::uint8_t nibble) {
  using T = typename MemberOf<kMember>::Type;
  return {.iei = static_cast<std::uint8_t>(nibble << 4),
          .format = Format::tv_half,
          .least = 1,
          .most = 1,
          .decode =
              [](Bytes value, void* message) {
                decode_half(value[0] & 0xF, MemberOf<kMember>::in(message).emplace());
                return true;
              },
          .encode =
              [](const void* message, const Field& self, Writer& out) {
                const T& member = MemberOf<kMember>::in(message);
                if (member) out.u8(static_cast<std::uint8_t>(self.iei | encode_half(*member)));
                return true;
              }};
}
template <auto kMember>
constexpr Field tv(std::uint8_t iei, std::size_t octets) {
  return octets_field<kMember>(iei, Format::tv, octets, octets);
}
template <auto kMember>
constexpr Field tlv(std::uint8_t iei, std::size_t least, std::size_t most) {
  return octets_field<kMember>(iei, Format::tlv, least, most);
}
template <auto kMember>
constexpr Field tlv_e(std::uint8_t iei, std::size_t least, std::size_t most = 65535) {
  return octets_field<kMember>(iei, Format::tlv_e, least, most);
}

/// A mobile identity of certain kinds only: `kAccepts` judges; another is syntactically incorrect.
template <auto kMember, bool (*kAccepts)(const MobileIdentity&)>
constexpr Field only(Field field) {
  field.decode = [](Bytes value, void* message) {
    MobileIdentity identity;
    if (!decode_value(value, identity) || !kAccepts(identity)) return false;
    MemberOf<kMember>::in(message) = identity;
    return true;
  };
  return field;
}

/// Extended protocol configuration options, whose lengths depend on who sends them.
template <auto kMember, PcoLengths kLengths>
constexpr Field extended_pco() {
  Field field = octets_field<kMember>(0x7B, Format::tlv_e, 1, 65535);
  field.decode = [](Bytes value, void* message) {
    auto& member = MemberOf<kMember>::in(message);
    if (decode_value(value, member.emplace(Octets(), kLengths))) return true;
    member.reset();
    return false;
  };
  return field;
}

inline Fault fault(std::size_t offset, const char* reason, EmmCause cause) {
  return {{offset, reason}, static_cast<std::uint8_t>(cause)};
}
/// TS 24.301 §7.2.1: what is too short for a type, or no plain message of ours, is ignored.
inline Fault ignored(std::size_t offset, const char* reason) {
  return {{offset, reason}, 0};
}

}  // namespace zerocell::nas
