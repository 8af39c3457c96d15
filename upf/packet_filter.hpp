// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace zerocell::upf {

struct InnerPacket;

/// A packet filter: an SDF filter of TS 29.244 §8.2.5 with the components of TS 24.008 table 10.5.162. Remote
/// is the network's side, whichever way a packet goes. What is absent matches everything.
struct PacketFilter {
  enum class Direction : std::uint8_t { downlink = 1, uplink = 2, both = 3 };
  struct Address {
    std::array<std::uint8_t, 16> value{};  ///< IPv4 in the first four octets.
    std::array<std::uint8_t, 16> mask{};
    friend bool operator==(const Address&, const Address&) = default;
  };
  struct Ports {
    std::uint16_t low = 0;
    std::uint16_t high = 0xFFFF;
    bool contains(std::uint16_t port) const { return low <= port && port <= high; }
    friend bool operator==(const Ports&, const Ports&) = default;
  };
  struct TypeOfService {
    std::uint8_t value = 0;
    std::uint8_t mask = 0;
    friend bool operator==(const TypeOfService&, const TypeOfService&) = default;
  };

  Direction direction = Direction::both;
  std::uint8_t precedence = 255;  ///< Lower ones are asked first, over all bearers of a session.
  std::uint8_t version = 0;       ///< 4 or 6 where there are addresses or a flow label; 0: any.
  std::optional<Address> remote{};
  std::optional<Address> local{};
  std::optional<std::uint8_t> protocol{};  ///< Behind IPv6 extension headers.
  std::optional<Ports> remote_port{};
  std::optional<Ports> local_port{};
  std::optional<std::uint32_t> security_parameter_index{};
  std::optional<TypeOfService> type_of_service{};
  std::optional<std::uint32_t> flow_label{};
  friend bool operator==(const PacketFilter&, const PacketFilter&) = default;
};

constexpr std::size_t kFiltersPerBearerMax = 16;  // TS 24.008 §10.5.6.12: identifiers 0 to 15.

/// Whether the filter is one for this way and matches the packet, which `inner` describes (TS 23.060
/// §15.3.2). A later fragment has no ports and no index: only filters without those match it.
bool matches(const PacketFilter& filter, const std::uint8_t* packet, const InnerPacket& inner,
             bool from_network) noexcept;

}  // namespace zerocell::upf
