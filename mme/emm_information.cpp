// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include "mme/attach_messages.hpp"

namespace zerocell::mme {
namespace {

constexpr int kSecondsPerQuarter = 15 * 60;

/// The zone that UEs are told, in quarters of an hour east of UTC, and how much of it is daylight saving
/// time.
struct Zone {
  std::int8_t quarters = 0;
  nas::DaylightSavingTime daylight_saving = nas::DaylightSavingTime::none;
};

Zone zone_at(const config::TimeZone& configured, std::time_t now) {
  if (configured.kind == config::TimeZone::Kind::offset) return {configured.quarter_hours};
  std::tm local{};
  localtime_r(&now, &local);
  // TS 22.042: the zone told includes the daylight saving time that is told apart.
  return {static_cast<std::int8_t>(local.tm_gmtoff / kSecondsPerQuarter),
          local.tm_isdst > 0 ? nas::DaylightSavingTime::plus_one_hour : nas::DaylightSavingTime::none};
}

nas::UniversalTime universal_time(std::time_t now, std::int8_t quarters) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  return {.year = static_cast<std::uint8_t>(utc.tm_year % 100),
          .month = static_cast<std::uint8_t>(utc.tm_mon + 1),
          .day = static_cast<std::uint8_t>(utc.tm_mday),
          .hour = static_cast<std::uint8_t>(utc.tm_hour),
          .minute = static_cast<std::uint8_t>(utc.tm_min),
          .second = static_cast<std::uint8_t>(utc.tm_sec),
          .zone = {quarters}};
}

}  // namespace

void send_emm_information(Ue& ue) {
  const auto& network = ue.mme.network();
  if (!ue.mme.settings().emm_information && !ue.restrictions_changed) return;
  nas::EmmInformation information;
  if (!network.full_name.empty())
    information.full_name_for_network = nas::NetworkName::from_text(network.full_name);
  if (!network.short_name.empty())
    information.short_name_for_network = nas::NetworkName::from_text(network.short_name);
  if (network.time_zone.kind != config::TimeZone::Kind::none) {
    const auto now = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(ue.mme.loop().wall_time()));
    const Zone zone = zone_at(network.time_zone, now);
    information.local_time_zone = nas::TimeZone{zone.quarters};
    information.universal_time_and_local_time_zone = universal_time(now, zone.quarters);
    information.network_daylight_saving_time = zone.daylight_saving;
  }
  ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, PlainMessage(information).bytes());
}

}  // namespace zerocell::mme
