// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/metrics.hpp"
#include "mme/procedures.hpp"

namespace zerocell::mme {
namespace {

Counter reallocations{"zerocell_mme_guti_reallocations_total", "GUTI reallocation procedures that began."};

}  // namespace

Task<Next> reallocate_guti(Ue& ue) {
  reallocations.add();
  const auto& settings = ue.mme.settings();
  ue.mme.directory().reallocate_m_tmsi(*ue.record);
  ue.stored().guti_services = 0;
  const PlainMessage command(nas::GutiReallocationCommand{.guti = ue.mme.guti(ue.stored(), ue.tai.plmn),
                                                          .tai_list = ue.mme.tracking_areas().give(ue)});
  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3450_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, command.bytes()); },
      [](const UeEvent& event) {
        return event.verified && event.is(nas::EmmType::guti_reallocation_complete);
      });
  // §5.4.1.6 a: without an answer both GUTIs stay valid.
  if (answer) ue.mme.directory().confirm_m_tmsi(*ue.record);
  co_return Next::stay();
}

}  // namespace zerocell::mme
