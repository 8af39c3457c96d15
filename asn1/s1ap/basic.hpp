// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "asn1/aper/types.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

/// S1AP, TS 36.413 release 17: the values that its messages are made of.
namespace zerocell::s1ap {

using aper::BitNumber;
using aper::BitString;
using aper::List;
using aper::Null;
using zerocell::Ecgi;
using zerocell::Gummei;
using zerocell::STmsi;
using zerocell::Tai;

/// §10.3.2: what a receiver does with what it does not comprehend.
enum class Criticality : std::uint8_t { reject, ignore, notify };

/// The three kinds of S1AP-PDU; also the Triggering Message of §9.2.1.21.
enum class PduKind : std::uint8_t { initiating_message, successful_outcome, unsuccessful_outcome };

/// IMSI as it stands in S1AP (§9.2.3.11): 3 to 8 octets of TBCD, filler 0xF.
using ImsiOctets = aper::InlineOctets<8>;

/// Transport Layer Address, §9.2.2.1: 32 bits are IPv4, 128 are IPv6, 160 are IPv4 and then IPv6. Any other
/// length up to 160 decodes too, and holds no address; a longer one counts as not comprehended.
struct TransportLayerAddress : aper::InlineBits<20> {
  static TransportLayerAddress of(const IpAddress& address);
  static TransportLayerAddress of(const Ipv4Address& v4, const Ipv6Address& v6);
  std::optional<Ipv4Address> v4() const;
  std::optional<Ipv6Address> v6() const;
  friend constexpr bool operator==(const TransportLayerAddress&, const TransportLayerAddress&) = default;
};

/// An IE or extension that this version of the specification does not define, as it came.
struct ProtocolIeField {
  std::uint16_t id = 0;
  Criticality criticality = Criticality::reject;
  Bytes value{};  ///< Its encoding.
};

}  // namespace zerocell::s1ap
