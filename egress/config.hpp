// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

namespace zerocell::egress {

/// Configuration of the egress, section `egress`.
struct Config {
  std::string tun =
      "zerocell0";  ///< Device of the egress `direct`: opened, or created and removed at the end.
  /// Ordered rules by group, as text (egress/rule.hpp); the first match decides, the last rule is always
  /// `deny any`. Group `default` serves subscribers whose group is not listed.
  std::map<std::string, std::vector<std::string>> policies;
  std::uint32_t denials_logged_per_second = 10;  ///< More are counted, and the count is logged.

  /// Nothing when the configuration holds together; otherwise which key, and what was expected.
  std::expected<void, std::string> validate() const;
};

}  // namespace zerocell::egress
