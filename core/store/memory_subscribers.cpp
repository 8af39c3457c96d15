// SPDX-License-Identifier: Apache-2.0
#include "core/store/memory_subscribers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "core/types/assert.hpp"

namespace zerocell::store {

namespace {
std::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}
}  // namespace

Result<void> MemorySubscribers::begin() {
  ZC_ASSERT(!in_group_);
  in_group_ = true;
  before_.clear();
  changed_before_ = database_->changed_.size();
  return {};
}
Result<void> MemorySubscribers::commit() {
  in_group_ = false;
  before_.clear();
  return {};
}
void MemorySubscribers::rollback() {
  in_group_ = false;
  for (auto& [imsi, row] : std::views::reverse(before_)) {
    if (row)
      database_->rows_[imsi] = std::move(*row);
    else
      database_->rows_.erase(imsi);
  }
  before_.clear();
  database_->changed_.resize(changed_before_);
}

Result<void> MemorySubscribers::writable() const {
  if (database_->refuse_writes) return failure(*database_->refuse_writes, "writes are refused");
  return {};
}
MemorySubscribers::Row& MemorySubscribers::touch(const Imsi& imsi) {
  if (in_group_) {
    const auto found = database_->rows_.find(imsi);
    before_.push_back({imsi, found == database_->rows_.end() ? std::nullopt : std::optional(found->second)});
  }
  return database_->rows_[imsi];
}
Result<MemorySubscribers::Row*> MemorySubscribers::existing(const Imsi& imsi) {
  const auto found = database_->rows_.find(imsi);
  if (found == database_->rows_.end() || !found->second.exists)
    return failure(ErrorKind::not_found, fmt::format("there is no subscriber {}", imsi.text()));
  return &found->second;
}

Result<std::optional<SubscriberRecord>> MemorySubscribers::find(const Imsi& imsi) {
  const auto row = existing(imsi);
  if (!row) return std::nullopt;
  return (*row)->record;
}
Result<std::optional<Imsi>> MemorySubscribers::find_by_msisdn(const Msisdn& msisdn) {
  for (const auto& [imsi, row] : database_->rows_)
    if (row.exists && !msisdn.empty() && row.record.subscriber.msisdn == msisdn) return imsi;
  return std::nullopt;
}
Result<std::optional<Imsi>> MemorySubscribers::find_by_iccid(const Iccid& iccid) {
  for (const auto& [imsi, row] : database_->rows_)
    if (row.exists && !iccid.empty() && row.record.subscriber.iccid == iccid) return imsi;
  return std::nullopt;
}
Result<std::vector<IpAddress>> MemorySubscribers::static_addresses() {
  std::vector<IpAddress> all;
  for (const OwnedAddress& owned : *owned_addresses()) all.push_back(owned.address);
  return all;
}
Result<std::vector<OwnedAddress>> MemorySubscribers::owned_addresses() {
  std::vector<OwnedAddress> all;
  for (const auto& [imsi, row] : database_->rows_) {
    if (!row.exists) continue;
    for (const StaticAddress& address : row.record.subscriber.static_addresses) {
      if (!address.ipv4.unspecified()) all.push_back({imsi, address.ipv4});
      if (!address.ipv6_prefix.unspecified()) all.push_back({imsi, address.ipv6_prefix});
    }
  }
  return all;
}
Result<std::vector<OwnedRoute>> MemorySubscribers::framed_routes() {
  std::vector<OwnedRoute> all;
  for (const auto& [imsi, row] : database_->rows_) {
    if (!row.exists) continue;
    for (const FramedRoutes& routes : row.record.subscriber.framed_routes)
      for (const IpPrefix& prefix : routes.prefixes) all.push_back({imsi, prefix});
  }
  std::ranges::sort(all, {}, &OwnedRoute::prefix);
  return all;
}
Result<std::vector<SubscriberRecord>> MemorySubscribers::list(const Imsi& after, std::size_t limit) {
  std::vector<SubscriberRecord> records;
  for (auto row = database_->rows_.upper_bound(after);
       row != database_->rows_.end() && records.size() < limit; ++row)
    if (row->second.exists) records.push_back(row->second.record);
  return records;
}
Result<std::uint64_t> MemorySubscribers::count() {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(database_->rows_, [](const auto& row) { return row.second.exists; }));
}

