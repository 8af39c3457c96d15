// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace zerocell::load {

/// What a UE and its eNodeB do with the network, each timed from its first message, or from the moment when
/// that was due, until the UE has what it wanted.
enum class Procedure : std::uint8_t {
  attach,           ///< TS 24.301 §5.5.1, until ATTACH COMPLETE leaves.
  detach,           ///< §5.5.2, until the connection is released.
  service_request,  ///< §5.6.1, until the bearers are up.
  release,          ///< TS 36.413 §8.3.2: inactivity, until the connection is released.
  tracking_area,    ///< TS 24.301 §5.5.3, from idle until the accept; then the release, which is not timed.
  paging,           ///< From downlink packets through the service request until all are here.
  x2_handover,      ///< TS 36.413 §8.4.4, until the path is switched; with user data, until it carries it.
  s1_handover,      ///< §8.4.1 to §8.4.3, until the source is released.
};
constexpr std::size_t kProcedures = 8;
std::string_view name_of(Procedure procedure);

/// Uplink messages whose answer is timed, each from when it leaves until what the network answers is here.
enum class Sent : std::uint8_t {
  attach_request,
  identity_response,
  authentication_response,
  security_mode_complete,
  esm_information_response,
  detach_request,
  service_request,
  ue_context_release_request,
  tracking_area_update_request,
  path_switch_request,
  handover_required,
  handover_notify,
  downlink_packet,  ///< Answered by a page.
  nothing,
};
constexpr std::size_t kSentMessages = 13;
std::string_view name_of(Sent message);

/// What one arrival makes a UE do, in this order.
using Errand = std::span<const Procedure>;
/// Names of the errands that there are, for a UE's record.
enum ErrandName : std::uint8_t {
  kNoErrand,
  kAttachOnly,
  kAttachAndIdle,
  kAttachAndDetach,
  kDetach,
  kService,
  kConnect,
  kTrackingArea,
  kPaging,
  kX2,
  kS1,
  kDrive,
  kReplace,
};
constexpr std::size_t kErrands = 13;

}  // namespace zerocell::load
