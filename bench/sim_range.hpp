// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "core/store/subscribers.hpp"

namespace zerocell::bench {

/// A store in which each subscriber is made as it is read: those of a range of IMSIs, all with the same
/// secrets. However many they are, it holds nothing of them; where they are is forgotten.
class SimRange final : public store::Subscribers {
 public:
  /// IMSIs are those of `first` and the `count` - 1 that follow.
  SimRange(store::Subscriber first, std::uint32_t count)
      : first_(std::move(first)), first_number_(number(first_.imsi)), count_(count) {}

  store::Result<void> begin() override { return {}; }
  store::Result<void> commit() override { return {}; }
  void rollback() override {}

  store::Result<std::optional<store::SubscriberRecord>> find(const Imsi& imsi) override {
    if (imsi.size() != first_.imsi.size() || number(imsi) - first_number_ >= count_) return std::nullopt;
    store::SubscriberRecord record{.subscriber = first_};
    record.subscriber.imsi = imsi;
    return record;
  }
  store::Result<std::optional<Imsi>> find_by_msisdn(const Msisdn&) override { return std::nullopt; }
  store::Result<std::optional<Imsi>> find_by_iccid(const store::Iccid&) override { return std::nullopt; }
  store::Result<std::vector<store::SubscriberRecord>> list(const Imsi&, std::size_t) override {
    return none();
  }
  store::Result<std::uint64_t> count() override { return count_; }
  store::Result<std::vector<IpAddress>> static_addresses() override { return std::vector<IpAddress>(); }
  store::Result<std::vector<store::OwnedRoute>> framed_routes() override {
    return std::vector<store::OwnedRoute>();
  }

  store::Result<void> insert(const store::Subscriber&) override { return none(); }
  store::Result<void> update(const store::Subscriber&) override { return none(); }
  store::Result<void> remove(const Imsi&) override { return none(); }

  store::Result<std::uint64_t> open_sequence_grant(std::uint32_t count) override {
    return std::exchange(next_sequence_, next_sequence_ + count);
  }
  // One count for all of them: none is ever given a number twice.
  store::Result<std::uint64_t> reserve_sequence(const Imsi&, store::SequenceFloor floor,
                                                std::uint32_t count) override {
    const std::uint64_t start = std::max(next_sequence_, floor.value);
    next_sequence_ = start + count;
    return start;
  }
  store::Result<std::uint64_t> next_sequence(const Imsi&) override { return next_sequence_; }

  store::Result<void> set_location(const Imsi&, const store::Location&) override { return {}; }
  store::Result<store::Changes> changes(bool) override { return store::Changes{}; }

 private:
  static std::unexpected<store::Error> none() {
    return std::unexpected(store::Error{store::ErrorKind::read_only, "it is made as it is read"});
  }
  static std::uint64_t number(const Imsi& imsi) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < imsi.size(); ++i) value = value * 10 + imsi[i];
    return value;
  }

  const store::Subscriber first_;
  const std::uint64_t first_number_;
  const std::uint32_t count_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace zerocell::bench
