// SPDX-License-Identifier: Apache-2.0
#include "core/types/imei_lock.hpp"

#include <algorithm>
#include <array>

namespace zerocell {
namespace {

constexpr std::array<std::string_view, 3> kActions = {"alarm", "quarantine", "reject"};
constexpr std::string_view kLearnt = "learn:";
constexpr std::size_t kPrefixDigitsMin = 2;  // The reporting body identifier, TS 23.003 §6.2.1.
constexpr std::size_t kEquipmentDigits = 14;

}  // namespace

std::string_view to_string(ImeiMismatch action) {
  return kActions[static_cast<std::size_t>(action)];
}

std::optional<ImeiMismatch> parse_imei_mismatch(std::string_view text) {
  const auto found = std::ranges::find(kActions, text);
  if (found == kActions.end()) return std::nullopt;
  return static_cast<ImeiMismatch>(found - kActions.begin());
}

bool ImeiLock::admits(const Imei& device) const {
  if (mode == Mode::off) return true;
  if (!device.known()) return false;
  return device.equipment.text().starts_with(digits.text());
}

std::string imei_lock_text(const ImeiLock& lock) {
  switch (lock.mode) {
    case ImeiLock::Mode::off:
      return "off";
    case ImeiLock::Mode::learn:
      return lock.wants_to_learn() ? "learn" : std::string(kLearnt) + lock.digits.text();
    case ImeiLock::Mode::exact:
    case ImeiLock::Mode::prefix:
      return lock.digits.text();
  }
  return "off";
}

bool parse_imei_lock(std::string_view text, ImeiLock& lock) {
  if (text == "off" || text == "learn") {
    lock.mode = text == "off" ? ImeiLock::Mode::off : ImeiLock::Mode::learn;
    lock.digits = {};
    return true;
  }
  auto mode = ImeiLock::Mode::exact;
  if (text.starts_with(kLearnt)) {
    mode = ImeiLock::Mode::learn;
    text.remove_prefix(kLearnt.size());
  }
  if (text.size() >= kEquipmentDigits) {
    const auto device = Imei::parse(text);
    if (!device) return false;
    lock.mode = mode;
    lock.digits = device->equipment;
    return true;
  }
  const auto digits = DecimalDigits<15>::parse(text);
  if (mode == ImeiLock::Mode::learn || text.size() < kPrefixDigitsMin || !digits) return false;
  lock.mode = ImeiLock::Mode::prefix;
  lock.digits = *digits;
  return true;
}

}  // namespace zerocell
