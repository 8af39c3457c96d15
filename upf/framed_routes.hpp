// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>

#include "core/types/ip.hpp"
#include "upf/reader_gate.hpp"

namespace zerocell::upf {

/// Prefixes behind UEs (Framed-Route, TS 29.061 §16.4): a longest-prefix tree for each family, of these
/// alone. The owner's change copies the way to the place that changes and then replaces the root, so that the
/// packet path reads a whole tree without waiting.
class FramedRoutes {
 public:
  struct Route {
    std::uint32_t session = 0;
    std::uint32_t session_generation = 0;
    friend bool operator==(const Route&, const Route&) = default;
  };

  explicit FramedRoutes(Retired& retired) : retired_(retired) {}

  /// Owner only. False when the very prefix leads to a session already.
  bool add(const IpPrefix& prefix, const Route& route);
  void remove(const IpPrefix& prefix);

  /// Any thread, inside a ReaderGate::Reading or on the owner's: the longest prefix that holds the address of
  /// 4 or 16 octets; null for none.
  const Route* find(const std::uint8_t* address, std::uint8_t version) const noexcept;
  bool empty(std::uint8_t version) const noexcept {
    return roots_[version == 6].load(std::memory_order_seq_cst) == nullptr;
  }

 private:
  struct Node;
  using Tree = std::shared_ptr<const Node>;
  struct Node {
    std::array<Tree, 2> children;
    std::optional<Route> route;
  };
  static Tree with(const Tree& tree, Bytes address, unsigned depth, unsigned length,
                   const std::optional<Route>& route);
  void publish(bool v6, Tree tree);

  Retired& retired_;
  std::array<Tree, 2> trees_;  // IPv4, IPv6.
  std::array<std::atomic<const Node*>, 2> roots_{};
};

}  // namespace zerocell::upf
