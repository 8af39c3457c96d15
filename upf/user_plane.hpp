// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "core/runtime/loop.hpp"
#include "core/state/record_index.hpp"
#include "upf/n4.hpp"
#include "upf/session_table.hpp"
#include "upf/signals.hpp"

namespace zerocell::upf {

/// A tunnel endpoint of a peer: where a bearer's downlink goes.
struct PeerTunnel {
  OuterAddress peer;
  gtp::Teid teid = 0;
  friend bool operator==(const PeerTunnel&, const PeerTunnel&) = default;
};

}  // namespace zerocell::upf

template <>
struct std::hash<zerocell::upf::PeerTunnel> {
  std::size_t operator()(const zerocell::upf::PeerTunnel& tunnel) const noexcept;
};

namespace zerocell::upf {

/// The in-process binding of N4: owns the sessions and publishes them to the packet path. One thread owns it,
/// the loop's.
class UserPlane final : public N4 {
 public:
  /// The settings must be valid (validate). `random` and `loop` must outlive it.
  UserPlane(Settings settings, Random& random, Loop& loop);
  ~UserPlane() override;
  UserPlane(const UserPlane&) = delete;
  UserPlane& operator=(const UserPlane&) = delete;

  std::expected<SessionEstablished, N4Error> establish(const SessionEstablishment& request) override;
  std::expected<void, N4Error> modify(SessionId session, const SessionModification& request) override;
  std::expected<Usage, N4Error> release(SessionId session) override;
  std::expected<Usage, N4Error> usage(SessionId session) const override;
  std::expected<BearerEstablished, N4Error> establish_bearer(SessionId session,
                                                             const BearerEstablishment& request) override;
  std::expected<void, N4Error> modify_bearer(SessionId session, BearerId bearer,
                                             const BearerModification& request) override;
  std::expected<void, N4Error> release_bearer(SessionId session, BearerId bearer) override;
  std::expected<gtp::Fteid, N4Error> forward(SessionId session, const gtp::Fteid& peer,
                                             std::uint8_t qci) override;
  void stop_forwarding(SessionId session) override;
  void set_reports(N4Reports* reports) override { reports_ = reports; }

  /// Delivers what the packet path has reported; the loop calls it by itself when something waits.
  void deliver_reports();

  std::size_t sessions() const { return live_; }
  std::size_t bearers() const { return bearers_live_; }
  std::size_t forwarding_tunnels() const { return forwarding_live_; }

  // For the packet path, which must not outlive the user plane.
  const Settings& settings() const { return settings_; }
  SessionTable& table() { return table_; }
  Signals& signals() { return signals_; }

 private:
  /// What only the owner needs of a session.
  struct Control {
    std::uint64_t control_seid;
    std::uint32_t generation;  ///< 0: the slot is free.
    std::uint32_t next_free;
  };
  struct Slot {
    std::uint32_t index;
    DownlinkLine line;
  };
  /// A dedicated bearer's slot, by its uplink line's index less `bearers_at`.
  struct BearerSlot {
    std::uint32_t generation;  ///< 0: the slot is free.
    std::uint32_t session;
    PeerTunnel tunnel;
  };
  struct OwnBearer {
    Bearer bearer;
    std::vector<PacketFilter> filters;
    bool installed = false;  ///< Its far end was known once: downlink packets come to it.
  };
  /// What only few sessions have.
  struct Extras {
    std::vector<PacketFilter> default_filters;
    std::vector<OwnBearer> bearers;
    std::shared_ptr<const BearerSet> set;
    std::vector<IpPrefix> routes;
    std::vector<std::uint32_t> forwarding;  ///< Indexes of uplink lines.
    bool empty() const {
      return default_filters.empty() && bearers.empty() && routes.empty() && forwarding.empty();
    }
  };
  /// Indexes of a range, the one that was given back longest ago first.
  class IndexRange {
   public:
    IndexRange(std::uint32_t first, std::uint32_t count) : next_(first), end_(first + count) {}
    std::optional<std::uint32_t> take();
    void give(std::uint32_t index) { free_.push_back(index); }

   private:
    std::uint32_t next_;
    std::uint32_t end_;
    std::deque<std::uint32_t> free_;
  };
  struct Expiry {
    Time at;
    std::uint32_t index;
    gtp::Teid teid;
  };
  struct TunnelOf {
    const UserPlane* plane;
    PeerTunnel operator()(std::uint32_t index) const;
  };

  struct RateKey {
    const SessionTable* table;
    std::uint64_t operator()(std::uint32_t index) const { return table->shared_rates[index].key; }
  };
  /// Places of shared limits: by UE, or by the number of those who share an AMBR.
  using SharedRates = RecordIndex<std::uint64_t, RateKey>;

  std::expected<Slot, N4Error> find(SessionId session) const;
  std::expected<void, N4Error> apply(const Downlink& downlink, DownlinkLine& line) const;
  std::optional<OuterAddress> reachable(const gtp::Fteid& peer) const;
  gtp::Fteid local_fteid(gtp::Teid teid) const;
  gtp::Teid new_teid(std::uint32_t index);
  void end_uplink(std::uint32_t index);

