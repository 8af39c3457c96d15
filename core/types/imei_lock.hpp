// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/types/identity.hpp"

namespace zerocell {

/// What becomes of a SIM that is found in a device that it is not bound to.
enum class ImeiMismatch : std::uint8_t {
  alarm,       ///< It is served as ever, and logged and counted.
  quarantine,  ///< It is served, but its egress policy group is "quarantine".
  reject,      ///< It is not served.
};
inline constexpr std::string_view kQuarantineGroup = "quarantine";
std::string_view to_string(ImeiMismatch action);
std::optional<ImeiMismatch> parse_imei_mismatch(std::string_view text);

/// Binds a SIM to devices by their IMEI (TS 23.003 §6.2.1); the check digit and the software version do not
/// count.
struct ImeiLock {
  enum class Mode : std::uint8_t {
    off,
    learn,   ///< The first device that the SIM is seen in; `digits` are its IMEI once that is known.
    exact,   ///< One device: `digits` are its 14.
    prefix,  ///< Devices whose IMEI begins with `digits`: 8 are a type allocation code.
  };
  Mode mode = Mode::off;
  ImeiMismatch on_mismatch = ImeiMismatch::reject;
  DecimalDigits<15> digits{};

  bool off() const { return mode == Mode::off; }
  bool wants_to_learn() const { return mode == Mode::learn && digits.size() == 0; }
  /// Whether the SIM may be in this device; an unknown one is none that it is bound to. A lock that is yet to
  /// learn admits any that is known.
  bool admits(const Imei& device) const;
  /// Whether the SIM is served in this device, but in quarantine.
  bool quarantines(const Imei& device) const {
    return on_mismatch == ImeiMismatch::quarantine && !admits(device);
  }
  friend constexpr bool operator==(const ImeiLock&, const ImeiLock&) = default;
};

/// "off", "learn", "learn:" and 14 digits once it has learnt, 14 to 16 digits for one device, 2 to 13 for a
/// prefix. What happens on a mismatch is said apart.
std::string imei_lock_text(const ImeiLock& lock);
/// Sets mode and digits; false, and nothing changed, when the text says neither of these.
bool parse_imei_lock(std::string_view text, ImeiLock& lock);

}  // namespace zerocell
