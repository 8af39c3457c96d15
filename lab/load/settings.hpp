// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/key.hpp"
#include "core/nas/ie/esm_values.hpp"
#include "core/net/sctp.hpp"
#include "core/types/apn.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"
#include "lab/load/arrivals.hpp"
#include "lab/load/procedure.hpp"

namespace zerocell::load {

/// What arrives at the open rate, each time for another UE.
enum class Scenario : std::uint8_t {
  attach,           ///< A UE attaches and detaches again: an attach storm, where many do.
  registration,     ///< A UE attaches, goes idle and stays: how a network fills.
  service_request,  ///< A registered, idle UE sends data, and is idle again.
  tracking_area,    ///< It makes its periodic tracking area update.
  paging,           ///< A packet for it arrives from the internet.
  x2_handover,      ///< A connected UE goes to another eNodeB and later back, by path switch.
  s1_handover,      ///< The same through the MME.
  iot_day,          ///< A day of sensors: mostly uplink data and updates, some pages, few new attaches.
};
constexpr std::size_t kScenarios = 8;
std::string_view name_of(Scenario scenario);
/// In the order of the enumeration.
std::span<const std::string_view> scenario_names();
/// Nothing for a name that is none.
std::optional<Scenario> scenario_of(std::string_view name);

/// The secrets of one SIM with MILENAGE.
struct SimKeys {
  Key<16> k;
  Key<16> op_c;
};
struct Sim {
  Imsi imsi;
  SimKeys keys;
};

constexpr std::uint32_t kUesMax = 1u << 24;  // eNB UE S1AP ID, TS 36.413 §9.2.3.4: a UE's number is its id.
constexpr std::uint32_t kEnbsMax = 4096;
constexpr std::uint32_t kEnbIds = 1u << 20;  // Macro eNB ID, TS 36.413 §9.2.1.37.
constexpr double kRateMax = 1e6;
constexpr Duration kSliceMin = std::chrono::milliseconds(1);
constexpr std::size_t kSlicesMax = 10'000;  ///< Of a run: each has a histogram of 40 KB.

struct Settings {
  Endpoint mme;
  std::vector<IpAddress> enb_addresses;  ///< Where eNodeBs connect from, in turn; empty: the system chooses.
  Plmn plmn;
  std::uint16_t tac_first = 1;
  std::uint16_t tac_count = 1;  ///< eNodeBs are spread over so many tracking areas.
  std::uint32_t enbs = 16;
  std::uint32_t enb_id_first = 1;  ///< Macro eNB ids of 20 bits, counted up.

  std::uint32_t ues = 10'000;
  Imsi imsi_first;        ///< Counted up for each UE, as `zerocell sim add --count` does.
  SimKeys keys;           ///< Of all of them,
  std::vector<Sim> sims;  ///< unless these are given: one for each UE.
  Apn apn;                ///< Empty: the network's default.
  nas::PdnType pdn_type = nas::PdnType::ipv4;
  bool by_guti = false;  ///< UEs attach again by GUTI, under the security they have.

  Scenario scenario = Scenario::attach;
  double rate = 1000;         ///< Arrivals a second; 0: the next begins when one of `window` has ended.
  std::uint32_t window = 64;  ///< So many at once, where no rate is given, and while preparing.
  ArrivalKind arrivals = ArrivalKind::poisson;
  Duration duration = std::chrono::seconds(10);
  /// A storm of further UEs besides, each once: their numbers are the last ones.
  struct Storm {
    double rate = 0;  ///< Arrivals a second; 0: no storm.
    std::uint32_t ues = 0;
    Duration after = std::chrono::seconds(2);  ///< From the first arrival on.
    Duration duration = std::chrono::seconds(1);
  };
  Storm storm{};
  Duration slice{};                ///< The outcome tells how each such time went; zero: only the whole.
  std::uint64_t arrivals_max = 0;  ///< Ends earlier after so many; 0: only by the duration.
  std::uint64_t seed = 1;
  Duration patience = std::chrono::seconds(15);  ///< For one procedure: T3410, T3421, T3430 of a UE.
  bool keep = false;                             ///< UEs stay attached at the end.

  Ipv4Address gtpu{{127, 0, 0, 1}};  ///< Where downlink packets are to go: one for all eNodeBs.
  bool receive_packets = false;      ///< There are sockets for user data: paging needs them.

  // For whoever makes the generator's loop and its transport.
  net::SctpKind sctp = net::SctpKind::automatic;
  bool spin = false;  ///< The loop never sleeps.
};

/// What is wrong with them, in the words of the options of `zerocell bench`; nothing when they can be run.
std::optional<std::string> problem_of(const Settings& settings);

}  // namespace zerocell::load
