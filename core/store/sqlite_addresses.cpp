// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite_addresses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/telemetry/log.hpp"

namespace zerocell::store {

namespace {

constexpr std::size_t kLeftOutKnownMax = 1024;

/// How framed_route keeps an address, so that those of a family are in their order.
ByteVector route_address(const IpAddress& address) {
  const Bytes octets = address.octets();
  ByteVector key{static_cast<std::uint8_t>(address.is_v4() ? 4 : 6)};
  key.insert(key.end(), octets.begin(), octets.end());
  return key;
}

std::optional<IpAddress> read_address(std::string_view text, bool v4) {
  const auto address = IpAddress::parse(text);
  return address && address->is_v4() == v4 ? address : std::nullopt;
}
/// The route of a row whose columns from `column` are prefix, first_address, last_address; nothing where
/// they are at odds, which only SQL can write.
std::optional<IpPrefix> read_route(const SqliteQuery& query, int column) {
  const auto prefix = IpPrefix::parse(query.text(column));
  if (!prefix || !std::ranges::equal(route_address(prefix->address), query.octets(column + 1)) ||
      !std::ranges::equal(route_address(prefix->last()), query.octets(column + 2)))
    return std::nullopt;
  return prefix;
}

}  // namespace

Result<void> SqliteAddresses::write(const Subscriber& subscriber) {
  const std::string imsi = subscriber.imsi.text();
  for (const StaticAddress& address : subscriber.static_addresses)
    if (auto done = write(subscriber, imsi, address); !done) return done;
  for (const FramedRoutes& routes : subscriber.framed_routes)
    for (const IpPrefix& prefix : routes.prefixes)
      if (auto done = write(subscriber, imsi, routes.context_id, prefix); !done) return done;
  return {};
}

Result<void> SqliteAddresses::clear(std::string_view imsi) {
  for (SqliteStatement* clear : {&clear_addresses_, &clear_routes_})
    if (auto done = SqliteQuery(*clear, imsi).run(); !done) return done;
  return {};
}

Result<void> SqliteAddresses::read(std::string_view imsi, Subscriber& subscriber) {
  if (auto read = read_addresses(imsi, subscriber); !read) return read;
  return read_routes(imsi, subscriber);
}

Result<std::vector<OwnedAddress>> SqliteAddresses::owned_addresses() {
  std::vector<OwnedAddress> all;
  SqliteQuery query(all_addresses_);
  for (;;) {
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return all;
    const auto imsi = Imsi::parse(query.text(0));
    for (const int column : {1, 2}) {
      if (query.null(column)) continue;
      const std::string_view text = query.text(column);
      const auto address = read_address(text, column == 1);
      if (imsi && address)
        all.push_back({*imsi, *address});
      else
        left_out("static_address_left_out", query.text(0), text);
    }
  }
}

Result<std::vector<OwnedRoute>> SqliteAddresses::framed_routes() {
  std::vector<OwnedRoute> all;
  SqliteQuery query(all_routes_);
  for (;;) {
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return all;
    const auto imsi = Imsi::parse(query.text(0));
    const auto prefix = read_route(query, 1);
    if (imsi && prefix)
      all.push_back({*imsi, *prefix});
    else
      left_out("framed_route_left_out", query.text(0), query.text(1));
  }
}

/// What one SIM has wrong, no other is to suffer from. Told once.
void SqliteAddresses::left_out(std::string_view event, std::string_view imsi, std::string_view text) {
  if (left_out_.size() >= kLeftOutKnownMax) left_out_.clear();
  if (!left_out_.insert(fmt::format("{} {} {}", event, imsi, text)).second) return;
  log::warning(event, {{"imsi", imsi}, {"value", text}, {"store", database_.path()}});
}

Result<void> SqliteAddresses::write(const Subscriber& subscriber, std::string_view imsi,
                                    std::uint32_t context_id, const IpPrefix& prefix) {
  const ByteVector first = route_address(prefix.address);
  const ByteVector last = route_address(prefix.last());
  {
    // Of those that begin before its end, none but the last can reach into it: they are apart.
    SqliteQuery query(route_before_, Bytes(last));
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    const auto other = *row ? read_route(query, 1) : std::nullopt;
    if (*row && !other && !std::ranges::lexicographical_compare(query.octets(3), first))
      return std::unexpected(
          Error{ErrorKind::conflict,
                fmt::format("subscriber {}: framed route {} overlaps a damaged one, \"{}\", of SIM {}; "
                            "delete that row of framed_route first",
                            imsi, prefix.text(), query.text(1), query.text(0))});
    if (other && other->overlaps(prefix))
      return std::unexpected(
          Error{ErrorKind::conflict,
                route_taken(subscriber.imsi, prefix, {Imsi::parse(query.text(0)).value_or(Imsi()), *other})});
  }
  const std::string text = prefix.text();
  return SqliteQuery(add_route_, Bytes(first), Bytes(last), std::string_view(text), imsi,
                     std::int64_t{context_id})
      .run();
}

Result<void> SqliteAddresses::write(const Subscriber& subscriber, std::string_view imsi,
                                    const StaticAddress& address) {
  const auto apn =
      std::ranges::find(subscriber.profile->apns, address.context_id, &ApnSubscription::context_id);
  const std::string_view name = apn->apn.empty() ? "*" : apn->apn.text();
  const std::string ipv4 = address.ipv4.unspecified() ? "" : address.ipv4.text();
  const std::string ipv6 = address.ipv6_prefix.unspecified() ? "" : address.ipv6_prefix.text();
  auto done = SqliteQuery(add_address_, imsi, std::int64_t{address.context_id}, name, std::string_view(ipv4),
                          std::string_view(ipv6))
                  .run();
  if (!done && done.error().kind == ErrorKind::conflict)
    return std::unexpected(
        Error{ErrorKind::conflict,
              fmt::format("subscriber {}: static address {}{}{} of APN {} belongs to another SIM", imsi, ipv4,
                          ipv4.empty() || ipv6.empty() ? "" : " or ", ipv6, name)});
  return done;
}

Result<void> SqliteAddresses::read_routes(std::string_view imsi, Subscriber& subscriber) {
  SqliteQuery query(routes_of_, imsi);
  for (;;) {
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const auto context_id = static_cast<std::uint32_t>(query.integer(0));
    const auto prefix = read_route(query, 1);
    if (!prefix)
      return std::unexpected(database_.damaged(
          fmt::format("subscriber {}: bad framed route \"{}\"; delete its row of framed_route, "
                      "or write prefix, first_address and last_address as they belong together",
                      imsi, query.text(1))));
    auto& all = subscriber.framed_routes;
    if (all.empty() || all.back().context_id != context_id) all.push_back({context_id, {}});
    all.back().prefixes.push_back(*prefix);
  }
}

Result<void> SqliteAddresses::read_addresses(std::string_view imsi, Subscriber& subscriber) {
  SqliteQuery query(addresses_of_, imsi);
  for (;;) {
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    StaticAddress address{
        .context_id = static_cast<std::uint32_t>(query.integer(0)), .ipv4 = {}, .ipv6_prefix = {}};
    const auto ipv4 = Ipv4Address::parse(query.text(1));
    const auto ipv6 = Ipv6Address::parse(query.text(2));
    if ((!query.null(1) && !ipv4) || (!query.null(2) && !ipv6))
      return std::unexpected(database_.damaged(fmt::format("subscriber {}: bad static address", imsi)));
    if (ipv4) address.ipv4 = *ipv4;
    if (ipv6) address.ipv6_prefix = *ipv6;
    subscriber.static_addresses.push_back(address);
  }
}

}  // namespace zerocell::store
