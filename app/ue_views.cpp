// SPDX-License-Identifier: Apache-2.0
#include "app/ue_views.hpp"

namespace zerocell::app {
namespace {

api::UeView::State state_of(const mme::UeState& state) {
  using State = api::UeView::State;
  if (state.emm == mme::EmmState::deregistered) return State::detached;
  if (state.connected) return State::connected;
  return state.asleep_until ? State::asleep : State::idle;
}

}  // namespace

std::optional<api::UeView> UeViews::find(const Imsi& imsi) {
  const auto index = mme_.directory().find(imsi);
  if (!index) return std::nullopt;
  return view_of(*index);
}

api::Ues::Part UeViews::list(std::uint32_t from, std::uint32_t count) {
  Part part;
  const auto& records = mme_.directory().records();
  for (std::uint32_t index = from; index < records.index_limit(); ++index) {
    if (!records.live(index)) continue;
    if (part.ues.size() == count) {
      part.next = index;
      break;
    }
    part.ues.push_back(view_of(index));
  }
  return part;
}

api::UeView UeViews::view_of(mme::UeDirectory::Index index) {
  const mme::UeRecord& record = mme_.directory()[index];
  const mme::UeState state = mme_.state_of(index);
  api::UeView view{.imsi = state.imsi,
                   .imei = record.imei,
                   .state = state_of(state),
                   .awake_at = state.asleep_until,
                   .listens_in = state.listens_in};
  if (record.tai != Tai{}) view.tai = record.tai;
  if (record.ecgi != Ecgi{}) view.cell = record.ecgi;
  for (const mme::BearerRecord& bearer : mme_.bearers().of(record)) {
    if (!bearer.is_default()) {
      for (api::PdnView& connection : view.connections)
        connection.dedicated_bearers += connection.ebi == bearer.linked_ebi;
      continue;
    }
    api::PdnView connection{.apn = mme_.access_point(bearer.apn), .ebi = bearer.ebi, .qci = bearer.qos.qci};
    if (const auto address = gateway_.address_of(bearer.session)) {
      if (address->type != gtp::PdnType::ipv6) connection.ipv4 = address->v4;
      if (address->type != gtp::PdnType::ipv4) connection.ipv6_prefix = address->v6;
    }
    view.connections.push_back(connection);
  }
  return view;
}

}  // namespace zerocell::app
