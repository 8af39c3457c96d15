// SPDX-License-Identifier: Apache-2.0
// For tests and benchmarks: a user plane with one UE of both families, and the table of packets that say what
// the chain does.
#pragma once

#include <string>
#include <vector>

#include "core/crypto/random.hpp"
#include "core/runtime/virtual_loop.hpp"
#include "upf/packet_path.hpp"
#include "upf/test_packet_builder.hpp"
#include "upf/user_plane.hpp"

namespace zerocell::upf::fixture {

// The actors. The second UE exists too.
constexpr const char* kUe4 = "10.45.0.2";
constexpr const char* kUe6 = "2001:db8:45:2::abcd";
constexpr const char* kUeLinkLocal = "fe80::2";
constexpr const char* kOtherUe4 = "10.45.0.3";
constexpr const char* kOtherUe6 = "2001:db8:45:3::1";
constexpr const char* kGateway4 = "10.45.0.1";
constexpr const char* kGateway6 = "2001:db8:45::1";
constexpr const char* kCore4 = "172.16.0.1";
constexpr const char* kCore6 = "2001:db8:c0::1";
constexpr const char* kEnb4 = "172.16.0.9";
constexpr const char* kHost4 = "198.51.100.7";  ///< Allowed by the policy.
constexpr const char* kHost6 = "2001:db8:99::7";
constexpr const char* kDenied4 = "203.0.113.66";
constexpr std::uint32_t kEnbTeid = 0x0e0b0001;
constexpr std::uint32_t kUnknownTeid = 0xfffffffe;

inline Settings settings() {
  Settings made;
  made.gtpu_addresses = {build::ip(kCore4), build::ip(kCore6)};
  made.pools = {{IpPrefix::parse("10.45.0.0/16").value(), build::ip(kGateway4)},
                {IpPrefix::parse("2001:db8:45::/48").value(),
                 build::ip(kGateway6),
                 64,
                 {*Ipv6Address::parse("2001:db8:99::53")}}};
  made.core_addresses = {build::ip("172.16.0.2")};
  made.sessions_max = 64;
  made.flows_max = 256;
  return made;
}

/// Allows all but one host, and from the network only what goes to port 22.
class TestPolicy final : public FlowPolicy {
 public:
  FlowDecision decide(const FlowQuery& query) noexcept override {
    ++asked;
    FlowDecision decision{.allowed = !deny_all, .egress = 0, .rule = 1, .epoch = epoch()};
    if (query.from_network && query.local_port != 22) decision.allowed = false;
    const auto denied = build::ip(kDenied4);
    if (!query.v6 && std::equal(query.remote.begin(), query.remote.begin() + 4, denied.octets().begin()))
      decision.allowed = false;
    return decision;
  }
  void flip() { epoch_.fetch_add(1); }
  bool deny_all = false;
  int asked = 0;
};

/// Everything that a packet meets, in one thread.
struct Plane {
  enum Empty { no_sessions };
  Plane(Settings made, Empty)
      : plane(std::move(made), random, loop),
        path(plane.settings(), plane.table(), plane.signals(), policy, random) {
    source.address = OuterAddress::of(build::ip(kEnb4));
    source.port = kPortGtpu;
  }
  explicit Plane(Settings made = settings()) : Plane(std::move(made), no_sessions) {
    ue = establish(kUe4, kUe6, kEnbTeid, 7).value();
    other = establish(kOtherUe4, kOtherUe6, kEnbTeid + 1, 8).value();
    path.run_due(now());
    path.output().clear();
  }

