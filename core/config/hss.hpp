// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace zerocell::config {

class Fields;
class Report;

/// Section `store`: where subscribers and their sequence numbers are kept.
struct Store {
  std::string path = "zerocell.db";      ///< SQLite file; made when missing.
  std::uint32_t busy_timeout_ms = 5000;  ///< How long to wait for another process's write lock.
  friend bool operator==(const Store&, const Store&) = default;
};

/// Section `hss`: sequence numbers of the authentication centre, TS 33.102 annex C.
struct Hss {
  std::uint8_t sqn_ind_bits = 5;         ///< Low bits of SQN that are the index IND, §C.1.1.1.
  std::uint64_t sqn_delta = 1ull << 28;  ///< Largest jump of SEQ that a USIM accepts, §C.2.1.
  std::uint32_t sqn_block = 64;          ///< SQNs made durable by one write.
  std::uint32_t writes_grouped_ms = 2;   ///< Changes to subscribers are collected this long for one commit.
  friend bool operator==(const Hss&, const Hss&) = default;
};

void describe(Fields& fields, Store& store);
void validate(const Store& store, const Report& report);
void describe(Fields& fields, Hss& hss);
void validate(const Hss& hss, const Report& report);

}  // namespace zerocell::config
