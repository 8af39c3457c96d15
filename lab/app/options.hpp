// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace zerocell::lab {

struct Options {
  bool once = false;
  bool s1u_ipv6 = false;  ///< GTP-U over IPv6: the eNodeB has no IPv4 address for it.
  std::string core;       ///< The zerocell binary.
  std::string config;     ///< Its configuration.
  std::string directory;  ///< Where database and log stand while the lab is up.
  std::string json;       ///< Result; empty: none.
  std::string pcap;       ///< Signalling, captured by the core.
  std::string pcap_wire;  ///< All packets of S1-MME and S1-U; empty: not captured.
};

}  // namespace zerocell::lab
