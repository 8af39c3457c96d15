// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/types/ip.hpp"
#include "upf/flow_policy.hpp"

namespace zerocell::egress {

/// One rule of a policy. Its text, in words that single spaces may be repeated between:
///
///     rule    = ("allow" | "deny") ("any" | clause+)
///     clause  = "dst"   ["not"] prefixes     where a flow of the UE goes
///             | "from"  ["not"] prefixes     where a flow of the network comes from
///             | "proto" ["not"] protocols    tcp udp icmp sctp esp gre, or a number
///             | "port"  ["not"] ports        80 or 1000-2000; with proto tcp, udp, both, or none
///     values are separated by commas, without spaces; a prefix is 10.0.0.0/8, 2001:db8::/32, an address, or
///     any
///
/// A rule with `from` speaks of flows that the network begins, and its port is the UE's. Every other rule
/// speaks of flows that the UE begins, and its port is the remote one. A rule without `proto` but with `port`
/// matches TCP and UDP. Protocol `icmp` is ICMP and ICMPv6. What is named later in a rule narrows it further.
struct Rule {
  struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    friend bool operator==(const PortRange&, const PortRange&) = default;
  };
  template <class Value>
  struct Clause {
    std::vector<Value> values;  ///< Empty: the clause is absent, everything matches.
    bool negated = false;
    friend bool operator==(const Clause&, const Clause&) = default;
  };

  bool allow = false;
  bool from_network = false;
  Clause<IpPrefix> remote;
  Clause<std::uint8_t> protocols;
  Clause<PortRange> ports;

  bool matches(const upf::FlowQuery& flow) const noexcept;
  /// The rule in its shortest text; parse_rule reads it back into an equal rule.
  std::string text() const;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// Where a rule's text is wrong, and what was expected there.
struct RuleError {
  std::size_t column = 0;  ///< From 1, within the text.
  std::string message;
  friend bool operator==(const RuleError&, const RuleError&) = default;
};

constexpr std::size_t kRuleOctetsMax = 1000;
constexpr std::size_t kRuleValuesMax = 64;  ///< In one clause.

std::expected<Rule, RuleError> parse_rule(std::string_view text);

}  // namespace zerocell::egress
