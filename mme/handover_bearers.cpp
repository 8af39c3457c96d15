// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "mme/handover.hpp"

namespace zerocell::mme {
namespace {

using Connection = Bearers::Connection;

/// TS 24.301 §6.4.4.6: the UE, which lost the radio bearer too, knows without a word.
void lose_connection(Ue& ue, const Connection& connection) {
  log::info("pdn_connection_lost_in_handover", {.imsi = ue.imsi(), .procedure = "handover"},
            {{"ebi", connection.ebi}});
  ue.mme.delete_session(connection.session);
  ue.mme.bearers().remove_connection(ue.stored(), connection.ebi);
}

void lose_dedicated(Ue& ue, const Connection& connection, const ErabsSetUp& erabs, const ErabsLost& refused) {
  sgw::DeleteBearerCommand command{.session = connection.session};
  for (const BearerRecord& bearer : ue.mme.bearers().of(ue.stored())) {
    const bool kept = erabs.has(bearer.ebi) ? !refused.has(bearer.ebi) : !ue.has_active(bearer.ebi);
    if (bearer.linked_ebi == connection.ebi && !bearer.is_default() && !kept)
      command.ebis.push_back(bearer.ebi);
  }
  if (command.ebis.empty()) return;
  for (const std::uint8_t ebi : command.ebis) ue.mme.bearers().remove(ue.stored(), ebi);
  ue.mme.background().start([](sgw::S11& gateway, sgw::DeleteBearerCommand lost) -> Task<void> {
    co_await gateway.delete_bearer_command(lost);
  }(ue.mme.gateway(), command));
}

const gtp::Fteid* endpoint_in(const sgw::Answer<sgw::ModifyBearerResponse>& modified, std::uint8_t ebi) {
  if (!modified) return nullptr;
  for (const sgw::BearerAccess& bearer : modified->bearers)
    if (bearer.ebi == ebi) return &bearer.access;
  return nullptr;
}

/// False when the PDN connection is gone.
Task<bool> move_connection(Ue& ue, const Connection connection, const ErabsSetUp& erabs,
                           BearersMoved& moved) {
  sgw::ModifyBearerRequest request{
      .session = connection.session, .path_switch = true, .location = sgw::UserLocation{ue.tai, ue.ecgi}};
  request.bearers = of_session(ue, connection.session, erabs.list);
  const auto modified = co_await ue.mme.gateway().modify_bearer(request);
  const bool default_moved = endpoint_in(modified, connection.ebi) != nullptr;
  for (const sgw::BearerAccess& asked : request.bearers) {
    const gtp::Fteid* uplink = endpoint_in(modified, asked.ebi);
    BearerRecord* kept = ue.mme.bearers().find(ue.stored(), asked.ebi);
    if (!default_moved || uplink == nullptr || kept == nullptr) {
      moved.refused.add(asked.ebi, s1ap::CauseTransport::transport_resource_unavailable);
    } else if (uplink->valid() && *uplink != kept->user_plane) {
      kept->user_plane = *uplink;
      moved.uplink.push_back({asked.ebi, *uplink});
    }
  }
  co_return default_moved;
}

}  // namespace

Task<BearersMoved> move_bearers(Ue& ue, ErabsSetUp erabs) {
  BearersMoved moved;
  for (const Connection& connection : ue.mme.bearers().connections_of(ue.stored())) {
    const bool has_erab = erabs.has(connection.ebi);
    if (!has_erab && !ue.has_active(connection.ebi)) continue;
    if (has_erab && co_await move_connection(ue, connection, erabs, moved)) {
      lose_dedicated(ue, connection, erabs, moved.refused);
      moved.goes_on = true;
    } else {
      // TS 36.413 §8.4.4.2: what the target has of it goes.
      for (const BearerRecord& bearer : ue.mme.bearers().of(ue.stored()))
        if (bearer.linked_ebi == connection.ebi && erabs.has(bearer.ebi) && !moved.refused.has(bearer.ebi))
          moved.refused.add(bearer.ebi, s1ap::CauseRadioNetwork::unspecified);
      lose_connection(ue, connection);
    }
  }
  ue.active_bearers = 0;
  for (const BearerRecord& bearer : ue.mme.bearers().of(ue.stored()))
    if (erabs.has(bearer.ebi)) ue.activate(bearer.ebi);
  ue.erabs_at_enb = ue.active_bearers;
  if (ue.access_in_question) ue.add_erab(ue.bearer_in_question);
  co_return moved;
}

}  // namespace zerocell::mme
