// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace zerocell::api {

/// The target of a request, in its parts: /ues?from=10&count=20. Views into it. What pages take of queries
/// are numbers, identities and addresses, so nothing is percent-decoded.
class Target {
 public:
  explicit Target(std::string_view target)
      : path_(target.substr(0, target.find('?'))),
        query_(target.substr(std::min(target.size(), path_.size() + 1))) {}

  std::string_view path() const { return path_; }
  /// Every value of this name, in the order of the query.
  std::vector<std::string_view> all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (std::string_view rest = query_; !rest.empty();) {
      const std::string_view field = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), field.size() + 1));
      const auto equals = field.find('=');
      if (field.substr(0, equals) == name && equals != std::string_view::npos)
        values.push_back(field.substr(equals + 1));
    }
    return values;
  }
  /// The first; empty where there is none.
  std::string_view value(std::string_view name) const {
    const auto values = all(name);
    return values.empty() ? std::string_view() : values.front();
  }
  bool has(std::string_view name) const { return !all(name).empty(); }
  /// The first as a number; nothing: it is none.
  std::optional<std::uint32_t> number(std::string_view name, std::uint32_t otherwise) const {
    if (!has(name)) return otherwise;
    const std::string_view digits = value(name);
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
  }

 private:
  std::string_view path_;
  std::string_view query_;
};

}  // namespace zerocell::api
