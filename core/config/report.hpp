// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.hpp"

namespace zerocell::config {

struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Collects what is wrong with one file, and knows where its keys stand.
class Problems {
 public:
  explicit Problems(std::string_view file) : file_(file) {}
  void locate(std::string path, Position position) { positions_.emplace(std::move(path), position); }
  /// At the key's place, or, where the file does not have the key, at that of the section it belongs to.
  void add(std::string_view path, std::string message);
  void add_at(Position position, std::string_view path, std::string message);
  /// Nothing was reported for this key, or below it.
  bool clean(std::string_view path) const;
  bool empty() const { return problems_.empty(); }
  /// In the order of the file.
  std::vector<Problem> sorted() &&;

 private:
  std::string file_;
  std::vector<Problem> problems_;
  std::map<std::string, Position, std::less<>> positions_;
};

/// What a section's validate() reports to: keys are relative to the section.
class Report {
 public:
  explicit Report(Problems& problems, std::string prefix = {})
      : problems_(&problems), prefix_(std::move(prefix)) {}
  void operator()(std::string_view key, std::string message) const {
    problems_->add(path(key), std::move(message));
  }
  /// At a place inside a value: see LocatedText.
  void at(Position position, std::string_view key, std::string message) const {
    problems_->add_at(position, path(key), std::move(message));
  }
  Report in(std::string_view key) const { return Report(*problems_, path(key)); }
  Report in(std::string_view key, std::size_t index) const {
    return in(std::string(key) + "[" + std::to_string(index) + "]");
  }
  bool clean() const { return problems_->clean(prefix_); }

 private:
  std::string path(std::string_view key) const;
  Problems* problems_;
  std::string prefix_;
};

}  // namespace zerocell::config
