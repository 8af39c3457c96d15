// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/emm_values.hpp"

namespace zerocell::nas {

bool decode_value(Bytes value, NasSecurityAlgorithms& out) {
  if (value.empty()) return false;
  out.ciphering = static_cast<CipheringAlgorithm>(value[0] >> 4 & 7);
  out.integrity = static_cast<IntegrityAlgorithm>(value[0] & 7);
  return true;
}
void encode_value(const NasSecurityAlgorithms& algorithms, Writer& out) {
  const unsigned ciphering = static_cast<unsigned>(algorithms.ciphering) & 7;
  out.u8(static_cast<std::uint8_t>(ciphering << 4 | (static_cast<unsigned>(algorithms.integrity) & 7)));
}

bool decode_value(Bytes value, AuthenticationResponseParameter& out) {
  return out.res.assign(value);
}
void encode_value(const AuthenticationResponseParameter& parameter, Writer& out) {
  out.bytes(parameter.res.bytes());
}

// Octet 3 tells of identities 0 to 7 from its low bit on, octet 4 of 8 to 15.
bool decode_value(Bytes value, EpsBearerContextStatus& out) {
  if (value.size() < 2) return false;
  out.bits = static_cast<std::uint16_t>(value[1] << 8 | (value[0] & 0xFE));
  return true;
}
void encode_value(const EpsBearerContextStatus& status, Writer& out) {
  out.u8(status.bits & 0xFE);
  out.u8(static_cast<std::uint8_t>(status.bits >> 8));
}

bool decode_value(Bytes value, EpsNetworkFeatureSupport& out) {
  Reader in(value);
  const std::uint8_t a = in.u8();
  if (!in.ok()) return false;
  const std::uint8_t b = in.empty() ? std::uint8_t{0} : in.u8();
  const std::uint8_t c = in.empty() ? std::uint8_t{0} : in.u8();
  out = {.ims_voice_over_ps = (a & 0x01) != 0,
         .emergency_bearers = (a & 0x02) != 0,
         .location_services_epc = (a & 0x04) != 0,
         .location_services_cs = static_cast<std::uint8_t>(a >> 3 & 3),
         .extended_service_request_ps = (a & 0x20) != 0,
         .attach_without_pdn = (a & 0x40) != 0,
         .control_plane_ciot = (a & 0x80) != 0,
         .user_plane_ciot = (b & 0x01) != 0,
         .s1_u_data = (b & 0x02) != 0,
         .header_compression_control_plane = (b & 0x04) != 0,
         .extended_pco = (b & 0x08) != 0,
         .restrict_enhanced_coverage = (b & 0x10) != 0,
         .restrict_dual_connectivity_nr = (b & 0x20) != 0,
         .interworking_without_n26 = (b & 0x40) != 0,
         .fifteen_bearers = (b & 0x80) != 0,
         .octet_5 = c};
  return true;
}
void encode_value(const EpsNetworkFeatureSupport& support, Writer& out) {
  const auto bits = [](std::initializer_list<bool> from_low) {
    unsigned octet = 0;
    unsigned bit = 1;
    for (const bool set : from_low) {
      octet |= set ? bit : 0;
      bit <<= 1;
    }
    return octet;
  };
  const unsigned low =
      bits({support.ims_voice_over_ps, support.emergency_bearers, support.location_services_epc});
  const unsigned high =
      bits({support.extended_service_request_ps, support.attach_without_pdn, support.control_plane_ciot});
  const unsigned second =
      bits({support.user_plane_ciot, support.s1_u_data, support.header_compression_control_plane,
            support.extended_pco, support.restrict_enhanced_coverage, support.restrict_dual_connectivity_nr,
            support.interworking_without_n26, support.fifteen_bearers});
  out.u8(static_cast<std::uint8_t>(low | (support.location_services_cs & 3u) << 3 | high << 5));
  if (second != 0 || support.octet_5 != 0) out.u8(static_cast<std::uint8_t>(second));
  if (support.octet_5 != 0) out.u8(support.octet_5);
}

}  // namespace zerocell::nas
