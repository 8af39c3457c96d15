// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/random.hpp"

#include <sys/random.h>

#include <cerrno>

#include "core/types/assert.hpp"

namespace zerocell {

std::uint32_t Random::u32() {
  std::uint32_t value;
  fill(MutableBytes(reinterpret_cast<std::uint8_t*>(&value), sizeof(value)));
  return value;
}

std::uint64_t Random::u64() {
  std::uint64_t value;
  fill(MutableBytes(reinterpret_cast<std::uint8_t*>(&value), sizeof(value)));
  return value;
}

std::uint32_t Random::below(std::uint32_t bound) {
  ZC_ASSERT(bound != 0);
  // D. Lemire, Fast Random Integer Generation in an Interval, 2019: the draws below the threshold are one too
  // many.
  const std::uint32_t threshold = -bound % bound;
  for (;;) {
    const std::uint64_t product = std::uint64_t{u32()} * bound;
    if (static_cast<std::uint32_t>(product) >= threshold) return static_cast<std::uint32_t>(product >> 32);
  }
}

namespace {

void from_kernel(MutableBytes out) {
  while (!out.empty()) {
    const auto got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    ZC_ASSERT(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace

SystemRandom::~SystemRandom() {
  wipe(buffer_);
}

void SystemRandom::fill(MutableBytes out) {
  if (out.size() > buffer_.size() / 2) return from_kernel(out);
  if (out.size() > buffer_.size() - used_) {
    from_kernel(buffer_);
    used_ = 0;
  }
  const MutableBytes drawn = MutableBytes(buffer_).subspan(used_, out.size());
  std::ranges::copy(drawn, out.begin());
  wipe(drawn);
  used_ += out.size();
}

void SeededRandom::fill(MutableBytes out) {
  while (!out.empty()) {
    auto word = engine_();
    const auto count = std::min<std::size_t>(8, out.size());
    for (std::size_t i = 0; i < count; ++i, word >>= 8) out[i] = static_cast<std::uint8_t>(word);
    out = out.subspan(count);
  }
}

}  // namespace zerocell
