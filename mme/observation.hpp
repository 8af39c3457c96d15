// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <unordered_map>

#include "asn1/s1ap/location_and_trace.hpp"
#include "asn1/s1ap/ue_information.hpp"
#include "mme/observers.hpp"
#include "mme/ue.hpp"

namespace zerocell::mme {

/// What operators ask of eNodeBs about single UEs, and what these tell: location reporting (TS 36.413 §8.11),
/// trace (§8.10), radio capability match (§8.3.6). Part of the MME. What it is asked is false when the UE is
/// not connected.
class Observation {
 public:
  explicit Observation(Mme& mme) : mme_(mme) {}

  /// LOCATION REPORTING CONTROL, §8.11.1: what comes of it is told to Observers::location. What goes on until
  /// it is stopped begins again with each connection of the SIM, and does so although this says false.
  bool control_location_reporting(const Imsi& imsi, const s1ap::RequestType& request);
  /// TRACE START and DEACTIVATE TRACE, §8.10. A trace too goes on with each connection until it is ended.
  bool start_trace(const Imsi& imsi, const s1ap::TraceActivation& activation);
  bool deactivate_trace(const Imsi& imsi, const TraceId& trace);
  /// UE RADIO CAPABILITY MATCH REQUEST, §8.3.6, and what it found once the eNodeB has answered.
  bool match_radio_capability(const Imsi& imsi);
  std::optional<bool> voice_support_match(const Imsi& imsi);

  /// What is asked about a SIM until it is stopped. The trace comes with what its views lead to.
  struct Wanted {
    std::optional<s1ap::RequestType> location;
    std::shared_ptr<const s1ap::TraceActivation> trace;
  };
  /// Nothing is asked: nullptr. Valid until something else is.
  const Wanted* wanted(const Imsi& imsi) const;
  /// At an eNodeB that has just got the UE's context; a trace that came with that is not begun again.
  void go_on(Ue& ue);
  /// The connection is another SIM's from now on: what was asked about the earlier one ends.
  void go_on_with_another(Ue& ue);

  /// What an eNodeB tells of its UE. False when the message is about something else.
  bool told(Ue& ue, const s1ap::Message& message);

 private:
  void told(Ue& ue, const s1ap::LocationReport& report);
  void told(Ue& ue, const s1ap::LocationReportingFailureIndication& indication);
  void told(Ue& ue, const s1ap::CellTrafficTrace& trace);
  void told(Ue& ue, const s1ap::TraceFailureIndication& indication);
  void told(Ue& ue, const s1ap::UeRadioCapabilityMatchResponse& response);
  bool ask_for_location(Ue& ue, const s1ap::RequestType& request);
  bool begin_trace(Ue& ue, const s1ap::TraceActivation& activation);
  bool end_trace(Ue& ue, const TraceId& trace);
  void drop_if_empty(const Imsi& imsi);

  Mme& mme_;
  std::unordered_map<Imsi, Wanted> wanted_;  ///< Of SIMs that operators asked about.
};

}  // namespace zerocell::mme
