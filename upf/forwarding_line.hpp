// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "upf/n4.hpp"

/// What the packet path reads for each packet: one cache line a session and direction, that the owner
/// publishes.
namespace zerocell::upf {

constexpr std::uint32_t kNoIndex = 0xFFFFFFFF;

/// Flags of both lines.
constexpr std::uint8_t kLineLive = 0x01;
constexpr std::uint8_t kLineV4 = 0x02;         ///< The UE has an IPv4 address.
constexpr std::uint8_t kLineV6 = 0x04;         ///< The UE has an IPv6 prefix.
constexpr std::uint8_t kLineOpen = 0x08;       ///< Uplink: the gate is open.
constexpr std::uint8_t kLineOuterV6 = 0x08;    ///< Downlink, relay: the peer is reached over IPv6.
constexpr std::uint8_t kLineRouted = 0x10;     ///< Framed routes lead to the UE.
constexpr std::uint8_t kLineFiltered = 0x20;   ///< Uplink: the default bearer has packet filters.
constexpr std::uint8_t kLineDedicated = 0x40;  ///< Uplink: a dedicated bearer.
constexpr std::uint8_t kLineRelay = 0x80;      ///< Uplink: what comes goes on to a peer as it is.

/// Rates in a line count in kbit/s, as those of bearers do (TS 29.274 §8.15), 0 for no limit: 4.29 Tbit/s
/// fit.
constexpr std::uint32_t rate_units(std::uint64_t bps) {
  if (bps == 0) return 0;
  const std::uint64_t units = (bps + 999) / 1000;
  return units > 0xFFFFFFFF ? 0xFFFFFFFF : static_cast<std::uint32_t>(units);
}

/// Uplink: found by TEID, one for each bearer, and one for each forwarding tunnel.
struct UplinkLine {
  std::uint32_t sequence = 0;
  gtp::Teid teid = 0;
  std::uint32_t session = kNoIndex;
  std::uint32_t session_generation = 0;
  SecurityId security_id = 0;
  std::uint32_t ue_ipv4 = 0;     ///< Host order. Of a relay: the peer's TEID.
  std::uint64_t ue_prefix = 0;   ///< Upper half of the /64, host order.
  std::uint32_t ambr_units = 0;  ///< With `ambr_shared` the place of the limit.
  std::uint16_t link_mtu = 0;
  std::uint8_t flags = 0;
  std::uint8_t ebi = 0;
  std::array<std::uint8_t, 16> peer{};  ///< Of a relay; IPv4 in the first four octets.
  std::uint32_t ue_rate = kNoIndex;     ///< The limit that it shares with the UE's other sessions.
  std::uint8_t prefix_length = 64;      ///< Of the UE's IPv6 prefix.
  std::uint8_t dscp = 0;                ///< Of what goes on to the peer of a relay.
  bool ambr_shared = false;             ///< With the UE's other sessions at the APN.
  std::array<std::uint8_t, 1> reserved{};
};

/// Downlink: found by the UE's address, one for each session.
struct DownlinkLine {
  std::uint32_t sequence = 0;
  std::uint32_t session_generation = 0;
  gtp::Teid peer_teid = 0;
  SecurityId security_id = 0;
  std::array<std::uint8_t, 16> peer{};  ///< IPv4 in the first four octets.
  std::uint64_t ue_prefix = 0;
  std::uint32_t ue_ipv4 = 0;
  std::uint32_t ambr_units = 0;      ///< With `ambr_shared` the place of the limit.
  std::uint32_t ue_rate = kNoIndex;  ///< The limit that it shares with the UE's other sessions.
  std::uint32_t bearers = kNoIndex;  ///< Where its BearerSet is: only of a session with packet filters.
  std::uint16_t link_mtu = 0;
  DownlinkAction action = DownlinkAction::drop;
  std::uint8_t flags = 0;
  std::uint8_t ebi = 0;
  std::uint8_t prefix_length = 64;
  std::uint8_t dscp = 0;     ///< Of its G-PDUs and End Markers.
  bool ambr_shared = false;  ///< With the UE's other sessions at the APN.
};

/// Whether two /64 prefixes agree in their first `length` bits, 1 to 64.
constexpr bool in_prefix(std::uint64_t address, std::uint64_t prefix, std::uint8_t length) {
  return (address ^ prefix) >> (64 - length) == 0;
}

/// A line in memory that one thread writes and others read without ever waiting for it: a sequence word, odd
/// while it is written.
template <class Line>
class Published {
  static_assert(sizeof(Line) == 64 && std::is_trivially_copyable_v<Line>);
  static constexpr std::size_t kWords = sizeof(Line) / sizeof(std::uint64_t);
  static constexpr int kAttempts = 64;

 public:
  /// Owner only. The line's own `sequence` is ignored.
  void publish(Line line) noexcept {
    const std::uint64_t first = words_[0].load(std::memory_order_relaxed);
    const auto sequence = static_cast<std::uint32_t>(first);
    words_[0].store((first & ~std::uint64_t{0xFFFFFFFF}) | (sequence + 1), std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    line.sequence = sequence + 2;
    const auto words = std::bit_cast<std::array<std::uint64_t, kWords>>(line);
    for (std::size_t i = 1; i < kWords; ++i) words_[i].store(words[i], std::memory_order_relaxed);
    words_[0].store(words[0], std::memory_order_release);
  }

  /// Any thread. Nothing when the owner was stopped in the middle of a write: the reader does not wait for
  /// it.
  std::optional<Line> read() const noexcept {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      std::array<std::uint64_t, kWords> words;
      words[0] = words_[0].load(std::memory_order_acquire);
      for (std::size_t i = 1; i < kWords; ++i) words[i] = words_[i].load(std::memory_order_relaxed);
      std::atomic_thread_fence(std::memory_order_acquire);
      const std::uint64_t again = words_[0].load(std::memory_order_relaxed);
      if (words[0] == again && (again & 1) == 0) return std::bit_cast<Line>(words);
    }
    return std::nullopt;
  }

  /// Owner only: its own last word.
  Line own() const noexcept {
    std::array<std::uint64_t, kWords> words;
    for (std::size_t i = 0; i < kWords; ++i) words[i] = words_[i].load(std::memory_order_relaxed);
    return std::bit_cast<Line>(words);
  }

 private:
  alignas(64) std::array<std::atomic<std::uint64_t>, kWords> words_{};
};

}  // namespace zerocell::upf
