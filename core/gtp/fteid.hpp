// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "core/types/ip.hpp"

namespace zerocell::gtp {

/// Tunnel endpoint identifier, TS 29.281 §5.1. Zero names no user-plane tunnel.
using Teid = std::uint32_t;

/// Fully qualified TEID: a tunnel endpoint at an IPv4 address, an IPv6 address or both (TS 29.274 §8.22,
/// TS 29.244 §8.2.3). Plain data.
struct Fteid {
  Teid teid = 0;
  std::optional<Ipv4Address> v4{};
  std::optional<Ipv6Address> v6{};

  /// Whether it names an endpoint at all: a TEID with at least one address.
  constexpr bool valid() const { return teid != 0 && (v4 || v6); }

  /// From a Transport Layer Address of S1AP (TS 36.413 §9.2.2.1, TS 36.414 §5.3): 4 octets IPv4, 16 octets
  /// IPv6, 20 octets IPv4 and then IPv6. Nothing for another length.
  static std::optional<Fteid> from_transport_layer_address(Bytes address, Teid teid);
  /// The Transport Layer Address of S1AP for this endpoint; 4, 16 or 20 octets.
  void to_transport_layer_address(Writer& out) const;

  friend constexpr auto operator<=>(const Fteid&, const Fteid&) = default;
};

}  // namespace zerocell::gtp
