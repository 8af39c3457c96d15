// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/mme.hpp"
#include "hss/subscription.hpp"
#include "mme/ue.hpp"

/// PSM and eDRX: what UEs ask for, and what the policy of their group grants (TS 23.682 §4.5.4, §4.5.13).
namespace zerocell::mme {

/// `Request` is nas::AttachRequest or nas::TrackingAreaUpdateRequest.
template <class Request>
IdleModeWanted idle_mode_wanted(const Request& request) {
  return {.drx = request.drx_parameter,
          .t3324 = request.t3324_value,
          .t3412_extended = request.t3412_extended_value,
          .edrx = request.extended_drx_parameters,
          .extended_periodic_timers =
              request.ms_network_feature_support == nas::MsNetworkFeatureSupport::extended_periodic_timers,
          .low_priority = request.device_properties == nas::DeviceProperties::low_priority};
}

/// The same of a UE with emergency bearers, which is to be reached at any time: no PSM and no eDRX (TS 23.682
/// §4.5.4, §4.5.13.1).
inline IdleModeWanted without_sleep(const IdleModeWanted& wanted) {
  return {.drx = wanted.drx,
          .extended_periodic_timers = wanted.extended_periodic_timers,
          .low_priority = wanted.low_priority};
}

/// Place of the item of `power_saving` that serves this policy group; UeRecord::kNoPowerGroup without one.
std::uint8_t power_group(const config::Mme& settings, std::string_view group);

/// Notes in the record what the UE gets of what it wants. What it does not ask for (again) it has no more.
/// The periodic update is the subscription's before the network's (TS 23.401 §4.3.17.3); PSM may have a
/// longer one. `rat` is the radio access that it comes over.
void grant_idle_mode(const config::Mme& settings, UeRecord& record, const IdleModeWanted& wanted,
                     hss::RatType rat);

/// Tells the UE what was granted, in nas::AttachAccept or nas::TrackingAreaUpdateAccept.
template <class Accept>
void tell_idle_mode(const UeRecord& record, Accept& accept) {
  accept.t3412_value = record.t3412;
  if (record.t3324_seconds != UeRecord::kNoT3324)
    accept.t3324_value = nas::GprsTimer::from_seconds(record.t3324_seconds);
  if (record.t3412_extended)
    accept.t3412_extended_value = nas::GprsTimer3::from_seconds(record.t3412_seconds);
  if (record.edrx_cycle != UeRecord::kNoEdrx)
    accept.extended_drx_parameters =
        nas::ExtendedDrxParameters{.paging_time_window = record.edrx_window, .edrx_value = record.edrx_cycle};
}

/// FCS of TS 36.304 §7.3 over whole octets, the highest bit first: CRC-32 without reflection.
std::uint32_t frame_check_sequence(Bytes octets);

/// Until the paging time window of a UE opens, TS 36.304 §7.3; zero while it is open. `cycle` and `window`
/// are the granted codes; `time` is counted from the beginning of hyper-frame 0.
Duration until_paging_window(std::uint32_t m_tmsi, std::uint8_t cycle, std::uint8_t window, Duration time);

}  // namespace zerocell::mme
