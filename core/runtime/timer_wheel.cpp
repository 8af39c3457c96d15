// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/timer_wheel.hpp"

#include <algorithm>
#include <bit>

#include "core/types/assert.hpp"

namespace zerocell {

Timer::~Timer() {
  disarm();
}

void Timer::disarm() noexcept {
  if (wheel_ != nullptr) wheel_->remove(*this);
}

TimerWheel::~TimerWheel() {
  for (auto& level : slots_)
    for (auto*& head : level)
      while (head != nullptr) head->disarm();
}

void TimerWheel::arm(Timer& timer, Time when) {
  timer.disarm();
  const auto since = when - origin_;
  const auto rounded_up = since <= Duration::zero() ? 0 : (since + kTick - Duration(1)) / kTick;
  constexpr std::uint64_t kLast = (std::uint64_t{1} << (kBits * kLevels)) - 1;
  timer.tick_ = std::clamp(static_cast<std::uint64_t>(rounded_up), current_ + 1, kLast);
  timer.wheel_ = this;
  ++armed_;
  insert(timer);
}

void TimerWheel::insert(Timer& timer) {
  // The level is that of the highest six-bit digit in which the tick differs from now; so a slot is reached
  // exactly when the lower digits turn to zero, and then put into finer slots.
  const std::uint64_t tick = timer.tick_;
  const std::uint64_t differs = tick ^ current_;
  const unsigned level = differs == 0 ? 0 : static_cast<unsigned>(std::bit_width(differs) - 1) / kBits;
  const auto slot = static_cast<unsigned>(tick >> (kBits * level)) & (kSlots - 1);
  timer.slot_ = static_cast<std::uint16_t>(level * kSlots + slot);
  Timer*& head = slots_[level][slot];
  timer.next_ = head;
  timer.link_ = &head;
  if (head != nullptr) head->link_ = &timer.next_;
  head = &timer;
  occupied_[level] |= std::uint64_t{1} << slot;
}

void TimerWheel::remove(Timer& timer) noexcept {
  *timer.link_ = timer.next_;
  if (timer.next_ != nullptr) timer.next_->link_ = timer.link_;
  const unsigned level = timer.slot_ / kSlots;
  const unsigned slot = timer.slot_ % kSlots;
  if (slots_[level][slot] == nullptr) occupied_[level] &= ~(std::uint64_t{1} << slot);
  timer.wheel_ = nullptr;
  timer.next_ = nullptr;
  timer.link_ = nullptr;
  --armed_;
}

std::optional<Time> TimerWheel::next_deadline() const {
  if (armed_ == 0) return std::nullopt;
  for (unsigned level = 0; level < kLevels; ++level) {
    const auto digit = static_cast<unsigned>(current_ >> (kBits * level)) & (kSlots - 1);
    // Slots at or below the current digit of their level are empty.
    const std::uint64_t ahead =
        digit == kSlots - 1 ? 0 : occupied_[level] & (~std::uint64_t{0} << (digit + 1));
    if (ahead == 0) continue;
    const auto slot = static_cast<std::uint64_t>(std::countr_zero(ahead));
    const std::uint64_t above = current_ >> (kBits * (level + 1)) << (kBits * (level + 1));
    return time_of(above | slot << (kBits * level));
  }
  return std::nullopt;
}

void TimerWheel::advance(Time now) {
  if (now < origin_) return;
  const auto target = static_cast<std::uint64_t>((now - origin_) / kTick);
  while (current_ < target) {
    const auto deadline = next_deadline();
    const std::uint64_t next =
        deadline ? static_cast<std::uint64_t>((*deadline - origin_) / kTick) : target + 1;
    if (next > target) {
      // Nothing is due up to the target, so no slot is passed over.
      current_ = target;
      return;
    }
    current_ = std::max(next, current_ + 1);
    // Coarser slots that begin at this tick go to finer ones, coarsest first.
    for (unsigned level = kLevels; level-- > 1;) {
      if ((current_ & ((std::uint64_t{1} << (kBits * level)) - 1)) != 0) continue;
      const auto slot = static_cast<unsigned>(current_ >> (kBits * level)) & (kSlots - 1);
      Timer* moved = slots_[level][slot];
      slots_[level][slot] = nullptr;
      occupied_[level] &= ~(std::uint64_t{1} << slot);
      while (moved != nullptr) {
        Timer* next_timer = moved->next_;
        insert(*moved);
        moved = next_timer;
      }
    }
    const unsigned slot = static_cast<unsigned>(current_) & (kSlots - 1);
    // A timer armed from within expired() is for a later tick, so this ends.
    while (Timer* due = slots_[0][slot]) {
      due->disarm();
      due->expired();
    }
  }
}

}  // namespace zerocell
