// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hss/subscription.hpp"
#include "mme/mme.hpp"

/// Who is served where: by subscription (Access-Restriction-Data, TS 29.272 §7.3.31), by policy group and
/// tracking area, by radio access.
namespace zerocell::mme {

/// The radio access that a UE comes over.
hss::RatType rat_of(const Enb& enb, const Tai& tai);

/// Why nobody is served in this area; nothing: it is ours. An eNodeB may cover areas that are not.
std::optional<nas::EmmCause> network_refusal(const config::Network& network, const Tai& tai);
/// Why a SIM with this subscription is not served in this area; nothing: it is.
std::optional<nas::EmmCause> access_refusal(const config::Mme& settings,
                                            const hss::SubscriptionData& subscription, hss::RatType rat,
                                            const Tai& tai);
/// The same for a UE that has been let in, by what its record keeps of its subscription.
std::optional<nas::EmmCause> access_refusal(const config::Mme& settings, const UeRecord& record,
                                            const Enb& enb, const Tai& tai);
/// Keeps in the record what the second one goes by, and what the eNodeB is told. Whether that has changed.
bool keep_access(const config::Mme& settings, UeRecord& record, const hss::SubscriptionData& subscription);
/// The same of what has changed.
bool change_access(const config::Mme& settings, UeRecord& record, const hss::SubscriptionChange& change);

/// HANDOVER RESTRICTION LIST of a UE (TS 36.413 §9.2.1.22), with what its views lead to: equivalent PLMNs,
/// the tracking areas that are served but not for this UE, and whether it may use NR beside LTE.
class HandoverRestrictions {
 public:
  HandoverRestrictions(Mme& mme, const UeRecord& record, const Plmn& serving);
  HandoverRestrictions(const HandoverRestrictions&) = delete;

  /// Nothing where there is nothing to restrict, nor to tell.
  std::optional<s1ap::HandoverRestrictionList> list() const;
  /// The list, also where it is empty: for an eNodeB that was told another one.
  s1ap::HandoverRestrictionList whole() const;

 private:
  static constexpr std::size_t kForbiddenTacsMax = 4096;  // TS 36.413 maxnoofForbTACs

  const config::Network& network_;
  Plmn serving_;
  bool nr_restricted_;
  std::vector<std::uint16_t> forbidden_;
  std::vector<s1ap::ForbiddenTasItem> items_;
};

}  // namespace zerocell::mme
