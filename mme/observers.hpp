// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "asn1/s1ap/values.hpp"

namespace zerocell::mme {

/// LOCATION REPORT, or its failure, TS 36.413 §8.11.
struct LocationReported {
  Imsi imsi;
  Tai tai;
  Ecgi ecgi;
  std::optional<s1ap::Cause> failure{};  ///< The eNodeB cannot report; place and cell are the last known.
};

/// E-UTRAN Trace ID, TS 36.413 §9.2.1.4: PLMN, trace id, recording session reference.
using TraceId = std::array<std::uint8_t, 8>;

/// CELL TRAFFIC TRACE or TRACE FAILURE INDICATION, TS 36.413 §8.10: whose the trace is, for the collector
/// that knows it by its id alone (TS 32.422 §4.2.7).
struct TraceReported {
  Imsi imsi;
  Imei imei;
  TraceId trace{};
  std::optional<Ecgi> ecgi{};            ///< Of a cell traffic trace.
  std::optional<s1ap::Cause> failure{};  ///< Of a trace that could not be started.
};

/// PWS RESTART INDICATION and PWS FAILURE INDICATION, TS 36.413 §8.12.3, §8.12.4: cells that have no warnings
/// any more. What still holds is to be broadcast again.
struct WarningsLost {
  s1ap::GlobalEnbId enb;
  std::vector<Ecgi> cells;
  bool failed = false;  ///< They cannot broadcast; else they have restarted, and can.
};

/// Who wants to hear of what eNodeBs tell. Called on the MME's loop; null: nobody.
struct Observers {
  std::function<void(const LocationReported&)> location;
  std::function<void(const TraceReported&)> trace;
  std::function<void(const WarningsLost&)> warnings_lost;
};

}  // namespace zerocell::mme
