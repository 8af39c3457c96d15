// SPDX-License-Identifier: Apache-2.0
#include "core/config/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace zerocell::config {
namespace {

Position position_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
}

/// Builds the tree from yaml-cpp's events. Its own tree would convert scalars and forget double keys.
class Builder final : public YAML::EventHandler {
 public:
  Node root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    place({.kind = Node::Kind::null, .position = position_of(mark)});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw TreeError{position_of(mark), "aliases (*name) are not supported; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    place({.kind = Node::Kind::scalar, .quoted = tag == "!", .position = position_of(mark), .text = value});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0)
      throw TreeError{position_of(mark), "anchors (&name) are not supported; write the value out"};
  }
  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag != "?" && tag != "!" && !tag.empty())
      throw TreeError{position_of(mark), "tags (!name) are not supported; remove it"};
  }
  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (open_.size() == kTreeDepthMax)
      throw TreeError{position_of(mark), "nested too deep: no key of the configuration is that deep"};
    open_.push_back(&place({.kind = kind, .position = position_of(mark)}));
  }
  /// The node stays where it is until its parent is closed: only the innermost open node grows.
  Node& place(Node node) {
    if (open_.empty()) return root = std::move(node);
    return open_.back()->children.emplace_back(std::move(node));
  }

  std::vector<Node*> open_;
};

/// The parser takes a quote that is never closed as closed at the end of the file.
bool quote_is_closed(std::string_view yaml, std::size_t start) {
  if (start >= yaml.size()) return true;
  const char quote = yaml[start];
  if (quote != '"' && quote != '\'') return true;
  for (std::size_t i = start + 1; i < yaml.size(); ++i) {
    if (quote == '"' && yaml[i] == '\\') {
      ++i;
    } else if (yaml[i] == quote) {
      if (quote == '"' || i + 1 == yaml.size() || yaml[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

/// Where each line starts.
std::vector<std::size_t> line_starts(std::string_view yaml) {
  std::vector<std::size_t> starts{0};
  for (std::size_t i = 0; i < yaml.size(); ++i)
    if (yaml[i] == '\n') starts.push_back(i + 1);
  return starts;
}

/// The first scalar whose quote is never closed.
std::optional<TreeError> open_quote(const Node& node, std::string_view yaml,
                                    const std::vector<std::size_t>& lines) {
  if (node.kind == Node::Kind::scalar && node.quoted && node.position.line - 1 < lines.size() &&
      !quote_is_closed(yaml, lines[node.position.line - 1] + node.position.column - 1))
    return TreeError{node.position, "this quote is never closed"};
  for (const Node& child : node.children)
    if (auto error = open_quote(child, yaml, lines)) return error;
  return std::nullopt;
}

bool tab_indents(std::string_view yaml, const std::vector<std::size_t>& lines, std::uint32_t line) {
  if (line == 0 || line > lines.size()) return false;
  const std::string_view text = yaml.substr(lines[line - 1]);
  const auto end = text.find_first_not_of(" \t");
  return text.substr(0, end).find('\t') != std::string_view::npos;
}

}  // namespace

std::string_view name_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "no value";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map of keys";
  }
  return "";
}

std::expected<Node, TreeError> parse_tree(std::string_view yaml) {
  if (yaml.size() > kFileOctetsMax)
    return std::unexpected(TreeError{{}, "larger than " + std::to_string(kFileOctetsMax) + " octets"});
  const auto lines = line_starts(yaml);
  for (std::size_t i = 0; i < yaml.size(); ++i) {
    const auto octet = static_cast<unsigned char>(yaml[i]);
    if (octet >= 0x20 || octet == '\n' || octet == '\r' || octet == '\t') continue;
    const auto line = static_cast<std::size_t>(std::ranges::upper_bound(lines, i) - lines.begin());
    return std::unexpected(
        TreeError{{static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(i - lines[line - 1] + 1)},
                  "a control character; a configuration is text in UTF-8"});
  }
  Builder builder;
  try {
    std::istringstream in{std::string(yaml)};
    YAML::Parser parser(in);
    parser.HandleNextDocument(builder);
    if (auto quote = open_quote(builder.root, yaml, lines)) return std::unexpected(std::move(*quote));
    Builder second;
    if (parser.HandleNextDocument(second))
      return std::unexpected(
          TreeError{second.root.position, "a second document (---); a configuration is one"});
    return std::move(builder.root);
  } catch (const TreeError& error) {
    return std::unexpected(error);
  } catch (const YAML::Exception& error) {
    if (auto quote = open_quote(builder.root, yaml, lines)) return std::unexpected(std::move(*quote));
    const Position position = position_of(error.mark);
    return std::unexpected(TreeError{position, tab_indents(yaml, lines, position.line)
                                                   ? "indented by a tab; YAML is indented by spaces only"
                                                   : "not valid YAML: " + error.msg});
  }
}

}  // namespace zerocell::config
