// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/runtime/clock.hpp"

namespace zerocell {

class TimerWheel;

/// One timer, living in whatever waits for it; destroying it disarms it. Not movable while armed.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer();

  bool armed() const noexcept { return wheel_ != nullptr; }
  void disarm() noexcept;

 private:
  friend class TimerWheel;
  /// Called once, disarmed already, on the loop's thread; it may arm or destroy itself and any other timer.
  virtual void expired() = 0;

  TimerWheel* wheel_ = nullptr;
  Timer* next_ = nullptr;
  Timer** link_ = nullptr;  // What points at this timer.
  std::uint64_t tick_ = 0;
  std::uint16_t slot_ = 0;
};

/// Hierarchical timer wheel with a tick of one millisecond: arming and disarming cost the same for one timer
/// and for millions. A timer never fires early, and at most one tick late when the loop is free.
class TimerWheel {
 public:
  static constexpr Duration kTick = std::chrono::milliseconds(1);

  explicit TimerWheel(Time start) : origin_(start) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  ~TimerWheel();

  /// Fires at `when`, or at the next tick if that has passed. An armed timer is moved.
  void arm(Timer& timer, Time when);
  /// Fires everything due at `now`.
  void advance(Time now);
  /// When `advance` is needed next: never later than the earliest timer. Nothing while no timer is armed.
  std::optional<Time> next_deadline() const;
  std::size_t armed() const noexcept { return armed_; }

 private:
  friend class Timer;
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kSlots = 1u << kBits;
  static constexpr unsigned kLevels = 8;  // 2^48 ms: more time than any timer or any uptime needs.

  void insert(Timer& timer);
  void remove(Timer& timer) noexcept;
  Time time_of(std::uint64_t tick) const { return origin_ + kTick * static_cast<std::int64_t>(tick); }

  Time origin_;
  std::uint64_t current_ = 0;  // All ticks up to here have fired.
  std::size_t armed_ = 0;
  std::array<std::uint64_t, kLevels> occupied_{};  // A bit a slot.
  std::array<std::array<Timer*, kSlots>, kLevels> slots_{};
};

}  // namespace zerocell
