// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/transfer.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

/// What eNodeBs say to each other, and the MME passes on without looking into it, TS 36.413 §8.13 to §8.16.
namespace zerocell::mme {
namespace {

CounterBy<3> transfers{"zerocell_mme_configuration_transfers_total",
                       "Configuration transfers from eNodeB to eNodeB, by outcome.",
                       "outcome",
                       {"passed_on", "no_such_enb", "refused"}};
enum Outcome : std::size_t { kPassedOn, kNoSuchEnb, kRefused };
Counter direct_information{"zerocell_mme_direct_information_total",
                           "RIM messages for radio access networks that nobody here knows."};

/// The eNodeB that an EN-DC transfer is for; null where only a gNB is named that no eNodeB told us of.
const s1ap::EnDcSonEnbIdentification* target_of(const s1ap::EnDcSonConfigurationTransfer& transfer) {
  if (const auto* request = std::get_if<s1ap::EnDcTransferTypeRequest>(&transfer.transfer_type))
    return request->target_enb ? &*request->target_enb : nullptr;
  return &std::get<s1ap::EnDcTransferTypeReply>(transfer.transfer_type).target_enb;
}

}  // namespace

void Mme::handle(Enb& enb, const s1ap::EnbConfigurationTransfer& transfer) {
  s1ap::MmeConfigurationTransfer onward;
  const s1ap::GlobalEnbId* target_id = nullptr;
  if (const auto& son = transfer.son_configuration_transfer_ect) {
    // Nobody speaks in another's name: the answer would go there.
    if (son->source_enb_id.global_enb_id != enb.id) {
      transfers.add(kRefused);
      return log::warning("configuration_transfer_in_anothers_name", {{"enb", enb.id_text()}});
    }
    target_id = &son->target_enb_id.global_enb_id;
    onward.son_configuration_transfer_mct = son;
  } else if (const auto& en_dc = transfer.en_dc_son_configuration_transfer_ect) {
    if (const auto* target = target_of(*en_dc)) target_id = &target->global_enb_id;
    onward.en_dc_son_configuration_transfer_mct = en_dc;
  }
  Enb* target = target_id != nullptr ? find_enb(*target_id) : nullptr;
  if (target == nullptr) {
    // TS 36.413 §8.15 has no answer for it.
    transfers.add(kNoSuchEnb);
    return log::debug("configuration_transfer_to_nobody", {{"enb", enb.id_text()}});
  }
  transfers.add(kPassedOn);
  send(*target, onward);
}

void Mme::handle(Enb& enb, const s1ap::EnbDirectInformationTransfer&) {
  // RIM goes to GERAN, UTRAN or eHRPD (TS 36.413 §9.2.3.25), none of which is reachable from here.
  direct_information.add();
  log::debug("direct_information_to_nobody", {{"enb", enb.id_text()}});
}

}  // namespace zerocell::mme
