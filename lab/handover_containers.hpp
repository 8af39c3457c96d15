// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>

#include "asn1/s1ap/enb_id.hpp"
#include "core/types/assert.hpp"
#include "core/types/bytes.hpp"
#include "core/types/identity.hpp"

/// What eNodeBs tell each other in a handover through the MME. No core looks into it, but Wireshark does.
namespace zerocell::lab {

namespace detail {
constexpr std::size_t kHistoryAt = 12;  // Behind the RRC container and the target's cell.
constexpr std::size_t kVisitedOctets = 11;
constexpr std::size_t kVisitedMax = 16;  // TS 36.413 maxnoofCells.
constexpr std::size_t kCommandOctets = 14;
}  // namespace detail

/// SourceeNB-ToTargeteNB-TransparentContainer of TS 36.413 §9.2.1.7, with an empty
/// HandoverPreparationInformation of TS 36.331 §10.2.2. The UE has been in these cells, the last one first,
/// for a second each: 1 to 16.
inline ByteVector source_container(const s1ap::TargetEnbId& target, std::span<const Ecgi> visited) {
  ZC_ASSERT(!visited.empty() && visited.size() <= detail::kVisitedMax);
  ByteVector room(detail::kHistoryAt + visited.size() * detail::kVisitedOctets);
  Writer container(room);
  const auto cell = [&](const Plmn& plmn, std::uint32_t identity, std::uint32_t next) {
    container.u8(0);
    container.bytes(plmn.octets());
    container.u32(identity << 4 | next);
  };
  container.u8(0);
  container.u8(2);
  container.u16(0);
  cell(target.global_enb_id.plmn_identity, s1ap::first_cell(target.global_enb_id.enb_id),
       static_cast<std::uint32_t>(visited.size() - 1));
  for (const Ecgi& one : visited) {
    cell(one.plmn, one.cell, 0);
    container.u8(0);
    container.u16(1);
  }
  ZC_ASSERT(container.ok());
  return room;
}

/// A cell that the UE has been in, by what `source_container` said; nothing where there is none, or the
/// container is another one.
inline std::optional<std::uint32_t> visited_cell(Bytes container, std::size_t place) {
  const std::size_t at = detail::kHistoryAt + place * detail::kVisitedOctets;
  if (container.size() < at + detail::kVisitedOctets ||
      (container.size() - detail::kHistoryAt) % detail::kVisitedOctets != 0)
    return std::nullopt;
  Reader in(container.subspan(at + 4));
  return in.u32() >> 4;
}

/// TargeteNB-ToSourceeNB-TransparentContainer of TS 36.413 §9.2.1.8 with a HandoverCommand of TS 36.331
/// §10.2.2 in it: an RRCConnectionReconfiguration whose MobilityControlInfo is all zeros, but for the new
/// C-RNTI, bits 47 to 62.
inline std::array<std::uint8_t, 2 + detail::kCommandOctets> target_container(std::uint16_t c_rnti) {
  return {0,
          detail::kCommandOctets,
          0,
          0x61,
          0,
          0x40,
          0,
          static_cast<std::uint8_t>(c_rnti >> 15),
          static_cast<std::uint8_t>(c_rnti >> 7),
          static_cast<std::uint8_t>(c_rnti << 1)};
}
/// 0 for a container that is another one.
inline std::uint16_t c_rnti_in(Bytes container) {
  if (container.size() != 2 + detail::kCommandOctets) return 0;
  return static_cast<std::uint16_t>((container[7] & 1u) << 15 | container[8] << 7 | container[9] >> 1);
}

}  // namespace zerocell::lab
