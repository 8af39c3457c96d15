// SPDX-License-Identifier: Apache-2.0
#include "mme/power_saving.hpp"

#include <algorithm>
#include <array>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

namespace zerocell::mme {
namespace {

Counter psm_granted{"zerocell_mme_psm_granted_total", "Times that a UE was granted power saving mode."};
Counter edrx_granted{"zerocell_mme_edrx_granted_total", "Times that a UE was granted extended DRX."};

using namespace std::chrono_literals;

constexpr Duration kHyperFrame = 10'240ms;
constexpr Duration kWindowUnit = 1280ms;
constexpr Duration kQuarter = 2560ms;              // Windows begin at SFN 0, 256, 512 or 768.
constexpr std::uint32_t kHyperFrames = 1024;       // H-SFN has 10 bits.
constexpr unsigned kLongestWindowHyperFrames = 3;  // 7.68 s into one, and 20.48 s long.

/// Cycles of TS 24.008 table 10.5.5.32 in WB-S1 mode, in hyper-frames; the first is half of one.
constexpr std::array<std::uint16_t, 14> kCycles{0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 32, 64, 128, 256};

constexpr std::uint32_t cycle_ms(std::uint8_t code) {
  return code == 0 ? 5120u : 10'240u * kCycles[code];
}

const config::PowerSaving* policy_of(const config::Mme& settings, const UeRecord& record) {
  return record.power_group < settings.power_saving.size() ? &settings.power_saving[record.power_group]
                                                           : nullptr;
}

void grant_psm(const config::PowerSaving& policy, UeRecord& record, const IdleModeWanted& wanted) {
  const auto active = wanted.t3324 ? wanted.t3324->seconds() : std::nullopt;
  if (!policy.psm || !active) return;
  // TS 23.682 §4.5.4: the UE has what was decided when it has both timers; each within the operator's limits.
  record.t3324_seconds =
      *nas::GprsTimer::from_seconds(std::clamp(*active, policy.t3324_min_seconds, policy.t3324_max_seconds))
           .seconds();
  const auto asleep = wanted.t3412_extended ? wanted.t3412_extended->seconds() : std::nullopt;
  record.t3412_extended |= asleep.has_value();
  if (asleep)
    record.t3412_seconds = *nas::GprsTimer3::from_seconds(
                                std::clamp(*asleep, policy.t3412_min_seconds, policy.t3412_max_seconds))
                                .seconds();
  psm_granted.add();
}

/// Beyond what a T3412 value can say there is the extended one, for UEs that know it (TS 24.301 §5.3.5).
void grant_periodic_update(const config::Mme& settings, UeRecord& record, const IdleModeWanted& wanted) {
  const std::uint32_t seconds =
      record.t3412_subscribed != 0 ? record.t3412_subscribed : settings.t3412_seconds;
  record.t3412 = nas::GprsTimer::from_seconds(seconds);
  record.t3412_seconds = record.t3412.seconds().value_or(0);
  record.t3412_extended = seconds > record.t3412_seconds && wanted.extended_periodic_timers;
  if (record.t3412_extended) record.t3412_seconds = *nas::GprsTimer3::from_seconds(seconds).seconds();
}

void grant_edrx(const config::PowerSaving& policy, UeRecord& record, const IdleModeWanted& wanted,
                hss::RatType rat) {
  // In NB-S1 mode the same codes are other cycles and windows, which are not offered.
  if (!policy.edrx || !wanted.edrx || rat == hss::RatType::eutran_nb_iot) return;
  // Table 10.5.5.32: in WB-S1 mode what is beyond the longest cycle is that one.
  auto cycle = static_cast<std::uint8_t>(std::min<std::size_t>(wanted.edrx->edrx_value, kCycles.size() - 1));
  while (cycle > 0 && cycle_ms(cycle) > policy.edrx_cycle_max_ms) --cycle;
  const std::uint32_t longest_ms = std::min(policy.edrx_window_max_ms, cycle_ms(cycle));
  const auto longest = static_cast<std::uint8_t>(std::min(longest_ms / 1280u, 16u) - 1);
  record.edrx_cycle = cycle;
  record.edrx_window = std::min<std::uint8_t>(wanted.edrx->paging_time_window, longest);
  edrx_granted.add();
}

}  // namespace

std::uint8_t power_group(const config::Mme& settings, std::string_view group) {
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(
        std::ranges::find(settings.power_saving, name, &config::PowerSaving::group) -
        settings.power_saving.begin());
  };
  std::size_t found = place(group);
  if (found == settings.power_saving.size()) found = place("default");
  return found < settings.power_saving.size() ? static_cast<std::uint8_t>(found) : UeRecord::kNoPowerGroup;
}

