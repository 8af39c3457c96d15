// SPDX-License-Identifier: Apache-2.0
#include "core/config/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace zerocell::config {

std::string Problem::text() const {
  std::string out = file;
  if (line != 0) out += fmt::format(":{}:{}", line, column);
  if (!key.empty()) out += ": " + key;
  return out + ": " + message;
}

void Problems::add_at(Position position, std::string_view path, std::string message) {
  problems_.push_back({file_, position.line, position.column, std::string(path), std::move(message)});
}

void Problems::add(std::string_view path, std::string message) {
  Position position;
  for (std::string_view place = path;;) {
    if (const auto found = positions_.find(place); found != positions_.end()) {
      position = found->second;
      break;
    }
    const auto end = place.find_last_of(".[");
    if (end == std::string_view::npos) break;
    place = place.substr(0, end);
  }
  add_at(position, path, std::move(message));
}

bool Problems::clean(std::string_view path) const {
  return std::ranges::none_of(problems_, [path](const Problem& problem) {
    const std::string_view key = problem.key;
    return key.starts_with(path) &&
           (path.empty() || key.size() == path.size() || key[path.size()] == '.' || key[path.size()] == '[');
  });
}

std::vector<Problem> Problems::sorted() && {
  std::ranges::sort(problems_, {}, [](const Problem& problem) {
    return std::tuple(problem.line, problem.column, std::string_view(problem.key),
                      std::string_view(problem.message));
  });
  return std::move(problems_);
}

std::string Report::path(std::string_view key) const {
  if (prefix_.empty() || key.empty()) return prefix_ + std::string(key);
  return prefix_ + (key.starts_with('[') ? "" : ".") + std::string(key);
}

}  // namespace zerocell::config
