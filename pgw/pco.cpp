// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/pco.hpp"

#include "pgw/pgw.hpp"

namespace zerocell::pgw {
namespace {

constexpr std::size_t kPcoOctetsMax = 251;  // TS 24.008 §10.5.6.3: 253 less identifier and length.
constexpr std::uint8_t kIpcpRequest = 1;    // RFC 1332, RFC 1877
constexpr std::uint8_t kIpcpAck = 2;
constexpr std::uint8_t kIpcpNak = 3;
constexpr std::uint8_t kChapResponse = 2;  // RFC 1994 §4.1
constexpr std::uint8_t kChapSuccess = 3;

/// The UE puts 0.0.0.0 where it wants a DNS server: a Nak tells it (RFC 1877 §1.1).
void answer_ipcp(const nas::PcoContainer& container, const std::vector<Ipv4Address>& dns,
                 nas::PcoWriter& out) {
  const auto request = nas::decode_ipcp(container.contents);
  if (!request || request->code != kIpcpRequest) return;
  nas::Ipcp answer = *request;
  answer.code = kIpcpAck;
  const auto fill = [&](std::optional<Ipv4Address>& asked, std::size_t which) {
    if (!asked || !asked->unspecified() || dns.size() <= which) return;
    asked = dns[which];
    answer.code = kIpcpNak;
  };
  fill(answer.primary_dns, 0);
  fill(answer.secondary_dns, 1);
  std::array<std::uint8_t, 32> room;
  Writer contents(room);
  nas::encode_ipcp(answer, contents);
  out.add(nas::PcoId::ipcp, contents.written());
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
  std::vector<Ipv4Address> dns_v4;
  for (const auto& server : apn.dns)
    if (server.is_v4()) dns_v4.push_back(*server.v4());

  std::array<std::uint8_t, kPcoOctetsMax> room;
  nas::PcoWriter out(room, extended ? PcoLengths::from_network : PcoLengths::one_octet);
  const std::size_t empty = out.value().size();
  // A UE that repeats an option gets its answer once.
  if (const auto ipcp = options.find(nas::PcoId::ipcp)) answer_ipcp(*ipcp, dns_v4, out);
  if (const auto pap = options.find(nas::PcoId::pap)) answer_pap(*pap, out);
  if (options.has(nas::PcoId::chap)) {
    // Challenge and response are two containers of the same identifier.
    for (const auto& container : options)
      if (container.id == nas::PcoId::chap) answer_chap(container, out);
  }
  if (options.has(nas::PcoId::dns_server_ipv4))
    for (const auto& server : dns_v4) out.dns(server);
  if (options.has(nas::PcoId::dns_server_ipv6))
    for (const auto& server : apn.dns)
      if (!server.is_v4()) out.dns(*server.v6());
  for (const auto& server : apn.p_cscf) {
    if (server.is_v4() && options.has(nas::PcoId::p_cscf_ipv4)) out.p_cscf(*server.v4());
    if (!server.is_v4() && options.has(nas::PcoId::p_cscf_ipv6)) out.p_cscf(*server.v6());
  }
  if (options.has(nas::PcoId::ipv4_link_mtu)) out.ipv4_link_mtu(apn.mtu);
  const Bytes value = out.value();
  if (value.size() <= empty) return {};
  return ByteVector(value.begin(), value.end());
}

}  // namespace zerocell::pgw
