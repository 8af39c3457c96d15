// SPDX-License-Identifier: Apache-2.0
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

/// EEA1 to EEA7 stand in the highest bits; EEA0 has none, since everybody has it (TS 36.413 §9.2.1.40).
std::uint16_t s1ap_algorithms(std::uint8_t nas_octet) {
  return static_cast<std::uint16_t>((nas_octet & 0x7F) << 9);
}

/// The same of NEA1 to NEA15 (TS 36.413 §9.2.1.127).
std::uint16_t s1ap_nr_algorithms(std::uint16_t nas_octets) {
  return static_cast<std::uint16_t>(nas_octets << 1);
}

}  // namespace

bool same_capabilities(const AttachIntent& intent, const UeRecord& record) {
  return record.ue_network_capability == intent.ue_network_capability &&
         record.ms_network_capability == intent.ms_network_capability &&
         record.additional_capability == intent.additional_capability;
}

void replay_capabilities(const AttachIntent& intent, nas::SecurityModeCommand& command) {
  const auto ms_capability = intent.ms_network_capability.octets.empty()
                                 ? std::nullopt
                                 : std::optional(intent.ms_network_capability);
  command.replayed_ue_security_capabilities =
      nas::replayed_security_capability(intent.ue_network_capability, ms_capability);
  command.replayed_ue_additional_security_capability = intent.additional_capability;
}

void keep_capabilities(const AttachIntent& intent, UeRecord& record) {
  record.ue_network_capability = intent.ue_network_capability;
  record.ms_network_capability = intent.ms_network_capability;
  record.additional_capability = intent.additional_capability;
}

s1ap::UeSecurityCapabilities s1ap_security_capabilities(const UeRecord& record) {
  // TS 33.401 §15.2.2.2: of a UE without keys the eNodeB is to choose EIA0 and EEA0, which have no bit.
  if (record.security.null_integrity) return {};
  return {s1ap_algorithms(record.ue_network_capability.eea_octet()),
          s1ap_algorithms(record.ue_network_capability.eia_octet())};
}

std::optional<s1ap::NrUeSecurityCapabilities> s1ap_nr_security_capabilities(const UeRecord& record) {
  if (!record.additional_capability) return std::nullopt;
  if (record.security.null_integrity) return s1ap::NrUeSecurityCapabilities{};
  return s1ap::NrUeSecurityCapabilities{s1ap_nr_algorithms(record.additional_capability->ea),
                                        s1ap_nr_algorithms(record.additional_capability->ia)};
}

}  // namespace zerocell::mme
