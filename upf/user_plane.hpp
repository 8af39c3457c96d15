// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>

#include "core/runtime/loop.hpp"
#include "core/state/record_index.hpp"
#include "upf/n4.hpp"
#include "upf/session_table.hpp"
#include "upf/signals.hpp"

namespace zerocell::upf {

/// A tunnel endpoint of a peer: where a session's downlink goes.
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
  void set_reports(N4Reports* reports) override { reports_ = reports; }

  /// Delivers what the packet path has reported; the loop calls it by itself when something waits.
  void deliver_reports();

  std::size_t sessions() const { return live_; }

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
  struct TunnelOf {
    const UserPlane* plane;
    PeerTunnel operator()(std::uint32_t index) const;
  };

  std::expected<Slot, N4Error> find(SessionId session) const;
  std::expected<void, N4Error> apply(const Downlink& downlink, DownlinkLine& line) const;
  std::optional<std::uint32_t> take_slot();
  void give_slot(std::uint32_t index);
  /// Publishes the downlink line, and keeps the indexes of peers and tunnels in step with it.
  void publish(std::uint32_t index, const DownlinkLine& before, const DownlinkLine& after);
  void index_tunnel(std::uint32_t index, const DownlinkLine& line);
  void forget_tunnel(std::uint32_t index, const DownlinkLine& line);
  void tell(const Command& command);
  Usage read_usage(const Slot& slot) const;
  void deliver(const Report& report);
  void deliver_error_indication(const Report& report);

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
  RecordIndex<PeerTunnel, TunnelOf> tunnels_{TunnelOf{this}};  // Of sessions whose downlink forwards.
  N4Reports* reports_ = nullptr;
  std::shared_ptr<std::atomic<bool>> delivery_posted_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<bool> wake_posted_ = std::make_shared<bool>(false);
  std::shared_ptr<UserPlane*> self_ = std::make_shared<UserPlane*>(this);  // For jobs that outlive us.
};

}  // namespace zerocell::upf
