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

#include "core/types/bytes.hpp"

namespace zerocell {

/// Overwrites with zeros in a way that the optimiser keeps.
inline void wipe(MutableBytes secret) noexcept {
  std::memset(secret.data(), 0, secret.size());
  // The optimiser must take it that somebody reads the zeros.
  asm volatile("" : : "r"(secret.data()) : "memory");
}

/// Whether both are equal. The time taken depends on the lengths only, never on where they differ: for RES,
/// MAC, keys and tokens.
bool equal_in_constant_time(Bytes a, Bytes b) noexcept;

namespace detail {

/// A copy of known length as one or two moves, which std::ranges::copy between spans is not.
template <std::size_t N>
constexpr void copy(std::span<const std::uint8_t, N> from, std::uint8_t* to) noexcept {
  if consteval {
    std::ranges::copy(from, to);
  } else {
    std::memcpy(to, from.data(), N);
  }
}

}  // namespace detail

/// A key in plain data, for UE records and other mapped memory, which must be trivially copyable. It cannot
/// be printed. Nothing wipes it but its owner: call wipe() when the key ends. Zeros until it is set.
template <std::size_t N>
class StoredKey {
 public:
  static constexpr std::size_t kOctets = N;

  constexpr StoredKey() = default;
  constexpr explicit StoredKey(std::span<const std::uint8_t, N> octets) noexcept {
    detail::copy(octets, octets_.data());
  }

  /// The key itself. Every use is a place to look at in a review.
  constexpr std::span<const std::uint8_t, N> reveal() const noexcept { return octets_; }
  void wipe() noexcept { zerocell::wipe(octets_); }

  friend bool operator==(const StoredKey& a, const StoredKey& b) noexcept {
    return equal_in_constant_time(a.octets_, b.octets_);
  }
  template <class Stream>
  friend Stream& operator<<(Stream&, const StoredKey&) = delete;

 private:
  std::array<std::uint8_t, N> octets_{};
};

/// A key of N octets that is wiped when it ends, compares in constant time and cannot be printed, formatted
/// or logged. Zeros until it is set.
template <std::size_t N>
class Key {
 public:
  static constexpr std::size_t kOctets = N;

  Key() = default;
  explicit Key(std::span<const std::uint8_t, N> octets) noexcept { detail::copy(octets, octets_.data()); }
  explicit Key(const StoredKey<N>& stored) noexcept : Key(stored.reveal()) {}
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key() { zerocell::wipe(octets_); }

  /// 2·N hexadecimal digits. The error says what is wrong without quoting what was given.
  static std::expected<Key, std::string> from_hex(std::string_view text);

  /// The key itself. Every use is a place to look at in a review.
  std::span<const std::uint8_t, N> reveal() const noexcept { return octets_; }
  /// For the function that makes the key.
  std::span<std::uint8_t, N> reveal_mutable() noexcept { return octets_; }
  StoredKey<N> stored() const noexcept { return StoredKey<N>(reveal()); }

  friend bool operator==(const Key& a, const Key& b) noexcept {
    return equal_in_constant_time(a.octets_, b.octets_);
  }
  template <class Stream>
  friend Stream& operator<<(Stream&, const Key&) = delete;

 private:
  // Aligned, so that a whole key is one load that never crosses a cache line.
  alignas(N % 16 == 0 ? 16 : 1) std::array<std::uint8_t, N> octets_{};
};

/// A key that somebody else holds: how functions take one.
template <std::size_t N>
class KeyView {
 public:
  KeyView(const Key<N>& key) noexcept : octets_(key.reveal()) {}        // NOLINT: a view of it.
  KeyView(const StoredKey<N>& key) noexcept : octets_(key.reveal()) {}  // NOLINT: a view of it.
  explicit KeyView(std::span<const std::uint8_t, N> octets) noexcept : octets_(octets) {}

  std::span<const std::uint8_t, N> reveal() const noexcept { return octets_; }
  template <class Stream>
  friend Stream& operator<<(Stream&, const KeyView&) = delete;

 private:
  std::span<const std::uint8_t, N> octets_;
};

namespace detail {
/// Fills `out` from exactly twice as many digits; an error without the text.
std::expected<void, std::string> key_from_hex(std::string_view text, MutableBytes out);
}  // namespace detail

template <std::size_t N>
std::expected<Key<N>, std::string> Key<N>::from_hex(std::string_view text) {
  Key key;
  if (auto read = detail::key_from_hex(text, key.octets_); !read)
    return std::unexpected(std::move(read.error()));
  return key;
}

}  // namespace zerocell
