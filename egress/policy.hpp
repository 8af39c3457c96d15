// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config/egress.hpp"
#include "egress/rule.hpp"

namespace zerocell::egress {

/// The rules of one group, in order. What none of them matches is denied.
struct Policy {
  std::string group;
  std::vector<Rule> rules;

  struct Match {
    bool allowed = false;
    std::uint32_t rule = 0;  ///< From 1; 0: no rule matched.
  };
  Match match(const upf::FlowQuery& flow) const noexcept {
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (rules[i].matches(flow)) return {rules[i].allow, static_cast<std::uint32_t>(i + 1)};
    return {};
  }
};

/// What is wrong with a rule of the configuration, and where.
struct PolicyProblem {
  std::string key;  ///< "egress.groups[0].rules[2]".
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string message;
};

/// All policies of the configuration.
struct PolicySet {
  std::vector<Policy> policies;                 ///< In the order of the configuration.
  std::map<Imsi, std::uint32_t> members;        ///< SIMs that a group names; the index is into `policies`.
  std::optional<std::uint32_t> default_policy;  ///< Group `default`, where there is one.

  /// Whose policy applies: the group that the subscription names, else one that names the SIM, else
  /// `default`.
  const Policy* find(std::string_view group, const Imsi& imsi) const;
};

/// Every problem at once, in the order of the configuration.
std::expected<PolicySet, std::vector<PolicyProblem>> compile(const config::Egress& egress);

}  // namespace zerocell::egress
