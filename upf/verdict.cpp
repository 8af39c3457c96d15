// SPDX-License-Identifier: Apache-2.0
#include "upf/verdict.hpp"

namespace zerocell::upf {

std::string_view to_string(Verdict verdict) {
  static constexpr std::array<std::string_view, kVerdicts> kNames = {"pass",
                                                                     "to_egress",
                                                                     "to_radio",
                                                                     "answered",
                                                                     "buffered",
                                                                     "relayed",
                                                                     "bad_outer",
                                                                     "unknown_peer",
                                                                     "unknown_extension",
                                                                     "unknown_tunnel",
                                                                     "empty",
                                                                     "bad_inner",
                                                                     "gtp_in_gtp",
                                                                     "gate_closed",
                                                                     "foreign_source",
                                                                     "core_address",
                                                                     "other_ue",
                                                                     "no_destination",
                                                                     "gateway",
                                                                     "unknown_ue",
                                                                     "denied",
                                                                     "flow_limit",
                                                                     "no_first_fragment",
                                                                     "rate",
                                                                     "wrong_bearer",
                                                                     "no_bearer",
                                                                     "too_big",
                                                                     "no_downlink",
                                                                     "buffer_full",
                                                                     "line_busy",
                                                                     "no_room"};
  const auto index = static_cast<std::size_t>(verdict);
  return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace zerocell::upf
