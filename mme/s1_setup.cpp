// SPDX-License-Identifier: Apache-2.0
#include "mme/s1_setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "asn1/s1ap/enb_id.hpp"

namespace zerocell::mme {
namespace {

const char* form_of(const s1ap::EnbId& id) {
  if (std::holds_alternative<s1ap::MacroEnbId>(id)) return "macro";
  if (std::holds_alternative<s1ap::HomeEnbId>(id)) return "home";
  if (std::holds_alternative<s1ap::ShortMacroEnbId>(id)) return "short-macro";
  return "long-macro";
}

template <class Wanted>
std::vector<Tai> tais_where(aper::List<s1ap::SupportedTasItem> supported, const config::Network& network,
                            Wanted wanted) {
  std::vector<Tai> tais;
  for (const auto& item : supported)
    for (const Plmn& plmn : item.broadcast_plmns)
      if (const Tai tai{plmn, item.tac}; wanted(item) && network.serves(tai)) tais.push_back(tai);
  std::ranges::sort(tais);
  const auto repeated = std::ranges::unique(tais);
  tais.erase(repeated.begin(), repeated.end());
  return tais;
}

bool any_plmn_served(aper::List<s1ap::SupportedTasItem> supported, const config::Network& network) {
  return std::ranges::any_of(supported, [&](const auto& item) {
    return std::ranges::any_of(item.broadcast_plmns, [&](const Plmn& plmn) { return network.serves(plmn); });
  });
}

std::expected<std::vector<Tai>, SetupRefusal> judge(aper::List<s1ap::SupportedTasItem> supported,
                                                    const config::Network& network) {
  // TS 36.413 §8.7.3.4: none of the PLMNs known is this cause, and no other.
  if (!any_plmn_served(supported, network))
    return std::unexpected(SetupRefusal{s1ap::CauseMisc::unknown_plmn, "none of its PLMNs is served"});
  auto tais = served_tais(supported, network);
  if (tais.empty())
    return std::unexpected(SetupRefusal{s1ap::CauseMisc::unspecified, "none of its TACs is served"});
  return tais;
}

}  // namespace

std::string Enb::text() const {
  return fmt::format("{}-{}-{:#x}", id.plmn_identity.text(), form_of(id.enb_id), s1ap::number_of(id.enb_id));
}

std::vector<Tai> served_tais(aper::List<s1ap::SupportedTasItem> supported, const config::Network& network) {
  return tais_where(supported, network, [](const s1ap::SupportedTasItem&) { return true; });
}

std::vector<Tai> nb_iot_tais(aper::List<s1ap::SupportedTasItem> supported, const config::Network& network) {
  return tais_where(supported, network,
                    [](const s1ap::SupportedTasItem& item) { return item.rat_type.has_value(); });
}

std::expected<void, SetupRefusal> set_up(Enb& enb, const s1ap::S1SetupRequest& request,
                                         const config::Network& network, const config::S1ap& policy) {
  const auto number = s1ap::number_of(request.global_enb_id.enb_id);
  if (!policy.allowed_enb_ids.empty() &&
      std::ranges::find(policy.allowed_enb_ids, number) == policy.allowed_enb_ids.end())
    return std::unexpected(
        SetupRefusal{s1ap::CauseMisc::om_intervention, "its id is not in s1ap.allowed_enb_ids"});
  auto tais = judge(request.supported_tas, network);
  if (!tais) return std::unexpected(tais.error());
  enb.id = request.global_enb_id;
  enb.name = request.enb_name.value_or("");
  enb.tais = std::move(*tais);
  enb.nb_iot_tais = nb_iot_tais(request.supported_tas, network);
  enb.set_up = true;
  return {};
}

std::expected<void, SetupRefusal> update(Enb& enb, const s1ap::EnbConfigurationUpdate& update,
                                         const config::Network& network) {
  if (!update.supported_tas.empty()) {
    auto tais = judge(update.supported_tas, network);
    if (!tais) return std::unexpected(tais.error());
    enb.tais = std::move(*tais);
    enb.nb_iot_tais = nb_iot_tais(update.supported_tas, network);
  }
  if (update.enb_name) enb.name = *update.enb_name;
  return {};
}

}  // namespace zerocell::mme
