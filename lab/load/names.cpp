// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "lab/load/settings.hpp"

namespace zerocell::load {
namespace {

constexpr std::array<std::string_view, kScenarios> kScenarioNames = {
    "attach", "registration", "service-request", "tau", "paging", "x2-handover", "s1-handover", "iot-day"};
constexpr std::array<std::string_view, kProcedures> kProcedureNames = {
    "attach", "detach", "service_request", "release", "tau", "paging", "x2_handover", "s1_handover"};
constexpr std::array<std::string_view, kSentMessages> kSentNames = {
    "attach_request",         "identity_response",          "authentication_response",
    "security_mode_complete", "esm_information_response",   "detach_request",
    "service_request",        "ue_context_release_request", "tracking_area_update_request",
    "path_switch_request",    "handover_required",          "handover_notify",
    "downlink_packet"};

}  // namespace

std::string_view name_of(Scenario scenario) {
  return kScenarioNames[static_cast<std::size_t>(scenario)];
}
std::string_view name_of(Procedure procedure) {
  return kProcedureNames[static_cast<std::size_t>(procedure)];
}
std::string_view name_of(Sent message) {
  return message == Sent::nothing ? "nothing" : kSentNames[static_cast<std::size_t>(message)];
}

std::optional<Scenario> scenario_of(std::string_view name) {
  const auto found = std::ranges::find(kScenarioNames, name);
  if (found == kScenarioNames.end()) return std::nullopt;
  return static_cast<Scenario>(found - kScenarioNames.begin());
}

std::optional<std::string> problem_of(const Settings& settings) {
  if (settings.ues == 0 || settings.ues > kUesMax) return fmt::format("UEs: 1 to {}", kUesMax);
  if (settings.enbs == 0 || settings.enbs > kEnbsMax) return fmt::format("eNodeBs: 1 to {}", kEnbsMax);
  if (settings.enb_id_first + settings.enbs > 1u << 20) return "eNB ids have 20 bits";
  if (settings.tac_count == 0 || settings.tac_first + settings.tac_count > 65535)
    return "tracking area codes are 1 to 65534";
  if (settings.tac_count > settings.enbs) return "each tracking area needs an eNodeB";
  const bool handover = settings.scenario == Scenario::x2_handover ||
                        settings.scenario == Scenario::s1_handover || settings.scenario == Scenario::iot_day;
  if (handover && settings.enbs < 2u * settings.tac_count)
    return "handover needs two eNodeBs in each tracking area";
  if (settings.rate < 0 || settings.rate > kRateMax) return fmt::format("rate: 0 to {} a second", kRateMax);
  if (settings.storm.rate < 0 || settings.storm.rate > kRateMax)
    return fmt::format("rate of the storm: 0 to {} a second", kRateMax);
  if (settings.storm.rate > 0 && (settings.storm.ues == 0 || settings.storm.ues >= settings.ues))
    return "a storm needs UEs of its own: at least one, and not all";
  if (settings.slice < Duration::zero() || (settings.slice > Duration::zero() && settings.slice < kSliceMin))
    return "slice: at least a millisecond";
  if (settings.window == 0) return "window: at least 1";
  if (settings.duration <= Duration::zero()) return "duration: above 0";
  if (settings.patience <= Duration::zero()) return "patience: above 0";
  if (!settings.sims.empty() && settings.sims.size() < settings.ues)
    return fmt::format("{} UEs, but only {} SIMs", settings.ues, settings.sims.size());
  if (settings.sims.empty() && settings.imsi_first.size() < 6) return "no IMSI and no SIMs";
  if (settings.scenario == Scenario::paging && !settings.receive_packets)
    return "paging begins with packets for UEs, which needs sockets for user data";
  return std::nullopt;
}

}  // namespace zerocell::load
