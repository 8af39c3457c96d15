// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/key.hpp"

namespace zerocell {

bool equal_in_constant_time(Bytes a, Bytes b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<std::uint8_t>(a[i] ^ b[i]);
  // Without it a compiler may see that a loop could end at the first difference.
  asm volatile("" : "+r"(difference));
  return difference == 0;
}

namespace detail {

std::expected<void, std::string> key_from_hex(std::string_view text, MutableBytes out) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (text.size() != 2 * out.size())
    return std::unexpected("expected " + std::to_string(2 * out.size()) + " hexadecimal digits, found " +
                           std::to_string(text.size()) + " characters");
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return std::unexpected("expected only hexadecimal digits, found something else at position " +
                             std::to_string(high < 0 ? 2 * i : 2 * i + 1));
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return {};
}

}  // namespace detail

}  // namespace zerocell
