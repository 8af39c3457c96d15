// SPDX-License-Identifier: Apache-2.0
#include "core/gtp/fteid.hpp"

#include <algorithm>

namespace zerocell::gtp {

std::optional<Fteid> Fteid::from_transport_layer_address(Bytes address, Teid teid) {
  const bool has_v4 = address.size() == 4 || address.size() == 20;
  const bool has_v6 = address.size() == 16 || address.size() == 20;
  if (!has_v4 && !has_v6) return std::nullopt;
  Fteid fteid{.teid = teid, .v4 = {}, .v6 = {}};
  if (has_v4) std::ranges::copy(address.first(4), fteid.v4.emplace().octets.begin());
  if (has_v6) std::ranges::copy(address.last(16), fteid.v6.emplace().octets.begin());
  return fteid;
}

void Fteid::to_transport_layer_address(Writer& out) const {
  if (v4) out.bytes(v4->octets);
  if (v6) out.bytes(v6->octets);
}

}  // namespace zerocell::gtp