void grant_idle_mode(const config::Mme& settings, UeRecord& record, const IdleModeWanted& wanted,
                     hss::RatType rat) {
  if (wanted.drx) record.drx_cycle = wanted.drx->s1_cycle_code();
  record.low_priority = wanted.low_priority;
  record.t3324_seconds = UeRecord::kNoT3324;
  grant_periodic_update(settings, record, wanted);
  record.edrx_cycle = UeRecord::kNoEdrx;
  record.edrx_window = 0;
  const config::PowerSaving* policy = policy_of(settings, record);
  if (policy == nullptr) return;
  grant_psm(*policy, record, wanted);
  grant_edrx(*policy, record, wanted, rat);
}

std::uint32_t frame_check_sequence(Bytes octets) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t octet : octets) {
    crc ^= std::uint32_t{octet} << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ ((crc & 0x80000000) != 0 ? 0x04C11DB7u : 0u);
  }
  return ~crc;
}

Duration until_paging_window(std::uint32_t m_tmsi, std::uint8_t cycle, std::uint8_t window, Duration time) {
  if (cycle == 0) return Duration::zero();  // 5.12 s is a cycle without windows.
  const std::array<std::uint8_t, 4> octets{
      static_cast<std::uint8_t>(m_tmsi >> 24), static_cast<std::uint8_t>(m_tmsi >> 16),
      static_cast<std::uint8_t>(m_tmsi >> 8), static_cast<std::uint8_t>(m_tmsi)};
  const std::uint32_t ue_id = frame_check_sequence(octets) >> 22;  // The 10 highest bits.
  const std::uint32_t period = kCycles[cycle];
  const Duration offset = kQuarter * (ue_id / period % 4);
  const Duration length = kWindowUnit * (window + 1);
  const std::int64_t here = time / kHyperFrame;
  // A window that has hardly anything left is as good as over.
  const Duration usable = length - std::min(length / 2, kWindowUnit);
  for (std::int64_t frame = std::max<std::int64_t>(here - kLongestWindowHyperFrames, 0);; ++frame) {
    const auto hyper_frame = static_cast<std::uint32_t>(frame % kHyperFrames);
    if (hyper_frame % period != ue_id % period) continue;
    const Duration begins = kHyperFrame * frame + offset;
    if (begins + usable > time) return std::max(begins - time, Duration::zero());
  }
}

std::optional<Duration> Mme::until_ue_listens(const UeRecord& record, unsigned attempt, Duration from) const {
  if (bearers_.emergency_of(record) != nullptr) return Duration::zero();  // TS 23.682 §4.5.4.
  const auto by_new = until_ue_listens_by(record, false, from);
  if (record.old_m_tmsi == 0) return by_new;
  const auto by_old = until_ue_listens_by(record, true, from);
  if (!by_new || !by_old) return by_new ? by_new : by_old;
  if (settings().paging_retransmissions == 0) return std::min(*by_new, *by_old);
  return attempt % 2 == 0 ? by_new : by_old;
}

std::optional<Duration> Mme::until_ue_listens_by(const UeRecord& record, bool old, Duration from) const {
  const std::uint32_t m_tmsi = old ? record.old_m_tmsi : record.m_tmsi;
  const std::uint8_t cycle = old ? record.old_edrx_cycle : record.edrx_cycle;
  const std::uint8_t window = old ? record.old_edrx_window : record.edrx_window;
  const std::uint32_t active_seconds = old ? record.old_t3324_seconds : record.t3324_seconds;
  Duration wait{};
  if (cycle != UeRecord::kNoEdrx) {
    const Duration time = parts_.loop.wall_time().time_since_epoch() + from -
                          std::chrono::seconds(parts_.settings.hyper_frame_epoch_unix_seconds);
    wait = until_paging_window(m_tmsi, cycle, window, std::max(time, Duration::zero()));
  }
  if (active_seconds != UeRecord::kNoT3324) {
    const Duration then = parts_.loop.now().time_since_epoch() + from + wait;
    const bool connected = record.connection != UeRecord::kNoConnection;
    const std::uint32_t since = connected ? idle_timers_.now() : record.idle_since;
    if (std::chrono::floor<std::chrono::seconds>(then) >
        std::chrono::seconds(std::uint64_t{since} + active_seconds))
      return std::nullopt;
  }
  return wait;
}

std::uint32_t Mme::update_due(const UeRecord& record) const {
  // TS 24.301 §5.3.5: one that was told to stay away cannot come before that is over.
  const bool connected = record.connection != UeRecord::kNoConnection;
  const std::uint32_t since = connected ? idle_timers_.now() : record.idle_since;
  return std::max(since + record.t3412_seconds, record.backs_off_until);
}

Duration Mme::until_ue_wakes(const UeRecord& record) const {
  const std::uint32_t wakes = update_due(record);
  return std::chrono::seconds(wakes - std::min(wakes, idle_timers_.now()));
}

Duration Mme::until_ue_is_missed(const UeRecord& record) const {
  const std::uint32_t missed = update_due(record) + parts_.settings.mobile_reachable_margin_seconds;
  return std::chrono::seconds(missed - std::min(missed, idle_timers_.now()));
}

}  // namespace zerocell::mme
