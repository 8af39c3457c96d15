// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>
#include <vector>

#include "core/runtime/exchange.hpp"
#include "mme/ue.hpp"
#include "sgw/s11.hpp"

namespace zerocell::mme {

/// Paging, TS 23.401 §5.3.4.3, TS 24.301 §5.6.2, TS 36.413 §8.5: finds idle UEs for packets that wait at a
/// gateway, and for procedures of the network. Only a UE that is being looked for, or that packets wait for,
/// has an entry here.
class Paging {
 public:
  explicit Paging(Mme& mme) : mme_(mme) {}
  Paging(const Paging&) = delete;

  /// Packets wait for the UE. What the gateway hears: it keeps them, or that the UE cannot be reached.
  sgw::DownlinkDataAcknowledge notify(UeDirectory::Index index, const sgw::DownlinkDataNotification& about);
  /// See Mme::reach.
  Task<Ue*> reach(UeDirectory::Index index, std::optional<gtp::Arp> arp);

  /// The UE has shown itself: nobody looks for it any more.
  void connected(UeDirectory::Index index);
  /// A procedure of the UE has ended, and it stays connected. May end the UE.
  void served(Ue& ue);
  /// The UE has no connection any more: what still waits for it has it paged.
  void idle(UeDirectory::Index index);
  /// Nobody will find this UE: its registration, or its record, has gone.
  void abandon(UeDirectory::Index index);
  /// Whether anything waits for the UE.
  bool wanted(UeDirectory::Index index) const { return entries_.contains(index); }
  /// Whether packets wait for the UE.
  bool downlink_waits(UeDirectory::Index index) const;
  /// Nobody waits any more, and nobody is told: for the MME's own end.
  void cancel();
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::optional<CallbackTimer> timer{};  ///< T3413, or the wait for a time when the UE listens.
    unsigned sent = 0;                     ///< Pagings since it was last idle.
    unsigned rounds = 0;                   ///< How often it was found, and lost again before it was served.
    std::uint8_t priority = 0xFF;          ///< ARP priority level of what waits; 1 is the highest.
    std::optional<std::uint8_t> paging_priority{};  ///< What is configured for it; 1 is the highest.
    InlineList<sgw::SessionId, sgw::kBearersMax> sessions{};  ///< Whose packets wait.
    std::vector<Promised<Ue*>*> waiters{};
  };

  Entry& entry(UeDirectory::Index index);
  /// True when the bearer's priority has eNodeBs page with a higher Paging Priority than so far.
  bool raise_priority(Entry& entry, const gtp::Arp& arp);
  void begin(UeDirectory::Index index, Entry& entry);
  void expired(UeDirectory::Index index);
  void page_when_it_listens(UeDirectory::Index index, Entry& entry);
  void fell_asleep(UeDirectory::Index index, Entry& entry);
  void page(UeDirectory::Index index, Entry& entry);
  void await(UeDirectory::Index index, Entry& entry, Duration time);
  /// Tells everybody who waits; `found`: the UE is connected.
  void end(UeDirectory::Index index, bool found);
  void resume(std::vector<Promised<Ue*>*> waiters, UeDirectory::Index index, bool found);
  /// What all attempts from now on wait for times when the UE listens, beside their T3413s; nothing: it falls
  /// asleep before the last of them.
  std::optional<Duration> waits(const UeRecord& record) const;
  /// What the gateway hears of packets for a UE that is idle, or about to be.
  sgw::DownlinkDataAcknowledge kept_for(const UeRecord& record) const;

  Mme& mme_;
  std::unordered_map<UeDirectory::Index, Entry> entries_;
  struct Resuming {
    Promised<Ue*>* waiter;
    UeDirectory::Index index;
    bool found;
  };
  std::vector<Resuming> resuming_;  ///< Taken out of their entries, not told yet.
  std::vector<Enb*> targets_;       ///< Scratch.
};

}  // namespace zerocell::mme
