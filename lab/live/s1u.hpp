// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "core/gtp/gtpu.hpp"
#include "core/runtime/loop.hpp"
#include "core/types/ip.hpp"
#include "lab/radio.hpp"

namespace zerocell::lab {

/// The eNodeB's end of S1-U: GTP-U (TS 29.281) on a UDP socket of the host that this thread is in.
class S1u {
 public:
  static std::expected<std::unique_ptr<S1u>, std::string> open(Loop& loop, const IpAddress& local);
  ~S1u();

  /// A tunnel comes up; `to_ue` gets the downlink packets.
  void add(const Erab& erab, std::function<void(Bytes)> to_ue);
  void remove(std::uint32_t downlink_teid);
  /// Sends a packet of the UE.
  void uplink(const Erab& erab, Bytes packet);

  struct Counts {
    std::uint64_t uplink = 0;
    std::uint64_t downlink = 0;
    std::uint64_t unknown_teid = 0;  ///< Answered with an Error Indication.
    std::uint64_t malformed = 0;
    std::uint64_t error_indications = 0;  ///< The core does not know a tunnel that we use.
    std::uint64_t echoes = 0;
    std::uint64_t end_markers = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  S1u(Loop& loop, int socket, IpAddress local);
  void readable();
  void datagram(Bytes octets, const void* from, unsigned from_octets);

  int socket_;
  IpAddress local_;
  std::unordered_map<std::uint32_t, std::function<void(Bytes)>> tunnels_;
  Counts counts_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace zerocell::lab
