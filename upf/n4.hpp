// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "core/gtp/fteid.hpp"
#include "core/types/ip.hpp"
#include "upf/packet_filter.hpp"

namespace zerocell::upf {

/// A session of the user plane: one PDN connection. The UPF's SEID of TS 29.244: an index and a generation
/// from a CSPRNG, so that an old or a guessed id never names another session.
enum class SessionId : std::uint64_t {};

/// A dedicated bearer of a session, in the same way.
enum class BearerId : std::uint64_t {};

/// The identity that the egress resolved (egress/egress.hpp). The packet path only carries it.
using SecurityId = std::uint32_t;

/// What happens to a downlink packet: the Apply Action of a FAR, TS 29.244 §8.2.26.
enum class DownlinkAction : std::uint8_t {
  drop,     ///< DROP.
  forward,  ///< FORW: to `Downlink::peer`.
  buffer,   ///< BUFF and NOCP: kept up to a limit; the first packet is reported.
};

/// The downlink FAR of a bearer: where its packets go (Outer Header Creation, TS 29.244 §8.2.56).
struct Downlink {
  DownlinkAction action = DownlinkAction::drop;
  gtp::Fteid peer{};                    ///< With `forward`; a family that we have an address of is chosen.
  bool end_marker_to_old_peer = false;  ///< SNDEM of PFCPSMReq-Flags: one End Marker down the old tunnel.
};

/// Bits per second, each way; 0 means no limit (APN-AMBR of TS 23.401 §4.7.3, a session QER; MBR of a
/// bearer).
struct BitRate {
  std::uint64_t uplink_bps = 0;
  std::uint64_t downlink_bps = 0;
};

/// A limit that all sessions of one UE share (UE-AMBR, TS 23.401 §4.7.3): a QER with a correlation id,
/// TS 29.244 §8.2.10. The eNB enforces it too; here it stands against an eNB that does not.
struct UeRate {
  std::uint64_t ue = 0;  ///< Which UE: the same number in all its sessions.
  BitRate rate{};        ///< Of the last session that says one.
};

/// PFCP Session Establishment Request, TS 29.244 §7.5.2, with the default bearer's PDRs and FARs.
struct SessionEstablishment {
  std::uint64_t control_seid = 0;  ///< The control plane's own reference: every report carries it back.
  SecurityId security_id = 0;
  /// At least one. The address must be inside one of the UPF's pools and belong to no other session.
  std::optional<Ipv4Address> ue_ipv4{};
  /// The /64 of the UE (its lower 64 bits are ignored). In a pool that gives UEs shorter prefixes it is the
  /// first of its prefix.
  std::optional<Ipv6Address> ue_ipv6_prefix{};
  /// Interface identifier that the network gave for the link-local address (TS 23.401 §5.3.1.2.2).
  std::uint64_t ue_interface_id = 0;
  std::uint8_t ebi = 5;        ///< EPS bearer id of the default bearer, 5 to 15.
  std::uint8_t qci = 9;        ///< Its QCI, by which its packets are marked (TS 29.244 §8.2.12).
  std::uint16_t link_mtu = 0;  ///< What the UE was told, octets; 0 takes the configured one.
  BitRate ambr{};
  /// With whom it shares `ambr`, which becomes that of all of them: the same number in each (QER Correlation
  /// ID, TS 29.244 §8.2.10). The UE's other connections to the APN, TS 23.401 §4.7.3.
  std::optional<std::uint64_t> ambr_share{};
  std::optional<UeRate> ue_rate{};
  /// Prefixes behind the UE (Framed-Route, TS 29.244 §8.2.109): outside of every pool, without an address of
  /// the core, and of no other session.
  std::vector<IpPrefix> framed_routes{};
  bool uplink_open = true;  ///< Gate of the uplink PDR (TS 29.244 §8.2.7).
  Downlink downlink{};
};

/// PFCP Session Establishment Response: what the UPF chose.
struct SessionEstablished {
  SessionId session{};
  gtp::Fteid uplink;  ///< Local F-TEID of the default bearer, with each address family that the UPF serves.
};

/// Of `suggested_packets`: what comes is dropped.
constexpr std::uint16_t kSuggestNone = 0xFFFF;  // More than `mme.sleep_buffer_packets` may be.

/// PFCP Session Modification Request, TS 29.244 §7.5.4. What is absent stays as it is.
struct SessionModification {
  std::optional<Downlink> downlink{};
  std::optional<SecurityId> security_id{};
  std::optional<BitRate> ambr{};  ///< Of all that share it.
  /// It shares its AMBR from now on. Without `ambr` it takes over theirs, and is the first with its own.
  std::optional<std::uint64_t> ambr_share{};
  std::optional<std::uint8_t> qci{};
  std::optional<UeRate> ue_rate{};
  std::optional<bool> uplink_open{};
  /// All framed routes from now on.
  std::optional<std::vector<IpPrefix>> framed_routes{};
  /// Packet filters of the default bearer. With some, a packet that matches no bearer is dropped.
  std::optional<std::vector<PacketFilter>> filters{};
  /// Throws away what is buffered, of all bearers (DROBU of PFCPSMReq-Flags).
  bool drop_buffered = false;
  /// DL Buffering Duration, TS 29.244 §8.2.76: what is buffered now and in this time is kept so long, and
  /// nothing is reported before it is over.
  std::optional<std::chrono::seconds> buffering{};
  /// DL Buffering Suggested Packet Count, §8.2.77, for each bearer; with `buffering`. 0: the configured one.
  std::uint16_t suggested_packets = 0;
};

/// A dedicated bearer: PDRs with packet filters and a QER of its own (Create PDR, Create FAR, Create QER of
/// TS 29.244 §7.5.4). Downlink packets come to it from its first `forward` or `buffer` on; until then they go
/// where they went before.
struct BearerEstablishment {
  /// Guaranteed (TS 29.244 §8.2.9): a direction with some is outside of APN-AMBR and UE-AMBR.
  BitRate gbr{};
  BitRate mbr{};  ///< Its own limit; 0: none.
  std::vector<PacketFilter> filters{};
  std::uint8_t qci = 9;
};
/// Of one session: its EBIs less the default bearer's, TS 24.007 §11.2.3.1.5.
constexpr std::size_t kBearersPerSessionMax = 10;
struct BearerEstablished {
  BearerId bearer{};
  gtp::Fteid uplink;  ///< Local F-TEID; uplink packets are forwarded from now on.
};
struct BearerModification {
  std::optional<std::uint8_t> ebi{};  ///< For reports: the control plane learns it late.
  std::optional<Downlink> downlink{};
  std::optional<BitRate> mbr{};
  std::optional<BitRate> gbr{};
  std::optional<std::vector<PacketFilter>> filters{};
  std::optional<std::uint8_t> qci{};
};

/// Volume Measurement, TS 29.244 §8.2.51: inner IP octets and packets that were forwarded since the session
/// started.
struct Usage {
  std::uint64_t uplink_octets = 0;
  std::uint64_t uplink_packets = 0;
  std::uint64_t downlink_octets = 0;
  std::uint64_t downlink_packets = 0;
  friend bool operator==(const Usage&, const Usage&) = default;
};

/// Why the UPF refused a request; nothing changed. In brackets the PFCP cause, TS 29.244 §8.2.1.
enum class N4Error : std::uint8_t {
  no_session,          ///< No such session (65, Session context not found).
  no_resources,        ///< A configured maximum is reached (75, No resources available).
  no_address,          ///< Neither an IPv4 address nor an IPv6 prefix (66, Mandatory IE missing).
  address_not_served,  ///< The UE's address is in none of the pools (73, Rule creation failure).
  address_in_use,      ///< Another session has the UE's address (73).
  bad_peer,            ///< The peer has no TEID, or no address of a family that we serve (69, 73).
  bad_bearer,          ///< EBI outside 5 to 15 (69, Mandatory IE incorrect).
  no_bearer,           ///< The session has no such bearer (65).
  bad_route,           ///< A framed route that lies in a pool, holds the core or is another session's (73).
};
std::string_view to_string(N4Error error);

/// PFCP Session Report Request, TS 29.244 §7.5.8, and what the peers of the user plane say. Called on the
/// loop that the UPF was made with, after the call that caused it has returned. A report may speak of a
/// session that is released meanwhile: the receiver looks `control_seid` up and ignores what it no longer
/// has.
class N4Reports {
 public:
  /// DLDR: the first packet was buffered for a bearer whose action is `buffer`. Said once a bearer, until its
  /// downlink is modified or what is buffered was dropped.
  virtual void downlink_data(SessionId session, std::uint64_t control_seid, std::uint8_t ebi) = 0;
  /// ERIR: the peer of the bearer's downlink no longer knows the tunnel (TS 23.007 §22). The downlink
  /// action is still `forward`; the receiver decides (S1 release and paging, or delete). `ebi` is 0 where the
  /// bearer was not given one.
  virtual void error_indication(SessionId session, std::uint64_t control_seid, std::uint8_t ebi,
                                const gtp::Fteid& peer) = 0;
  /// User Plane Path Failure Report, TS 29.244 §7.4.5: echo requests to this peer went unanswered
  /// (TS 23.007 §20.3.1). Each session on it keeps its state.
  virtual void path_failure(const IpAddress& peer) = 0;
  /// Said after that for each bearer whose downlink leads to the peer, some at a time. Its downlink action is
  /// still `forward`; the receiver decides.
  virtual void bearer_path_failure(SessionId session, std::uint64_t control_seid, std::uint8_t ebi) = 0;
  /// The peer has never answered an echo request, and its path is taken to work nevertheless. Said once.
  virtual void peer_silent(const IpAddress& peer) = 0;
  /// The peer answers again after a path failure.
  virtual void path_recovered(const IpAddress& peer) = 0;

