// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "core/gtp/fteid.hpp"
#include "core/types/ip.hpp"

namespace zerocell::upf {

/// A session of the user plane: one PDN connection. The UPF's SEID of TS 29.244: an index and a generation
/// from a CSPRNG, so that an old or a guessed id never names another session.
enum class SessionId : std::uint64_t {};

/// The identity that the egress resolved (egress/egress.hpp). The packet path only carries it.
using SecurityId = std::uint32_t;

/// What happens to a downlink packet: the Apply Action of a FAR, TS 29.244 §8.2.26.
enum class DownlinkAction : std::uint8_t {
  drop,     ///< DROP.
  forward,  ///< FORW: to `Downlink::peer`.
  buffer,   ///< BUFF and NOCP: kept up to a limit; the first packet is reported.
};

/// The downlink FAR of a session: where its packets go (Outer Header Creation, TS 29.244 §8.2.56).
struct Downlink {
  DownlinkAction action = DownlinkAction::drop;
  gtp::Fteid peer{};                    ///< With `forward`; a family that we have an address of is chosen.
  bool end_marker_to_old_peer = false;  ///< SNDEM of PFCPSMReq-Flags: one End Marker down the old tunnel.
};

/// Bits per second, each way; 0 means no limit (APN-AMBR of TS 23.401 §4.7.3, a session QER).
struct BitRate {
  std::uint64_t uplink_bps = 0;
  std::uint64_t downlink_bps = 0;
};

/// PFCP Session Establishment Request, TS 29.244 §7.5.2, with the default bearer's PDRs and FARs.
struct SessionEstablishment {
  std::uint64_t control_seid = 0;  ///< The control plane's own reference: every report carries it back.
  SecurityId security_id = 0;
  /// At least one. The address must be inside one of the UPF's pools and belong to no other session.
  std::optional<Ipv4Address> ue_ipv4{};
  /// The /64 of the UE (its lower 64 bits are ignored).
  std::optional<Ipv6Address> ue_ipv6_prefix{};
  /// Interface identifier that the network gave for the link-local address (TS 23.401 §5.3.1.2.2).
  std::uint64_t ue_interface_id = 0;
  std::uint8_t ebi = 5;        ///< EPS bearer id of the default bearer, 5 to 15.
  std::uint16_t link_mtu = 0;  ///< What the UE was told, octets; 0 takes the configured one.
  BitRate ambr{};
  bool uplink_open = true;  ///< Gate of the uplink PDR (TS 29.244 §8.2.7).
  Downlink downlink{};
};

/// PFCP Session Establishment Response: what the UPF chose.
struct SessionEstablished {
  SessionId session{};
  gtp::Fteid uplink;  ///< Local F-TEID of the default bearer, with each address family that the UPF serves.
};

/// PFCP Session Modification Request, TS 29.244 §7.5.4. What is absent stays as it is.
struct SessionModification {
  std::optional<Downlink> downlink{};
  std::optional<SecurityId> security_id{};
  std::optional<BitRate> ambr{};
  std::optional<bool> uplink_open{};
  /// Throws away what is buffered (DROBU of PFCPSMReq-Flags).
  bool drop_buffered = false;
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
};
std::string_view to_string(N4Error error);

/// PFCP Session Report Request, TS 29.244 §7.5.8, and what the peers of the user plane say. Called on the
/// loop that the UPF was made with, after the call that caused it has returned. A report may speak of a
/// session that is released meanwhile: the receiver looks `control_seid` up and ignores what it no longer
/// has.
class N4Reports {
 public:
  /// DLDR: the first packet was buffered for a session whose action is `buffer`. Said once, until the
  /// session's downlink is modified.
  virtual void downlink_data(SessionId session, std::uint64_t control_seid, std::uint8_t ebi) = 0;
  /// ERIR: the peer of the session's downlink no longer knows the tunnel (TS 23.007 §22). The downlink
  /// action is still `forward`; the receiver decides (S1 release and paging, or delete).
  virtual void error_indication(SessionId session, std::uint64_t control_seid, const gtp::Fteid& peer) = 0;
  /// User Plane Path Failure Report, TS 29.244 §7.4.5: echo requests to this peer went unanswered
  /// (TS 23.007 §20.3.1). Each session on it keeps its state.
  virtual void path_failure(const IpAddress& peer) = 0;
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
  /// The receiver of reports, nobody by default; it must outlive the UPF or be replaced by nullptr.
  virtual void set_reports(N4Reports* reports) = 0;
};

}  // namespace zerocell::upf
