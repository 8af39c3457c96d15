// SPDX-License-Identifier: Apache-2.0
#include "mme/tracking_areas.hpp"

#include "mme/access.hpp"

namespace zerocell::mme {

nas::TaiList TrackingAreas::list(const Tai& first, std::uint8_t access_place, hss::RatType rat) const {
  const auto& access = settings_.access;
  nas::TaiList list{first};
  const auto add = [&](const Tai& tai) {
    const bool refused = access_place < access.size() && !access[access_place].allows(tai.tac);
    return tai == first || refused || list.add(tai);
  };
  if (rat == hss::RatType::eutran_nb_iot) {
    for (const Tai& tai : nb_iot_)
      if (tai.plmn == first.plmn && !add(tai)) return list;
    return list;
  }
  for (const auto& range : network_.tacs)
    for (std::uint32_t number = range.first; number <= range.last; ++number) {
      const Tai tai{first.plmn, static_cast<std::uint16_t>(number)};
      if (rat_of(tai) == rat && !add(tai)) return list;
    }
  return list;
}

nas::TaiList TrackingAreas::give(Ue& ue) const {
  UeRecord& record = ue.stored();
  record.listed_from = ue.tai;
  record.listed_access = record.access;
  return list(record.listed_from, record.listed_access, mme::rat_of(*ue.enb, ue.tai));
}

TrackingAreas::Paged TrackingAreas::paged(const UeRecord& record) const {
  Paged areas;
  const auto add = [&](const Tai& from, std::uint8_t access) {
    for (const hss::RatType rat : {hss::RatType::eutran, hss::RatType::eutran_nb_iot})
      for (const Tai& tai : list(from, access, rat).tais())
        if (std::ranges::find(areas, tai) == areas.end()) areas.push_back(tai);
  };
  add(record.listed_from, record.listed_access);
  if (record.old_m_tmsi != 0) add(record.old_listed_from, record.old_listed_access);
  return areas;
}

hss::RatType TrackingAreas::rat_of(const Tai& tai) const {
  return std::ranges::binary_search(nb_iot_, tai) ? hss::RatType::eutran_nb_iot : hss::RatType::eutran;
}

void TrackingAreas::note_radio_access(const Enb& enb) {
  for (const Tai& tai : enb.tais) {
    const auto place = std::ranges::lower_bound(nb_iot_, tai);
    const bool known = place != nb_iot_.end() && *place == tai;
    const bool nb_iot = std::ranges::binary_search(enb.nb_iot_tais, tai);
    if (nb_iot && !known) nb_iot_.insert(place, tai);
    if (!nb_iot && known) nb_iot_.erase(place);
  }
}

}  // namespace zerocell::mme
