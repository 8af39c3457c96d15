// SPDX-License-Identifier: Apache-2.0
#include "upf/framed_routes.hpp"

namespace zerocell::upf {
namespace {

unsigned bit_of(const std::uint8_t* address, unsigned depth) {
  return address[depth / 8] >> (7 - depth % 8) & 1;
}

}  // namespace

/// A copy of `tree` in which this prefix has this route, or none. Nodes that lead nowhere are left out.
FramedRoutes::Tree FramedRoutes::with(const Tree& tree, Bytes address, unsigned depth, unsigned length,
                                      const std::optional<Route>& route) {
  Node copy = tree ? *tree : Node{};
  if (depth == length) {
    copy.route = route;
  } else {
    Tree& child = copy.children[bit_of(address.data(), depth)];
    child = with(child, address, depth + 1, length, route);
  }
  if (!copy.children[0] && !copy.children[1] && !copy.route) return nullptr;
  return std::make_shared<const Node>(std::move(copy));
}

void FramedRoutes::publish(bool v6, Tree tree) {
  roots_[v6].store(tree.get(), std::memory_order_seq_cst);
  retired_.add(std::exchange(trees_[v6], std::move(tree)));
}

bool FramedRoutes::add(const IpPrefix& prefix, const Route& route) {
  const bool v6 = !prefix.address.is_v4();
  const Bytes address = prefix.address.octets();
  const Node* node = trees_[v6].get();
  for (unsigned depth = 0; node != nullptr && depth < prefix.length; ++depth)
    node = node->children[bit_of(address.data(), depth)].get();
  if (node != nullptr && node->route) return false;
  publish(v6, with(trees_[v6], address, 0, prefix.length, route));
  return true;
}

void FramedRoutes::remove(const IpPrefix& prefix) {
  const bool v6 = !prefix.address.is_v4();
  publish(v6, with(trees_[v6], prefix.address.octets(), 0, prefix.length, std::nullopt));
}

const FramedRoutes::Route* FramedRoutes::find(const std::uint8_t* address,
                                              std::uint8_t version) const noexcept {
  const unsigned bits = version == 4 ? 32 : 128;
  const Route* found = nullptr;
  const Node* node = roots_[version == 6].load(std::memory_order_seq_cst);
  for (unsigned depth = 0; node != nullptr; ++depth) {
    if (node->route) found = &*node->route;
    node = depth < bits ? node->children[bit_of(address, depth)].get() : nullptr;
  }
  return found;
}

}  // namespace zerocell::upf
