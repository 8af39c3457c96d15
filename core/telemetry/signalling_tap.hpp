// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/runtime/clock.hpp"
#include "core/types/bytes.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

namespace zerocell {

/// One S1AP message as it goes over an association.
struct S1apSighting {
  bool sent = false;  ///< By us; else received.
  Endpoint local;
  Endpoint peer;
  std::uint16_t stream = 0;
  Bytes message;
  Imsi imsi;  ///< Whom it is about; empty where nobody, or not yet known. It may be a claim.
  WallTime at;
};

/// Sees the signalling that passes. Called on the loop that carries it; it must not wait.
class SignallingTap {
 public:
  virtual ~SignallingTap() = default;
  virtual void s1ap(const S1apSighting& sighting) = 0;
};

}  // namespace zerocell
