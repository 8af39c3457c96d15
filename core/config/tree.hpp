// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/report.hpp"

namespace zerocell::config {

constexpr std::size_t kFileOctetsMax = 4 * 1024 * 1024;  // Ours: some 50,000 egress rules.
constexpr std::size_t kTreeDepthMax = 32;                // Ours: the deepest key stands at 4.

/// A YAML document as it was written: nothing is converted, and every node knows its place.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  Kind kind = Kind::null;
  bool quoted = false;
  Position position = {};
  std::string text = {};            ///< Of a scalar.
  std::vector<Node> children = {};  ///< Items of a list; of a map key and value in turn.
};

/// "a list", "a map" …
std::string_view name_of(Node::Kind kind);

/// Where and why the text is no YAML that a configuration may be: syntax, anchors and aliases, several
/// documents, custom tags, depth.
struct TreeError {
  Position position;
  std::string message;
};
std::expected<Node, TreeError> parse_tree(std::string_view yaml);

}  // namespace zerocell::config
