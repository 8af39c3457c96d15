// SPDX-License-Identifier: Apache-2.0
#include "core/config/tree_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace zerocell::config {
namespace {

/// How many single-character changes make one word the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j)
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, diagonal + (a[i] != b[j])}));
  }
  return row.back();
}

class TreeReader final : public Fields {
 public:
  TreeReader(const Node& map, std::string path, Problems& problems)
      : map_(map), path_(std::move(path)), problems_(problems), taken_(map.children.size() / 2) {}

  /// What is left once every key was asked for.
  void finish() {
    for (std::size_t i = 0; i < taken_.size(); ++i)
      if (!taken_[i]) complain_of_unknown(map_.children[2 * i]);
  }

 protected:
  void visit_leaf(const Key& key, Leaf& leaf) override {
    if (const Node* node = find(key))
      read_scalar(*node, path(key), leaf.type(), [&leaf](const Scalar& s) { return leaf.read(s); });
  }

  void visit_list(const Key& key, List& list) override {
    const Node* node = find(key);
    if (node == nullptr) return;
    const std::string where = path(key);
    if (!is_a(Node::Kind::list, *node, where)) return;
    list.clear();
    for (std::size_t i = 0; i < node->children.size(); ++i)
      read_scalar(node->children[i], item(where, i), list.type(),
                  [&list](const Scalar& s) { return list.read_item(s); });
    const std::size_t count = node->children.size();
    if (count < list.count().min)
      problems_.add(where, fmt::format("has {} items; expected at least {}", count, list.count().min));
    if (count > list.count().max)
      problems_.add(where, fmt::format("has {} items; expected at most {}", count, list.count().max));
  }

  void visit_section(const Key& key, const Describe& describe) override {
    const Node* node = find(key);
    if (node == nullptr) {
      // Its required keys are missing, too.
      read_tree(Node{.kind = Node::Kind::map}, path(key), problems_, describe);
      return;
    }
    if (is_a(Node::Kind::map, *node, path(key))) read_tree(*node, path(key), problems_, describe);
  }

  void visit_sections(const Key& key, Sections& sections) override {
    const Node* node = find(key);
    if (node == nullptr || !is_a(Node::Kind::list, *node, path(key))) return;
    sections.clear();
    for (std::size_t i = 0; i < node->children.size(); ++i) {
      const Node& child = node->children[i];
      const std::string where = item(path(key), i);
      problems_.locate(where, child.position);
      sections.add();
      if (is_a(Node::Kind::map, child, where))
        read_tree(child, where, problems_, [&](Fields& fields) { sections.describe_item(i, fields); });
    }
  }

 private:
  std::string path(const Key& key) const {
    return path_.empty() ? std::string(key.name) : path_ + "." + std::string(key.name);
  }
  static std::string item(const std::string& list, std::size_t index) {
    return fmt::format("{}[{}]", list, index);
  }

  /// The key's value. Null where it is absent or was already complained of.
  const Node* find(const Key& key) {
    known_.emplace_back(key.name);
    const Node* found = nullptr;
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      const Node& name = map_.children[2 * i];
      if (name.kind != Node::Kind::scalar || name.text != key.name) continue;
      taken_[i] = true;
      if (found != nullptr) {
        problems_.add_at(name.position, path(key), "stands here a second time; remove one");
        continue;
      }
      found = &map_.children[2 * i + 1];
      // Values name their own place; what is said about a whole list or section stands at its key.
      const bool whole = found->kind == Node::Kind::list || found->kind == Node::Kind::map ||
                         found->kind == Node::Kind::null;
      problems_.locate(path(key), whole ? name.position : found->position);
    }
    if (found == nullptr && key.required)
      problems_.add(path(key), fmt::format("is missing; expected: {}", key.meaning));
    return found;
  }

  bool is_a(Node::Kind kind, const Node& node, const std::string& where) {
    if (node.kind == kind) return true;
    problems_.add(where, fmt::format("is {}; expected {}", name_of(node.kind), name_of(kind)));
    return false;
  }

  template <class Read>
  void read_scalar(const Node& node, const std::string& where, const std::string& type, Read read) {
    problems_.locate(where, node.position);
    if (node.kind != Node::Kind::scalar) {
      problems_.add(where, fmt::format("is {}; expected {}", name_of(node.kind), type));
      return;
    }
    const Scalar scalar{node.text, node.quoted, node.position.line,
                        node.position.column + (node.quoted ? 1 : 0)};
    if (const auto done = read(scalar); !done) problems_.add(where, done.error());
  }

  void complain_of_unknown(const Node& name) {
    if (name.kind != Node::Kind::scalar) {
      problems_.add_at(name.position, path_,
                       fmt::format("a key that is {}; expected the name of a key", name_of(name.kind)));
      return;
    }
    const std::string_view text = std::string_view(name.text).substr(0, 64);
    std::string_view nearest;
    std::size_t nearest_distance = std::max<std::size_t>(1, text.size() / 3);
    for (const std::string_view known : known_) {
      const std::size_t changes = distance(text, known);
      if (changes > nearest_distance || (changes == nearest_distance && !nearest.empty())) continue;
      nearest = known;
      nearest_distance = changes;
    }
    std::string all;
    for (const std::string_view known : known_) (all += all.empty() ? "" : ", ") += known;
    problems_.add_at(name.position, path_,
                     fmt::format("unknown key {}; {}", quoted(text),
                                 nearest.empty() ? "expected one of: " + all
                                                 : fmt::format("did you mean {}?", quoted(nearest))));
  }

  const Node& map_;
  const std::string path_;
  Problems& problems_;
  std::vector<bool> taken_;
  std::vector<std::string_view> known_;
};

}  // namespace

void read_tree(const Node& map, std::string path, Problems& problems, const Fields::Describe& describe) {
  TreeReader reader(map, std::move(path), problems);
  describe(reader);
  reader.finish();
}

}  // namespace zerocell::config
