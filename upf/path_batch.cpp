// SPDX-License-Identifier: Apache-2.0
#include "upf/path_batch.hpp"

namespace zerocell::upf {

PathOutput::PathOutput() : arena_(std::make_unique<std::uint8_t[]>(kArenaOctets)) {
  egress.reserve(4096);
  radio.reserve(4096);
  messages.reserve(256);
}

MutableBytes PathOutput::allocate(std::size_t octets) noexcept {
  const std::size_t need = kHeadroom + (octets + 7) / 8 * 8;
  if (need > kArenaOctets - used_) return {};
  std::uint8_t* at = arena_.get() + used_ + kHeadroom;
  used_ += need;
  return {at, octets};
}

void PathOutput::clear() noexcept {
  egress.clear();
  radio.clear();
  messages.clear();
  kept.clear();
  used_ = 0;
}

}  // namespace zerocell::upf
