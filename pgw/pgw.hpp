// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/config/apns.hpp"
#include "core/crypto/random.hpp"
#include "core/runtime/exchange.hpp"
#include "core/state/record_table.hpp"
#include "egress/egress.hpp"
#include "pgw/address_pool.hpp"
#include "pgw/apn_connections.hpp"
#include "pgw/dedicated_bearers.hpp"
#include "pgw/procedures.hpp"
#include "pgw/s5.hpp"
#include "pgw/session_addresses.hpp"
#include "pgw/session_record.hpp"
#include "pgw/subscribed.hpp"

namespace zerocell::pgw {

/// The PDN type that an APN gives to one who asks for some type, with the cause that tells the UE why it is
/// another.
struct PdnTypeChoice {
  gtp::PdnType type = gtp::PdnType::ipv4;
  gtp::Cause cause = gtp::Cause::request_accepted;
};

/// PDN gateway, TS 23.401 §4.4.3.3: gives addresses, tells the UE its DNS servers and MTU, and sets up the
/// user plane with the identity whose policy it obeys. One owner thread.
class Pgw final : public S5, private upf::N4Reports {
 public:
  using Sessions = RecordTable<SessionRecord>;

  /// The other parts must outlive it.
  Pgw(const std::vector<config::ApnConfig>& apns, Sessions sessions, upf::N4& user_plane,
      egress::Egress& egress, Random& random, Loop& loop);
  ~Pgw() override;

  Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) override;
  /// Asks this serving gateway from now on, or nobody.
  void use(S5Sgw* sgw) { sgw_ = sgw; }

  /// Ends what the gateway does by itself, before those go that it waits for.
  void end_procedures() {
    procedures_.cancel();
    waiting_requests_.clear();
    going_.clear();
  }

  Task<Answer<ModifyBearerResponse>> modify_bearer(ModifyBearerRequest request) override;
  Task<Answer<void>> suspend_downlink(SessionId session) override;
  void discard_downlink(SessionId session) override;
  Task<Answer<void>> delete_session(DeleteSessionRequest request) override;
  Task<Answer<CreateIndirectTunnelResponse>> create_indirect_tunnel(
      CreateIndirectTunnelRequest request) override;
  Task<Answer<void>> delete_indirect_tunnel(SessionId session) override;
  Task<Answer<void>> bearer_resource_command(BearerResourceCommand command) override;
  Task<Answer<void>> delete_bearer_command(DeleteBearerCommand command) override;
  Task<Answer<void>> modify_bearer_command(ModifyBearerCommand command) override;

  // What the network wants of a session's bearers (pgw/bearer_procedures.cpp). An error means that nothing
  // changed, but that lower rates hold all the same. `pti` is that of the UE's request that led to it, 0 for
  // none.

  /// Dedicated bearer activation, TS 23.401 §5.4.1. Gives the bearer's EBI.
  Task<Answer<std::uint8_t>> create_dedicated_bearer(SessionId session, BearerRule rule,
                                                     std::uint8_t pti = 0);
  /// What changes of a dedicated bearer; what is absent stays.
  struct BearerChange {
    std::optional<gtp::BearerQos> qos{};
    /// All its filters from now on, with their identifiers.
    std::optional<std::vector<nas::PacketFilter>> filters{};
    /// How the UE hears of them; empty: it gets all anew.
    ByteVector tft{};
  };
  /// Bearer modification with or without QoS update, TS 23.401 §5.4.2.1 and §5.4.3.
  Task<Answer<void>> modify_dedicated_bearer(SessionId session, std::uint8_t ebi, BearerChange change,
                                             std::uint8_t pti = 0);
  /// Bearer deactivation, TS 23.401 §5.4.4.1. With the EBI of the default bearer the whole session ends.
  Task<Answer<void>> delete_bearer(SessionId session, std::uint8_t ebi, std::uint8_t pti = 0,
                                   std::optional<gtp::Cause> cause = {});
  Task<void> follow_ambr(SessionId session);
  /// Another APN-AMBR or QoS of the default bearer, TS 23.401 §5.4.2.2.
  Task<Answer<void>> modify_default_bearer(SessionId session, gtp::Ambr ambr, gtp::BearerQos qos);

  /// All static addresses and prefixes of subscriptions, instead of those said before: nobody gets one
  /// dynamically. Who has one already keeps it until its owner comes; an emergency call until it ends.
  void reserve(std::vector<IpAddress> addresses);

  std::size_t sessions() const { return sessions_.size(); }
  /// Nothing for a session that is not there.
  std::optional<gtp::PdnAddress> address_of(SessionId session) const;
  std::size_t dedicated_bearers() const { return bearers_.size(); }
  /// A bearer as the gateway knows it.
  struct BearerState {
    std::uint8_t ebi = 0;
    gtp::BearerQos qos;
    gtp::Fteid uplink;  ///< Where its uplink packets go.
  };
  /// Those of a session, the default one first; none where there is no such session.
  std::vector<BearerState> bearers_of(SessionId session);
  /// Addresses and prefixes that sessions have of the pools.
  std::size_t addresses_in_use() const;
  /// Sessions whose UE is looked for, or waited for, since packets wait.
  std::size_t awaited() const { return awaited_.size(); }
  /// Sessions whose subscription gives them more than a default bearer.
  std::size_t subscribed() const { return subscribed_.size(); }

 private:
  struct Network;
  class AddressLease;
  class PendingBearer;

  // N4, from the user plane.
  void downlink_data(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi) override;
  void error_indication(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi,
                        const gtp::Fteid& peer) override;
  void path_failure(const IpAddress& peer) override;
  void bearer_path_failure(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi) override;
  void path_recovered(const IpAddress& peer) override;
  void peer_silent(const IpAddress& peer) override;
  /// Packets of the bearer wait from now on, and the MME hears why.
  void lose_access(upf::SessionId session, std::uint64_t control_seid, std::uint8_t ebi, gtp::Cause cause);

