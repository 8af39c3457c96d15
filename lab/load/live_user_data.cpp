// SPDX-License-Identifier: Apache-2.0
#include "lab/load/live_user_data.hpp"

#include "core/gtp/gtpu.hpp"
#include "core/net/udp.hpp"

namespace zerocell::load {
namespace {

constexpr std::uint16_t kGtpuPort = 2152;  // TS 29.281 §4.4.2
constexpr std::uint16_t kDiscardPort = 9;  // RFC 863: where a UE listens for nothing.
constexpr std::size_t kDatagramsAtOnce = 32;
constexpr std::uint32_t kMagic = 0x5A434C44;
constexpr std::size_t kPayloadOctets = 8;

/// The number in a packet of ours: it is what stands last in it.
std::optional<std::uint32_t> number_in(Bytes packet) {
  if (packet.size() < kPayloadOctets) return std::nullopt;
  Reader payload(packet.last(kPayloadOctets));
  if (payload.u32() != kMagic) return std::nullopt;
  return payload.u32();
}

class LiveUserData final : public UserData {
 public:
  LiveUserData(Loop& loop, net::UdpSocket s1u, net::UdpSocket internet)
      : s1u_(std::move(s1u)),
        internet_(std::move(internet)),
        receiver_(kDatagramsAtOnce, 0),
        watch_(loop.watch_readable(s1u_.descriptor(), [this] { readable(); })) {}
  ~LiveUserData() override { watch_.reset(); }

  bool send(const Ipv4Address& ue, std::uint32_t number) override {
    std::array<std::uint8_t, kPayloadOctets> room;
    Writer payload(room);
    payload.u32(kMagic);
    payload.u32(number);
    sockaddr_in6 name;
    const socklen_t octets = net::to_sockaddr({ue, kDiscardPort}, name);
    return ::sendto(internet_.descriptor(), room.data(), room.size(), MSG_DONTWAIT,
                    reinterpret_cast<const sockaddr*>(&name), octets) == static_cast<ssize_t>(room.size());
  }

 private:
  void readable() {
    for (const auto& received : receiver_.receive(s1u_)) {
      const std::size_t each =
          received.segment_octets == 0 ? received.octets.size() : received.segment_octets;
      for (std::size_t at = 0; at < received.octets.size(); at += each)
        datagram(received.octets.subspan(at, std::min(each, received.octets.size() - at)), received.from);
    }
  }
  void datagram(Bytes octets, const Endpoint& from) {
    const auto message = gtp::decode_gtpu(octets);
    if (!message) return;
    if (message->type == gtp::GtpuType::g_pdu && on_packet)
      if (const auto number = number_in(message->payload)) on_packet(message->teid, *number);
    if (message->type == gtp::GtpuType::end_marker && on_end_marker) on_end_marker(message->teid);
    if (message->type != gtp::GtpuType::echo_request) return;
    // TS 29.281 §7.2.2: else the core takes the path for broken.
    std::array<std::uint8_t, 32> room;
    Writer out(room);
    gtp::encode_echo_response(out, message->sequence.value_or(0));
    sockaddr_in6 name;
    const socklen_t length = net::to_sockaddr(from, name);
    (void)::sendto(s1u_.descriptor(), out.written().data(), out.written().size(), MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&name), length);
  }

  net::UdpSocket s1u_;
  net::UdpSocket internet_;
  net::UdpReceiver receiver_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace

std::expected<std::unique_ptr<UserData>, std::string> open_live_user_data(Loop& loop,
                                                                          const Ipv4Address& enbs) {
  auto s1u = net::UdpSocket::open({enbs, kGtpuPort});
  if (!s1u) return std::unexpected(s1u.error().message);
  auto internet = net::UdpSocket::open({Ipv4Address{}, 0});
  if (!internet) return std::unexpected(internet.error().message);
  return std::make_unique<LiveUserData>(loop, std::move(*s1u), std::move(*internet));
}

}  // namespace zerocell::load
