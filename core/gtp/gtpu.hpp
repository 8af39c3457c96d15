// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/gtp/fteid.hpp"
#include "core/types/bytes.hpp"
#include "core/types/ip.hpp"

/// GTP-U, TS 29.281: pure, in place, no allocation.
namespace zerocell::gtp {

/// TS 29.281 §6.1. Other values decode too; the receiver ignores them.
enum class GtpuType : std::uint8_t {
  echo_request = 1,
  echo_response = 2,
  error_indication = 26,
  supported_extension_headers_notification = 31,
  tunnel_status = 253,
  end_marker = 254,
  g_pdu = 255,
};

/// Next Extension Header Type, TS 29.281 §5.2.1.
enum class ExtensionType : std::uint8_t {
  none = 0x00,
  service_class_indicator = 0x20,
  udp_port = 0x40,
  long_pdcp_pdu_number = 0x82,
  pdu_session_container = 0x85,
  pdcp_pdu_number = 0xC0,
};

/// What an S1-U or N3 endpoint understands; sent in a Supported Extension Headers Notification.
constexpr std::array kExtensionsSupported = {
    ExtensionType::udp_port, ExtensionType::service_class_indicator, ExtensionType::pdcp_pdu_number,
    ExtensionType::long_pdcp_pdu_number, ExtensionType::pdu_session_container};

constexpr std::size_t kGtpuHeaderOctets = 8;       ///< Without optional fields.
constexpr std::size_t kGtpuLongHeaderOctets = 12;  ///< With sequence number, N-PDU number, extension type.

/// Header of a received message, and views of what follows it.
struct GtpuMessage {
  GtpuType type{};
  Teid teid = 0;
  std::optional<std::uint16_t> sequence;
  std::optional<std::uint8_t> n_pdu;
  /// Content of these extension headers, without length and next type; empty when absent.
  Bytes udp_port;
  Bytes pdcp_pdu_number;
  Bytes pdu_session_container;
  /// A header that requires comprehension and is none of kExtensionsSupported: the message must not be acted
  /// on, but answered with a Supported Extension Headers Notification (TS 29.281 §5.2.1).
  std::optional<std::uint8_t> not_comprehended;
  /// Whether an intermediate node, which passes the message on, would have to comprehend such a header too.
  bool not_comprehended_on_the_way = false;
  Bytes payload;  ///< The inner packet of a G-PDU, the IEs of another message.
};

/// Decodes one datagram. Octets behind the length of the header are ignored. Fails on a version other than 1,
/// on GTP' and on a length or an extension chain that does not fit.
Decoded<GtpuMessage> decode_gtpu(Bytes datagram);

/// What an intermediate node does to a message that it passes on, in place: takes out the extension headers
/// that are not for the endpoint (TS 29.281 §5.2.1: bits 8 and 7 are 01). Returns the datagram's new size.
/// The datagram is one that decode_gtpu takes.
std::size_t drop_hop_extensions(MutableBytes datagram) noexcept;

/// The common case in place: a G-PDU without optional fields. Nothing for all else, which decode_gtpu takes.
struct PlainGpdu {
  Teid teid = 0;
  Bytes payload;
};
inline std::optional<PlainGpdu> plain_gpdu(Bytes datagram) noexcept {
  if (datagram.size() < kGtpuHeaderOctets || datagram[0] != 0x30 || datagram[1] != 0xFF) return std::nullopt;
  const std::size_t length = std::size_t{datagram[2]} << 8 | datagram[3];
  if (length > datagram.size() - kGtpuHeaderOctets) return std::nullopt;
  const Teid teid = Teid{datagram[4]} << 24 | Teid{datagram[5]} << 16 | Teid{datagram[6]} << 8 | datagram[7];
  return PlainGpdu{teid, datagram.subspan(kGtpuHeaderOctets, length)};
}

/// Error Indication, TS 29.281 §7.3.1: the tunnel endpoint that its sender does not know.
struct ErrorIndication {
  Teid teid = 0;
  IpAddress peer;  ///< GTP-U Peer Address: the address that the offending G-PDU was sent to.
  std::optional<std::uint16_t> udp_port;
  friend bool operator==(const ErrorIndication&, const ErrorIndication&) = default;
};
/// Takes the IEs from `message.payload` and the UDP port from its extension header. Offsets of errors count
/// within the payload. Both IEs are mandatory; unknown TLV IEs are skipped.
Decoded<ErrorIndication> decode_error_indication(const GtpuMessage& message);

/// Writes the header of a G-PDU whose inner packet of `inner_octets` (at most 65535) follows.
inline void write_gpdu_header(std::uint8_t* out, Teid teid, std::size_t inner_octets) noexcept {
  out[0] = 0x30;
  out[1] = 0xFF;
  out[2] = static_cast<std::uint8_t>(inner_octets >> 8);
  out[3] = static_cast<std::uint8_t>(inner_octets);
  out[4] = static_cast<std::uint8_t>(teid >> 24);
  out[5] = static_cast<std::uint8_t>(teid >> 16);
  out[6] = static_cast<std::uint8_t>(teid >> 8);
  out[7] = static_cast<std::uint8_t>(teid);
}

void encode_echo_request(Writer& out, std::uint16_t sequence);
/// With the Recovery IE whose restart counter is zero and ignored, TS 29.281 §7.2.2.
void encode_echo_response(Writer& out, std::uint16_t sequence);
void encode_error_indication(Writer& out, const ErrorIndication& indication);
void encode_supported_extension_headers(Writer& out);
void encode_end_marker(Writer& out, Teid teid);

}  // namespace zerocell::gtp
