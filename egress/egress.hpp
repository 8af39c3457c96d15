// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "core/types/apn.hpp"
#include "core/types/identity.hpp"
#include "upf/n4.hpp"

namespace zerocell::egress {

using SecurityId = upf::SecurityId;

/// Radio access technology of a session, TS 29.274 §8.17 (its values).
enum class Rat : std::uint8_t { unknown = 0, eutran = 6, nb_iot = 8, lte_m = 9, nr = 10 };

/// Whose packets they are: everything a policy may ask about, as it stands at session set-up.
struct Identity {
  Imsi imsi;
  Imei imei;          ///< Unknown until security mode is complete; a claim until then.
  std::string group;  ///< The subscriber's group, the key into the policies.
  Apn apn;
  Rat rat = Rat::unknown;
  Tai tai;
};

/// Why no security id was given: a configured maximum is reached. The message is for a person.
struct AdmitError {
  std::string message;
};

/// The reference point SGi (N6 of the 5G core): where packets leave, and who may send what. Sessions are
/// admitted here before the user plane learns of them; the packet path then carries only the security id. All
/// calls are on the thread that owns the sessions.
class Egress {
 public:
  virtual ~Egress() = default;

  /// Resolves an identity to the security id of one session. The id is released with `leave`, after the
  /// session's end. A group without a policy of its own gets the policy of group `default`; where that is
  /// absent too, the session is admitted and every packet is denied, and the log says so.
  [[nodiscard]] virtual std::expected<SecurityId, AdmitError> admit(const Identity& identity) = 0;
  /// The identity changed while the session lives (TAI, IMEI, group): same id, verdicts are decided anew.
  virtual void update(SecurityId id, const Identity& identity) = 0;
  virtual void leave(SecurityId id) = 0;
};

}  // namespace zerocell::egress
