// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "core/types/ip.hpp"

namespace zerocell::load {

/// The internet and the S1-U of a load: a packet for a UE goes in at one side, and comes out as a G-PDU.
class UserData {
 public:
  virtual ~UserData() = default;
  /// Sends one small packet to a UE. False when it did not leave.
  virtual bool send(const Ipv4Address& ue) = 0;
  /// Called for each packet that an eNodeB got, with its TEID.
  std::function<void(std::uint32_t teid)> on_packet;
};

}  // namespace zerocell::load
