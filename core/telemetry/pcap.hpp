// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "core/config/telemetry.hpp"
#include "core/types/bytes.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

namespace zerocell {

/// Writes signalling to captures (pcapng) that Wireshark reads: one with everything, one for each traced
/// IMSI. Lower layers are made up around each message: IP with SCTP, UDP or TCP, with right lengths and
/// checksums. Never waits for a disk; what does not fit is dropped and counted. Any thread. Where nothing is
/// captured there is no object: hold a pointer, and call behind `if (capture)`.
class SignallingCapture {
 public:
  /// Which reference point a GTP message passed; the capture's interface is named after it.
  enum class Gtp : std::uint8_t { s11, s5, s1_u };

  /// Whom a message is about. `ue` is any number, not 0, that the caller gives to one conversation whose IMSI
  /// may become known only later, such as association and eNB-UE-S1AP-ID; see identify(). Both empty: no
  /// UE's.
  struct Party {
    Imsi imsi = {};
    std::uint64_t ue = 0;
  };

  /// `wall_ns` gives nanoseconds since 1970 UTC; by default the machine's. The error says which file could
  /// not be opened, and why. Null where `pcap` names no file.
  static std::expected<std::unique_ptr<SignallingCapture>, std::string> open(
      const config::Pcap& pcap, std::function<std::uint64_t()> wall_ns = {});
  /// Writes what waits, and closes the files.
  ~SignallingCapture();
  SignallingCapture(const SignallingCapture&) = delete;
  SignallingCapture& operator=(const SignallingCapture&) = delete;

  /// One S1AP message in SCTP, PPID 18. Both addresses are of one family.
  void s1ap(const Endpoint& from, const Endpoint& to, std::uint16_t stream, Bytes message,
            const Party& party);
  /// One GTPv2-C or GTP-U message in UDP.
  void gtp(Gtp point, const Endpoint& from, const Endpoint& to, Bytes message, const Party& party);
  /// One Diameter message of S6a in TCP.
  void diameter(const Endpoint& from, const Endpoint& to, Bytes message, const Party& party);

  /// From now on it is known whose conversation `ue` is: what of it was captured without IMSI joins the
  /// IMSI's file.
  void identify(std::uint64_t ue, const Imsi& imsi);
  /// Returns when everything captured before is in the files.
  void flush();

 private:
  class State;
  explicit SignallingCapture(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace zerocell
