// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/gtp/session_types.hpp"

namespace zerocell::gtp {

constexpr std::size_t kBearerRulesMax = 10;  ///< EBIs beside the default bearer's, TS 24.007 §11.2.3.1.5.
constexpr std::size_t kRuleFiltersMax = 15;  ///< TS 24.008 §10.5.6.12.
constexpr std::size_t kRuleNameMax = 64;     ///< Ours; characters.
constexpr std::uint64_t kRuleBpsMax = 10'000'000'000;  ///< TS 29.274 §8.15 goes on to 10 Gbit/s.

/// A dedicated bearer that a PDN connection gets as soon as it is up, as an operator describes it: a
/// predefined PCC rule, TS 23.203 §4.3.1.
struct BearerRule {
  std::string name{};
  std::uint8_t qci = 1;
  Arp arp{.priority = 8, .may_preempt = false, .may_be_preempted = true};
  std::uint64_t gbr_uplink_bps = 0;  ///< Guaranteed; only with a QCI of guaranteed bit rate.
  std::uint64_t gbr_downlink_bps = 0;
  std::uint64_t mbr_uplink_bps = 0;  ///< 0: as the guaranteed one.
  std::uint64_t mbr_downlink_bps = 0;
  std::vector<std::string> filters{};  ///< As nas::parse_filter reads them.

  BearerQos qos() const;
  friend bool operator==(const BearerRule&, const BearerRule&) = default;
};

/// What is wrong with one member of a rule.
struct RuleProblem {
  std::string_view member;
  std::string message;
};
/// All that is wrong with a rule, but for the words of its filters.
std::vector<RuleProblem> problems_with(const BearerRule& rule);

/// The rules of one APN of a subscription. Shared by all who have the same, and never changed; equal where
/// the rules are.
class BearerRules {
 public:
  BearerRules() = default;
  BearerRules(std::vector<BearerRule> rules)  // NOLINT: a list of rules is that.
      : rules_(rules.empty() ? nullptr : std::make_shared<const std::vector<BearerRule>>(std::move(rules))) {}

  bool empty() const { return rules_ == nullptr; }
  std::size_t size() const { return rules_ ? rules_->size() : 0; }
  const BearerRule* begin() const { return rules_ ? rules_->data() : nullptr; }
  const BearerRule* end() const { return begin() + size(); }
  friend bool operator==(const BearerRules& a, const BearerRules& b) {
    return a.rules_ == b.rules_ || (a.rules_ && b.rules_ && *a.rules_ == *b.rules_);
  }

 private:
  std::shared_ptr<const std::vector<BearerRule>> rules_;  // Null: none.
};

}  // namespace zerocell::gtp
