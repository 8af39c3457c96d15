// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "asn1/s1ap/handover.hpp"
#include "asn1/s1ap/location_and_trace.hpp"
#include "asn1/s1ap/paging.hpp"
#include "core/nas/emm.hpp"
#include "core/nas/esm.hpp"
#include "core/runtime/loop.hpp"
#include "lab/load/alarm.hpp"
#include "lab/load/core_meter.hpp"
#include "lab/load/enb.hpp"
#include "lab/load/load_ue.hpp"
#include "lab/load/settings.hpp"
#include "lab/load/statistics.hpp"
#include "lab/load/user_data.hpp"

namespace zerocell::load {

enum class Phase : std::uint8_t {
  connecting,  ///< eNodeBs set up S1.
  preparing,   ///< UEs get into the state that the scenario begins in.
  running,     ///< Work arrives, and is measured.
  draining,    ///< What has begun ends.
  clearing,    ///< UEs detach.
  ended,
};
std::string_view name_of(Phase phase);

/// For whoever watches.
struct Progress {
  Phase phase = Phase::connecting;
  double share = 0;  ///< Of the phase, 0 to 1.
  std::uint64_t begun = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
};

/// What a run showed.
struct Outcome {
  Statistics prepared;
  Statistics measured;
  Statistics cleared;
  std::string mme_name;
  Duration ran{};  ///< While work arrived.
  std::uint64_t arrived = 0;
  std::uint64_t nobody_free = 0;   ///< Arrivals that found every UE busy: more UEs, or a lower rate.
  std::uint64_t never_begun = 0;   ///< Arrivals that were due, and still owed when the time was over.
  std::uint64_t done_in_time = 0;  ///< Errands that ended well while work arrived,
  std::uint64_t done = 0;          ///< and together with those that did so after it. The rest failed.
  Histogram lateness;  ///< How late this generator was itself; it is in every time from arrival on.
  Histogram turns;  ///< How long what reached this process waited for what it did before: a sample each tick.
  std::map<std::string, std::uint64_t> complaints;  ///< What the MME did that no procedure accounts for.
  struct Memory {
    std::uint64_t registered = 0;
    std::uint64_t octets = 0;
  };
  /// How one slice of the time in which work arrived went, and what came after it.
  struct Slice {
    std::uint64_t begun = 0;
    std::uint64_t done = 0;    ///< Procedures.
    std::uint64_t failed = 0;  ///< Those that were refused too.
    Histogram answers;         ///< To all messages, by when they came.
  };
  std::deque<Slice> slices;
  struct Overload {
    std::uint64_t starts = 0;  ///< OVERLOAD START, of all eNodeBs.
    std::uint64_t stops = 0;
    std::uint64_t enbs_now = 0;     ///< That have heard a start, and no stop after it.
    std::optional<Duration> eased;  ///< Since work began to arrive, when the last of them heard the stop.
  };
  Overload overload;
  std::vector<Memory> memory;     ///< Of the core's process, as UEs registered.
  std::optional<CoreUsage> used;  ///< By the core, while running and draining.
  Duration own_cpu{};             ///< By this process, over the same time.
};

/// Simulates UEs and eNodeBs against one MME, at an open rate: arrivals do not wait for answers. It answers
/// as TS 24.301 and TS 36.413 want of UEs and eNodeBs, from one plain record a UE, on one loop.
class Generator final {
 public:
  struct Parts {
    Loop& loop;
    net::SctpTransport& sctp;
    AlarmMaker alarm;
    UserData* user_data = nullptr;  ///< Null: no packets for UEs.
    CoreMeter* core = nullptr;      ///< Null: the core's use of the machine is not known.
  };
  using OnEnd = std::function<void(std::expected<void, std::string>)>;

  /// The settings have no problem.
  Generator(const Parts& parts, Settings settings);
  ~Generator();
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// Once. The error of `on_end` says why no load was possible; single failures are in the outcome.
  void start(OnEnd on_end);
  /// Ends early: what has begun ends, UEs detach.
  void stop();

  Progress progress() const;
  const Outcome& outcome() const { return outcome_; }
  const Settings& settings() const { return settings_; }
  /// Why the last eNodeB that was refused was; empty: none was.
  const std::string& refusal() const { return refusal_; }
  std::uint64_t registered() const { return registered_; }
  std::uint64_t connected() const;

