// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/management.hpp"
#include "core/nas/ie/timer.hpp"
#include "core/net/sctp.hpp"
#include "core/runtime/loop.hpp"
#include "mme/ue.hpp"

namespace zerocell::mme {

/// What the MME does about its load, TS 23.401 §4.3.7.4.
enum class Load : std::uint8_t {
  normal,
  low_priority_refused,  ///< UEs that signal low access priority are sent away.
  all_refused,           ///< So is everybody who was not paged.
};

/// Congestion control, TS 23.401 §4.3.7.4: who is sent away and for how long, and what eNodeBs (TS 36.413
/// §8.7.6, §8.7.7) and the gateway are to keep back. Part of the MME.
class Congestion {
 public:
  Congestion(Mme& mme, net::SctpTransport& sctp) : mme_(mme), sctp_(sctp) {}

  Load load() const { return load_; }
  /// A procedure of a UE begins; or it has ended, and the next may begin; or it is given up for another one.
  void procedure_begins() {
    ++procedures_;
    check();
  }
  void procedure_ended();
  void procedure_given_up() { --procedures_; }

  /// Whether a UE that begins something now is sent away, TS 24.301 §5.5.1.2.5, §5.5.3.2.5, §5.6.1.5 (#22).
  /// TS 23.401 §4.3.7.4.2: none that calls for help, nor one whose access is of high priority.
  bool refuses(const Ue& ue, bool low_priority) const;
  /// A back-off time for a UE that is sent away, drawn; it is not taken for gone before that is over.
  nas::GprsTimer t3346(Ue& ue);
  /// The same where the time is known, seconds.
  nas::GprsTimer back_off(Ue& ue, std::uint32_t seconds);
  /// Drawn, for a session that is refused.
  nas::GprsTimer3 t3396();
  /// What the gateway hears with each answer under load, TS 23.401 §4.3.7.4.1a.
  std::optional<sgw::DownlinkThrottling> throttling() const;

  /// OVERLOAD START and STOP to every eNodeB, and to those that come while it lasts. `reduction_percent`, 1
  /// to 99, says how much of that traffic is to go; nothing: all of it. What an operator asks for so goes
  /// before what the load does, where that is not more.
  void start_overload(s1ap::OverloadAction action, std::optional<std::uint8_t> reduction_percent = {});
  void stop_overload();
  /// An eNodeB that has just set up S1 hears of an overload that lasts.
  void tell_overload(Enb& enb);

 private:
  struct Overload {
    s1ap::OverloadAction action{};
    std::optional<std::uint8_t> reduction_percent{};
    unsigned percent() const { return reduction_percent.value_or(100); }
    friend bool operator==(const Overload&, const Overload&) = default;
  };
  /// What eNodeBs are told.
  const std::optional<Overload>& overload() const;
  /// Tells every eNodeB, where it is another thing than `before`.
  void overload_changed(std::optional<Overload> before);
  void check();

  Mme& mme_;
  net::SctpTransport& sctp_;
  std::size_t procedures_ = 0;  ///< That run.
  Load load_ = Load::normal;
  CallbackTimer look_again_{[this] { check(); }};
  std::optional<Overload> of_load_;
  std::optional<Overload> asked_;  ///< By an operator.
};

}  // namespace zerocell::mme