Result<void> MemorySubscribers::check(const Subscriber& subscriber) const {
  const std::string name = subscriber.imsi.text();
  if (const auto problem = problem_with(subscriber))
    return failure(ErrorKind::invalid, fmt::format("subscriber {}: {}", name, *problem));
  const auto apn_of = [](const Subscriber& owner, const StaticAddress& address) {
    return std::ranges::find(owner.profile->apns, address.context_id, &ApnSubscription::context_id)->apn;
  };
  const bool has_numbers = !subscriber.msisdn.empty() || !subscriber.iccid.empty() ||
                           !subscriber.static_addresses.empty() || !subscriber.framed_routes.empty();
  for (const auto& [imsi, row] : database_->rows_) {
    if (!has_numbers) break;
    if (!row.exists || imsi == subscriber.imsi) continue;
    const Subscriber& other = row.record.subscriber;
    if (!subscriber.msisdn.empty() && other.msisdn == subscriber.msisdn)
      return failure(ErrorKind::conflict, fmt::format("subscriber {}: MSISDN {} belongs to {}", name,
                                                      subscriber.msisdn.text(), imsi.text()));
    if (!subscriber.iccid.empty() && other.iccid == subscriber.iccid)
      return failure(ErrorKind::conflict, fmt::format("subscriber {}: ICCID {} belongs to {}", name,
                                                      subscriber.iccid.text(), imsi.text()));
    for (const StaticAddress& a : subscriber.static_addresses)
      for (const StaticAddress& b : other.static_addresses)
        if (apn_of(subscriber, a) == apn_of(other, b) &&
            ((!a.ipv4.unspecified() && a.ipv4 == b.ipv4) ||
             (!a.ipv6_prefix.unspecified() && a.ipv6_prefix == b.ipv6_prefix)))
          return failure(ErrorKind::conflict,
                         fmt::format("subscriber {}: its static address belongs to {}", name, imsi.text()));
    for (const FramedRoutes& mine : subscriber.framed_routes)
      for (const IpPrefix& prefix : mine.prefixes)
        for (const FramedRoutes& theirs : other.framed_routes)
          for (const IpPrefix& taken : theirs.prefixes)
            if (prefix.overlaps(taken))
              return failure(ErrorKind::conflict, route_taken(subscriber.imsi, prefix, {imsi, taken}));
  }
  return writable();
}

Result<void> MemorySubscribers::insert(const Subscriber& subscriber) {
  if (auto checked = check(subscriber); !checked) return checked;
  if (existing(subscriber.imsi))
    return failure(ErrorKind::already_exists,
                   fmt::format("subscriber {}: already exists", subscriber.imsi.text()));
  Row& row = touch(subscriber.imsi);
  row.exists = true;
  row.record.subscriber = subscriber;
  // A new subscriber changes nothing for anybody, but what it keeps from others does.
  if (!subscriber.static_addresses.empty() || !subscriber.framed_routes.empty())
    database_->changed_.push_back(subscriber.imsi);
  return {};
}
Result<void> MemorySubscribers::update(const Subscriber& subscriber) {
  if (const auto row = existing(subscriber.imsi); !row) return std::unexpected(row.error());
  if (auto checked = check(subscriber); !checked) return checked;
  touch(subscriber.imsi).record.subscriber = subscriber;
  database_->changed_.push_back(subscriber.imsi);
  return {};
}
Result<void> MemorySubscribers::remove(const Imsi& imsi) {
  if (const auto row = existing(imsi); !row) return std::unexpected(row.error());
  if (auto allowed = writable(); !allowed) return allowed;
  Row& row = touch(imsi);
  row.exists = false;
  row.record.subscriber = {};
  row.record.location = {};
  row.record.sequence.written_at_grant = database_->grant_;
  database_->changed_.push_back(imsi);
  return {};
}

Result<std::uint64_t> MemorySubscribers::open_sequence_grant(std::uint32_t count) {
  if (auto allowed = writable(); !allowed) return std::unexpected(allowed.error());
  const std::uint64_t grant = database_->grant_;
  database_->grant_ += count;
  return grant;
}
Result<std::uint64_t> MemorySubscribers::reserve_sequence(const Imsi& imsi, SequenceFloor floor,
                                                          std::uint32_t count) {
  const auto next = next_sequence(imsi);
  if (!next) return next;
  if (auto allowed = writable(); !allowed) return std::unexpected(allowed.error());
  std::uint64_t start = *next;
  if (floor.kind == SequenceFloor::Kind::exactly) start = floor.value;
  if (floor.kind == SequenceFloor::Kind::at_least) start = std::max(start, floor.value);
  Row& row = touch(imsi);
  row.record.sequence.offset = static_cast<std::int64_t>(start + count - database_->grant_);
  row.record.sequence.written_at_grant = database_->grant_;
  if (count == 0) database_->changed_.push_back(imsi);
  return start;
}
Result<std::uint64_t> MemorySubscribers::next_sequence(const Imsi& imsi) {
  const auto row = existing(imsi);
  if (!row) return std::unexpected(row.error());
  return static_cast<std::uint64_t>((*row)->record.sequence.offset) + database_->grant_;
}

Result<void> MemorySubscribers::set_location(const Imsi& imsi, const Location& location) {
  if (auto allowed = writable(); !allowed) return allowed;
  // A subscriber who was removed meanwhile has no location.
  if (!existing(imsi)) return {};
  SubscriberRecord& record = touch(imsi).record;
  if (record.subscriber.imei_lock.wants_to_learn() && location.terminal.known()) {
    record.subscriber.imei_lock.digits = location.terminal.equipment;
    database_->changed_.push_back(imsi);
  }
  Location& stored = record.location;
  const Imei terminal = location.terminal.known() ? location.terminal : stored.terminal;
  stored = location;
  stored.terminal = terminal;
  return {};
}

Result<Changes> MemorySubscribers::changes(bool) {
  Changes changes;
  changes.subscribers.assign(database_->changed_.begin() + static_cast<std::ptrdiff_t>(change_seen_),
                             database_->changed_.end());
  change_seen_ = database_->changed_.size();
  changes.list_each_once();
  return changes;
}

}  // namespace zerocell::store
