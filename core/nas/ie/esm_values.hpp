// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/nas/ie/octets.hpp"
#include "core/types/ip.hpp"

namespace zerocell::nas {

/// EPS bearer identity, TS 24.301 §9.3.2: 0 where none is assigned, else 1 to 15 (5 to 15 without the
/// fifteen-bearers feature).
using EpsBearerIdentity = std::uint8_t;
constexpr EpsBearerIdentity kNoEpsBearerIdentity = 0;

/// Procedure transaction identity, TS 24.007 §11.2.3.1a: 0 where none is assigned, 1 to 254; 255 is reserved.
using ProcedureTransactionIdentity = std::uint8_t;
constexpr ProcedureTransactionIdentity kNoProcedureTransactionIdentity = 0;

/// PDN type, TS 24.301 §9.9.4.10.
enum class PdnType : std::uint8_t { ipv4 = 1, ipv6 = 2, ipv4v6 = 3, unused = 4, non_ip = 5, ethernet = 6 };
/// As the network reads it: 4 is an IPv6.
constexpr PdnType as_network_reads(PdnType type) {
  return type == PdnType::unused ? PdnType::ipv6 : type;
}

/// Request type, TS 24.008 §10.5.6.17. What is not listed is read as initial_request.
enum class RequestType : std::uint8_t {
  initial = 1,
  handover = 2,
  unused = 3,
  emergency = 4,
  handover_of_emergency = 6,
  rlos = 7,
};

enum class EsmInformationTransfer : std::uint8_t { not_required = 0, required = 1 };
enum class ConnectivityType : std::uint8_t { not_indicated = 0, lipa = 1 };
/// WLAN offload acceptability, TS 24.008 §10.5.6.20: bit 1 E-UTRAN, bit 2 UTRAN.
enum class WlanOffload : std::uint8_t { not_acceptable = 0, e_utran = 1, utran = 2, both = 3 };
enum class ControlPlaneOnly : std::uint8_t { no = 0, yes = 1 };
/// Release assistance indication, TS 24.301 §9.9.4.25.
enum class ReleaseAssistance : std::uint8_t {
  no_information = 0,
  no_further_data = 1,
  one_downlink_then_none = 2
};
/// Radio priority, TS 24.008 §10.5.7.2.
enum class RadioPriority : std::uint8_t {};
/// Notification indicator, TS 24.301 §9.9.4.7A.
enum class NotificationIndicator : std::uint8_t { srvcc_handover_cancelled = 1 };
/// Re-attempt indicator, TS 24.301 §9.9.4.13A: bit 1 RATC, bit 2 EPLMNC.
struct ReattemptIndicator {
  bool not_in_iu_or_n1_mode = false;
  bool not_in_equivalent_plmn = false;
  friend constexpr bool operator==(const ReattemptIndicator&, const ReattemptIndicator&) = default;
};

/// PDN address, TS 24.301 §9.9.4.9. Of IPv6 only the interface identifier stands here; the prefix comes by
/// router advertisement.
struct PdnAddress {
  PdnType type = PdnType::ipv4;
  Ipv4Address ipv4{};                                ///< Of ipv4 and ipv4v6; else unspecified.
  std::array<std::uint8_t, 8> ipv6_interface_id{};   ///< Of ipv6 and ipv4v6; else zero.
  std::optional<Ipv6Address> smf_ipv6_link_local{};  ///< Release 16.
  friend constexpr bool operator==(const PdnAddress&, const PdnAddress&) = default;
};

/// An EPS bearer identity inside a message, of half an octet.
enum class LinkedBearer : std::uint8_t {};

/// PKMF address, TS 24.301 §9.9.4.21.
struct PkmfAddress {
  IpAddress address{};
  friend constexpr bool operator==(const PkmfAddress&, const PkmfAddress&) = default;
};

/// Header compression configuration, TS 24.301 §9.9.4.22.
struct HeaderCompressionConfiguration {
  std::uint8_t profiles = 0;  ///< Bits 7 to 1: profiles 0x0104, 0103, 0102, 0006, 0004, 0003, 0002.
  std::uint16_t max_cid = 1;
  std::optional<std::uint8_t> additional_parameters_type{};
  Octets additional_parameters{};
  friend bool operator==(const HeaderCompressionConfiguration&,
                         const HeaderCompressionConfiguration&) = default;
};

bool decode_value(Bytes value, ReattemptIndicator& out);
void encode_value(const ReattemptIndicator& indicator, Writer& out);
bool decode_value(Bytes value, PdnAddress& out);
void encode_value(const PdnAddress& address, Writer& out);
bool decode_value(Bytes value, PkmfAddress& out);
void encode_value(const PkmfAddress& address, Writer& out);
bool decode_value(Bytes value, HeaderCompressionConfiguration& out);
void encode_value(const HeaderCompressionConfiguration& configuration, Writer& out);

}  // namespace zerocell::nas
