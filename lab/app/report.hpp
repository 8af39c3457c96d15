// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace zerocell::lab {

/// What a run found; becomes the JSON.
struct Result {
  bool attached = false;
  std::string ue_ipv4;
  std::string ue_ipv6;
  int pings_sent = 0;
  int pings_received = 0;
  bool fetch_ok = false;
  bool denied_ok = false;
  std::string denied_by;
  bool reattached = false;
  std::optional<double> attach_ms;
  std::optional<double> ready_ms;
  std::string pcap;
  std::string ciphering;
  std::string sctp;     ///< The eNodeB's implementation: "kernel" or "usrsctp".
  std::string failure;  ///< Empty: none.

  bool good() const {
    return failure.empty() && attached && pings_sent > 0 && pings_received == pings_sent && fetch_ok &&
           denied_ok && reattached;
  }
  std::string json() const;
};

/// What a person reads: on a terminal with colours.
class Screen {
 public:
  Screen();
  void title(std::string_view text);
  /// One line, as it happens: what, and what of it.
  void note(std::string_view what, std::string_view of_it = {});
  void step(bool good, std::string_view what, std::string_view of_it = {});
  void uplink(std::string_view message, std::string_view detail);
  void downlink(std::string_view message, std::string_view detail);
  void text(std::string_view text);

 private:
  std::string paint(std::string_view colour, std::string_view text) const;
  bool colours_;
};

}  // namespace zerocell::lab
