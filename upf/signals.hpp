// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "core/types/ring.hpp"
#include "upf/forwarding_line.hpp"

/// What the owner of sessions and the packet path tell each other, apart from the lines.
namespace zerocell::upf {

/// An outer address: IPv4 in the first four octets.
struct OuterAddress {
  std::array<std::uint8_t, 16> octets{};
  bool v6 = false;

  static OuterAddress of(const IpAddress& address);
  IpAddress address() const;
  friend bool operator==(const OuterAddress&, const OuterAddress&) = default;
};

/// From the owner to the packet path.
struct Command {
  enum class Kind : std::uint8_t {
    none,
    downlink_changed,  ///< Look at a bearer: flush or drop its buffer, greet the UE.
    drop_buffered,     ///< Of all bearers of `session`.
    bearer_ended,      ///< Drop the buffer of the bearer.
    keep_buffered,     ///< Of `session`: for `seconds`, and ask for nothing in that time.
    end_marker,        ///< To `peer` and `teid`.
    peer_added,        ///< The first session of `peer`.
    peer_removed,      ///< The last one has gone.
  };
  Kind kind{};
  std::uint32_t session = 0;
  std::uint32_t session_generation = 0;
  gtp::Teid teid = 0;
  OuterAddress peer{};
  std::uint32_t bearer = kNoIndex;  ///< Slot of a dedicated bearer; kNoIndex: the default one.
  std::uint32_t seconds = 0;
  std::uint16_t packets = 0;  ///< keep_buffered: how many of each bearer; 0: as configured.
  std::uint8_t dscp = 0;      ///< end_marker: as the packets before it.
};

/// From the packet path to the owner; becomes a call of N4Reports.
struct Report {
  enum class Kind : std::uint8_t {
    none,
    downlink_data,
    error_indication,
    path_failure,
    path_recovered,
    peer_silent,
  };
  Kind kind{};
  std::uint8_t ebi = 0;
  std::uint32_t session = 0;  ///< downlink_data.
  std::uint32_t session_generation = 0;
  gtp::Teid teid = 0;
  OuterAddress peer{};
};

/// Both directions, each a bounded queue that never blocks, and how each side wakes the other.
struct Signals {
  Signals() : commands(kCommandsMax), reports(kReportsMax) {}

  static constexpr std::size_t kCommandsMax = 1u << 14;
  static constexpr std::size_t kReportsMax = 1u << 14;
  Ring<Command> commands;
  Ring<Report> reports;
  /// Set before either side runs; called by the owner, or by the packet path, after it has put something.
  std::function<void()> wake_path = [] {};
  std::function<void()> wake_owner = [] {};
};

}  // namespace zerocell::upf