  // Bearers (user_plane_bearers.cpp).
  OwnBearer* find_bearer(std::uint32_t session, BearerId bearer);
  std::expected<void, N4Error> apply(const BearerModification& request, OwnBearer& bearer) const;
  void publish_bearers(std::uint32_t session, Extras& extras);
  std::shared_ptr<const BearerSet> make_set(std::uint32_t session, const Extras& extras) const;
  void move_tunnel(const Bearer& before, const Bearer& after);
  void end_bearer(std::uint32_t session, const OwnBearer& ended);
  void end_extras(std::uint32_t session);
  void end_forwarding(std::uint32_t index);
  void expire_forwarding();
  Extras* extras_of(std::uint32_t session);
  void drop_extras_if_empty(std::uint32_t session);

  // Limits that sessions share, and routes (user_plane_shared.cpp).
  std::uint32_t join_rate(SharedRates& rates, std::uint64_t key, const BitRate& first);
  void set_rate(std::uint32_t index, const BitRate& rate);
  void leave_rate(SharedRates& rates, std::uint32_t index);
  BitRate rate_of(std::uint32_t index) const;
  std::optional<std::uint32_t> set_ambr(const std::optional<std::uint64_t>& share,
                                        const std::optional<BitRate>& rate, UplinkLine& uplink,
                                        DownlinkLine& downlink);
  std::expected<void, N4Error> set_routes(const std::vector<IpPrefix>& routes, std::uint32_t session,
                                          std::uint32_t generation);
  bool may_be_routed(const IpPrefix& prefix) const;
  std::optional<std::uint32_t> take_slot();
  void give_slot(std::uint32_t index);
  /// Publishes the downlink line, and keeps the indexes of peers and tunnels in step with it.
  void publish(std::uint32_t index, const DownlinkLine& before, const DownlinkLine& after);
  void index_tunnel(std::uint32_t index, const PeerTunnel& tunnel);
  void forget_tunnel(std::uint32_t index, const PeerTunnel& tunnel);
  /// When the packet path acts on a command: packets or a peer wait for it, or nobody does.
  enum class Urgency : std::uint8_t { soon, now };
  void tell(const Command& command, Urgency urgency = Urgency::soon);
  void wake_path();
  /// Whether packets of the session may wait: it was reported, and not since delivered or dropped.
  Urgency settle_waiting(std::uint32_t index) {
    return waiting_.erase(index) != 0 ? Urgency::now : Urgency::soon;
  }
  Usage read_usage(const Slot& slot) const;
  void deliver(const Report& report);
  void deliver_error_indication(const Report& report);
  /// Reports the bearers on failed paths: so many sessions are looked at in one turn of the loop.
  void walk_failed_paths();
  void walk_failed_paths_later();
  void report_on_path(std::uint32_t session, const OuterAddress& peer);

  struct FailedPath {
    OuterAddress peer;
    std::uint32_t next = 0;  ///< Session to be looked at.
  };

  const Settings settings_;
  Random& random_;
  Loop& loop_;
  SessionTable table_;
  Signals signals_;
  MappedArray<Control> controls_;
  std::uint32_t high_water_ = 0;
  std::uint32_t free_head_ = kNoIndex;  // Oldest first: an address or TEID rests before it is used again.
  std::uint32_t free_tail_ = kNoIndex;
  std::size_t live_ = 0;
  std::map<IpAddress, std::uint32_t> peers_;  // Sessions by the address that their downlink goes to.
  RecordIndex<PeerTunnel, TunnelOf> tunnels_{TunnelOf{this}};  // Of bearers whose downlink forwards.
  std::unordered_map<std::uint32_t, Extras> extras_;           // By session.
  MappedArray<BearerSlot> bearer_slots_;
  IndexRange bearer_indexes_;
  std::size_t bearers_live_ = 0;
  IndexRange forwarding_indexes_;
  std::size_t forwarding_live_ = 0;
  std::deque<Expiry> forwarding_ends_;  // In the order in which they end.
  CallbackTimer forwarding_timer_{[this] { expire_forwarding(); }};
  SharedRates ue_rates_{RateKey{&table_}};
  SharedRates ambr_shares_{RateKey{&table_}};
  std::uint32_t shared_rates_used_ = 0;
  std::uint32_t shared_rates_free_ = kNoIndex;
  N4Reports* reports_ = nullptr;
  std::deque<FailedPath> failed_paths_;  // Whose bearers are being reported.
  bool walk_posted_ = false;
  std::shared_ptr<std::atomic<bool>> delivery_posted_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<bool> wake_posted_ = std::make_shared<bool>(false);
  std::unordered_set<std::uint32_t> waiting_;  // Sessions of which downlink data was reported.
  std::size_t untold_ = 0;                     // Commands since the packet path was last woken.
  CallbackTimer wake_timer_{[this] { wake_path(); }};
  std::shared_ptr<UserPlane*> self_ = std::make_shared<UserPlane*>(this);  // For jobs that outlive us.
};

}  // namespace zerocell::upf
