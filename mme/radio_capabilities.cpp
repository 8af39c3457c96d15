// SPDX-License-Identifier: Apache-2.0
#include "mme/radio_capabilities.hpp"

#include "core/types/assert.hpp"

namespace zerocell::mme {

std::uint32_t RadioCapabilities::add(Bytes capability) {
  if (capability.empty() || capability.size() > kOctetsMax) return kNone;
  const std::string_view octets(reinterpret_cast<const char*>(capability.data()), capability.size());
  auto found = numbers_.find(octets);
  if (found == numbers_.end()) {
    found = numbers_.emplace(octets, kNone).first;
    if (free_.empty()) {
      found->second = static_cast<std::uint32_t>(entries_.size());
      entries_.emplace_back();
    } else {
      found->second = free_.back();
      free_.pop_back();
    }
    entries_[found->second] = {&found->first, 0};
  }
  ++entries_[found->second].uses;
  return found->second;
}

void RadioCapabilities::release(std::uint32_t number) {
  if (number == kNone) return;
  Entry& entry = entries_[number];
  ZC_ASSERT(entry.uses > 0);
  if (--entry.uses > 0) return;
  numbers_.erase(numbers_.find(*entry.octets));
  entry.octets = nullptr;
  free_.push_back(number);
}

Bytes RadioCapabilities::get(std::uint32_t number) const {
  if (number == kNone) return {};
  const std::string& octets = *entries_[number].octets;
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
}

}  // namespace zerocell::mme
