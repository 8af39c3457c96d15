// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "asn1/s1ap/transfer.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

/// What eNodeBs say to others than the MME, which passes it on without looking into it, TS 36.413 §8.13 to
/// §8.17.
namespace zerocell::mme {
namespace {

CounterBy<3> transfers{"zerocell_mme_configuration_transfers_total",
                       "Configuration transfers from eNodeB to eNodeB, by outcome.",
                       "outcome",
                       {"passed_on", "no_such_enb", "refused"}};
enum Outcome : std::size_t { kPassedOn, kNoSuchEnb, kRefused };
CounterBy<4> direct_information{"zerocell_mme_direct_information_total",
                                "RIM messages that went nowhere, by what their routing address names.",
                                "address",
                                {"geran_cell", "rnc", "ehrpd_sector", "none"}};

Counter lppa_ignored{"zerocell_mme_lppa_ignored_total",
                     "LPPa messages for a positioning server, where none is connected."};

/// The eNodeB that an EN-DC transfer is for; null where only a gNB is named that no eNodeB told us of.
const s1ap::EnDcSonEnbIdentification* target_of(const s1ap::EnDcSonConfigurationTransfer& transfer) {
  if (const auto* request = std::get_if<s1ap::EnDcTransferTypeRequest>(&transfer.transfer_type))
    return request->target_enb ? &*request->target_enb : nullptr;
  return &std::get<s1ap::EnDcTransferTypeReply>(transfer.transfer_type).target_enb;
}

/// Where a RIM message should have gone, for a person.
std::string text_of(const s1ap::RimRoutingAddress& address) {
  if (const auto* cell = std::get_if<s1ap::GeranCellId>(&address))
    return fmt::format("GERAN cell {}-{}-{}-{}", cell->lai.plmn_identity.text(), cell->lai.lac, cell->rac,
                       cell->ci);
  if (const auto* rnc = std::get_if<s1ap::TargetRncId>(&address))
    return fmt::format("RNC {}-{}", rnc->lai.plmn_identity.text(),
                       rnc->extended_rnc_id.value_or(rnc->rnc_id));
  return "eHRPD sector";
}

}  // namespace

void Mme::handle(Enb& enb, const s1ap::EnbConfigurationTransfer& transfer) {
  // The two parts may be for two eNodeBs: each goes by itself.
  const auto pass_on = [&](const s1ap::GlobalEnbId* id, const s1ap::MmeConfigurationTransfer& onward) {
    Enb* target = id != nullptr ? find_enb(*id) : nullptr;
    if (target == nullptr) {
      // TS 36.413 §8.15 has no answer for it.
      transfers.add(kNoSuchEnb);
      return log::debug("configuration_transfer_to_nobody", {{"enb", enb}});
    }
    transfers.add(kPassedOn);
    send(*target, onward);
  };
  const auto& son = transfer.son_configuration_transfer_ect;
  const auto& en_dc = transfer.en_dc_son_configuration_transfer_ect;
  if (son && son->source_enb_id.global_enb_id != enb.id) {
    // Nobody speaks in another's name: the answer would go there.
    transfers.add(kRefused);
    log::warning("configuration_transfer_in_anothers_name", {{"enb", enb}});
  } else if (son) {
    s1ap::MmeConfigurationTransfer onward;
    onward.son_configuration_transfer_mct = son;
    pass_on(&son->target_enb_id.global_enb_id, onward);
  }
  const auto* asks = en_dc ? std::get_if<s1ap::EnDcTransferTypeRequest>(&en_dc->transfer_type) : nullptr;
  if (asks != nullptr && asks->source_enb.global_enb_id != enb.id) {
    transfers.add(kRefused);
    log::warning("configuration_transfer_in_anothers_name", {{"enb", enb}});
  } else if (en_dc) {
    const auto* target = target_of(*en_dc);
    s1ap::MmeConfigurationTransfer onward;
    onward.en_dc_son_configuration_transfer_mct = en_dc;
    pass_on(target != nullptr ? &target->global_enb_id : nullptr, onward);
  }
}

void Mme::handle(Enb& enb, const s1ap::EnbDirectInformationTransfer& transfer) {
  // TS 23.401 §5.15: the routing address leads to an SGSN or an HRPD access network. It can name no eNodeB
  // (TS 36.413 §9.2.3.25): what one has to say to another goes as a configuration transfer. So nobody is
  // reachable from here, and TS 36.413 §8.13 has no answer for it.
  const auto& rim = std::get<s1ap::RimTransfer>(transfer.inter_system_information_transfer_type_edt);
  constexpr std::size_t kNone = 3;
  direct_information.add(rim.rim_routing_address ? rim.rim_routing_address->index() : kNone);
  static log::RateLimit limit;
  limit.warning(
      "direct_information_to_nobody",
      {{"enb", enb}, {"address", rim.rim_routing_address ? text_of(*rim.rim_routing_address) : "none"}});
}

void Mme::ignore_lppa() {
  // TS 36.413 §8.17: a Routing ID that is not known, as all are here, is ignored.
  lppa_ignored.add();
}

}  // namespace zerocell::mme
