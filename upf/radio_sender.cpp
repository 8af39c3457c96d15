// SPDX-License-Identifier: Apache-2.0
#include "upf/radio_sender.hpp"

#include <cstring>

#include "core/gtp/gtpu.hpp"
#include "upf/checksum.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {
namespace {

constexpr std::uint32_t kOuterOctetsV4 = 20 + 8;
constexpr std::uint32_t kOuterOctetsV6 = 40 + 8;
constexpr std::uint8_t kTcpCwr = 0x80;

/// Sums of what all segments of a packet have in common, each without the words that differ: length,
/// identification and checksum of IPv4; sequence number, flags, length and checksum of the transport header,
/// and the length in the pseudo-header.
struct CommonSums {
  CommonSums(const std::uint8_t* packet, const InnerPacket& inner, std::uint32_t transport) {
    const std::uint8_t* header = packet + inner.header_octets;
    pseudo_and_transport =
        std::uint64_t{pseudo_header_sum(packet, inner.protocol, 0)} + sum_octets({header, 4});
    if (inner.protocol == kProtocolTcp)
      pseudo_and_transport += std::uint64_t{sum_octets({header + 8, 4})} + sum_octets({header + 14, 2}) +
                              sum_octets({header + 18, transport - 18});
    if (inner.version == 4)
      network = std::uint64_t{sum_octets({packet, 2})} + sum_octets({packet + 6, 4}) +
                sum_octets({packet + 12, inner.header_octets - 12u});
  }
  std::uint64_t network = 0;
  std::uint64_t pseudo_and_transport = 0;
};

}  // namespace

RadioSender::RadioSender(const net::UdpSocket* v4, const net::UdpSocket* v6, std::uint16_t port,
                         std::uint16_t mtu)
    : port_(port), headers_(std::make_unique_for_overwrite<std::uint8_t[]>(kHeadersOctets * kHeadersMax)) {
  v4_.socket = v4;
  v6_.socket = v6;
  v4_.datagram_octets_max = mtu - kOuterOctetsV4;
  v6_.datagram_octets_max = mtu - kOuterOctetsV6;
}

void RadioSender::end_message(Way& way) {
  if (way.segments > 1) way.sender.segment(static_cast<std::uint16_t>(way.segment_octets));
  way.segments = 0;
}

void RadioSender::flush(Way& way) {
  end_message(way);
  if (way.sender.messages() == 0) return;
  const auto sent = way.sender.flush(*way.socket);
  counts_.failed_messages += sent.failed;
  // The way is narrower than the configuration says: from now on such datagrams are fragmented.
  if (sent.refused_segment_octets != 0)
    way.datagram_octets_max =
        std::min<std::uint32_t>(way.datagram_octets_max, sent.refused_segment_octets - 1u);
}

void RadioSender::datagram(Way& way, const RadioPacket& packet, std::uint8_t* head, std::uint32_t head_octets,
                           const std::uint8_t* rest, std::uint32_t rest_octets) {
  const std::uint32_t octets = head_octets + rest_octets;
  const bool joins = way.segments > 0 && !way.closed && octets <= way.segment_octets &&
                     way.segments < net::UdpSender::kSegmentsMax &&
                     way.octets + octets <= net::UdpSender::kMessageOctetsMax && way.peer == packet.peer &&
                     way.dscp == packet.dscp && way.sender.has_room(2);
  if (!joins) {
    end_message(way);
    const Endpoint to{packet.peer.address(), port_};
    if (!way.sender.has_room(2) || !way.sender.begin(to, packet.dscp)) {
      flush(way);
      (void)way.sender.begin(to, packet.dscp);
    }
    way.peer = packet.peer;
    way.dscp = packet.dscp;
    way.segment_octets = octets;
    way.octets = 0;
    way.closed = octets > way.datagram_octets_max;
  }
  way.sender.add(head, head_octets);
  if (rest_octets > 0) way.sender.add(rest, rest_octets);
  ++way.segments;
  way.octets += octets;
  if (octets < way.segment_octets) way.closed = true;
  ++counts_.datagrams;
}

