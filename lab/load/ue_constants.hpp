// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/values.hpp"
#include "core/nas/esm.hpp"
#include "lab/load/settings.hpp"

/// What all UEs and eNodeBs of a load have in common.
namespace zerocell::load {

/// EEA0 to 3 and EIA1 to 3, TS 24.301 §9.9.3.34.
inline constexpr nas::UeNetworkCapability kNetworkCapability{{.data = {0xF0, 0x70}, .size = 2}};
/// The same in S1AP, TS 36.413 §9.2.1.40: EEA0 has no bit.
inline constexpr s1ap::UeSecurityCapabilities kSecurityCapabilities{0xE000, 0xE000};
/// An IMEISV that all devices of a load share.
inline const Imei kImeisv = *Imei::parse("3534900698733101");
/// Stands for the RRC container of a UE's capabilities, which no core looks into.
inline constexpr std::array<std::uint8_t, 4> kRadioCapability = {0x00, 0x10, 0x00, 0x00};

/// Protocol configuration options of a phone: its DNS server and MTU.
inline nas::Octets requested_options(nas::PdnType type, MutableBytes room) {
  nas::PcoWriter options(room);
  options.add(nas::PcoId::ip_address_allocation_via_nas);
  if (type != nas::PdnType::ipv6) options.add(nas::PcoId::dns_server_ipv4).add(nas::PcoId::ipv4_link_mtu);
  if (type != nas::PdnType::ipv4) options.add(nas::PcoId::dns_server_ipv6);
  return options.value();
}

/// Another eNodeB of the same tracking area; of two, each is the other's.
inline std::uint16_t neighbour_of(std::uint16_t enb, const Settings& settings) {
  const std::uint32_t row = enb / settings.tac_count;
  const std::uint32_t rows =
      (settings.enbs - enb % settings.tac_count + settings.tac_count - 1) / settings.tac_count;
  const std::uint32_t other = row % 2 == 1 ? row - 1 : row + 1 < rows ? row + 1 : row == 0 ? 0 : row - 1;
  return static_cast<std::uint16_t>(enb % settings.tac_count + other * settings.tac_count);
}

constexpr std::uint8_t kPagingPackets = 4;     ///< Wait for a UE that is paged.
constexpr std::uint32_t kTurnMask = 0xFFFFFF;  ///< Of a UE's turn, in the number inside a packet.
constexpr std::uint8_t kSwitchPackets = 3;     ///< Before a path switch request, after it, after the answer.

/// A TEID is the UE's number and one, below a counter of its paths.
constexpr unsigned kPathBits = 7;
constexpr std::uint8_t kPathMask = (1u << kPathBits) - 1;
constexpr unsigned kPathShift = 32 - kPathBits;
static_assert(kUesMax < 1u << kPathShift);
inline std::uint32_t teid_of(std::uint32_t ue, std::uint8_t path) {
  return static_cast<std::uint32_t>(path) << kPathShift | (ue + 1);
}
inline std::uint8_t path_after(std::uint8_t path) {
  return (path + 1) & kPathMask;
}
inline std::uint8_t path_of(std::uint32_t teid) {
  return static_cast<std::uint8_t>(teid >> kPathShift);
}

}  // namespace zerocell::load
