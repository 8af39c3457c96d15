// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/capability.hpp"

namespace zerocell::nas {

UeSecurityCapability replayed_security_capability(const UeNetworkCapability& network,
                                                  const std::optional<MsNetworkCapability>& ms) {
  UeSecurityCapability replay;
  auto& octets = replay.octets;
  octets.data[0] = network.octets[0];
  octets.data[1] = network.octets[1];
  octets.size = 2;
  // Those for UMTS and GPRS stand only where the UE has an algorithm for them; of UMTS, as zeros, before
  // GPRS.
  const std::uint8_t uea = network.octets[2];
  const std::uint8_t uia = network.octets[3] & 0x7F;  // Its bit 8 tells of UCS2, not of an algorithm.
  const std::uint8_t gea = ms ? ms->gea_octet() : 0;
  if (uea != 0 || uia != 0 || gea != 0) {
    octets.data[2] = uea;
    octets.data[3] = uia;
    octets.size = 4;
  }
  if (gea != 0) {
    octets.data[4] = gea;
    octets.size = 5;
  }
  return replay;
}

bool decode_value(Bytes value, UeNetworkCapability& out) {
  return value.size() >= 2 && out.octets.assign(value);
}
void encode_value(const UeNetworkCapability& capability, Writer& out) {
  out.bytes(capability.octets.bytes());
}

bool decode_value(Bytes value, MsNetworkCapability& out) {
  return out.octets.assign(value);
}
void encode_value(const MsNetworkCapability& capability, Writer& out) {
  out.bytes(capability.octets.bytes());
}

bool decode_value(Bytes value, UeSecurityCapability& out) {
  return value.size() >= 2 && out.octets.assign(value);
}
void encode_value(const UeSecurityCapability& capability, Writer& out) {
  out.bytes(capability.octets.bytes());
}

bool decode_value(Bytes value, UeAdditionalSecurityCapability& out) {
  Reader in(value);
  out.ea = in.u16();
  out.ia = in.u16();
  return in.ok();
}
void encode_value(const UeAdditionalSecurityCapability& capability, Writer& out) {
  out.u16(capability.ea);
  out.u16(capability.ia);
}

}  // namespace zerocell::nas
