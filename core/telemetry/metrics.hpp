// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zerocell {

/// Something that Prometheus can read. Declare one beside the procedure that moves it, as a variable at
/// namespace scope: `inline Counter attaches_accepted{"zerocell_mme_attach_accepted_total", "Attaches that
/// completed."};` It adds itself to the list of all metrics, and lives as long as the process.
class Metric {
 public:
  Metric(const Metric&) = delete;
  Metric& operator=(const Metric&) = delete;

  const char* name() const { return name_; }
  const char* help() const { return help_; }
  virtual const char* type() const = 0;
  /// Appends the samples in Prometheus text format, without HELP and TYPE.
  virtual void write(std::string& out) const = 0;
  const Metric* next() const { return next_; }

 protected:
  Metric(const char* name, const char* help) noexcept;
  ~Metric();

 private:
  const char* name_;
  const char* help_;
  Metric* next_ = nullptr;
};

/// Only grows. Its name ends in _total. Any thread, no lock.
class Counter final : public Metric {
 public:
  Counter(const char* name, const char* help) noexcept : Metric(name, help) {}
  void add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }
  const char* type() const override { return "counter"; }
  void write(std::string& out) const override;

 private:
  alignas(64) std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Any thread, no lock.
class Gauge final : public Metric {
 public:
  Gauge(const char* name, const char* help) noexcept : Metric(name, help) {}
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  void subtract(std::int64_t count = 1) noexcept { value_.fetch_sub(count, std::memory_order_relaxed); }
  std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }
  const char* type() const override { return "gauge"; }
  void write(std::string& out) const override;

 private:
  alignas(64) std::atomic<std::int64_t> value_{0};
};

/// A counter for each value of one label. The values are fixed where it is declared, so that no peer can make
/// more: `inline CounterBy<3> rejected{"zerocell_…_total", "…", "cause", {"congestion", "illegal_ue",
/// "other"}};`
template <std::size_t N>
class CounterBy final : public Metric {
 public:
  CounterBy(const char* name, const char* help, const char* label, std::array<const char*, N> values) noexcept
      : Metric(name, help), label_(label), values_(values) {}
  /// `index` into the values; past them it counts as the last one, which is best called "other".
  void add(std::size_t index, std::uint64_t count = 1) noexcept {
    counts_[index < N ? index : N - 1].fetch_add(count, std::memory_order_relaxed);
  }
  std::uint64_t value(std::size_t index) const noexcept {
    return counts_[index < N ? index : N - 1].load(std::memory_order_relaxed);
  }
  const char* type() const override { return "counter"; }
  void write(std::string& out) const override;

 private:
  static_assert(N > 0);
  const char* label_;
  std::array<const char*, N> values_;
  alignas(64) std::array<std::atomic<std::uint64_t>, N> counts_{};
};

/// Counts observations in fixed buckets; `bounds` ascend, 1 to 15 of them. Any thread, no lock.
class Histogram final : public Metric {
 public:
  static constexpr std::size_t kBoundsMax = 15;
  Histogram(const char* name, const char* help, std::initializer_list<double> bounds) noexcept;
  /// In the unit that the name ends with; seconds, for times.
  void observe(double value) noexcept;
  std::uint64_t count() const noexcept;
  double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }
  const char* type() const override { return "histogram"; }
  void write(std::string& out) const override;

 private:
  std::array<double, kBoundsMax> bounds_{};
  std::size_t bound_count_ = 0;
  alignas(64) std::array<std::atomic<std::uint64_t>, kBoundsMax + 1> buckets_{};
  std::atomic<double> sum_{0};
};

/// Bounds in seconds for times from 100 us to 10 s.
inline constexpr std::initializer_list<double> kSecondsBounds{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0};

/// The head of the list of all metrics; no order.
const Metric* first_metric() noexcept;
/// Every metric, by name, in Prometheus text exposition format 0.0.4.
std::string prometheus_text();
/// What is wrong with the names and help texts of all metrics: empty in a build that may be released.
std::vector<std::string> metric_problems();

namespace detail {
void write_labelled(std::string& out, const char* name, const char* label, const char* value,
                    std::uint64_t count);
}

template <std::size_t N>
void CounterBy<N>::write(std::string& out) const {
  for (std::size_t i = 0; i < N; ++i) detail::write_labelled(out, name(), label_, values_[i], value(i));
}

}  // namespace zerocell
