// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/types/ip.hpp"

namespace zerocell::config {

class Fields;
class Report;

/// Which SCTP implementation carries S1AP.
enum class SctpStack : std::uint8_t {
  automatic,  ///< The kernel's where it has one, else usrsctp. "auto" in the file.
  kernel,
  usrsctp,
};

/// Section `s1ap`: where eNodeBs connect, and how many.
struct S1ap {
  std::vector<IpAddress> bind = {};  ///< All of them form one multi-homed endpoint. Empty: no S1AP server.
  std::uint16_t port = 36412;        ///< TS 36.412 §7.
  SctpStack sctp = SctpStack::automatic;
  std::uint16_t streams = 16;     ///< Each way, at least 2, TS 36.412 §7.
  std::uint32_t enbs_max = 1024;  ///< Further associations are refused.
  std::uint32_t message_size_max =
      65536;  ///< Octets; a longer S1AP message is answered as an abstract syntax error.
  std::uint32_t heartbeat_ms = 10000;  ///< SCTP heartbeat interval.
  /// Global eNB ids (20 bits macro, 28 bits home) that may set up S1. Empty: every eNB with a served TAI.
  std::vector<std::uint32_t> allowed_enb_ids = {};
  std::uint32_t setup_wait_seconds = 10;  ///< Time to Wait in S1 Setup Failure: 1, 2, 5, 10, 20 or 60.

  friend bool operator==(const S1ap&, const S1ap&) = default;
};

void describe(Fields& fields, S1ap& s1ap);
void validate(const S1ap& s1ap, const Report& report);

}  // namespace zerocell::config
