// SPDX-License-Identifier: Apache-2.0
#include "pgw/address_pool.hpp"

#include <algorithm>

#include "core/types/assert.hpp"

namespace zerocell::pgw {
namespace {

std::uint32_t seconds_of(Time time) {
  return static_cast<std::uint32_t>(time.time_since_epoch() / std::chrono::seconds(1));
}

std::uint64_t upper_half(const Ipv6Address& address) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | address.octets[i];
  return value;
}

Ipv6Address with_upper_half(std::uint64_t value) {
  Ipv6Address address;
  for (std::size_t i = 8; i-- > 0; value >>= 8) address.octets[i] = static_cast<std::uint8_t>(value);
  return address;
}

}  // namespace

PlacePool::PlacePool(std::uint32_t count, std::chrono::seconds rest)
    : marks_(count), rest_s_(static_cast<std::uint32_t>(rest.count())) {}

std::expected<std::uint32_t, PoolError> PlacePool::take_any(Time now) {
  // Never used places first: what was given back rests as long as possible.
  while (next_unused_ < marks_.size()) {
    const std::uint32_t place = next_unused_++;
    if (marks_[place] != 0) continue;
    marks_[place] = kInUse;
    ++in_use_;
    return place;
  }
  while (!returned_.empty() && returned_.front().free_from_s <= seconds_of(now)) {
    const std::uint32_t place = returned_.front().place;
    returned_.pop_front();
    const bool used_since = (marks_[place] & kUsedSince) != 0;
    marks_[place] &= static_cast<std::uint8_t>(~(kQueued | kUsedSince));
    if (marks_[place] != 0) continue;
    if (used_since) {
      queue(place, now);
      continue;
    }
    marks_[place] = kInUse;
    ++in_use_;
    return place;
  }
  return std::unexpected(PoolError::exhausted);
}

std::expected<void, PoolError> PlacePool::take(std::uint32_t place) {
  if (marks_[place] & kExcluded) return std::unexpected(PoolError::not_assignable);
  if (marks_[place] & kInUse) return std::unexpected(PoolError::in_use);
  marks_[place] |= kInUse;
  ++in_use_;
  return {};
}

void PlacePool::queue(std::uint32_t place, Time now) {
  marks_[place] |= kQueued;
  // A second begun counts as none.
  returned_.push_back({place, rest_s_ == 0 ? 0 : seconds_of(now) + 1 + rest_s_});
}

void PlacePool::give_back(std::uint32_t place, Time now) {
  ZC_ASSERT(marks_[place] & kInUse);
  marks_[place] &= static_cast<std::uint8_t>(~kInUse);
  --in_use_;
  // One that waits already is not put twice.
  if (marks_[place] & kQueued)
    marks_[place] |= kUsedSince;
  else
    queue(place, now);
}

void PlacePool::untake(std::uint32_t place) {
  ZC_ASSERT(marks_[place] & kInUse);
  marks_[place] &= static_cast<std::uint8_t>(~kInUse);
  --in_use_;
  // A place beyond next_unused_ comes up by itself.
  if (place >= next_unused_ || (marks_[place] & kQueued)) return;
  marks_[place] |= kQueued;
  returned_.push_front({place, 0});
}

void PlacePool::reserve(std::uint32_t place) {
  marks_[place] |= kReserved;
}

void PlacePool::unreserve(std::uint32_t place, Time now) {
  if (!(marks_[place] & kReserved)) return;
  marks_[place] &= static_cast<std::uint8_t>(~kReserved);
  // When its owner had it last is not known any more.
  if (marks_[place] == 0 && place < next_unused_) queue(place, now);
}

void PlacePool::exclude(std::uint32_t place) {
  marks_[place] |= kExcluded;
}

