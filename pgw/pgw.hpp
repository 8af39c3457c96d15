// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "core/config/apns.hpp"
#include "core/crypto/random.hpp"
#include "core/state/record_table.hpp"
#include "egress/egress.hpp"
#include "pgw/address_pool.hpp"
#include "pgw/s5.hpp"
#include "pgw/session_record.hpp"

namespace zerocell::pgw {

/// PDN gateway, TS 23.401 §4.4.3.3: gives addresses, tells the UE its DNS servers and MTU, and sets up the
/// user plane with the identity whose policy it obeys. One owner thread.
class Pgw final : public S5, private upf::N4Reports {
 public:
  using Sessions = RecordTable<SessionRecord>;

  /// The other parts must outlive it.
  Pgw(const std::vector<config::ApnConfig>& apns, Sessions sessions, upf::N4& user_plane,
      egress::Egress& egress, Random& random);
  ~Pgw() override;

  Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) override;
  /// Asks this serving gateway from now on, or nobody.
  void use(S5Sgw* sgw) { sgw_ = sgw; }

  Task<Answer<ModifyBearerResponse>> modify_bearer(ModifyBearerRequest request) override;
  Task<Answer<void>> suspend_downlink(SessionId session) override;
  void discard_downlink(SessionId session) override;
  Task<Answer<void>> delete_session(DeleteSessionRequest request) override;
  Task<Answer<void>> bearer_resource_command(BearerResourceCommand command) override;
  Task<Answer<void>> delete_bearer_command(DeleteBearerCommand command) override;
  Task<Answer<void>> modify_bearer_command(ModifyBearerCommand command) override;

  /// A static address of a subscription: nobody else gets it from now on.
  void reserve(const Apn& apn, const IpAddress& address);
  void unreserve(const Apn& apn, const IpAddress& address);

  std::size_t sessions() const { return sessions_.size(); }

 private:
  struct Network;
  class AddressLease;

  // N4, from the user plane.
  void downlink_data(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi) override;
  void error_indication(upf::SessionId session, std::uint64_t control_seid, const gtp::Fteid& peer) override;
  void path_failure(const IpAddress& peer) override;
  void path_recovered(const IpAddress& peer) override;

  Answer<CreateSessionResponse> create(const CreateSessionRequest& request);
  std::optional<std::uint16_t> find_network(const Apn& apn) const;
  SessionId id_of(Sessions::Index index) const;
  std::optional<Sessions::Index> find(SessionId session) const;

  std::vector<Network> networks_;
  Sessions sessions_;
  upf::N4& user_plane_;
  egress::Egress& egress_;
  Random& random_;
  S5Sgw* sgw_ = nullptr;
  std::uint32_t next_charging_id_;
};

/// The PDN type that `apn` gives to one who asks for `requested`, with the cause that tells the UE why it is
/// another; an error where none fits (TS 23.401 §5.3.1.1, TS 24.301 §6.5.1.3).
struct PdnTypeChoice {
  gtp::PdnType type = gtp::PdnType::ipv4;
  gtp::Cause cause = gtp::Cause::request_accepted;
};
std::expected<PdnTypeChoice, gtp::Cause> choose_pdn_type(const config::ApnConfig& apn,
                                                         gtp::PdnType requested);

/// Answers the protocol configuration options of a UE: DNS servers, IPv4 link MTU, IPCP, and authentication
/// protocols (accepted: the SIM is the identity), each only where it asked. Empty when nothing is to be said.
ByteVector answer_pco(Bytes requested, bool extended, const config::ApnConfig& apn);

}  // namespace zerocell::pgw
