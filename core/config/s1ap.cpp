// SPDX-License-Identifier: Apache-2.0
#include "core/config/s1ap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

template <>
struct Names<SctpStack> {
  static constexpr std::array<std::pair<std::string_view, SctpStack>, 3> kNames{
      {{"auto", SctpStack::automatic}, {"kernel", SctpStack::kernel}, {"usrsctp", SctpStack::usrsctp}}};
};

constexpr std::array<std::uint32_t, 6> kTimesToWait{1, 2, 5, 10, 20, 60};  // TS 36.413 §9.2.1.61

void describe(Fields& fields, S1ap& s1ap) {
  fields.key(
      "bind", s1ap.bind,
      "Local addresses for eNodeBs, together one multi-homed SCTP endpoint; the core does not run without",
      {0, 8});
  fields.key("port", s1ap.port, "SCTP port", {1, 65535});
  fields.key("sctp", s1ap.sctp,
             "SCTP implementation: the kernel's, usrsctp over raw IP (needs CAP_NET_RAW), or the kernel's "
             "where it has one");
  fields.key("streams", s1ap.streams, "SCTP streams each way; TS 36.412 asks for 2", {2, 1024});
  fields.key("enbs_max", s1ap.enbs_max, "eNodeBs that may be connected at once; more are refused",
             {1, 65536});
  fields.key("message_size_max", s1ap.message_size_max, "Longest S1AP message that is accepted, octets",
             {4096, 1048576});
  fields.key("heartbeat_ms", s1ap.heartbeat_ms, "SCTP heartbeat interval, milliseconds", {100, 600000});
  fields.key("allowed_enb_ids", s1ap.allowed_enb_ids,
             "eNB ids (macro 20 bits, home 28 bits) that may set up S1; empty: every eNodeB with a served "
             "PLMN and TAC",
             {0, 65536});
  fields.key("setup_wait_seconds", s1ap.setup_wait_seconds,
             "Time to Wait that a refused eNodeB is told, seconds: 1, 2, 5, 10, 20 or 60", {1, 60});
}

void validate(const S1ap& s1ap, const Report& report) {
  for (std::size_t i = 0; i < s1ap.bind.size(); ++i)
    if (std::count(s1ap.bind.begin(), s1ap.bind.begin() + static_cast<std::ptrdiff_t>(i), s1ap.bind[i]) != 0)
      report(fmt::format("bind[{}]", i), "stands in the list twice; remove one");
  for (std::size_t i = 0; i < s1ap.allowed_enb_ids.size(); ++i)
    if (s1ap.allowed_enb_ids[i] >= 1u << 28)
      report(fmt::format("allowed_enb_ids[{}]", i),
             "has more than 28 bits; expected an eNB id, at most 268435455");
  if (std::ranges::find(kTimesToWait, s1ap.setup_wait_seconds) == kTimesToWait.end())
    report("setup_wait_seconds", fmt::format("is {}; expected 1, 2, 5, 10, 20 or 60 (TS 36.413 §9.2.1.61)",
                                             s1ap.setup_wait_seconds));
}

}  // namespace zerocell::config
