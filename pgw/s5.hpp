// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "core/gtp/fteid.hpp"
#include "core/gtp/session_types.hpp"
#include "core/runtime/task.hpp"
#include "core/types/apn.hpp"
#include "core/types/identity.hpp"

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
  std::uint8_t ebi = 5;
  gtp::BearerQos qos;
  ByteVector pco;             ///< As the UE sent it, contents of the IE; empty where it sent none.
  bool extended_pco = false;  ///< They came as extended options (TS 24.008 §10.5.6.3A), and are answered so.
  std::string policy_group;   ///< The egress policy group; a private extension on the wire.
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
};

/// Modify Bearer Request, TS 29.274 §7.2.7: where downlink packets go now.
struct ModifyBearerRequest {
  SessionId session{};
  std::uint8_t ebi = 5;
  gtp::Fteid access;  ///< The eNodeB's endpoint, or the serving gateway's where that is another node.
};

struct DeleteSessionRequest {
  SessionId session{};
};

template <class T>
using Answer = std::expected<T, gtp::Cause>;

/// Reference point S5/S8, TS 29.274: what a serving gateway asks of a PDN gateway.
class S5 {
 public:
  virtual ~S5() = default;
  virtual Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) = 0;
  virtual Task<Answer<void>> modify_bearer(ModifyBearerRequest request) = 0;
  /// Downlink packets are kept, within limits, until the next modify_bearer: the serving gateway's share of
  /// Release Access Bearers, where both gateways are one user plane.
  virtual Task<Answer<void>> suspend_downlink(SessionId session) = 0;
  virtual Task<Answer<void>> delete_session(DeleteSessionRequest request) = 0;
};

}  // namespace zerocell::pgw