Ipv4Pool::Ipv4Pool(const IpPrefix& prefix, Ipv4Address gateway, std::chrono::seconds rest)
    : prefix_(prefix), places_(std::uint32_t{1} << (32 - prefix.length), rest) {
  ZC_ASSERT(prefix.address.is_v4() && prefix.length >= 32 - kPoolBitsMax && prefix.length <= 30);
  places_.exclude(0);
  places_.exclude((std::uint32_t{1} << (32 - prefix.length)) - 1);
  const auto place = place_of(gateway);
  ZC_ASSERT(place.has_value());
  places_.exclude(*place);
}

std::optional<std::uint32_t> Ipv4Pool::place_of(Ipv4Address address) const {
  if (!prefix_.contains(address)) return std::nullopt;
  return address.to_host() - prefix_.address.v4()->to_host();
}

std::expected<Ipv4Address, PoolError> Ipv4Pool::allocate(Time now) {
  const auto place = places_.take_any(now);
  if (!place) return std::unexpected(place.error());
  return Ipv4Address::from_host(prefix_.address.v4()->to_host() + *place);
}

std::expected<void, PoolError> Ipv4Pool::allocate(Ipv4Address address) {
  const auto place = place_of(address);
  return place ? places_.take(*place) : std::unexpected(PoolError::outside);
}

void Ipv4Pool::release(Ipv4Address address, Time now) {
  if (const auto place = place_of(address)) places_.give_back(*place, now);
}

void Ipv4Pool::give_up(Ipv4Address address) {
  if (const auto place = place_of(address)) places_.untake(*place);
}

void Ipv4Pool::reserve(Ipv4Address address) {
  if (const auto place = place_of(address)) places_.reserve(*place);
}

void Ipv4Pool::unreserve(Ipv4Address address, Time now) {
  if (const auto place = place_of(address)) places_.unreserve(*place, now);
}

Ipv6Pool::Ipv6Pool(const IpPrefix& prefix, std::uint8_t length, std::chrono::seconds rest)
    : prefix_(prefix),
      length_(length),
      places_(std::uint32_t{1} << std::min<unsigned>(length - prefix.length, kPoolBitsMax), rest) {
  ZC_ASSERT(!prefix.address.is_v4() && prefix.length < length && length <= 64);
  places_.exclude(0);
}

std::optional<std::uint32_t> Ipv6Pool::place_of(const Ipv6Address& prefix) const {
  if (!prefix_.contains(prefix)) return std::nullopt;
  const std::uint64_t place = (upper_half(prefix) - upper_half(*prefix_.address.v6())) >> (64 - length_);
  if (place >> std::min<unsigned>(length_ - prefix_.length, kPoolBitsMax) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(place);
}

std::expected<Ipv6Address, PoolError> Ipv6Pool::allocate(Time now) {
  const auto place = places_.take_any(now);
  if (!place) return std::unexpected(place.error());
  return with_upper_half(upper_half(*prefix_.address.v6()) + (std::uint64_t{*place} << (64 - length_)));
}

std::expected<void, PoolError> Ipv6Pool::allocate(const Ipv6Address& prefix) {
  const auto place = place_of(prefix);
  return place ? places_.take(*place) : std::unexpected(PoolError::outside);
}

Ipv6Address Ipv6Pool::prefix_of(const Ipv6Address& address) const {
  return with_upper_half(upper_half(address) & ~std::uint64_t{0} << (64 - length_));
}

void Ipv6Pool::release(const Ipv6Address& prefix, Time now) {
  if (const auto place = place_of(prefix)) places_.give_back(*place, now);
}

void Ipv6Pool::give_up(const Ipv6Address& prefix) {
  if (const auto place = place_of(prefix)) places_.untake(*place);
}

void Ipv6Pool::reserve(const Ipv6Address& prefix) {
  if (const auto place = place_of(prefix)) places_.reserve(*place);
}

void Ipv6Pool::unreserve(const Ipv6Address& prefix, Time now) {
  if (const auto place = place_of(prefix)) places_.unreserve(*place, now);
}

}  // namespace zerocell::pgw
