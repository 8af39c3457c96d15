// SPDX-License-Identifier: Apache-2.0
#include "upf/checksum.hpp"

namespace zerocell::upf {
namespace {

/// Unaligned loads of 32 octets at a time, summed as 32-bit words into 64-bit lanes: the compiler makes
/// vector code of it. 2^32 rounds would be needed to overflow a lane.
template <class Lane>
[[gnu::always_inline]] inline std::uint64_t sum_lanes(const std::uint8_t* at, std::size_t rounds) noexcept {
  std::array<Lane, 8> lanes{};
  for (std::size_t round = 0; round < rounds; ++round, at += 32) {
    std::array<std::uint32_t, 8> words;
    std::memcpy(words.data(), at, 32);
    for (std::size_t i = 0; i < 8; ++i) lanes[i] += words[i];
  }
  std::uint64_t sum = 0;
  for (const Lane lane : lanes) sum += (lane & 0xFFFFFFFF) + (lane >> 32);
  return sum;
}

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
[[gnu::target("avx2")]] std::uint64_t sum_avx2(const std::uint8_t* at, std::size_t rounds) noexcept {
  return sum_lanes<std::uint64_t>(at, rounds);
}
#endif
std::uint64_t sum_plain(const std::uint8_t* at, std::size_t rounds) noexcept {
  return sum_lanes<std::uint64_t>(at, rounds);
}

std::uint64_t sum_rounds(const std::uint8_t* at, std::size_t rounds) noexcept {
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return sum_avx2(at, rounds);
#endif
  return sum_plain(at, rounds);
}

}  // namespace

std::uint16_t sum_octets(Bytes octets) noexcept {
  const std::uint8_t* at = octets.data();
  std::size_t left = octets.size();
  std::uint64_t sum = 0;
  if (left >= 32) {
    sum = sum_rounds(at, left / 32);
    at += left / 32 * 32;
    left %= 32;
  }
  for (; left >= 4; at += 4, left -= 4) {
    std::uint32_t word;
    std::memcpy(&word, at, 4);
    sum += word;
  }
  if (left > 0) {
    std::uint32_t word = 0;
    std::memcpy(&word, at, left);
    sum += word;
  }
  return fold_sum(sum);
}

std::uint16_t pseudo_header_sum(const std::uint8_t* packet, std::uint8_t protocol,
                                std::size_t octets) noexcept {
  const bool v4 = packet[0] >> 4 == 4;
  std::uint64_t sum = v4 ? sum_octets({packet + 12, 8}) : sum_octets({packet + 8, 32});
  sum += sum_of(static_cast<std::uint16_t>(octets)) + std::uint64_t{sum_of(protocol)};
  return fold_sum(sum);
}

void set_ipv4_checksum(std::uint8_t* packet) noexcept {
  store_sum(packet + 10, 0);
  store_sum(packet + 10, static_cast<std::uint16_t>(~sum_octets({packet, (packet[0] & 0x0Fu) * 4u})));
}

}  // namespace zerocell::upf
