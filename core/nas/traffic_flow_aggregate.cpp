// SPDX-License-Identifier: Apache-2.0
#include "core/nas/traffic_flow_aggregate.hpp"

namespace zerocell::nas {

std::expected<Tft, TftError> read_aggregate(Bytes value) {
  auto aggregate = decode_tft(value);
  if (!aggregate) return aggregate;
  if (aggregate->operation == Tft::Operation::create || aggregate->operation == Tft::Operation::add_filters)
    for (std::uint8_t i = 0; i < aggregate->filter_count; ++i) aggregate->filters[i].identifier = i;
  if (const auto wrong = rule_error(*aggregate)) return std::unexpected(*wrong);
  return aggregate;
}

}  // namespace zerocell::nas