  static Downlink forward_to(std::string_view enb, std::uint32_t teid) {
    Downlink downlink{.action = DownlinkAction::forward};
    downlink.peer.teid = teid;
    const auto address = build::ip(enb);
    if (address.is_v4()) downlink.peer.v4 = *address.v4();
    if (!address.is_v4()) downlink.peer.v6 = *address.v6();
    return downlink;
  }
  std::expected<SessionEstablished, N4Error> establish(const char* v4, const char* v6, std::uint32_t enb_teid,
                                                       std::uint64_t control_seid) {
    SessionEstablishment request;
    request.control_seid = control_seid;
    request.security_id = static_cast<SecurityId>(control_seid);
    if (v4 != nullptr) request.ue_ipv4 = Ipv4Address::parse(v4);
    if (v6 != nullptr) request.ue_ipv6_prefix = Ipv6Address::parse(v6);
    request.downlink = forward_to(kEnb4, enb_teid);
    return plane.establish(request);
  }
  /// A dedicated bearer of the first UE, whose far end is known at once.
  BearerEstablished dedicate(const BearerEstablishment& request, std::uint8_t ebi, std::uint32_t enb_teid) {
    const auto made = plane.establish_bearer(ue.session, request).value();
    (void)plane.modify_bearer(ue.session, made.bearer, {.ebi = ebi, .downlink = forward_to(kEnb4, enb_teid)});
    return made;
  }
  Time now() const { return loop.now() + std::chrono::seconds(1000); }

  /// Runs one datagram through; the output is of this packet only.
  Verdict uplink(const ByteVector& datagram) {
    path.output().clear();
    in.assign(kHeadroom, 0);
    in.insert(in.end(), datagram.begin(), datagram.end());
    const GtpuDatagram one{in.data() + kHeadroom, static_cast<std::uint32_t>(datagram.size()), &source};
    Verdict verdict{};
    path.uplink({&one, 1}, now(), {&verdict, 1});
    return verdict;
  }
  /// The same of datagrams that came together.
  std::vector<Verdict> uplink_together(std::vector<ByteVector> datagrams) {
    path.output().clear();
    std::vector<GtpuDatagram> batch;
    for (ByteVector& datagram : datagrams) {
      datagram.insert(datagram.begin(), kHeadroom, 0);
      batch.push_back(
          {datagram.data() + kHeadroom, static_cast<std::uint32_t>(datagram.size() - kHeadroom), &source});
    }
    std::vector<Verdict> verdicts(batch.size());
    path.uplink(batch, now(), verdicts);
    return verdicts;
  }
  Verdict downlink(const ByteVector& packet, const Offload& offload = {}) {
    path.output().clear();
    in.assign(kHeadroom, 0);
    in.insert(in.end(), packet.begin(), packet.end());
    const NetworkPacket one{in.data() + kHeadroom, static_cast<std::uint32_t>(packet.size()), offload};
    Verdict verdict{};
    path.downlink({&one, 1}, now(), {&verdict, 1});
    return verdict;
  }
  /// The same for an inner packet of the UE.
  Verdict from_ue(const ByteVector& inner) { return uplink(build::gpdu(ue.uplink.teid, inner)); }

