// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/live/host.hpp"

namespace zerocell::lab {

/// The lab's machines and wires:
///
///     ue ~~~ ran ──10.10.0.0/24── core ──203.0.113.0/24── inet
///        TUN     S1-MME, S1-U          SGi
///
/// inet also answers on 198.51.100.10, which the policy denies. None of them has a route to anywhere else.
struct Topology {
  Host core{"core"};
  Host ran{"ran"};
  Host ue{"ue"};
  Host inet{"inet"};

  static constexpr const char* kCore = "10.10.0.1";
  static constexpr const char* kEnb = "10.10.0.2";
  static constexpr const char* kEnbV6 = "fd00:10::2";  ///< The core's is fd00:10::1.
  static constexpr const char* kInternetHost = "203.0.113.10";
  static constexpr const char* kDeniedHost = "198.51.100.10";

  std::expected<void, std::string> create() const;
};

}  // namespace zerocell::lab
