// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/pco.hpp"

#include <algorithm>

#include "core/types/inline_list.hpp"
#include "pgw/pgw.hpp"

namespace zerocell::pgw {
namespace {

constexpr std::size_t kPcoOctetsMax = 251;          // TS 24.008 §10.5.6.3: 253 less identifier and length.
constexpr std::size_t kExtendedPcoOctetsMax = 512;  // Ours: room for all that an APN tells.

// RFC 1661 §5
constexpr std::uint8_t kConfigureRequest = 1;
constexpr std::uint8_t kConfigureAck = 2;
constexpr std::uint8_t kConfigureNak = 3;
constexpr std::uint8_t kConfigureReject = 4;
constexpr std::size_t kPacketHeaderOctets = 4;
constexpr std::size_t kOptionHeaderOctets = 2;
constexpr std::size_t kIpcpOptionsMax = 255 - kPacketHeaderOctets;  // Of one container.
// RFC 1877 §1.1, §1.3
constexpr std::uint8_t kPrimaryDns = 129;
constexpr std::uint8_t kSecondaryDns = 131;

constexpr std::uint8_t kChapResponse = 2;  // RFC 1994 §4.1
constexpr std::uint8_t kChapSuccess = 3;

void add_option(std::uint8_t type, Bytes value, Writer& out) {
  out.u8(type);
  out.u8(static_cast<std::uint8_t>(kOptionHeaderOctets + value.size()));
  out.bytes(value);
}

using IpcpServers = InlineList<Ipv4Address, 2>;  // The primary one first.

/// The UE puts 0.0.0.0 where it wants a DNS server: a Nak tells it (RFC 1877 §1.1). Where there is none to be
/// told a Configure-Reject says so, and the same of all other options (RFC 1661 §5.4): its address it has by
/// NAS. RFC 1661 would reject first; but a UE asks only once, and is better told of its servers.
void answer_ipcp(const nas::PcoContainer& container, const IpcpServers& dns, nas::PcoWriter& out) {
  Reader packet(container.contents);
  const std::uint8_t code = packet.u8();
  const std::uint8_t identifier = packet.u8();
  const std::size_t octets = packet.u16();
  if (!packet.ok() || code != kConfigureRequest || octets < kPacketHeaderOctets) return;
  const Bytes options = packet.take(octets - kPacketHeaderOctets);
  if (!packet.ok() || options.size() > kIpcpOptionsMax) return;

  std::array<std::uint8_t, kIpcpOptionsMax> nak_room;
  std::array<std::uint8_t, kIpcpOptionsMax> reject_room;
  Writer naks(nak_room);
  Writer rejects(reject_room);
  for (Reader in(options); !in.empty();) {
    const std::uint8_t type = in.u8();
    const std::size_t length = in.u8();
    if (!in.ok() || length < kOptionHeaderOctets) return;
    const Bytes value = in.take(length - kOptionHeaderOctets);
    if (!in.ok()) return;
    const std::size_t which = type == kSecondaryDns ? 1 : 0;
    const bool server = (type == kPrimaryDns || type == kSecondaryDns) && value.size() == 4;
    if (server && std::ranges::any_of(value, [](std::uint8_t octet) { return octet != 0; })) continue;
    if (server && which < dns.size())
      add_option(type, dns[which].octets, naks);
    else
      add_option(type, value, rejects);
  }

  const auto answer = [&](std::uint8_t answer_code, Bytes answered) {
    std::array<std::uint8_t, kPacketHeaderOctets + kIpcpOptionsMax> room;
    Writer contents(room);
    contents.u8(answer_code);
    contents.u8(identifier);
    contents.u16(static_cast<std::uint16_t>(kPacketHeaderOctets + answered.size()));
    contents.bytes(answered);
    out.add(nas::PcoId::ipcp, contents.written());
  };
  if (naks.size() > 0) return answer(kConfigureNak, naks.written());
  if (rejects.size() > 0) return answer(kConfigureReject, rejects.written());
  answer(kConfigureAck, options);
}

void answer_pap(const nas::PcoContainer& container, nas::PcoWriter& out) {
  const auto request = nas::decode_pap_request(container.contents);
  if (!request) return;
  std::array<std::uint8_t, 8> room;
  Writer contents(room);
  nas::encode_pap_answer(true, request->identifier, contents);
  out.add(nas::PcoId::pap, contents.written());
}

void answer_chap(const nas::PcoContainer& container, nas::PcoWriter& out) {
  const auto response = nas::decode_chap(container.contents);
  if (!response || response->code != kChapResponse) return;
  const std::array<std::uint8_t, 4> success{kChapSuccess, response->identifier, 0, 4};
  out.add(nas::PcoId::chap, success);
}

}  // namespace

ByteVector answer_pco(Bytes requested, bool extended, const config::ApnConfig& apn) {
  using nas::PcoLengths;
  const nas::PcoOptions options(requested, extended ? PcoLengths::from_ue : PcoLengths::one_octet);
  if (!options.well_formed()) return {};
  IpcpServers ipcp_servers;
  for (const auto& server : apn.dns)
    if (server.is_v4() && !ipcp_servers.full()) ipcp_servers.push_back(*server.v4());

  std::array<std::uint8_t, kExtendedPcoOctetsMax> room;
  nas::PcoWriter out(MutableBytes(room).first(extended ? kExtendedPcoOctetsMax : kPcoOctetsMax),
                     extended ? PcoLengths::from_network : PcoLengths::one_octet);
  const std::size_t empty = out.value().size();
  // A UE that repeats an option gets its answer once.
  if (const auto ipcp = options.find(nas::PcoId::ipcp)) answer_ipcp(*ipcp, ipcp_servers, out);
  if (const auto pap = options.find(nas::PcoId::pap)) answer_pap(*pap, out);
  if (options.has(nas::PcoId::chap)) {
    // Challenge and response are two containers of the same identifier.
    for (const auto& container : options)
      if (container.id == nas::PcoId::chap) answer_chap(container, out);
  }
  if (options.has(nas::PcoId::dns_server_ipv4))
    for (const auto& server : apn.dns)
      if (server.is_v4()) out.dns(*server.v4());
  if (options.has(nas::PcoId::dns_server_ipv6))
    for (const auto& server : apn.dns)
      if (!server.is_v4()) out.dns(*server.v6());
  for (const auto& server : apn.p_cscf) {
    if (server.is_v4() && options.has(nas::PcoId::p_cscf_ipv4)) out.p_cscf(*server.v4());
    if (!server.is_v4() && options.has(nas::PcoId::p_cscf_ipv6)) out.p_cscf(*server.v6());
  }
  // TS 24.008 §10.5.6.3: whoever can match local addresses in filters, as the user plane here, says so.
  if (options.has(nas::PcoId::local_address_in_tft)) out.add(nas::PcoId::local_address_in_tft);
  if (options.has(nas::PcoId::bearer_control_mode)) {
    constexpr std::array<std::uint8_t, 1> kByUeAndNetwork = {2};
    out.add(nas::PcoId::bearer_control_mode, kByUeAndNetwork);
  }
  if (options.has(nas::PcoId::ipv4_link_mtu)) out.ipv4_link_mtu(apn.mtu);
  const Bytes value = out.value();
  if (value.size() <= empty) return {};
  return ByteVector(value.begin(), value.end());
}

}  // namespace zerocell::pgw
