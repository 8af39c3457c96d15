// SPDX-License-Identifier: Apache-2.0
#include "egress/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace zerocell::egress {

const Policy* PolicySet::find(std::string_view group, const Imsi& imsi) const {
  if (!group.empty()) {
    const auto named = std::ranges::find(policies, group, &Policy::group);
    if (named != policies.end()) return &*named;
  } else if (const auto member = members.find(imsi); member != members.end()) {
    return &policies[member->second];
  }
  return default_policy ? &policies[*default_policy] : nullptr;
}

std::expected<PolicySet, std::vector<PolicyProblem>> compile(const config::Egress& egress) {
  PolicySet set;
  std::vector<PolicyProblem> problems;
  for (std::size_t i = 0; i < egress.groups.size(); ++i) {
    const config::EgressGroup& group = egress.groups[i];
    Policy policy{.group = group.name, .rules = {}};
    for (std::size_t j = 0; j < group.rules.size(); ++j) {
      const config::LocatedText& text = group.rules[j];
      auto rule = parse_rule(text.text);
      if (rule) {
        policy.rules.push_back(std::move(*rule));
        continue;
      }
      const auto offset = static_cast<std::uint32_t>(rule.error().column - 1);
      problems.push_back({.key = fmt::format("egress.groups[{}].rules[{}]", i, j),
                          .line = text.line,
                          .column = text.line == 0 ? 0 : text.column + offset,
                          .message = std::move(rule.error().message)});
    }
    const auto index = static_cast<std::uint32_t>(set.policies.size());
    for (const Imsi& imsi : group.sims) set.members.emplace(imsi, index);
    if (group.name == "default") set.default_policy = index;
    set.policies.push_back(std::move(policy));
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return set;
}

}  // namespace zerocell::egress
