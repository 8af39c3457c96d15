// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "core/types/assert.hpp"

namespace zerocell {
namespace {

// Metrics of other translation units may be made before anything here: so no constructors.
constinit std::mutex list_mutex;
constinit Metric* list_head = nullptr;

}  // namespace

Metric::Metric(const char* name, const char* help) noexcept : name_(name), help_(help) {
  const std::lock_guard lock(list_mutex);
  next_ = list_head;
  list_head = this;
}

Metric::~Metric() {
  const std::lock_guard lock(list_mutex);
  for (Metric** link = &list_head; *link != nullptr; link = &(*link)->next_) {
    if (*link != this) continue;
    *link = next_;
    return;
  }
}

const Metric* first_metric() noexcept {
  const std::lock_guard lock(list_mutex);
  return list_head;
}

namespace {

std::vector<const Metric*> by_name() {
  std::vector<const Metric*> metrics;
  for (const Metric* metric = first_metric(); metric != nullptr; metric = metric->next())
    metrics.push_back(metric);
  std::ranges::sort(metrics, {}, [](const Metric* metric) { return std::string_view(metric->name()); });
  return metrics;
}

}  // namespace

void Counter::write(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "{} {}\n", name(), value());
}

void Gauge::write(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "{} {}\n", name(), value());
}

Histogram::Histogram(const char* name, const char* help, std::initializer_list<double> bounds) noexcept
    : Metric(name, help), bound_count_(bounds.size()) {
  ZC_ASSERT(bounds.size() >= 1 && bounds.size() <= kBoundsMax && std::ranges::is_sorted(bounds));
  std::copy_n(bounds.begin(), bound_count_, bounds_.begin());
}

void Histogram::observe(double value) noexcept {
  std::size_t bucket = 0;
  while (bucket < bound_count_ && value > bounds_[bucket]) ++bucket;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const noexcept {
  std::uint64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

void Histogram::write(std::string& out) const {
  auto to = std::back_inserter(out);
  // The total is the sum of the buckets as read here, so that the lines agree while others observe.
  std::uint64_t cumulated = 0;
  for (std::size_t i = 0; i < bound_count_; ++i) {
    cumulated += buckets_[i].load(std::memory_order_relaxed);
    fmt::format_to(to, "{}_bucket{{le=\"{}\"}} {}\n", name(), bounds_[i], cumulated);
  }
  cumulated += buckets_[bound_count_].load(std::memory_order_relaxed);
  fmt::format_to(to, "{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name(), cumulated, sum());
}

void detail::write_labelled(std::string& out, const char* name, const char* label, const char* value,
                            std::uint64_t count) {
  fmt::format_to(std::back_inserter(out), "{}{{{}=\"{}\"}} {}\n", name, label, value, count);
}

std::string prometheus_text() {
  std::string out;
  for (const Metric* metric : by_name()) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", metric->name(), metric->help(),
                   metric->name(), metric->type());
    metric->write(out);
  }
  return out;
}

std::vector<std::string> metric_problems() {
  std::vector<std::string> problems;
  std::string_view before;
  for (const Metric* metric : by_name()) {
    const std::string_view name = metric->name();
    const std::string_view help = metric->help();
    const auto complain = [&](std::string_view what) {
      problems.push_back(fmt::format("{}: {}", name, what));
    };
    if (!name.starts_with("zerocell_") ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string_view::npos)
      complain("expected a name of zerocell_, then lower-case letters, digits and _");
    if (name == before) complain("another metric has this name, too");
    if (std::string_view(metric->type()) == "counter" && !name.ends_with("_total"))
      complain("expected a counter's name to end with _total");
    if (std::string_view(metric->type()) != "counter" && name.ends_with("_total"))
      complain("only a counter's name ends with _total");
    if (help.size() < 10 || !help.ends_with('.') || help.find_first_of("\n\\") != std::string_view::npos)
      complain("expected a help text of one line that ends with a full stop");
    before = name;
  }
  return problems;
}

}  // namespace zerocell