  // ---- for its eNodeBs ------------------------------------------------------------------------------------

  void enb_ready(LoadEnb& enb, std::string_view mme_name);
  /// `again`: after so long it may connect again; without, a run ends in which eNodeBs still connect for the
  /// first time.
  void enb_refused(LoadEnb& enb, const std::string& why, std::optional<Duration> again);
  void enb_lost(LoadEnb& enb);
  /// A message about UEs. Views in it are valid during the call.
  void downlink(LoadEnb& enb, const s1ap::Message& message);
  void drop_all(LoadEnb& enb, const char* why);
  /// Told by the MME; `before`: it was told the same before.
  void overloaded(bool now, bool before);
  /// After a message was handled: the next may begin.
  void go_on();
  void complain(const std::string& what) { ++outcome_.complaints[what]; }
  net::SctpTransport& sctp() { return parts_.sctp; }
  Time now() const { return parts_.loop.now(); }
  Arena& arena() { return arena_; }
  MutableBytes room() { return room_; }

 private:
  /// Work that arrives for some of the UEs.
  struct Stream {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    // Who is free, the one first that has been so for longest: each of the stream's UEs once at most.
    std::vector<std::uint32_t> idle{};
    std::uint32_t idle_first = 0;
    std::uint32_t idle_count = 0;
    /// Those of them that T3346 keeps away, by the second of the run that it ends in.
    std::multimap<std::uint32_t, std::uint32_t> away{};
    std::optional<Arrivals> arrivals{};
    std::unique_ptr<Alarm> alarm{};
    Time end{};
  };
  struct Patience {
    Time until;
    std::uint32_t ue;
    std::uint32_t turn;
  };

  // Phases (generator.cpp).
  void connect_some();
  void enter(Phase phase);
  void end_when_nothing_runs();
  void finish(std::expected<void, std::string> how);
  void tick();
  void plan(Stream& stream, double rate, Time start, Time end);
  void arrive(Stream& stream);
  void sweep();
  bool start_one(Stream& stream, Time due);
  LoadUe* pick(Stream& stream);
  void now_free(LoadUe& ue);
  void put(Stream& stream, std::uint32_t ue);
  std::uint32_t take(Stream& stream);
  void count_owed(Stream& stream);
  Outcome::Slice* slice_now();
  std::uint8_t errand_for(const LoadUe& ue);
  void note_memory();

  // Errands (errands.cpp).
  void start_errand(LoadUe& ue, std::uint8_t errand, Time due);
  void begin(LoadUe& ue, Time due);
  void succeed(LoadUe& ue);
  void advance(LoadUe& ue);
  void end_dwelling();
  void end_errand(LoadUe& ue, bool well);
  void fail(LoadUe& ue, std::string_view why);
  void registered(LoadUe& ue, bool now);
  void disconnected(LoadUe& ue);
  void abandon(LoadUe& ue);
  bool running(const LoadUe& ue, Procedure procedure) const {
    return ue.errand != 0 && ue.procedure == procedure;
  }

  // What a UE sends (uplink.cpp).
  bool send_attach(LoadUe& ue);
  bool send_detach(LoadUe& ue);
  bool send_service_request(LoadUe& ue, s1ap::RrcEstablishmentCause cause);
  bool send_tracking_area_update(LoadUe& ue);
  bool send_release_request(LoadUe& ue, s1ap::CauseRadioNetwork cause);
  bool send_path_switch(LoadUe& ue);
  bool send_handover_required(LoadUe& ue);
  bool send_packet(LoadUe& ue);
  bool send_packets(LoadUe& ue);
  bool establish(LoadUe& ue, Bytes nas, s1ap::RrcEstablishmentCause cause);
  bool establish_protected(LoadUe& ue, Bytes plain, s1ap::RrcEstablishmentCause cause);
  bool uplink_nas(LoadUe& ue, Bytes nas);
  bool uplink_protected(LoadUe& ue, nas::SecurityHeader header, Bytes plain);
  template <class M>
  bool answer(LoadUe& ue, const M& message, Sent what = Sent::nothing);
  void sent(LoadUe& ue, Sent what);
  void answered(LoadUe& ue);
  Guti guti(const LoadUe& ue) const { return {ue.gummei, ue.m_tmsi}; }

