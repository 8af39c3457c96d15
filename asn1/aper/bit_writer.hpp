// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/types/bytes.hpp"

namespace zerocell::aper {

/// Writes bits, highest first, into memory that the caller owns. Overflow is sticky and writes nothing past
/// the end. Padding is zero.
class BitWriter {
 public:
  explicit BitWriter(MutableBytes out) noexcept
      : begin_(out.data()), cursor_(begin_), end_(begin_ + out.size()) {}

  /// The lowest `count` bits of `value`, at most 32.
  void bits(std::uint64_t value, unsigned count) noexcept {
    if (count == 0) return;
    const unsigned end_bit = bit_ + count;
    if ((end_bit + 7) / 8 > static_cast<std::size_t>(end_ - cursor_)) return overflow();
    std::uint64_t window = value << (64 - count) >> bit_;
    if (bit_ != 0) window |= std::uint64_t{*cursor_} << 56;
    for (unsigned filled = 0; filled < end_bit; filled += 8, window <<= 8)
      cursor_[filled / 8] = static_cast<std::uint8_t>(window >> 56);
    cursor_ += end_bit / 8;
    bit_ = end_bit % 8;
  }
  void bit(bool value) noexcept { bits(value, 1); }

  void align() noexcept {
    cursor_ += bit_ != 0;
    bit_ = 0;
  }

  /// After alignment.
  void octets(Bytes data) noexcept {
    align();
    if (data.size() > static_cast<std::size_t>(end_ - cursor_)) return overflow();
    if (!data.empty()) std::memcpy(cursor_, data.data(), data.size());
    cursor_ += data.size();
  }
  /// After alignment: the first `count` bits of `data`.
  void octets_of_bits(Bytes data, std::size_t count) noexcept {
    octets(data.first(count / 8));
    if (const unsigned rest = count % 8; rest != 0) bits(data[count / 8] >> (8 - rest), rest);
  }
  /// After alignment: `value` in `count` octets, at most 8.
  void number(std::uint64_t value, std::size_t count) noexcept {
    align();
    if (count > static_cast<std::size_t>(end_ - cursor_)) return overflow();
    for (std::size_t i = count; i-- > 0; value >>= 8) cursor_[i] = static_cast<std::uint8_t>(value);
    cursor_ += count;
  }
  /// After alignment: room for `count` octets that are filled later; null when they do not fit.
  std::uint8_t* reserve(std::size_t count) noexcept {
    align();
    if (count > static_cast<std::size_t>(end_ - cursor_)) return overflow(), nullptr;
    std::uint8_t* const hole = cursor_;
    cursor_ += count;
    return hole;
  }

  /// The position after alignment; octets from an earlier position up to it are complete.
  std::uint8_t* position() noexcept {
    align();
    return cursor_;
  }
  /// What is left after alignment, to be written in place; `advance` then says how much of it was.
  MutableBytes room() noexcept {
    align();
    return {cursor_, end_};
  }
  void advance(std::size_t octets) noexcept { cursor_ += octets; }
  Bytes written() noexcept {
    align();
    return ok_ ? Bytes(begin_, cursor_) : Bytes();
  }
  bool ok() const noexcept { return ok_; }

 private:
  void overflow() noexcept {
    ok_ = false;
    end_ = cursor_;
    bit_ = 0;
  }

  std::uint8_t* begin_;
  std::uint8_t* cursor_;
  std::uint8_t* end_;
  unsigned bit_ = 0;  ///< Bits of *cursor_ that are filled, 0 to 7.
  bool ok_ = true;
};

}  // namespace zerocell::aper
