// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/types/bytes.hpp"

namespace zerocell::mme {

/// UE radio capabilities, some hundred octets each (TS 36.413 §9.2.1.27). Devices of one model send the same,
/// so each distinct one is kept once and counted.
class RadioCapabilities {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::size_t kOctetsMax =
      16'384;  // Ours: a capability is seldom over 2 KiB; the IE sets no limit.

  /// Takes one more use of these octets. kNone when they are empty or too long to keep.
  std::uint32_t add(Bytes capability);
  void release(std::uint32_t number);
  Bytes get(std::uint32_t number) const;

 private:
  struct Entry {
    const std::string* octets = nullptr;  // The key in numbers_, which does not move.
    std::uint32_t uses = 0;
  };
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  /// Finds octets that have no string of their own: each attach brings some that are known.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view octets) const { return std::hash<std::string_view>{}(octets); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace zerocell::mme
