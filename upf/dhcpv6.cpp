// SPDX-License-Identifier: Apache-2.0
#include "upf/dhcpv6.hpp"

#include "upf/answers.hpp"
#include "upf/checksum.hpp"

namespace zerocell::upf {
namespace {

// Message types, RFC 8415 §7.3.
constexpr std::uint8_t kSolicit = 1;
constexpr std::uint8_t kAdvertise = 2;
constexpr std::uint8_t kRequest = 3;
constexpr std::uint8_t kRenew = 5;
constexpr std::uint8_t kRebind = 6;
constexpr std::uint8_t kReply = 7;
constexpr std::uint8_t kRelease = 8;
constexpr std::uint8_t kDecline = 9;
constexpr std::uint8_t kInformationRequest = 11;

// Options, RFC 8415 §21, RFC 3646, RFC 6603.
constexpr std::uint16_t kClientId = 1;
constexpr std::uint16_t kServerId = 2;
constexpr std::uint16_t kIaNa = 3;
constexpr std::uint16_t kOptionRequest = 6;
constexpr std::uint16_t kStatusCode = 13;
constexpr std::uint16_t kRapidCommit = 14;
constexpr std::uint16_t kDnsServers = 23;
constexpr std::uint16_t kIaPd = 25;
constexpr std::uint16_t kIaPrefix = 26;
constexpr std::uint16_t kPdExclude = 67;

// Status codes, RFC 8415 §21.13.
constexpr std::uint16_t kSuccess = 0;
constexpr std::uint16_t kNoAddresses = 2;
constexpr std::uint16_t kNoPrefix = 6;

/// DUID-LL of the gateway's interface identifier ::1, RFC 8415 §11.4; each link has one server only.
constexpr std::array<std::uint8_t, 12> kServerDuid{0, 3, 0, 27, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr std::size_t kDuidOctetsMax = 130;     // RFC 8415 §11.1.
constexpr std::size_t kAssociationsMax = 8;     // Ours: of one message; a router has one or two.
constexpr std::size_t kForeignPrefixesMax = 4;  // Ours: that one association names.

struct Prefix {
  Ipv6Address address;
  std::uint8_t length = 0;
  friend bool operator==(const Prefix&, const Prefix&) = default;
};

/// One IA_PD or IA_NA of the client.
struct Association {
  std::uint32_t id = 0;
  bool addresses = false;  ///< IA_NA.
  std::array<Prefix, kForeignPrefixesMax> prefixes{};
  std::size_t prefix_count = 0;
};

struct Message {
  std::uint8_t type = 0;
  std::uint32_t transaction = 0;
  Bytes client_id;
  Bytes server_id;
  bool rapid_commit = false;
  bool asks_dns = false;
  bool knows_exclusion = false;
  std::array<Association, kAssociationsMax> associations{};
  std::size_t association_count = 0;
};

Ipv6Address address_of(Bytes octets) {
  Ipv6Address address;
  std::copy_n(octets.begin(), 16, address.octets.begin());
  return address;
}

void read_association(Bytes contents, bool addresses, Message& out) {
  if (out.association_count == kAssociationsMax) return;
  Association& read = out.associations[out.association_count++];
  Reader in(contents);
  read.id = in.u32();
  read.addresses = addresses;
  in.skip(8);
  while (in.ok() && !in.empty()) {
    const std::uint16_t code = in.u16();
    const Bytes value = in.take(in.u16());
    if (!in.ok() || code != kIaPrefix || value.size() < 25 || read.prefix_count == kForeignPrefixesMax)
      continue;
    read.prefixes[read.prefix_count++] = {address_of(value.subspan(9, 16)), value[8]};
  }
}

void read_option(std::uint16_t code, Bytes value, Message& out) {
  switch (code) {
    case kClientId:
      out.client_id = value;
      return;
    case kServerId:
      out.server_id = value;
      return;
    case kRapidCommit:
      out.rapid_commit = true;
      return;
    case kIaPd:
    case kIaNa:
      if (value.size() >= 12) read_association(value, code == kIaNa, out);
      return;
    case kOptionRequest: {
      Reader codes(value);
      while (codes.remaining() >= 2) {
        const std::uint16_t wanted = codes.u16();
        out.asks_dns |= wanted == kDnsServers;
        out.knows_exclusion |= wanted == kPdExclude;
      }
      return;
    }
    default:
      return;
  }
}

std::optional<Message> read_message(Bytes udp_payload) {
  Reader in(udp_payload);
  Message message;
  message.type = in.u8();
  message.transaction = in.u24();
  while (in.ok() && !in.empty()) {
    const std::uint16_t code = in.u16();
    const Bytes value = in.take(in.u16());
    if (in.ok()) read_option(code, value, message);
  }
  if (!in.ok() || message.client_id.size() > kDuidOctetsMax) return std::nullopt;
  return message;
}

/// What a server must not answer, RFC 8415 §16.
bool valid(const Message& message) {
  const bool ours = std::ranges::equal(message.server_id, kServerDuid);
  switch (message.type) {
    case kSolicit:
    case kRebind:
      return !message.client_id.empty() && message.server_id.empty();
    case kRequest:
    case kRenew:
    case kRelease:
    case kDecline:
      return !message.client_id.empty() && ours;
    case kInformationRequest:
      return (message.server_id.empty() || ours) && message.association_count == 0;
    default:
      return false;
  }
}

/// The whole of the UE's prefix where its router can leave the link's /64 out (RFC 6603), else its upper
/// half, which does not hold it.
Prefix delegated(const Dhcpv6Link& link, bool with_exclusion) {
  Prefix prefix;
  const std::uint8_t length = with_exclusion ? link.prefix_length : link.prefix_length + 1;
  std::uint64_t upper = link.prefix;
  if (!with_exclusion) upper |= std::uint64_t{1} << (63 - link.prefix_length);
  store_u64(prefix.address.octets.data(), upper);
  prefix.length = length;
  return prefix;
}

void write_status(std::uint16_t status, Writer& out) {
  out.u16(kStatusCode);
  out.u16(2);
  out.u16(status);
}

void write_prefix(const Prefix& prefix, bool alive, std::size_t exclusion_octets, Writer& out) {
  out.u16(kIaPrefix);
  out.u16(static_cast<std::uint16_t>(25 + (exclusion_octets > 0 ? 5 + exclusion_octets : 0)));
  out.u32(alive ? kDelegationPreferredSeconds : 0);
  out.u32(alive ? kDelegationValidSeconds : 0);
  out.u8(prefix.length);
  out.bytes(prefix.address.octets);
  if (exclusion_octets == 0) return;
  // The first /64: what follows the delegated prefix is all zeros, RFC 6603 §4.2.
  out.u16(kPdExclude);
  out.u16(static_cast<std::uint16_t>(1 + exclusion_octets));
  out.u8(64);
  for (std::size_t i = 0; i < exclusion_octets; ++i) out.u8(0);
}

void write_association(const Association& asked, const Message& message, const Dhcpv6Link& link, bool first,
                       Writer& out) {
  out.u16(asked.addresses ? kIaNa : kIaPd);
  const MutableBytes length = out.reserve(2);
  const std::size_t start = out.size();
  out.u32(asked.id);
  const bool gives = !asked.addresses && first && link.prefix_length < 64;
  out.u32(gives ? kDelegationPreferredSeconds / 2 : 0);      // T1.
  out.u32(gives ? kDelegationPreferredSeconds / 5 * 4 : 0);  // T2.
  if (gives) {
    const Prefix own = delegated(link, message.knows_exclusion);
    const std::size_t exclusion =
        message.knows_exclusion ? (64u - link.prefix_length - 1) / 8 + 1 : std::size_t{0};
    write_prefix(own, true, exclusion, out);
    // Others that the router thinks it has are over, RFC 8415 §18.3.4.
    if (message.type == kRenew || message.type == kRebind)
      for (std::size_t i = 0; i < asked.prefix_count; ++i)
        if (asked.prefixes[i] != own) write_prefix(asked.prefixes[i], false, 0, out);
  } else {
    write_status(asked.addresses ? kNoAddresses : kNoPrefix, out);
  }
  if (length.size() == 2) store_u16(length.data(), static_cast<std::uint16_t>(out.size() - start));
}

void write_answer(const Message& message, const Dhcpv6Link& link, Writer& out) {
  const bool commits = message.type != kSolicit || message.rapid_commit;
  out.u32(std::uint32_t{commits ? kReply : kAdvertise} << 24 | message.transaction);
  out.u16(kServerId);
  out.u16(kServerDuid.size());
  out.bytes(kServerDuid);
  if (!message.client_id.empty()) {
    out.u16(kClientId);
    out.u16(static_cast<std::uint16_t>(message.client_id.size()));
    out.bytes(message.client_id);
  }
  if (message.type == kSolicit && message.rapid_commit) {
    out.u16(kRapidCommit);
    out.u16(0);
  }
  if (message.type == kRelease || message.type == kDecline) return write_status(kSuccess, out);
  bool first = true;
  for (std::size_t i = 0; i < message.association_count; ++i) {
    const Association& asked = message.associations[i];
    write_association(asked, message, link, first, out);
    if (!asked.addresses) first = false;
  }
  if ((message.asks_dns || message.type == kInformationRequest) && !link.dns_servers.empty()) {
    out.u16(kDnsServers);
    out.u16(static_cast<std::uint16_t>(16 * link.dns_servers.size()));
    for (const Ipv6Address& server : link.dns_servers) out.bytes(server.octets);
  }
}

}  // namespace

std::size_t answer_dhcpv6(MutableBytes memory, const std::uint8_t* packet, const InnerPacket& inner,
                          const Dhcpv6Link& link) {
  if (inner.version != 6 || inner.fragment || inner.transport_octets < 8) return 0;
  const Ipv6Address client = address_of({ipv6_source(packet), 16});
  if (client.unspecified()) return 0;
  const auto message =
      read_message({packet + inner.header_octets + 8, static_cast<std::size_t>(inner.transport_octets) - 8});
  if (!message || !valid(*message)) return 0;

  Writer out(memory);
  out.u32(0x60000000);
  out.u16(0);  // The length, below.
  out.u8(kProtocolUdp);
  out.u8(64);
  out.bytes(kGatewayLinkLocal.octets);
  out.bytes(client.octets);
  out.u16(kDhcpv6ServerPort);
  out.u16(kDhcpv6ClientPort);
  out.u32(0);  // Length and checksum, below.
  write_answer(*message, link, out);
  if (!out.ok()) return 0;
  std::uint8_t* answer = out.written_mutable().data();
  const std::size_t octets = out.size() - kIpv6HeaderOctets;
  store_u16(answer + 4, static_cast<std::uint16_t>(octets));
  store_u16(answer + kIpv6HeaderOctets + 4, static_cast<std::uint16_t>(octets));
  const std::uint16_t sum = add_sums(pseudo_header_sum(answer, kProtocolUdp, octets),
                                     sum_octets({answer + kIpv6HeaderOctets, octets}));
  const auto checksum = static_cast<std::uint16_t>(~sum);
  store_sum(answer + kIpv6HeaderOctets + 6, checksum == 0 ? std::uint16_t{0xFFFF} : checksum);
  return out.size();
}

}  // namespace zerocell::upf
