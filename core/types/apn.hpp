// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>

#include "core/types/bytes.hpp"

namespace zerocell {

constexpr std::size_t kApnOctetsMax = 100;  // TS 23.003 §9.1
constexpr std::size_t kApnLabelMax = 63;    // TS 23.003 §9.1, by RFC 1035

/// Access Point Name, TS 23.003 §9: dotted labels of letters, digits and hyphens, kept in lower case, since
/// names compare without case. Plain data.
class Apn {
 public:
  constexpr Apn() = default;
  /// Nothing for an empty name or label, a character that is not allowed, or more than 100 octets on the
  /// wire.
  static std::optional<Apn> parse(std::string_view text);
  /// From labels that each stand behind their length, TS 23.003 §9.1. The error's offset counts within
  /// `octets`.
  static Decoded<Apn> from_wire(Bytes octets);

  std::string_view text() const { return {text_.data(), size_}; }
  bool empty() const { return size_ == 0; }
  /// Appends the labels, each behind its length.
  void to_wire(Writer& out) const;

  friend auto operator<=>(const Apn& a, const Apn& b) { return a.text() <=> b.text(); }
  friend bool operator==(const Apn& a, const Apn& b) { return a.text() == b.text(); }

 private:
  std::array<char, kApnOctetsMax - 1> text_{};
  std::uint8_t size_ = 0;
};

}  // namespace zerocell
