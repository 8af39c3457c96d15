// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/esm_values.hpp"

namespace zerocell::nas {
namespace {

constexpr std::uint8_t kSmfAddressIncluded = 0x08;  // TS 24.301 figure 9.9.4.9.1, octet 3 bit 4.
constexpr std::uint8_t kPkmfIpv4 = 1;
constexpr std::uint8_t kPkmfIpv6 = 2;

template <std::size_t N>
void read_into(Reader& in, std::array<std::uint8_t, N>& out) {
  const Bytes octets = in.take(N);
  if (in.ok()) std::ranges::copy(octets, out.begin());
}

bool has_ipv4(PdnType type) {
  return type == PdnType::ipv4 || type == PdnType::ipv4v6;
}
bool has_ipv6(PdnType type) {
  return type == PdnType::ipv6 || type == PdnType::ipv4v6;
}

}  // namespace

bool decode_value(Bytes value, ReattemptIndicator& out) {
  if (value.empty()) return false;
  out = {.not_in_iu_or_n1_mode = (value[0] & 1) != 0, .not_in_equivalent_plmn = (value[0] & 2) != 0};
  return true;
}
void encode_value(const ReattemptIndicator& indicator, Writer& out) {
  out.u8(static_cast<std::uint8_t>((indicator.not_in_iu_or_n1_mode ? 1 : 0) |
                                   (indicator.not_in_equivalent_plmn ? 2 : 0)));
}

bool decode_value(Bytes value, PdnAddress& out) {
  Reader in(value);
  const std::uint8_t octet = in.u8();
  out = {};
  out.type = static_cast<PdnType>(octet & 7);
  if (has_ipv6(out.type)) read_into(in, out.ipv6_interface_id);
  if (has_ipv4(out.type)) read_into(in, out.ipv4.octets);
  if (has_ipv6(out.type) && octet & kSmfAddressIncluded) {
    out.smf_ipv6_link_local.emplace();
    read_into(in, out.smf_ipv6_link_local->octets);
  }
  return in.ok();
}
void encode_value(const PdnAddress& address, Writer& out) {
  const bool smf = has_ipv6(address.type) && address.smf_ipv6_link_local;
  out.u8(
      static_cast<std::uint8_t>((static_cast<unsigned>(address.type) & 7) | (smf ? kSmfAddressIncluded : 0)));
  if (has_ipv6(address.type)) out.bytes(address.ipv6_interface_id);
  if (has_ipv4(address.type)) out.bytes(address.ipv4.octets);
  if (!has_ipv4(address.type) && !has_ipv6(address.type)) out.u32(0);  // Spare: the IE has at least 5 octets.
  if (smf) out.bytes(address.smf_ipv6_link_local->octets);
}

bool decode_value(Bytes value, PkmfAddress& out) {
  Reader in(value);
  const std::uint8_t type = in.u8() & 7;
  if (type == kPkmfIpv4) {
    Ipv4Address address;
    read_into(in, address.octets);
    out.address = address;
  } else if (type == kPkmfIpv6) {
    Ipv6Address address;
    read_into(in, address.octets);
    out.address = address;
  } else {
    return false;
  }
  return in.ok();
}
void encode_value(const PkmfAddress& address, Writer& out) {
  out.u8(address.address.is_v4() ? kPkmfIpv4 : kPkmfIpv6);
  out.bytes(address.address.octets());
}

bool decode_value(Bytes value, HeaderCompressionConfiguration& out) {
  Reader in(value);
  out = {};
  out.profiles = in.u8() & 0x7F;
  out.max_cid = in.u16();
  if (!in.empty()) {
    out.additional_parameters_type = in.u8();
    out.additional_parameters = in.rest();
  }
  return in.ok();
}
void encode_value(const HeaderCompressionConfiguration& configuration, Writer& out) {
  out.u8(configuration.profiles & 0x7F);
  out.u16(configuration.max_cid);
  if (!configuration.additional_parameters_type) return;
  out.u8(*configuration.additional_parameters_type);
  out.bytes(configuration.additional_parameters);
}

}  // namespace zerocell::nas
