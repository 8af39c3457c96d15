// SPDX-License-Identifier: Apache-2.0
#include "mme/access.hpp"

#include "mme/reject_cause.hpp"

namespace zerocell::mme {
namespace {

std::optional<nas::EmmCause> refusal(const config::Access* access, const Tai& tai) {
  if (access == nullptr || access->allows(tai.tac)) return std::nullopt;
  return cause_of(access->tacs.empty() ? Unserved::no_area_here : Unserved::not_in_this_area);
}

std::optional<nas::EmmCause> area_refusal(const config::Mme& settings, const UeRecord& record,
                                          const Tai& tai) {
  return record.access < settings.access.size() ? refusal(&settings.access[record.access], tai)
                                                : std::nullopt;
}

void keep_group(const config::Mme& settings, UeRecord& record, std::string_view group) {
  const config::Access* access = settings.access_of(group);
  record.access =
      access == nullptr ? UeRecord::kAnywhere : static_cast<std::uint8_t>(access - settings.access.data());
}

void keep_restrictions(UeRecord& record, const hss::SubscriptionData& subscription) {
  record.nr_restricted = subscription.access_restrictions.has(hss::AccessRestriction::nr_as_secondary_rat);
  record.wb_forbidden = subscription.forbids(hss::RatType::eutran);
  record.nb_iot_forbidden = subscription.forbids(hss::RatType::eutran_nb_iot);
}

}  // namespace

std::optional<nas::EmmCause> network_refusal(const config::Network& network, const Tai& tai) {
  if (network.serves(tai)) return std::nullopt;
  return cause_of(network.serves(tai.plmn) ? Unserved::not_in_this_area : Unserved::no_service_in_plmn);
}

hss::RatType rat_of(const Enb& enb, const Tai& tai) {
  return std::ranges::binary_search(enb.nb_iot_tais, tai) ? hss::RatType::eutran_nb_iot
                                                          : hss::RatType::eutran;
}

std::optional<nas::EmmCause> access_refusal(const config::Mme& settings,
                                            const hss::SubscriptionData& subscription, hss::RatType rat,
                                            const Tai& tai) {
  if (subscription.forbids(rat)) return cause_of(Unserved::not_over_this_rat);
  return refusal(settings.access_of(subscription.policy_group.text()), tai);
}

std::optional<nas::EmmCause> access_refusal(const config::Mme& settings, const UeRecord& record,
                                            const Enb& enb, const Tai& tai) {
  const bool nb_iot = rat_of(enb, tai) == hss::RatType::eutran_nb_iot;
  if (!record.emergency && (nb_iot ? record.nb_iot_forbidden : record.wb_forbidden))
    return cause_of(Unserved::not_over_this_rat);
  return area_refusal(settings, record, tai);
}

bool keep_access(const config::Mme& settings, UeRecord& record, const hss::SubscriptionData& subscription) {
  const auto before = std::pair(record.access, record.nr_restricted);
  keep_group(settings, record, subscription.policy_group.text());
  keep_restrictions(record, subscription);
  return before != std::pair(record.access, record.nr_restricted);
}

bool change_access(const config::Mme& settings, UeRecord& record, const hss::SubscriptionChange& change) {
  const auto before = std::pair(record.access, record.nr_restricted);
  if (change.policy_group && !record.emergency) keep_group(settings, record, change.policy_group->text());
  if (change.access_restrictions) {
    hss::SubscriptionData subscription;
    subscription.access_restrictions = *change.access_restrictions;
    keep_restrictions(record, subscription);
  }
  return before != std::pair(record.access, record.nr_restricted);
}

HandoverRestrictions::HandoverRestrictions(Mme& mme, const UeRecord& record, const Plmn& serving)
    : network_(mme.network()), serving_(serving), nr_restricted_(record.nr_restricted) {
  if (record.access == UeRecord::kAnywhere) return;
  for (const auto& range : network_.tacs)
    for (std::uint32_t tac = range.first; tac <= range.last && forbidden_.size() < kForbiddenTacsMax; ++tac)
      if (area_refusal(mme.settings(), record, {serving, static_cast<std::uint16_t>(tac)}))
        forbidden_.push_back(static_cast<std::uint16_t>(tac));
  if (forbidden_.empty()) return;
  items_.push_back({serving, forbidden_});
  // It may be handed over to what is equivalent, and is let in there no more than here.
  for (const Plmn& plmn : network_.equivalent_plmns)
    if (plmn != serving && network_.serves(plmn)) items_.push_back({plmn, forbidden_});
}

std::optional<s1ap::HandoverRestrictionList> HandoverRestrictions::list() const {
  if (items_.empty() && network_.equivalent_plmns.empty() && !nr_restricted_) return std::nullopt;
  return whole();
}

s1ap::HandoverRestrictionList HandoverRestrictions::whole() const {
  s1ap::HandoverRestrictionList restrictions;
  restrictions.serving_plmn = serving_;
  restrictions.equivalent_plmns = network_.equivalent_plmns;
  restrictions.forbidden_tas = items_;
  // TS 23.401 §4.3.2a: no dual connectivity with NR.
  if (nr_restricted_)
    restrictions.nr_restriction_in_eps_as_secondary_rat =
        s1ap::NrRestrictionInEpsAsSecondaryRat::nr_restricted_in_eps_as_secondary_rat;
  return restrictions;
}

}  // namespace zerocell::mme
