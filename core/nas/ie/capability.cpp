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
  // The UMTS octets stand when the UE sent them, and as zeros before the GPRS octet.
  if (network.octets.size > 2 || ms) {
    octets.data[2] = network.octets[2];
    octets.data[3] = network.octets[3] & 0x7F;  // Its bit 8 tells of UCS2, not of an algorithm.
    octets.size = 4;
  }
  if (ms) {
    octets.data[4] = ms->gea_octet();
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
