// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_sender.hpp"

#include "core/telemetry/metrics.hpp"

namespace zerocell::net {

namespace {

Counter packets_not_sent{"zerocell_sctp_packets_not_sent_total",
                         "SCTP packets that the kernel did not take."};

/// The octets of the SACK at the front when the packet is an optional SACK and DATA chunks, whole and padded.
std::optional<std::size_t> sack_before_data(Bytes packet, std::size_t sack_octets_max) {
  if (packet.size() % 4 != 0) return std::nullopt;
  std::size_t sack = 0;
  std::size_t offset = kSctpHeaderOctets;
  while (offset < packet.size()) {
    const std::size_t start = offset;
    const auto found = next_chunk(packet, offset);
    if (!found) return std::nullopt;
    if (found->type == chunk::kSack && start == kSctpHeaderOctets) {
      sack = offset - start;
    } else if (found->type != chunk::kData) {
      return std::nullopt;
    }
  }
  if (sack > sack_octets_max) return std::nullopt;
  return sack;
}

}  // namespace

struct SctpSender::Memory {
  union Control {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> octets;
    cmsghdr align;
  };
  std::array<Slot, kSlots> slots;
  std::array<mmsghdr, kSlots> messages;
  std::array<iovec, kSlots> vectors;
  std::array<Control, kSlots> controls;

  void set_source(std::size_t at, const IpAddress& from);
};

SctpSender::SctpSender() : memory_(std::make_unique<Memory>()) {}
SctpSender::~SctpSender() = default;

void SctpSender::queue(const SctpPath& path, std::uint32_t link, Bytes packet) {
  if (path.socket == nullptr || packet.size() < kSctpHeaderOctets ||
      packet.size() - kSctpHeaderOctets > kDataOctets) {
    packets_not_sent.add();
    return;
  }
  const auto sack = link == 0 ? std::nullopt : sack_before_data(packet, kSackOctetsMax);
  if (sack) {
    // Only the link's last packet may grow: order within an association stays.
    for (std::size_t i = used_; i-- > 0;) {
      Slot& slot = memory_->slots[i];
      if (slot.link != link) continue;
      if (slot.bundles && slot.socket == path.socket && bundle(slot, packet, *sack)) return;
      break;
    }
  }
  if (used_ == kSlots) flush();
  Slot& slot = memory_->slots[used_++];
  slot.socket = path.socket;
  slot.to = SocketAddress(path.peer);
  slot.from = path.local;
  slot.link = link;
  slot.bundles = sack.has_value();
  slot.sack_octets = 0;
  slot.data_end = kFront;
  std::ranges::copy(packet.first(kSctpHeaderOctets), slot.header.begin());
  if (sack) {
    slot.sack_octets = static_cast<std::uint16_t>(*sack);
    std::ranges::copy(packet.subspan(kSctpHeaderOctets, *sack), slot.sack.begin());
  }
  const Bytes rest = packet.subspan(kSctpHeaderOctets + slot.sack_octets);
  std::ranges::copy(rest, slot.octets.begin() + slot.data_end);
  slot.data_end = static_cast<std::uint16_t>(slot.data_end + rest.size());
}

bool SctpSender::bundle(Slot& slot, Bytes packet, std::size_t sack_octets) {
  const Bytes data = packet.subspan(kSctpHeaderOctets + sack_octets);
  const std::size_t sack = sack_octets != 0 ? sack_octets : slot.sack_octets;
  if (kSctpHeaderOctets + sack + (slot.data_end - kFront) + data.size() > kPacketOctets) return false;
  // A peer that restarted has another tag.
  if (!std::ranges::equal(std::span(slot.header).first<8>(), packet.first<8>())) return false;
  if (sack_octets != 0) {
    slot.sack_octets = static_cast<std::uint16_t>(sack_octets);
    std::ranges::copy(packet.subspan(kSctpHeaderOctets, sack_octets), slot.sack.begin());
  }
  std::ranges::copy(data, slot.octets.begin() + slot.data_end);
  slot.data_end = static_cast<std::uint16_t>(slot.data_end + data.size());
  return true;
}

MutableBytes SctpSender::seal(Slot& slot) {
  const std::size_t start = kFront - slot.sack_octets - kSctpHeaderOctets;
  std::ranges::copy(slot.header, slot.octets.begin() + static_cast<std::ptrdiff_t>(start));
  std::copy_n(slot.sack.begin(), slot.sack_octets, slot.octets.begin() + kFront - slot.sack_octets);
  const MutableBytes packet(slot.octets.data() + start, slot.data_end - start);
  seal_sctp_packet(packet);
  return packet;
}

void SctpSender::Memory::set_source(std::size_t at, const IpAddress& from) {
  msghdr& header = messages[at].msg_hdr;
  header.msg_control = controls[at].octets.data();
  cmsghdr* part = &controls[at].align;
  if (const Ipv4Address* four = from.v4()) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, four->octets.data(), 4);
    *part = {CMSG_LEN(sizeof info), IPPROTO_IP, IP_PKTINFO};
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
    header.msg_controllen = CMSG_SPACE(sizeof info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, from.v6()->octets.data(), 16);
    *part = {CMSG_LEN(sizeof info), IPPROTO_IPV6, IPV6_PKTINFO};
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
    header.msg_controllen = CMSG_SPACE(sizeof info);
  }
}

void SctpSender::flush() {
  Memory& memory = *memory_;
  for (std::size_t i = 0; i < used_; ++i) {
    Slot& slot = memory.slots[i];
    const MutableBytes packet = seal(slot);
    memory.vectors[i] = {packet.data(), packet.size()};
    msghdr& header = memory.messages[i].msg_hdr;
    header = {};
    header.msg_name = &slot.to.any;
    header.msg_namelen = slot.to.length;
    header.msg_iov = &memory.vectors[i];
    header.msg_iovlen = 1;
    if (slot.socket->any()) memory.set_source(i, slot.from);
  }
  std::size_t sent = 0;
  while (sent < used_) {
    const SctpRawSocket* socket = memory.slots[sent].socket;
    std::size_t end = sent + 1;
    while (end < used_ && memory.slots[end].socket == socket) ++end;
    const int count = ::sendmmsg(socket->descriptor(), &memory.messages[sent],
                                 static_cast<unsigned>(end - sent), MSG_DONTWAIT);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else {
      packets_not_sent.add();
      ++sent;  // An unreachable peer must not hold up the others.
    }
  }
  used_ = 0;
}

}  // namespace zerocell::net
