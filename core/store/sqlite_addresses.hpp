// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/sqlite_database.hpp"
#include "core/store/subscribers.hpp"

namespace zerocell::store {

/// The tables static_address and framed_route: the addresses that a SIM owns, and that nobody else may get.
class SqliteAddresses {
 public:
  explicit SqliteAddresses(SqliteDatabase& database) : database_(database) {}

  /// Adds those of a SIM that has none; `conflict` where another SIM owns one of them.
  Result<void> write(const Subscriber& subscriber);
  Result<void> clear(std::string_view imsi);
  /// Adds to `subscriber` what belongs to `imsi`.
  Result<void> read(std::string_view imsi, Subscriber& subscriber);

  // Everybody's. A damaged row is left out, and told once in the log.
  Result<std::vector<OwnedAddress>> owned_addresses();
  Result<std::vector<OwnedRoute>> framed_routes();

 private:
  Result<void> write(const Subscriber& subscriber, std::string_view imsi, const StaticAddress& address);
  Result<void> write(const Subscriber& subscriber, std::string_view imsi, std::uint32_t context_id,
                     const IpPrefix& prefix);
  Result<void> read_addresses(std::string_view imsi, Subscriber& subscriber);
  Result<void> read_routes(std::string_view imsi, Subscriber& subscriber);
  void left_out(std::string_view event, std::string_view imsi, std::string_view text);

  SqliteDatabase& database_;
  std::set<std::string> left_out_;  // Already told.

  SqliteStatement addresses_of_{
      database_,
      "SELECT context_id, ipv4, ipv6_prefix FROM static_address WHERE imsi = ? ORDER BY context_id"};
  SqliteStatement all_addresses_{database_, "SELECT imsi, ipv4, ipv6_prefix FROM static_address"};
  SqliteStatement routes_of_{
      database_,
      "SELECT context_id, prefix, first_address, last_address FROM framed_route WHERE imsi = ? "
      "ORDER BY context_id, first_address"};
  SqliteStatement all_routes_{
      database_, "SELECT imsi, prefix, first_address, last_address FROM framed_route ORDER BY first_address"};
  SqliteStatement route_before_{
      database_,
      "SELECT imsi, prefix, first_address, last_address FROM framed_route WHERE first_address <= ? "
      "ORDER BY first_address DESC LIMIT 1"};
  SqliteStatement clear_addresses_{database_, "DELETE FROM static_address WHERE imsi = ?"};
  SqliteStatement add_address_{database_, "INSERT INTO static_address VALUES (?, ?, ?, ?, ?)"};
  SqliteStatement clear_routes_{database_, "DELETE FROM framed_route WHERE imsi = ?"};
  SqliteStatement add_route_{database_, "INSERT INTO framed_route VALUES (?, ?, ?, ?, ?)"};
};

}  // namespace zerocell::store
