// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/store/subscribers.hpp"

namespace zerocell::store {

/// What several MemorySubscribers share, as several processes share a file.
class MemoryDatabase {
 public:
  /// While set, writes fail with this, as a full disk's would.
  std::optional<ErrorKind> refuse_writes;

 private:
  friend class MemorySubscribers;
  struct Row {
    SubscriberRecord record;
    bool exists = false;  ///< False: removed; only its sequence is left.
  };
  std::map<Imsi, Row> rows_;
  std::uint64_t grant_ = 0;
  std::vector<Imsi> changed_;
};

/// Subscribers in memory: for simulations, and the judge of what a database must do.
class MemorySubscribers final : public Subscribers {
 public:
  explicit MemorySubscribers(std::shared_ptr<MemoryDatabase> database = std::make_shared<MemoryDatabase>())
      : database_(std::move(database)), change_seen_(database_->changed_.size()) {}

  Result<void> begin() override;
  Result<void> commit() override;
  void rollback() override;
  Result<std::optional<SubscriberRecord>> find(const Imsi& imsi) override;
  Result<std::optional<Imsi>> find_by_msisdn(const Msisdn& msisdn) override;
  Result<std::optional<Imsi>> find_by_iccid(const Iccid& iccid) override;
  Result<std::vector<SubscriberRecord>> list(const Imsi& after, std::size_t limit) override;
  Result<std::uint64_t> count() override;
  Result<std::vector<IpAddress>> static_addresses() override;
  Result<std::vector<OwnedAddress>> owned_addresses() override;
  Result<std::vector<OwnedRoute>> framed_routes() override;
  Result<void> insert(const Subscriber& subscriber) override;
  Result<void> update(const Subscriber& subscriber) override;
  Result<void> remove(const Imsi& imsi) override;
  Result<std::uint64_t> open_sequence_grant(std::uint32_t count) override;
  Result<std::uint64_t> reserve_sequence(const Imsi& imsi, SequenceFloor floor, std::uint32_t count) override;
  Result<std::uint64_t> next_sequence(const Imsi& imsi) override;
  Result<void> set_location(const Imsi& imsi, const Location& location) override;
  Result<Changes> changes(bool own_too) override;

 private:
  using Row = MemoryDatabase::Row;
  struct Before {
    Imsi imsi;
    std::optional<Row> row;
  };

  Result<Row*> existing(const Imsi& imsi);
  Result<void> check(const Subscriber& subscriber) const;
  Result<void> writable() const;
  /// The row to write, with what it was before kept for a rollback.
  Row& touch(const Imsi& imsi);

  std::shared_ptr<MemoryDatabase> database_;
  std::size_t change_seen_;
  bool in_group_ = false;
  std::vector<Before> before_;
  std::size_t changed_before_ = 0;
};

}  // namespace zerocell::store