  SeededRandom random{1};
  VirtualLoop loop{1};
  UserPlane plane;
  TestPolicy policy;
  PacketPath path;
  OuterSource source;
  SessionEstablished ue;
  SessionEstablished other;
  ByteVector in;
};

/// A filter on what one remote host sends and gets by UDP at one port.
inline PacketFilter udp_filter(std::string_view host, std::uint16_t port, std::uint8_t precedence) {
  PacketFilter filter{.precedence = precedence, .version = 4};
  PacketFilter::Address address;
  std::ranges::copy(build::ip(host).octets(), address.value.begin());
  std::fill_n(address.mask.begin(), 4, std::uint8_t{0xFF});
  filter.remote = address;
  filter.protocol = kProtocolUdp;
  filter.remote_port = {port, port};
  return filter;
}

/// What one packet leads to. Uplink packets are inner packets of the UE's tunnel unless `teid` says
/// otherwise.
struct Row {
  std::string description;
  ByteVector in;
  Verdict verdict{};
  /// The packet that leaves: an IP packet in `egress` or `radio`, as the verdict says; empty for none.
  ByteVector out;
};

inline std::vector<Row> uplink_rows() {
  using namespace build;
  const ByteVector data = pattern(32);
  const IpOptions ns{.hop_limit = 255};
  const auto same = [](std::string description, ByteVector packet) {
    return Row{std::move(description), packet, Verdict::to_egress, packet};
  };
  const auto dropped = [](std::string description, ByteVector packet, Verdict verdict) {
    return Row{std::move(description), std::move(packet), verdict, {}};
  };
  return {
      same("UDP to an allowed host leaves unchanged", udp(kUe4, 4000, kHost4, 53, data)),
      same("TCP data to an allowed host leaves unchanged", tcp(kUe4, 4000, kHost4, 443, data)),
      same("ping to an allowed host leaves unchanged", echo(kUe4, kHost4)),
      same("IPv6 from the UE's /64 leaves unchanged", udp(kUe6, 4000, kHost6, 53, data)),
      same("IPv6 from another address of the same /64 leaves", udp("2001:db8:45:2::1", 1, kHost6, 53, data)),
      {"a SYN offers no larger segments than the link takes",
       tcp(kUe4, 4001, kHost4, 443, {}, {.flags = 2, .mss = 1460}), Verdict::to_egress,
       tcp(kUe4, 4001, kHost4, 443, {}, {.flags = 2, .mss = 1360})},
      {"an IPv6 SYN offers no larger segments than the link takes",
       tcp(kUe6, 4001, kHost6, 443, {}, {.flags = 2, .mss = 1440}), Verdict::to_egress,
       tcp(kUe6, 4001, kHost6, 443, {}, {.flags = 2, .mss = 1340})},
      same("a SYN that offers less keeps it", tcp(kUe4, 4002, kHost4, 443, {}, {.flags = 2, .mss = 536})),
      {"ping to the pool's gateway is answered", echo(kUe4, kGateway4), Verdict::answered,
       echo(kGateway4, kUe4, true)},
      {"IPv6 ping to the pool's gateway is answered", echo(kUe6, kGateway6), Verdict::answered,
       echo(kGateway6, kUe6, true)},
      {"ping to the gateway's link-local address is answered", echo(kUeLinkLocal, "fe80::1"),
       Verdict::answered, echo("fe80::1", kUeLinkLocal, true)},
      {"neighbour solicitation for the gateway is answered",
       icmp(kUeLinkLocal, "ff02::1:ff00:1", 135, 0,
            from_hex("00000000 fe800000000000000000000000000001").value(), ns),
       Verdict::answered,
       icmp("fe80::1", kUeLinkLocal, 136, 0, from_hex("e0000000 fe800000000000000000000000000001").value(),
            ns)},
      {"duplicate address detection hears nobody",
       icmp("::", "ff02::1:ff00:2", 135, 0, from_hex("00000000 fe800000000000000000000000000002").value(),
            ns),
       Verdict::answered,
       {}},
      dropped("TCP to the gateway reaches nothing", tcp(kUe4, 4000, kGateway4, 22, data), Verdict::gateway),
      dropped("a source that is another UE's is dropped", udp(kOtherUe4, 4000, kHost4, 53, data),
              Verdict::foreign_source),
      dropped("a source outside the UE's /64 is dropped", udp(kOtherUe6, 4000, kHost6, 53, data),
              Verdict::foreign_source),
      dropped("a destination that is another UE is dropped", udp(kUe4, 4000, kOtherUe4, 53, data),
              Verdict::other_ue),
      dropped("an IPv6 destination that is another UE is dropped", udp(kUe6, 4000, kOtherUe6, 53, data),
              Verdict::other_ue),
      dropped("the core's address is unreachable on any port", udp(kUe4, 4000, "172.16.0.2", 53, data),
              Verdict::core_address),
      dropped("GTP-U of the core is unreachable", udp(kUe4, 4000, kCore4, 2152, data), Verdict::core_address),
      dropped("GTP-C of the core is unreachable", udp(kUe4, 4000, kCore4, 2123, data), Verdict::core_address),
      dropped("P8_PFCP of the core, smuggled as inner UDP, is unreachable",
              udp(kUe4, 4000, kCore4, 8805, data), Verdict::core_address),
      dropped("Diameter of the core is unreachable", tcp(kUe6, 4000, kCore6, 3868, data),
              Verdict::core_address),
      dropped("G9_GTP in GTP to any host is dropped", udp(kUe4, 2152, kHost4, 2152, data),
              Verdict::gtp_in_gtp),
      dropped("G9_an inner packet of length 0 is dropped", {}, Verdict::empty),
      dropped("half an IP header is dropped", from_hex("4500001400000000").value(), Verdict::bad_inner),
      dropped("an unknown IP version is dropped", from_hex("50000014000000000000000000000000").value(),
              Verdict::bad_inner),
      dropped(
          "a total length past the tunnel's payload is dropped",
          [] {
            auto packet = udp(kUe4, 4000, kHost4, 53, pattern(8));
            packet[3] = 0xFF;
            return packet;
          }(),
          Verdict::bad_inner),
      dropped("loopback is never routed", udp(kUe4, 1, "127.0.0.1", 53, data), Verdict::no_destination),
      dropped("multicast is never routed", udp(kUe4, 1, "224.0.0.251", 5353, data), Verdict::no_destination),
      dropped("broadcast is never routed", udp(kUe4, 1, "255.255.255.255", 67, data),
              Verdict::no_destination),
      dropped("an IPv4-mapped IPv6 destination is never routed", udp(kUe6, 1, "::ffff:172.16.0.1", 53, data),
              Verdict::no_destination),
      dropped("IPv6 multicast stays on the link", udp(kUe6, 1, "ff02::fb", 5353, data),
              Verdict::no_destination),
      dropped("a host that the policy denies is not reached", udp(kUe4, 4000, kDenied4, 53, data),
              Verdict::denied),
      dropped("a later fragment without its first one is dropped",
              udp(kUe4, 4000, kHost4, 53, data, {.dont_fragment = false, .fragment_field = 100}),
              Verdict::no_first_fragment),
  };
}

/// Run after each other: what the UE began is answered.
inline std::vector<Row> downlink_rows() {
  using namespace build;
  const ByteVector data = pattern(32);
  const auto same = [](std::string description, ByteVector packet) {
    return Row{std::move(description), packet, Verdict::to_radio, packet};
  };
  const auto dropped = [](std::string description, ByteVector packet, Verdict verdict) {
    return Row{std::move(description), std::move(packet), verdict, {}};
  };
  return {
      same("the answer to a UE's datagram reaches it", udp(kHost4, 53, kUe4, 4000, data)),
      same("the answer to a UE's segment reaches it", tcp(kHost4, 443, kUe4, 4000, data)),
      same("the echo reply reaches the UE", echo(kHost4, kUe4, true)),
      same("the IPv6 answer reaches the UE", udp(kHost6, 53, kUe6, 4000, data)),
      same("what the policy lets in reaches the UE", tcp(kHost4, 5000, kUe4, 22, {}, {.flags = 2})),
      {"a SYN towards the UE offers no larger segments than the link takes",
       tcp(kHost4, 5001, kUe4, 22, {}, {.flags = 2, .mss = 8960}), Verdict::to_radio,
       tcp(kHost4, 5001, kUe4, 22, {}, {.flags = 2, .mss = 1360})},
      dropped("what nobody asked for is dropped", udp(kHost4, 53, kUe4, 4999, data), Verdict::denied),
      dropped("a ping that nobody asked for is dropped", echo(kHost4, kUe4), Verdict::denied),
      dropped("another IPv6 address of the same UE has its own flows",
              udp(kHost6, 53, "2001:db8:45:2::dead", 4000, data), Verdict::denied),
      dropped("an address of the pool without a session is dropped", udp(kHost4, 53, "10.45.9.9", 4000, data),
              Verdict::unknown_ue),
      dropped("an address outside the pools is dropped", udp(kHost4, 53, "10.99.0.9", 4000, data),
              Verdict::unknown_ue),
      dropped("an empty packet is dropped", {}, Verdict::empty),
      dropped("half a packet is dropped", from_hex("4500").value(), Verdict::bad_inner),
  };
}

}  // namespace zerocell::upf::fixture
