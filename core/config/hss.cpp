// SPDX-License-Identifier: Apache-2.0
#include "core/config/hss.hpp"

#include <fmt/format.h>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

void describe(Fields& fields, Store& store) {
  fields.key("path", store.path,
             "SQLite file with the subscribers, relative to the working directory; made when missing",
             {1, 4096});
  fields.key("busy_timeout_ms", store.busy_timeout_ms, "How long to wait while another process writes",
             {0, 600'000});
}

void validate(const Store&, const Report&) {}

void describe(Fields& fields, Hss& hss) {
  fields.key("sqn_ind_bits", hss.sqn_ind_bits, "Low bits of SQN that are the index IND; as in the USIMs",
             {1, 8});
  fields.key("sqn_delta", hss.sqn_delta, "Largest jump of SEQ that the USIMs accept",
             {1, std::uint64_t{1} << 47});
  fields.key("sqn_block", hss.sqn_block, "Sequence numbers that one write to the disk reserves for a SIM",
             {1, 4096});
  fields.key("writes_grouped_ms", hss.writes_grouped_ms,
             "Changes are collected so long for one write to the disk", {0, 1000});
}

void validate(const Hss& hss, const Report& report) {
  const std::uint64_t seq_max = (std::uint64_t{1} << (48 - hss.sqn_ind_bits)) - 1;
  if (hss.sqn_delta > seq_max)
    report("sqn_delta", fmt::format("is {}, but SEQ ends at {} with sqn_ind_bits {}", hss.sqn_delta, seq_max,
                                    hss.sqn_ind_bits));
  if (hss.sqn_block >= hss.sqn_delta)
    report(
        "sqn_block",
        fmt::format("is {}; expected less than sqn_delta, or USIMs refuse the first vector after a restart",
                    hss.sqn_block));
}

}  // namespace zerocell::config
