// SPDX-License-Identifier: Apache-2.0
#include "core/config/egress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

constexpr std::size_t kDeviceNameMax = 15;    // IFNAMSIZ less its NUL.
constexpr std::size_t kGroupNameMax = 64;     // Ours.
constexpr std::size_t kRulesMax = 65536;      // Ours.
constexpr std::size_t kGroupSimsMax = 65536;  // Ours; larger groups belong into the subscriptions.

const EgressGroup* Egress::group(std::string_view name) const {
  const auto found = std::ranges::find(groups, name, &EgressGroup::name);
  return found == groups.end() ? nullptr : &*found;
}

void describe(Fields& fields, EgressGroup& group) {
  fields.required("name", group.name, "What subscriptions call the group; `default` serves SIMs of no group",
                  {1, kGroupNameMax});
  fields.key("rules", group.rules, "What may pass: first match wins; what no rule matches is denied",
             {0, kRulesMax});
  fields.key("sims", group.sims, "IMSIs in the group, beside those whose subscription names it",
             {0, kGroupSimsMax});
}

void describe(Fields& fields, Egress& egress) {
  fields.key("tun", egress.tun, "TUN device that packets leave by: opened, or made and removed at the end",
             {1, kDeviceNameMax});
  fields.key("denials_logged_per_second", egress.denials_logged_per_second,
             "Denied packets that get a log line of their own; more are counted, and the count is logged");
  fields.sections("groups", egress.groups,
                  "Groups of SIMs with their rules; without any, everything is denied");
}

void validate(const Egress& egress, const Report& report) {
  if (egress.tun.find_first_of("/ \t:%") != std::string::npos || egress.tun.starts_with('.'))
    report("tun",
           fmt::format("{} is no name of a network device; expected letters and digits, such as zerocell0",
                       quoted(egress.tun)));
  std::map<std::uint64_t, std::string_view> group_of;
  for (std::size_t i = 0; i < egress.groups.size(); ++i) {
    const EgressGroup& group = egress.groups[i];
    const Report here = report.in("groups", i);
    if (egress.group(group.name) != &group)
      here("name", fmt::format("{} stands in the list twice; remove one", quoted(group.name)));
    for (std::size_t j = 0; j < group.sims.size(); ++j) {
      const auto [known, added] = group_of.emplace(group.sims[j].packed(), group.name);
      if (!added)
        here(fmt::format("sims[{}]", j), fmt::format("{} is in group {} already; a SIM is in one group",
                                                     group.sims[j].text(), quoted(known->second)));
    }
  }
}

}  // namespace zerocell::config
