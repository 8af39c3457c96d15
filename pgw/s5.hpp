// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "core/gtp/bearer_rule.hpp"
#include "core/gtp/fteid.hpp"
#include "core/gtp/session_types.hpp"
#include "core/runtime/task.hpp"
#include "core/types/apn.hpp"
#include "core/types/identity.hpp"
#include "core/types/inline_list.hpp"

namespace zerocell::pgw {

/// A PDN connection at the gateways: the control-plane TEID of both ends in one, an index and a generation.
/// Old ids never name another session.
enum class SessionId : std::uint64_t {};

/// Where the UE is, TS 29.274 §8.21.
struct UserLocation {
  Tai tai;
  Ecgi ecgi;
  friend bool operator==(const UserLocation&, const UserLocation&) = default;
};

/// Create Session Request, TS 29.274 §7.2.1.
struct CreateSessionRequest {
  Imsi imsi;
  Msisdn msisdn;  ///< Empty where the subscription has none.
  Imei imei;      ///< Unknown where the UE was not asked.
  Plmn serving_network;
  UserLocation location;
  Apn apn;
  gtp::PdnType pdn_type = gtp::PdnType::ipv4;
  /// Static addresses of the subscription; an unspecified one asks for a dynamic address.
  Ipv4Address static_ipv4;
  Ipv6Address static_ipv6_prefix;
  gtp::Ambr ambr;
  gtp::Ambr ue_ambr{};  ///< Subscribed UE-AMBR, 0: none; a private extension on the wire.
  std::uint8_t ebi = 5;
  gtp::BearerQos qos;
  ByteVector pco;             ///< As the UE sent it, contents of the IE; empty where it sent none.
  bool extended_pco = false;  ///< They came as extended options (TS 24.008 §10.5.6.3A), and are answered so.
  std::string policy_group;   ///< The egress policy group; a private extension on the wire.
  bool emergency = false;     ///< Bearers of an emergency call: told by the APN on the wire.
  bool quarantined = false;   ///< The group is for the device, and stays whatever group the SIM is moved to.
  /// Prefixes behind the UE, and dedicated bearers that it gets as soon as it is up: the subscription's,
  /// beside what the configuration gives. Private extensions on the wire.
  std::vector<IpPrefix> framed_routes{};
  gtp::BearerRules bearers{};
  std::uint8_t maximum_apn_restriction = 0;  ///< The most stringent of the UE's other PDN connections.
};

/// Create Session Response, TS 29.274 §7.2.2, with an accepting cause.
struct CreateSessionResponse {
  gtp::Cause cause = gtp::Cause::request_accepted;
  SessionId session{};
  gtp::PdnAddress address;
  gtp::Ambr ambr;  ///< What the gateway enforces: it may lower what was asked.
  gtp::BearerQos qos;
  gtp::Fteid user_plane;  ///< Where uplink packets of the default bearer go.
  ByteVector pco;         ///< For the UE; empty where nothing was asked.
  std::uint32_t charging_id = 0;
  std::uint8_t apn_restriction = 0;
};

/// EPS bearer identities 5 to 15, TS 24.007 §11.2.3.1.5.
constexpr std::size_t kBearersMax = 11;

/// A bearer and where its downlink packets go: a bearer context to be modified.
struct BearerAccess {
  std::uint8_t ebi = 5;
  gtp::Fteid access;  ///< The eNodeB's endpoint, or the serving gateway's where that is another node.
};

/// What a node counted of traffic over a secondary radio access, TS 29.274 §8.132; octets.
struct SecondaryRatUsage {
  std::uint8_t ebi = 5;
  std::uint64_t uplink_octets = 0;
  std::uint64_t downlink_octets = 0;
};

/// Modify Bearer Request, TS 29.274 §7.2.7: where downlink packets go now. Bearers of the PDN connection that
/// are in neither list stay as they are.
struct ModifyBearerRequest {
  SessionId session{};
  InlineList<BearerAccess, kBearersMax> bearers{};
  /// The path moves from one eNodeB to another: an End Marker goes down each old path (TS 36.300 §10.1.2.2).
  bool path_switch = false;
  std::optional<UserLocation> location{};
};
struct ModifyBearerResponse {
  /// Each bearer of the request that the gateway has, with the endpoint for its uplink packets. A bearer of
  /// the request that is missing here is unknown to the gateway.
  InlineList<BearerAccess, kBearersMax> bearers{};
};

struct DeleteSessionRequest {
  SessionId session{};
};

/// Bearer Resource Command, TS 29.274 §7.2.5: a UE asks for packet filters of its own.
struct BearerResourceCommand {
  SessionId session{};
  std::uint8_t linked_ebi = 5;
  std::uint8_t ebi = 0;  ///< The bearer that is to change; 0: a new one is asked for.
  std::uint8_t pti = 0;
  ByteVector traffic_flow_aggregate;         ///< TS 24.008 §10.5.6.12, the IE's contents.
  std::optional<gtp::BearerQos> flow_qos{};  ///< What the UE wants; absent: unchanged.
};

/// Bearer Resource Failure Indication, TS 29.274 §7.2.6: a command has come to nothing, and no bearer
/// procedure follows.
struct BearerResourceFailure {
  SessionId session{};
  Imsi imsi;
  std::uint8_t ebi = 0;  ///< As in the command: over a wire the transaction stands for it.
  std::uint8_t pti = 0;
  gtp::Cause cause{};
};

/// Delete Bearer Command, TS 29.274 §7.2.17.1: these dedicated bearers have lost their radio bearers.
struct DeleteBearerCommand {
  SessionId session{};
  InlineList<std::uint8_t, kBearersMax> ebis{};
};

/// Modify Bearer Command, TS 29.274 §7.2.14.1: what the subscription says of the PDN connection now, after
/// the HSS changed something of it. What is the same changes nothing.
struct ModifyBearerCommand {
  SessionId session{};
  gtp::Ambr ambr;      ///< Subscribed.
  gtp::BearerQos qos;  ///< Of the default bearer.
  /// As in Create Session Request; absent: unchanged.
  std::optional<std::vector<IpPrefix>> framed_routes{};
  std::optional<gtp::BearerRules> bearers{};
  /// That the SIM is in from now on; with it nothing else changes.
  std::optional<std::string> policy_group{};
  /// Subscribed UE-AMBR from now on; with it nothing else changes.
  std::optional<gtp::Ambr> ue_ambr{};
};

/// Create Indirect Data Forwarding Tunnel Request, TS 29.274 §7.2.18: packets that the source eNodeB of a
/// handover forwards go on to these endpoints of the target.
struct CreateIndirectTunnelRequest {
  SessionId session{};
  InlineList<BearerAccess, kBearersMax> downlink{};
  InlineList<BearerAccess, kBearersMax> uplink{};
};
/// The endpoints at the gateway that the source eNodeB sends to. A bearer of the request that is missing here
/// is not forwarded.
struct CreateIndirectTunnelResponse {
  InlineList<BearerAccess, kBearersMax> downlink{};
  InlineList<BearerAccess, kBearersMax> uplink{};
};

template <class T>
using Answer = std::expected<T, gtp::Cause>;

/// Create Bearer Request, TS 29.274 §7.2.3, for one bearer.
struct CreateBearerRequest {
  SessionId session{};
  Imsi imsi;
  std::uint8_t linked_ebi = 5;  ///< Of the default bearer of the PDN connection.
  std::uint8_t pti = 0;         ///< Of the UE's request that led to it; 0: the network's own wish.
  gtp::BearerQos qos;
  ByteVector tft;         ///< TS 24.008 §10.5.6.12, the IE's contents, as the UE is to have it.
  gtp::Fteid user_plane;  ///< Where uplink packets of the bearer go.
  std::uint32_t charging_id = 0;
};
struct CreateBearerResponse {
  std::uint8_t ebi = 0;  ///< That the MME gave to the bearer.
  gtp::Fteid access;     ///< Where its downlink packets go.
};

/// Update Bearer Request, TS 29.274 §7.2.15, for one bearer. What is absent stays as it is.
struct UpdateBearerRequest {
  SessionId session{};
  Imsi imsi;
  std::uint8_t ebi = 5;
  std::uint8_t pti = 0;
  std::optional<gtp::BearerQos> qos{};
  ByteVector tft;  ///< Empty: unchanged.
  std::optional<gtp::Ambr> ambr{};
};

/// Delete Bearer Request, TS 29.274 §7.2.9.2.
struct DeleteBearerRequest {
  SessionId session{};
  Imsi imsi;
  std::uint8_t ebi = 5;  ///< A dedicated bearer; or the default one, and the whole PDN connection ends.
  std::uint8_t pti = 0;
  /// reactivation_requested asks the UE to ask for the PDN connection again.
  std::optional<gtp::Cause> cause{};
};

/// Downlink Data Notification, TS 29.274 §7.2.11.1: a packet waits for an idle UE.
struct DownlinkDataNotification {
  SessionId session{};
  Imsi imsi;
  std::uint8_t ebi = 5;
  gtp::Arp arp;
  /// Why the bearer's eNodeB cannot be reached although the UE is connected: Error Indication received, or
  /// S1-U path failure (TS 23.007 §20.3.1, §21). Said at once; no packet need wait.
  std::optional<gtp::Cause> cause{};
};

/// DL low priority traffic Throttling, TS 29.274 §8.85: of the notifications for idle UEs that are not of
/// priority, this share is to be left out for a time (TS 23.401 §4.3.7.4.1a).
struct DownlinkThrottling {
  std::uint8_t percent = 0;
  std::chrono::seconds delay{};
};

/// Downlink Data Notification Acknowledge, TS 29.274 §7.2.11.2.
struct DownlinkDataAcknowledge {
  gtp::Cause cause = gtp::Cause::request_accepted;
  /// DL Buffering Duration (TS 23.401 §5.3.4.3): the UE sleeps; keep its packets so long, and do not ask
  /// again before.
  std::optional<std::chrono::seconds> buffering{};
  std::optional<std::uint16_t> suggested_packets{};
  std::optional<DownlinkThrottling> throttling{};  ///< Instead of what was said before.
};

/// Reference point S5/S8, TS 29.274: what a serving gateway asks of a PDN gateway.
class S5 {
 public:
  virtual ~S5() = default;
  virtual Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) = 0;
  virtual Task<Answer<ModifyBearerResponse>> modify_bearer(ModifyBearerRequest request) = 0;
  /// Downlink packets are kept, within limits, until the next modify_bearer: the serving gateway's share of
  /// Release Access Bearers, where both gateways are one user plane.
  virtual Task<Answer<void>> suspend_downlink(SessionId session) = 0;
  /// What waits for the UE is thrown away: it could not be reached.
  virtual void discard_downlink(SessionId session) = 0;
  virtual Task<Answer<void>> delete_session(DeleteSessionRequest request) = 0;
  /// The serving gateway's too, for the same reason: what is forwarded passes through the common user plane.
  /// The tunnels end when they are deleted, with the session, or after the configured time.
  virtual Task<Answer<CreateIndirectTunnelResponse>> create_indirect_tunnel(
      CreateIndirectTunnelRequest request) = 0;
  virtual Task<Answer<void>> delete_indirect_tunnel(SessionId session) = 0;
  /// The answer comes before the bearer procedure that it leads to, which carries the command's PTI; or
  /// before its failure (S5Sgw::bearer_resource_failed).
  virtual Task<Answer<void>> bearer_resource_command(BearerResourceCommand command) = 0;
  virtual Task<Answer<void>> delete_bearer_command(DeleteBearerCommand command) = 0;
  virtual Task<Answer<void>> modify_bearer_command(ModifyBearerCommand command) = 0;
};

/// The other direction of S5/S8: what a PDN gateway asks of a serving gateway, and that one of the MME. An
/// answer that is an error means that nothing changed.
class S5Sgw {
 public:
  virtual ~S5Sgw() = default;
  virtual Task<Answer<CreateBearerResponse>> create_bearer(CreateBearerRequest request) = 0;
  virtual Task<Answer<void>> update_bearer(UpdateBearerRequest request) = 0;
  virtual Task<Answer<void>> delete_bearer(DeleteBearerRequest request) = 0;
  /// Not said of a command that led to a bearer procedure: what fails there the other side knows.
  virtual void bearer_resource_failed(const BearerResourceFailure& failure) = 0;
  /// From the user plane that both gateways share; over a wire it does not leave the serving gateway.
  virtual DownlinkDataAcknowledge downlink_data(const DownlinkDataNotification& notification) = 0;
};

}  // namespace zerocell::pgw
