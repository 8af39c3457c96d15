// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <random>

#include "app/core_functions.hpp"
#include "core/net/sctp_simulated.hpp"
#include "core/store/memory_subscribers.hpp"
#include "lab/enb.hpp"
#include "lab/running.hpp"
#include "lab/ue.hpp"
#include "test/lives/overlaps.hpp"

namespace zerocell::lives {

/// Every function of the core with its real neighbours, eNodeBs and UEs around it, in one thread and in
/// virtual time: what happens follows from the seed. The address pool has just enough addresses for all UEs,
/// so that one that leaks is missed.
class Network {
 public:
  Network(std::uint64_t seed, unsigned ues, unsigned enbs);

  VirtualLoop loop;
  SeededRandom random;
  std::mt19937_64 chance;  ///< Of what UEs and eNodeBs do.
  net::SimulatedNetwork net;
  std::shared_ptr<store::MemoryDatabase> database = std::make_shared<store::MemoryDatabase>();
  store::MemorySubscribers operators;  ///< The operator's own session with the database.
  app::CoreFunctions core;
  Watch* watch = nullptr;  ///< The MME's SCTP, with somebody who looks on.
  std::vector<std::unique_ptr<net::SctpTransport>> radios;
  std::vector<std::unique_ptr<lab::Enb>> enbs;
  std::vector<std::unique_ptr<lab::Ue>> ues;

  /// A number below `limit`, from the seed.
  unsigned draw(unsigned limit) { return static_cast<unsigned>(chance() % limit); }
  lab::Enb& any_enb() { return *enbs[draw(static_cast<unsigned>(enbs.size()))]; }
  /// That a UE camps on, or is connected through.
  lab::Enb& enb_of(const lab::Ue& ue) { return *enbs[place_of(ue.radio())]; }
  std::size_t place_of(const lab::Radio& radio) const;
  Imsi imsi(unsigned number) const;
  /// A bearer that the MME has of this UE; null: it has none. Until the next message.
  const mme::BearerRecord* any_bearer_of(unsigned number);
  /// The operator's word about a SIM, which may have been removed.
  void set_state(unsigned number, store::SimState state);
  void remove(unsigned number);
  /// Another bit rate, or quality of service, or no second APN; other framed routes and dedicated bearers.
  void change_subscription(unsigned number);
  /// A packet comes for a UE that is idle, if there is one: the user plane's report of it.
  void downlink_packet();
  /// What the functions of the core hold that does not fit together; empty is right. No procedure runs by
  /// then.
  std::vector<std::string> inconsistencies(bool without_enbs) const;
  /// UEs that the MME looks for, and how they are.
  std::string waited_for() const;
  /// What the core still holds of what it should have given back; empty is right. All UEs are detached and
  /// all eNodeBs gone by then.
  std::vector<std::string> leftovers() const;

 private:
  config::Config configuration(std::uint64_t seed, unsigned ues);
  void provision(unsigned ues);
  void start();
  store::Subscriber subscriber(unsigned number) const;
  std::size_t timers_before_ = 0;
  std::ptrdiff_t frames_before_ = 0;
};

}  // namespace zerocell::lives
