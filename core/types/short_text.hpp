// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace zerocell {

/// At most `kMax` octets of printable text without spaces, kept in place. Plain data: it lives in records.
template <std::size_t kMax>
class ShortText {
  static_assert(kMax <= 255);

 public:
  static constexpr std::size_t kOctetsMax = kMax;

  constexpr ShortText() = default;
  /// Nothing for longer text, or for a character that is not printable ASCII, or a space. Empty text is
  /// allowed.
  static constexpr std::optional<ShortText> parse(std::string_view text) {
    if (text.size() > kMax) return std::nullopt;
    ShortText parsed;
    for (const char c : text) {
      if (c <= ' ' || c > '~') return std::nullopt;
      parsed.octets_[parsed.size_++] = c;
    }
    return parsed;
  }

  constexpr std::string_view text() const { return {octets_.data(), size_}; }
  constexpr bool empty() const { return size_ == 0; }

  friend constexpr auto operator<=>(const ShortText& a, const ShortText& b) { return a.text() <=> b.text(); }
  friend constexpr bool operator==(const ShortText& a, const ShortText& b) { return a.text() == b.text(); }

 private:
  std::array<char, kMax> octets_{};
  std::uint8_t size_ = 0;
};

/// Names the egress policy group of a subscriber.
using GroupName = ShortText<31>;

}  // namespace zerocell
