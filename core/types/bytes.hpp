// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zerocell {

/// Octets that somebody else owns. Codecs return views into their input.
using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

/// Where and why a decoder stopped. `offset` counts octets from the start of the message.
struct DecodeError {
  std::size_t offset = 0;
  const char* reason = "";
  friend bool operator==(const DecodeError& a, const DecodeError& b) {
    return a.offset == b.offset && std::string_view(a.reason) == b.reason;
  }
};

template <class T>
using Decoded = std::expected<T, DecodeError>;

inline bool equal(Bytes a, Bytes b) noexcept {
  return std::ranges::equal(a, b);
}

/// Lower-case hexadecimal, without separators.
std::string to_hex(Bytes bytes);

/// Accepts upper and lower case; spaces between octets are skipped. An error for anything else.
std::expected<ByteVector, std::string> from_hex(std::string_view text);

/// Big-endian reader whose error is sticky: past the end it yields zeros and remembers the first offset that
/// failed, so that a decoder checks once, at the end.
class Reader {
 public:
  explicit Reader(Bytes data) noexcept : begin_(data.data()), cursor_(begin_), end_(begin_ + data.size()) {}

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(unsigned_of<1>()); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(unsigned_of<2>()); }
  std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(unsigned_of<3>()); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(unsigned_of<4>()); }
  std::uint64_t u64() noexcept { return unsigned_of<8>(); }

  /// The next `count` octets in place; empty, and failed, when fewer are left.
  Bytes take(std::size_t count) noexcept {
    if (count > remaining()) {
      fail();
      return {};
    }
    Bytes taken(cursor_, count);
    cursor_ += count;
    return taken;
  }
  Bytes rest() noexcept { return take(remaining()); }
  void skip(std::size_t count) noexcept { (void)take(count); }

  /// The next octet without consuming it; 0 at the end, which is no failure.
  std::uint8_t peek() const noexcept { return cursor_ == end_ ? std::uint8_t{0} : *cursor_; }

  /// Marks the input as bad here. Only the first failure is remembered.
  void fail() noexcept {
    if (ok_) failed_at_ = offset();
    ok_ = false;
    cursor_ = end_;
  }

  bool ok() const noexcept { return ok_; }
  bool empty() const noexcept { return cursor_ == end_; }
  std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - cursor_); }
  std::size_t offset() const noexcept { return static_cast<std::size_t>(cursor_ - begin_); }
  std::size_t failed_at() const noexcept { return failed_at_; }

 private:
  template <std::size_t N>
  std::uint64_t unsigned_of() noexcept {
    if (remaining() < N) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < N; ++i) value = value << 8 | cursor_[i];
    cursor_ += N;
    return value;
  }

  const std::uint8_t* begin_;
  const std::uint8_t* cursor_;
  const std::uint8_t* end_;
  std::size_t failed_at_ = 0;
  bool ok_ = true;
};

/// Big-endian writer into memory that the caller owns. Overflow is sticky and writes nothing past the end.
class Writer {
 public:
  explicit Writer(MutableBytes out) noexcept
      : begin_(out.data()), cursor_(begin_), end_(begin_ + out.size()) {}

  void u8(std::uint8_t value) noexcept { unsigned_of<1>(value); }
  void u16(std::uint16_t value) noexcept { unsigned_of<2>(value); }
  void u24(std::uint32_t value) noexcept { unsigned_of<3>(value); }
  void u32(std::uint32_t value) noexcept { unsigned_of<4>(value); }
  void u64(std::uint64_t value) noexcept { unsigned_of<8>(value); }

  void bytes(Bytes data) noexcept {
    if (data.size() > room()) return overflow();
    if (!data.empty()) std::memcpy(cursor_, data.data(), data.size());
    cursor_ += data.size();
  }

  /// Reserves `count` octets, zeroed, to be filled later (a length that is known only at the end).
  MutableBytes reserve(std::size_t count) noexcept {
    if (count > room()) {
      overflow();
      return {};
    }
    MutableBytes hole(cursor_, count);
    std::ranges::fill(hole, std::uint8_t{0});
    cursor_ += count;
    return hole;
  }

  bool ok() const noexcept { return ok_; }
  std::size_t size() const noexcept { return static_cast<std::size_t>(cursor_ - begin_); }
  std::size_t room() const noexcept { return static_cast<std::size_t>(end_ - cursor_); }
  /// What was written so far; empty after an overflow, so that half a message is never sent.
  Bytes written() const noexcept { return ok_ ? Bytes(begin_, size()) : Bytes(); }
  MutableBytes written_mutable() noexcept { return ok_ ? MutableBytes(begin_, size()) : MutableBytes(); }

 private:
  template <std::size_t N>
  void unsigned_of(std::uint64_t value) noexcept {
    if (room() < N) return overflow();
    for (std::size_t i = 0; i < N; ++i) cursor_[i] = static_cast<std::uint8_t>(value >> (8 * (N - 1 - i)));
    cursor_ += N;
  }
  void overflow() noexcept {
    ok_ = false;
    end_ = cursor_;
  }

  std::uint8_t* begin_;
  std::uint8_t* cursor_;
  std::uint8_t* end_;
  bool ok_ = true;
};

}  // namespace zerocell
