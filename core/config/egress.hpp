// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/types/identity.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// A piece of the file that another room parses; its errors point at line and column (from 1; 0: not from a
/// file). Equal where the text is.
struct LocatedText {
  std::string text = {};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const LocatedText& a, const LocatedText& b) { return a.text == b.text; }
};

/// SIMs that share a rule list. First match wins; what no rule matches is denied. The group `default` serves
/// the SIMs of no group; without one, everything of theirs is denied.
struct EgressGroup {
  std::string name = {};
  std::vector<LocatedText> rules = {};  ///< egress/ parses them.
  std::vector<Imsi> sims = {};          ///< Members beside those whose subscription names the group.
  friend bool operator==(const EgressGroup&, const EgressGroup&) = default;
};

/// Section `egress`.
struct Egress {
  std::vector<EgressGroup> groups = {};
  std::string tun = "zerocell0";  ///< Device of the egress `direct`: opened, or made and removed at the end.
  std::uint32_t denials_logged_per_second = 10;  ///< More are counted, and the count is logged.

  /// Null where there is none of this name.
  const EgressGroup* group(std::string_view name) const;
  friend bool operator==(const Egress&, const Egress&) = default;
};

void describe(Fields& fields, EgressGroup& group);
void describe(Fields& fields, Egress& egress);
void validate(const Egress& egress, const Report& report);

}  // namespace zerocell::config