  struct Offer {
    std::uint16_t apn = 0;
    PdnTypeChoice choice;
  };
  Answer<Offer> judge_session(const CreateSessionRequest& request) const;
  Answer<CreateSessionResponse> create(const CreateSessionRequest& request, const Offer& offer);
  std::optional<std::uint16_t> find_network(const Apn& apn) const;
  SessionId id_of(Sessions::Index index) const;
  std::optional<Sessions::Index> find(SessionId session) const;
  void end_session(Sessions::Index index);
  gtp::Ambr agreed_ambr(const SessionRecord& record) const;
  /// What the user plane lets pass from now on.
  void enforce(const SessionRecord& record, const gtp::Ambr& ambr);
  void enforce(const SessionRecord& record, const DedicatedBearerRecord& bearer);
  /// Of what the bearer has and what it is to have, the lower: before the UE agrees, and whether it does or
  /// not.
  void enforce_least(const SessionRecord& record, const DedicatedBearerRecord& bearer,
                     const gtp::BearerQos& wanted);
  bool has_bearer_above(const SessionRecord& record, std::uint8_t priority);
  Answer<gtp::Fteid> open_access(const SessionRecord& record, const BearerAccess& access, bool path_switch);

  // Static addresses (static_addresses.cpp).
  std::vector<SessionId> reclaim(const CreateSessionRequest& request, const Offer& offer);
  Task<void> reactivate(SessionId session);
  Task<void> gone(std::vector<SessionId> sessions);

  // Bearer procedures (bearer_procedures.cpp).
  std::uint16_t rules_for(const Network& network, const std::string& group) const;
  Task<void> create_due_bearers(SessionId session, std::uint16_t rules);
  void change_group(const SessionRecord& record, const std::string& group);
  void note_lost(Sessions::Index index, const DedicatedBearerRecord& bearer);
  Task<void> delete_lost_bearer(SessionId session, std::uint8_t ebi, upf::BearerId bearer);
  std::array<bool, 256> precedences(const SessionRecord& record);

  // What subscriptions give (subscribed.cpp).
  std::vector<IpPrefix> framed_routes(const Network& network, const Imsi& imsi, gtp::PdnType type,
                                      const std::vector<IpPrefix>& subscribed) const;
  void install_routes(Sessions::Index index);
  void install_missing_routes();
  void change_routes(Sessions::Index index, std::vector<IpPrefix> routes);
  bool change_rules(Sessions::Index index, const gtp::BearerRules& rules);
  Task<void> change_default_bearer(SessionId session, Subscribed::Default wanted);
  Task<void> apply_subscription(SessionId session);
  Task<void> apply_subscribed_rules(SessionId session);
  Task<Answer<void>> apply_subscribed_rule(SessionId session, gtp::BearerRules rules, std::size_t position);
  Task<Answer<void>> rewrite_bearer(SessionId session, std::uint8_t ebi, BearerRule rule);

  // What a UE asks for (bearer_resources.cpp).
  Task<void> serve_request(SessionId session, std::uint8_t pti);
  Task<void> allocate_resource(BearerResourceCommand command);
  Task<void> modify_resource(BearerResourceCommand command);
  Answer<BearerRule> judge_allocation(const SessionRecord& record, const BearerResourceCommand& command);
  Answer<std::optional<std::vector<nas::PacketFilter>>> filters_after(const SessionRecord& record,
                                                                      const DedicatedBearerRecord& bearer,
                                                                      nas::Tft::Operation operation,
                                                                      std::vector<nas::PacketFilter>& listed);
  Answer<BearerChange> judge_modification(const SessionRecord& record, const BearerResourceCommand& command);
  std::unexpected<gtp::Cause> fail_request(SessionId session, std::uint8_t ebi, std::uint8_t pti,
                                           gtp::Cause cause);
  Answer<gtp::BearerQos> permit_qos(const SessionRecord& record, gtp::BearerQos qos, std::uint8_t but_for);

  std::vector<Network> networks_;
  Sessions sessions_;
  upf::N4& user_plane_;
  egress::Egress& egress_;
  Random& random_;
  Loop& loop_;
  S5Sgw* sgw_ = nullptr;
  std::uint32_t next_charging_id_;
  SessionAddresses addresses_;
  ApnConnections connections_;
  DedicatedBearers bearers_;
  SubscribedOfSessions subscribed_;
  /// For packets of theirs the MME looks for the UE, or waits until it comes.
  std::unordered_set<Sessions::Index> awaited_;
  std::set<Sessions::Index> missing_routes_;  ///< Some of their routes are another session's still.
  std::vector<IpAddress> reserved_;           // In ascending order.
  /// Sessions that are asked to go, and who waits for that.
  std::map<SessionId, std::vector<std::weak_ptr<Exchange<const SessionId>>>> going_;
  /// Requests of UEs whose turn has yet to come, by session and PTI.
  std::map<std::pair<SessionId, std::uint8_t>, BearerResourceCommand> waiting_requests_;
  Procedures procedures_;
};

/// An error where no type fits, TS 23.401 §5.3.1.1, TS 24.301 §6.5.1.3.
std::expected<PdnTypeChoice, gtp::Cause> choose_pdn_type(const config::ApnConfig& apn,
                                                         gtp::PdnType requested);

/// Answers the protocol configuration options of a UE: DNS servers, IPv4 link MTU, IPCP, and authentication
/// protocols (accepted: the SIM is the identity), each only where it asked. Empty when nothing is to be said.
ByteVector answer_pco(Bytes requested, bool extended, const config::ApnConfig& apn);

}  // namespace zerocell::pgw
