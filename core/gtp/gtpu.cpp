// SPDX-License-Identifier: Apache-2.0
#include "core/gtp/gtpu.hpp"

#include <algorithm>

namespace zerocell::gtp {
namespace {

constexpr std::uint8_t kVersion1 = 0x20;
constexpr std::uint8_t kProtocolGtp = 0x10;  // PT: GTP, not GTP'.
constexpr std::uint8_t kExtensionFlag = 0x04;
constexpr std::uint8_t kSequenceFlag = 0x02;
constexpr std::uint8_t kNpduFlag = 0x01;

// Information elements, TS 29.281 §8.1.
constexpr std::uint8_t kRecovery = 14;
constexpr std::uint8_t kTeidDataI = 16;
constexpr std::uint8_t kFirstTlv = 128;
constexpr std::uint8_t kGtpuPeerAddress = 133;
constexpr std::uint8_t kExtensionHeaderTypeList = 141;

bool comprehension_required(std::uint8_t type) {
  return (type & 0x80) != 0;  // TS 29.281 §5.2.1: bits 8 and 7 are 10 or 11.
}

bool required_on_the_way(std::uint8_t type) {
  return (type & 0xC0) == 0xC0;
}

bool for_the_next_hop_only(std::uint8_t type) {
  return (type & 0xC0) == 0x40;
}

/// Walks the chain whose first type is `next`; the reader stands behind the 12-octet header.
const char* read_extensions(Reader& in, std::uint8_t next, GtpuMessage& message) {
  while (next != 0) {
    const std::size_t octets = std::size_t{in.u8()} * 4;
    if (!in.ok()) return "extension header cut off";
    if (octets == 0) return "extension header of length 0";
    const Bytes content = in.take(octets - 2);
    const std::uint8_t type = next;
    next = in.u8();
    if (!in.ok()) return "extension header cut off";
    switch (ExtensionType{type}) {
      case ExtensionType::udp_port:
        message.udp_port = content;
        break;
      case ExtensionType::pdcp_pdu_number:
        message.pdcp_pdu_number = content;
        break;
      case ExtensionType::pdu_session_container:
        message.pdu_session_container = content;
        break;
      case ExtensionType::long_pdcp_pdu_number:
      case ExtensionType::service_class_indicator:
        break;
      default:
        if (comprehension_required(type) && !message.not_comprehended) message.not_comprehended = type;
        message.not_comprehended_on_the_way |= required_on_the_way(type);
    }
  }
  return nullptr;
}

/// A header with a sequence number; returns the hole for its length.
MutableBytes begin_message(Writer& out, GtpuType type, Teid teid, std::uint16_t sequence, bool extension) {
  out.u8(kVersion1 | kProtocolGtp | kSequenceFlag | (extension ? kExtensionFlag : 0));
  out.u8(static_cast<std::uint8_t>(type));
  const MutableBytes length = out.reserve(2);
  out.u32(teid);
  out.u16(sequence);
  out.u8(0);
  return length;
}

void end_message(Writer& out, MutableBytes length, std::size_t start) {
  if (!out.ok()) return;
  const std::size_t octets = out.size() - start - kGtpuHeaderOctets;
  length[0] = static_cast<std::uint8_t>(octets >> 8);
  length[1] = static_cast<std::uint8_t>(octets);
}

}  // namespace

Decoded<GtpuMessage> decode_gtpu(Bytes datagram) {
  Reader in(datagram);
  const std::uint8_t flags = in.u8();
  GtpuMessage message;
  message.type = GtpuType{in.u8()};
  const std::size_t length = in.u16();
  message.teid = in.u32();
  if (!in.ok()) return std::unexpected(DecodeError{in.failed_at(), "header cut off"});
  if ((flags & 0xE0) != kVersion1) return std::unexpected(DecodeError{0, "version is not 1"});
  if ((flags & kProtocolGtp) == 0) return std::unexpected(DecodeError{0, "GTP' is not GTP-U"});
  if (length > in.remaining()) return std::unexpected(DecodeError{2, "length exceeds the datagram"});

  Reader body(datagram.subspan(kGtpuHeaderOctets, length));
  const auto failed = [&](const char* reason) {
    const std::size_t offset = body.ok() ? body.offset() : body.failed_at();
    return std::unexpected(DecodeError{kGtpuHeaderOctets + offset, reason});
  };
  if ((flags & (kExtensionFlag | kSequenceFlag | kNpduFlag)) != 0) {
    const std::uint16_t sequence = body.u16();
    const std::uint8_t n_pdu = body.u8();
    const std::uint8_t next = body.u8();
    if (!body.ok()) return failed("optional fields cut off");
    if ((flags & kSequenceFlag) != 0) message.sequence = sequence;
    if ((flags & kNpduFlag) != 0) message.n_pdu = n_pdu;
    if ((flags & kExtensionFlag) != 0)
      if (const char* reason = read_extensions(body, next, message)) return failed(reason);
  }
  message.payload = body.rest();
  return message;
}

std::size_t drop_hop_extensions(MutableBytes datagram) noexcept {
  std::size_t size = datagram.size();
  if (size < kGtpuLongHeaderOctets || (datagram[0] & kExtensionFlag) == 0) return size;
  std::size_t next_at = kGtpuLongHeaderOctets - 1;
  while (datagram[next_at] != 0) {
    const std::size_t at = next_at + 1;
    const std::size_t octets = at < size ? std::size_t{datagram[at]} * 4 : 0;
    if (octets == 0 || octets > size - at) break;
    if (!for_the_next_hop_only(datagram[next_at])) {
      next_at = at + octets - 1;
      continue;
    }
    datagram[next_at] = datagram[at + octets - 1];
    std::ranges::copy(datagram.subspan(at + octets, size - at - octets), datagram.begin() + at);
    size -= octets;
    const std::size_t length = (std::size_t{datagram[2]} << 8 | datagram[3]) - octets;
    datagram[2] = static_cast<std::uint8_t>(length >> 8);
    datagram[3] = static_cast<std::uint8_t>(length);
  }
  return size;
}

Decoded<ErrorIndication> decode_error_indication(const GtpuMessage& message) {
  ErrorIndication indication;
  bool has_teid = false;
  bool has_peer = false;
  Reader in(message.payload);
  while (!in.empty()) {
    const std::size_t at = in.offset();
    const std::uint8_t type = in.u8();
    if (type == kTeidDataI) {
      indication.teid = in.u32();
      has_teid = true;
    } else if (type == kRecovery) {
      in.skip(1);
    } else if (type < kFirstTlv) {
      return std::unexpected(DecodeError{at, "unknown IE of fixed length"});
    } else if (type == kExtensionHeaderTypeList) {
      in.skip(in.u8());
    } else {
      const std::size_t octets = in.u16();
      const Bytes value = in.take(octets);
      if (type != kGtpuPeerAddress || !in.ok()) continue;
      if (octets == 4) {
        Ipv4Address v4;
        std::ranges::copy(value, v4.octets.begin());
        indication.peer = v4;
      } else if (octets == 16) {
        Ipv6Address v6;
        std::ranges::copy(value, v6.octets.begin());
        indication.peer = v6;
      } else {
        return std::unexpected(DecodeError{at, "GTP-U Peer Address of neither 4 nor 16 octets"});
      }
      has_peer = true;
    }
  }
  if (!in.ok()) return std::unexpected(DecodeError{in.failed_at(), "IE cut off"});
  if (!has_teid) return std::unexpected(DecodeError{0, "TEID Data I is missing"});
  if (!has_peer) return std::unexpected(DecodeError{0, "GTP-U Peer Address is missing"});
  if (message.udp_port.size() == 2)
    indication.udp_port = static_cast<std::uint16_t>(message.udp_port[0] << 8 | message.udp_port[1]);
  return indication;
}

void encode_echo_request(Writer& out, std::uint16_t sequence) {
  const std::size_t start = out.size();
  const MutableBytes length = begin_message(out, GtpuType::echo_request, 0, sequence, false);
  out.u8(0);
  end_message(out, length, start);
}

void encode_echo_response(Writer& out, std::uint16_t sequence) {
  const std::size_t start = out.size();
  const MutableBytes length = begin_message(out, GtpuType::echo_response, 0, sequence, false);
  out.u8(0);
  out.u8(kRecovery);
  out.u8(0);
  end_message(out, length, start);
}

void encode_error_indication(Writer& out, const ErrorIndication& indication) {
  const std::size_t start = out.size();
  const MutableBytes length =
      begin_message(out, GtpuType::error_indication, 0, 0, indication.udp_port.has_value());
  if (indication.udp_port) {
    out.u8(static_cast<std::uint8_t>(ExtensionType::udp_port));
    out.u8(1);
    out.u16(*indication.udp_port);
  }
  out.u8(0);
  out.u8(kTeidDataI);
  out.u32(indication.teid);
  const Bytes peer = indication.peer.octets();
  out.u8(kGtpuPeerAddress);
  out.u16(static_cast<std::uint16_t>(peer.size()));
  out.bytes(peer);
  end_message(out, length, start);
}

void encode_supported_extension_headers(Writer& out) {
  const std::size_t start = out.size();
  const MutableBytes length =
      begin_message(out, GtpuType::supported_extension_headers_notification, 0, 0, false);
  out.u8(0);
  out.u8(kExtensionHeaderTypeList);
  out.u8(static_cast<std::uint8_t>(kExtensionsSupported.size()));
  for (const ExtensionType type : kExtensionsSupported) out.u8(static_cast<std::uint8_t>(type));
  end_message(out, length, start);
}

void encode_end_marker(Writer& out, Teid teid) {
  out.u8(kVersion1 | kProtocolGtp);
  out.u8(static_cast<std::uint8_t>(GtpuType::end_marker));
  out.u16(0);
  out.u32(teid);
}

}  // namespace zerocell::gtp
