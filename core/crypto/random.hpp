// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

#include "core/crypto/key.hpp"

namespace zerocell {

/// Where random octets come from. One object belongs to one thread.
class Random {
 public:
  virtual ~Random() = default;

  virtual void fill(MutableBytes out) = 0;

  std::uint32_t u32();
  std::uint64_t u64();
  /// Uniform in [0, bound), without bias. `bound` is not 0.
  std::uint32_t below(std::uint32_t bound);
  template <std::size_t N>
  std::array<std::uint8_t, N> octets() {
    std::array<std::uint8_t, N> drawn;
    fill(drawn);
    return drawn;
  }
  template <std::size_t N>
  Key<N> key() {
    Key<N> drawn;
    fill(drawn.reveal_mutable());
    return drawn;
  }
};

/// The kernel's generator (getrandom), a buffer at a time; what was handed out is wiped from the buffer.
/// Aborts where the kernel gives none: nothing here may go on with numbers that can be guessed. A process
/// that forks must not use the same object on both sides.
class SystemRandom final : public Random {
 public:
  SystemRandom() = default;
  SystemRandom(const SystemRandom&) = delete;
  SystemRandom& operator=(const SystemRandom&) = delete;
  ~SystemRandom() override;
  void fill(MutableBytes out) override;

 private:
  std::array<std::uint8_t, 512> buffer_;
  std::size_t used_ = sizeof(buffer_);
};

/// The same octets for the same seed, on every machine. For simulation only: everything it gives can be
/// predicted.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(MutableBytes out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace zerocell