  // What S1AP tells (downlink.cpp).
  LoadUe* find(LoadEnb& enb, std::uint32_t mme_id, std::uint32_t enb_id);
  void locate(LoadEnb& enb, const s1ap::LocationReportingControl& control);
  void context_setup(LoadEnb& enb, const s1ap::InitialContextSetupRequest& request);
  void release(LoadEnb& enb, const s1ap::UeContextReleaseCommand& command);
  void page(LoadEnb& enb, const s1ap::Paging& paging);
  void path_switched(LoadEnb& enb, const s1ap::PathSwitchRequestAcknowledge& acknowledge);
  void handover_request(LoadEnb& enb, const s1ap::HandoverRequest& request);
  void handover_command(LoadEnb& enb, const s1ap::HandoverCommand& command);
  void status_transferred(LoadEnb& enb, const s1ap::MmeStatusTransfer& status);
  LoadUe* ue_of_tunnel(std::uint32_t teid);
  void packet(std::uint32_t teid, std::uint32_t number);
  void end_marker(std::uint32_t teid);
  void switched(LoadUe& ue);

  // What NAS tells (downlink_nas.cpp).
  void downlink_nas(LoadUe& ue, Bytes received);
  void emm(LoadUe& ue, Bytes plain);
  void esm(LoadUe& ue, Bytes plain);
  void handle(LoadUe& ue, const nas::AuthenticationRequest& request);
  void security_mode(LoadUe& ue, Bytes received);
  void handle(LoadUe& ue, const nas::AttachAccept& accept);
  void handle(LoadUe& ue, const nas::TrackingAreaUpdateAccept& accept);
  void rejected(LoadUe& ue, nas::EmmCause cause, const std::optional<nas::GprsTimer>& t3346);
  void take_guti(LoadUe& ue, const nas::EpsMobileIdentity& identity);

  std::uint32_t number(const LoadUe& ue) const { return static_cast<std::uint32_t>(&ue - ues_.data()); }
  const SimKeys& keys(const LoadUe& ue) const {
    return settings_.sims.empty() ? settings_.keys : settings_.sims[number(ue)].keys;
  }
  LoadEnb& enb_of(const LoadUe& ue) { return *enbs_[ue.enb]; }
  Statistics& statistics(const LoadUe& ue) { return *statistics_[ue.statistics]; }

  // UEs by M-TMSI, for pages: places of an open table, each a UE's number and one.
  void index(const LoadUe& ue);
  LoadUe* find_by_m_tmsi(std::uint32_t m_tmsi);

  Parts parts_;
  const Settings settings_;
  OnEnd on_end_;
  Phase phase_ = Phase::connecting;
  Outcome outcome_;
  std::array<Statistics*, 3> statistics_;
  std::vector<LoadUe> ues_;
  std::vector<std::unique_ptr<LoadEnb>> enbs_;
  std::vector<std::uint32_t> by_m_tmsi_;
  std::size_t m_tmsis_indexed_ = 0;

  Stream base_;
  Stream storm_;
  CallbackTimer tick_;
  std::deque<Patience> patiences_;
  std::deque<Patience> dwelling_;  ///< Go on with their errand then.
  std::mt19937_64 chance_;
  Time started_{};  ///< The whole run.
  Time phase_began_{};
  Time work_began_{};        ///< The running phase.
  std::uint32_t swept_ = 0;  ///< UEs that this pass of preparing or clearing has come to.
  unsigned passes_ = 0;
  bool stopping_ = false;                                      ///< Before anything arrived.
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  ///< For what is posted.
  std::size_t enbs_ready_ = 0;
  std::size_t next_enb_ = 0;  ///< The first to connect where several may: each has its turn.
  std::string refusal_;
  std::uint64_t outstanding_ = 0;
  std::uint64_t registered_ = 0;
  std::uint64_t next_memory_note_ = 0;
  Duration cpu_at_start_{};
  std::optional<CoreUsage> core_at_start_;
  Time ends_at_{};  ///< Of Phase::ended: associations have until then.

  std::unique_ptr<std::array<std::uint8_t, 64 * 1024>> arena_memory_;
  Arena arena_;
  ByteVector room_;
  ByteVector opened_;
};

}  // namespace zerocell::load