 protected:
  ~N4Reports() = default;
};

/// The reference point Sxa/Sxb (N4 of the 5G core), TS 29.244: what a gateway's control plane says to the
/// user plane. The in-process binding publishes into memory that the packet path reads, so that a call is
/// done when it returns and never waits. All calls are on the thread that owns the UPF.
class N4 {
 public:
  virtual ~N4() = default;

  [[nodiscard]] virtual std::expected<SessionEstablished, N4Error> establish(
      const SessionEstablishment& request) = 0;
  /// Packets that are buffered leave, in order, before any later one when the action becomes `forward`, and
  /// are dropped when it becomes `drop`.
  [[nodiscard]] virtual std::expected<void, N4Error> modify(SessionId session,
                                                            const SessionModification& request) = 0;
  /// Ends the session; its addresses and TEID are free at once, no packet of it passes afterwards. Gives the
  /// final usage.
  [[nodiscard]] virtual std::expected<Usage, N4Error> release(SessionId session) = 0;
  [[nodiscard]] virtual std::expected<Usage, N4Error> usage(SessionId session) const = 0;

  // Dedicated bearers; they end with their session.
  [[nodiscard]] virtual std::expected<BearerEstablished, N4Error> establish_bearer(
      SessionId session, const BearerEstablishment& request) = 0;
  [[nodiscard]] virtual std::expected<void, N4Error> modify_bearer(SessionId session, BearerId bearer,
                                                                   const BearerModification& request) = 0;
  [[nodiscard]] virtual std::expected<void, N4Error> release_bearer(SessionId session, BearerId bearer) = 0;

  /// Indirect data forwarding, TS 23.401 §5.5.1.2.2: a local endpoint whose G-PDUs and End Markers go on to
  /// `peer` as they are, marked as those of the QCI. It ends with stop_forwarding, with its session, or after
  /// the configured time.
  [[nodiscard]] virtual std::expected<gtp::Fteid, N4Error> forward(SessionId session, const gtp::Fteid& peer,
                                                                   std::uint8_t qci) = 0;
  virtual void stop_forwarding(SessionId session) = 0;

  /// The receiver of reports, nobody by default; it must outlive the UPF or be replaced by nullptr.
  virtual void set_reports(N4Reports* reports) = 0;
};

}  // namespace zerocell::upf
