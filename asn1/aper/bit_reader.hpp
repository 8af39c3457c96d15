// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>

#include "core/types/bytes.hpp"

namespace zerocell::aper {

/// Reads bits, highest first, and aligned octets in place. Errors are sticky: past the end it yields zeros
/// and remembers the first octet that failed, so that a decoder checks once.
class BitReader {
 public:
  BitReader() noexcept = default;
  explicit BitReader(Bytes data) noexcept
      : begin_(data.data()), cursor_(begin_), end_(begin_ + data.size()) {}

  /// The next `count` bits, at most 32, as a number.
  std::uint32_t bits(unsigned count) noexcept {
    if (count == 0) return 0;
    const unsigned end_bit = bit_ + count;
    const auto room = static_cast<std::size_t>(end_ - cursor_);
    std::uint64_t window = 0;
    if (room >= sizeof window) {
      std::memcpy(&window, cursor_, sizeof window);
      if constexpr (std::endian::native == std::endian::little) window = __builtin_bswap64(window);
    } else {
      if ((end_bit + 7) / 8 > room) return fail(), 0;
      for (std::size_t i = 0; i < room; ++i) window |= std::uint64_t{cursor_[i]} << (56 - 8 * i);
    }
    cursor_ += end_bit / 8;
    bit_ = end_bit % 8;
    return static_cast<std::uint32_t>(window << (end_bit - count) >> (64 - count));
  }
  bool bit() noexcept { return bits(1) != 0; }

  /// Skips to the next octet boundary; the padding is not looked at.
  void align() noexcept {
    cursor_ += bit_ != 0;
    bit_ = 0;
  }

  /// After alignment: the next `count` octets in place; empty, and failed, when fewer are left.
  Bytes octets(std::size_t count) noexcept {
    align();
    if (count > static_cast<std::size_t>(end_ - cursor_)) return fail(), Bytes();
    const Bytes taken(cursor_, count);
    cursor_ += count;
    return taken;
  }
  /// After alignment: the octets that hold the next `count` bits. Bits behind them are left to be read.
  Bytes octets_of_bits(std::size_t count) noexcept {
    const Bytes taken = octets((count + 7) / 8);
    if (count % 8 != 0 && !taken.empty()) {
      --cursor_;
      bit_ = count % 8;
    }
    return taken;
  }
  /// After alignment: the next `count` octets, at most 8, as a number.
  std::uint64_t number(std::size_t count) noexcept {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : octets(count)) value = value << 8 | octet;
    return value;
  }

  /// After alignment: all octets that are left, none of them consumed.
  Bytes left() noexcept {
    align();
    return {cursor_, end_};
  }
  /// Consumes so many octets of what `left` showed.
  void skip(std::size_t octets) noexcept { cursor_ += octets; }

  /// Octets left, counting one that is begun.
  std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - cursor_); }
  const std::uint8_t* position() const noexcept { return cursor_; }

  /// Fails like `fail`, and says where in the same input, or in octets taken from it, it went wrong.
  void fail_at(const std::uint8_t* place) noexcept {
    if (ok_) failed_at_ = place;
    ok_ = false;
    cursor_ = end_;
    bit_ = 0;
  }
  void fail() noexcept { fail_at(cursor_); }
  bool ok() const noexcept { return ok_; }
  const std::uint8_t* failed_at() const noexcept { return failed_at_; }

 private:
  const std::uint8_t* begin_ = nullptr;
  const std::uint8_t* cursor_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  const std::uint8_t* failed_at_ = nullptr;
  bool ok_ = true;
  unsigned bit_ = 0;  ///< Bits of *cursor_ that are consumed, 0 to 7.
};

}  // namespace zerocell::aper
