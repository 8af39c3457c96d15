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

std::span<const std::string_view> scenario_names() {
  return kScenarioNames;
}

std::optional<Scenario> scenario_of(std::string_view name) {
  const auto found = std::ranges::find(kScenarioNames, name);
  if (found == kScenarioNames.end()) return std::nullopt;
  return static_cast<Scenario>(found - kScenarioNames.begin());
}

std::optional<std::string> problem_of(const Settings& settings) {
  if (settings.ues == 0 || settings.ues > kUesMax) return fmt::format("--ues: expected 1 to {}", kUesMax);
  if (settings.enbs == 0 || settings.enbs > kEnbsMax)
    return fmt::format("--enbs: expected 1 to {}", kEnbsMax);
  if (settings.enb_id_first >= kEnbIds || settings.enbs > kEnbIds - settings.enb_id_first)
    return fmt::format("--enb-id: the ids of {} eNodeBs from {} on are above {}, the last that there is",
                       settings.enbs, settings.enb_id_first, kEnbIds - 1);
  if (settings.tac_count == 0 || settings.tac_first + settings.tac_count > 65535)
    return "--tac: tracking area codes are 1 to 65534";
  if (settings.tac_count > settings.enbs)
    return fmt::format("--tac: {} tracking areas need as many eNodeBs; --enbs is {}", settings.tac_count,
                       settings.enbs);
  const bool handover = settings.scenario == Scenario::x2_handover ||
                        settings.scenario == Scenario::s1_handover || settings.scenario == Scenario::iot_day;
  if (handover && settings.enbs < 2u * settings.tac_count)
    return fmt::format("--enbs: scenario {} needs two eNodeBs in each tracking area, here at least {}",
                       name_of(settings.scenario), 2u * settings.tac_count);
  if (!(settings.rate >= 0 && settings.rate <= kRateMax))  // Nor no number.
    return fmt::format("--rate: expected 0 to {} a second", kRateMax);
  if (!(settings.storm.rate >= 0 && settings.storm.rate <= kRateMax))
    return fmt::format("--storm-rate: expected 0 to {} a second", kRateMax);
  if (settings.storm.rate > 0 && (settings.storm.ues == 0 || settings.storm.ues >= settings.ues))
    return fmt::format(
        "--storm-ues: a storm needs UEs of its own: at least 1, and fewer than the {} of --ues",
        settings.ues);
  if (settings.storm.after < Duration::zero()) return "--storm-after: expected 0 seconds or more";
  if (settings.storm.duration < Duration::zero()) return "--storm-seconds: expected 0 seconds or more";
  if (settings.slice < Duration::zero() || (settings.slice > Duration::zero() && settings.slice < kSliceMin))
    return "--slice: expected 0, or at least 0.001 seconds";
  if (settings.slice > Duration::zero() &&
      settings.duration / settings.slice >= static_cast<Duration::rep>(kSlicesMax))
    return fmt::format("--slice: --seconds has more than {} of them, the most that are kept", kSlicesMax);
  if (settings.window == 0) return "--window: expected at least 1";
  if (settings.duration <= Duration::zero()) return "--seconds: expected more than 0";
  if (settings.patience <= Duration::zero()) return "--patience: expected more than 0 seconds";
  if (!settings.sims.empty() && settings.sims.size() < settings.ues)
    return fmt::format("--sims: the file has {} SIMs, too few for {} UEs (--ues)", settings.sims.size(),
                       settings.ues);
  if (settings.sims.empty() && settings.imsi_first.size() < 6)
    return "--imsi: no IMSI of the first UE, and no --sims";
  if (settings.scenario == Scenario::paging && !settings.receive_packets)
    return "--gtpu: scenario paging begins with packets for UEs; give the address that eNodeBs get them at";
  return std::nullopt;
}

}  // namespace zerocell::load