void RadioSender::segments(Way& way, const RadioPacket& packet) {
  const InnerPacket& inner = packet.inner;
  const auto network = std::uint32_t{inner.header_octets};
  const auto transport = static_cast<std::uint32_t>(transport_header_octets(packet.octets, inner));
  const std::uint32_t headers = network + transport;
  const std::uint32_t payload = packet.size - headers;
  if (transport == 0 || gtp::kGtpuHeaderOctets + headers > kHeadersOctets) {
    ++counts_.failed_messages;  // No such packet comes from a kernel: long extension headers, segmented.
    return;
  }
  const bool tcp = inner.protocol == kProtocolTcp;
  const std::uint32_t sequence = tcp ? load_u32(packet.octets + network + 4) : 0;
  const CommonSums common(packet.octets, inner, transport);
  for (std::uint32_t at = 0, number = 0; at < payload; at += packet.offload.segment_octets, ++number) {
    const std::uint32_t piece = std::min<std::uint32_t>(packet.offload.segment_octets, payload - at);
    if (headers_used_ == kHeadersMax) {
      flush(v4_);
      flush(v6_);
      headers_used_ = 0;
    }
    std::uint8_t* head = headers_.get() + kHeadersOctets * headers_used_++;
    std::uint8_t* ip = head + gtp::kGtpuHeaderOctets;
    std::uint8_t* at_transport = ip + network;
    const std::uint8_t* data = packet.octets + headers + at;
    gtp::write_gpdu_header(head, packet.teid, headers + piece);
    std::memcpy(ip, packet.octets, headers);
    if (inner.version == 4) {
      store_u16(ip + 2, static_cast<std::uint16_t>(headers + piece));
      store_u16(ip + 4, static_cast<std::uint16_t>(load_u16(ip + 4) + number));
      const std::uint64_t sum = common.network + load_sum(ip + 2) + load_sum(ip + 4);
      store_sum(ip + 10, static_cast<std::uint16_t>(~fold_sum(sum)));
    } else {
      store_u16(ip + 4, static_cast<std::uint16_t>(headers + piece - kIpv6HeaderOctets));
    }
    std::uint64_t sum = common.pseudo_and_transport + sum_of(static_cast<std::uint16_t>(transport + piece)) +
                        sum_octets({data, piece});
    if (tcp) {
      store_u32(at_transport + 4, sequence + at);
      if (at + piece < payload) at_transport[13] &= static_cast<std::uint8_t>(~(kTcpFin | kTcpPsh));
      if (at > 0) at_transport[13] &= static_cast<std::uint8_t>(~kTcpCwr);
      sum += std::uint64_t{load_sum(at_transport + 4)} + load_sum(at_transport + 6) +
             load_sum(at_transport + 12);
    } else {
      store_u16(at_transport + 4, static_cast<std::uint16_t>(transport + piece));
      sum += load_sum(at_transport + 4);
    }
    const auto whole = static_cast<std::uint16_t>(~fold_sum(sum));
    store_sum(at_transport + (tcp ? 16 : 6), whole == 0 && !tcp ? std::uint16_t{0xFFFF} : whole);
    datagram(way, packet, head, static_cast<std::uint32_t>(gtp::kGtpuHeaderOctets) + headers, data, piece);
  }
}

void RadioSender::send(std::span<const RadioPacket> packets) {
  for (const RadioPacket& packet : packets) {
    Way& way = way_of(packet.peer);
    if (way.socket == nullptr) {
      ++counts_.failed_messages;
      continue;
    }
    if (packet.offload.segment_octets != 0) {
      segments(way, packet);
      continue;
    }
    if (packet.offload.checksum_partial && packet.inner.ports && !packet.inner.fragment)
      complete_checksum(packet.octets, packet.inner);
    std::uint8_t* head = packet.octets - gtp::kGtpuHeaderOctets;
    gtp::write_gpdu_header(head, packet.teid, packet.size);
    datagram(way, packet, head, static_cast<std::uint32_t>(gtp::kGtpuHeaderOctets) + packet.size, nullptr, 0);
  }
  flush(v4_);
  flush(v6_);
  headers_used_ = 0;
}

void RadioSender::send(std::span<const PeerMessage> messages) {
  for (const PeerMessage& message : messages) {
    Way& way = way_of(message.peer);
    if (way.socket == nullptr) continue;
    const Endpoint to{message.peer.address(), message.port};
    if (!way.sender.begin(to, message.dscp)) {
      flush(way);
      (void)way.sender.begin(to, message.dscp);
    }
    way.sender.add(message.octets, message.size);
  }
  flush(v4_);
  flush(v6_);
}

}  // namespace zerocell::upf
