// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "core/types/ip.hpp"

namespace zerocell::load {

/// The internet and the S1-U of a load: a packet for a UE goes in at one side, and comes out as a G-PDU.
class UserData {
 public:
  virtual ~UserData() = default;
  /// Sends one small packet to a UE, with a number inside. False when it did not leave.
  virtual bool send(const Ipv4Address& ue, std::uint32_t number) = 0;
  /// Called for each packet that an eNodeB got: its TEID, and the number inside.
  std::function<void(std::uint32_t teid, std::uint32_t number)> on_packet;
  /// Called for each End Marker, TS 29.281 §7.3.2.
  std::function<void(std::uint32_t teid)> on_end_marker;
};

}  // namespace zerocell::load
