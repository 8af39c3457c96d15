// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <memory>
#include <mutex>
#include <utility>

#include "core/telemetry/background_writer.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::log {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames{"trace", "debug", "info", "warning", "error"};
constexpr std::size_t kTextMax = 1024;  // A peer's text longer than this is cut.

/// Where lines go. Exchanged only by start(), stop() and Capture.
struct Output {
  std::atomic<config::LogFormat> format{config::LogFormat::text};
  std::mutex mutex;
  std::unique_ptr<BackgroundWriter> file;
  std::uint64_t drops_told = 0;
  std::string* capture = nullptr;
};
Output& output() {
  // Never destroyed: destructors of other statics may still log.
  static Output& instance = *new Output;
  return instance;
}

/// Octets of the UTF-8 character that `text` starts with; 0 where it starts with none.
std::size_t utf8_length(std::string_view text) {
  const auto octet = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = octet(0) < 0x80   ? 1
                             : octet(0) < 0xC2 ? 0
                             : octet(0) < 0xE0 ? 2
                             : octet(0) < 0xF0 ? 3
                             : octet(0) < 0xF5 ? 4
                                               : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((octet(i) & 0xC0) != 0x80) return 0;
  // Neither longer than need be, nor a surrogate, nor past U+10FFFF.
  if (length == 3 && ((octet(0) == 0xE0 && octet(1) < 0xA0) || (octet(0) == 0xED && octet(1) >= 0xA0)))
    return 0;
  if (length == 4 && ((octet(0) == 0xF0 && octet(1) < 0x90) || (octet(0) == 0xF4 && octet(1) >= 0x90)))
    return 0;
  return length;
}

/// A peer's octets may be anything: what is no printable UTF-8 is written as if it were Latin-1.
void append_escaped(std::string& out, std::string_view text) {
  const bool cut = text.size() > kTextMax;
  if (cut) text = text.substr(0, kTextMax);
  while (!text.empty()) {
    const auto octet = static_cast<unsigned char>(text[0]);
    const std::size_t length = utf8_length(text);
    if (octet == '"' || octet == '\\') {
      out += '\\';
      out += text[0];
    } else if (length == 0 || octet < 0x20 || octet == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", octet);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (cut) out += "...";
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

/// Text that a reader of key=value lines takes as one word stands bare.
bool bare(std::string_view text) {
  return !text.empty() && text.size() <= kTextMax && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  });
}

void append_time(std::string& out) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", utc.tm_year + 1900,
                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec / 1000);
}

std::string_view level_name(Level level) {
  return kLevelNames[std::min<std::size_t>(static_cast<std::size_t>(level), 4)];
}

void append_text_line(std::string& out, Level level, std::string_view event, const Subject& subject,
                      Fields fields) {
  append_time(out);
  fmt::format_to(std::back_inserter(out), " {:<7} {}", level_name(level), event);
  if (!subject.imsi.empty()) fmt::format_to(std::back_inserter(out), " imsi={}", subject.imsi.text());
  if (!subject.procedure.empty()) fmt::format_to(std::back_inserter(out), " procedure={}", subject.procedure);
  for (const Field& field : fields) {
    fmt::format_to(std::back_inserter(out), " {}=", field.name());
    field.append_text(out);
  }
  out += '\n';
}

void append_json_line(std::string& out, Level level, std::string_view event, const Subject& subject,
                      Fields fields) {
  out += "{\"time\":\"";
  append_time(out);
  fmt::format_to(std::back_inserter(out), "\",\"level\":\"{}\",\"event\":", level_name(level));
  append_quoted(out, event);
  if (!subject.imsi.empty()) fmt::format_to(std::back_inserter(out), ",\"imsi\":\"{}\"", subject.imsi.text());
  if (!subject.procedure.empty()) {
    out += ",\"procedure\":";
    append_quoted(out, subject.procedure);
  }
  for (const Field& field : fields) {
    out += ',';
    append_quoted(out, field.name());
    out += ':';
    field.append_json(out);
  }
  out += "}\n";
}

void append_line(std::string& out, config::LogFormat format, Level level, std::string_view event,
                 const Subject& subject, Fields fields) {
  if (format == config::LogFormat::json) {
    append_json_line(out, level, event, subject, fields);
  } else {
    append_text_line(out, level, event, subject, fields);
  }
}

Counter lines_dropped{"zerocell_log_lines_dropped_total",
                      "Log lines lost because the disk was slow or full."};

void report_to_stderr(const std::string& what) {
  const std::string line = "zerocell: log: " + what + "; lines are being lost\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void Field::append_text(std::string& out) const {
  const auto append = [&out](std::string_view text) {
    if (bare(text)) {
      out += text;
    } else {
      append_quoted(out, text);
    }
  };
  switch (kind_) {
    case Kind::boolean:
      out += u64_ != 0 ? "true" : "false";
      break;
    case Kind::natural:
      fmt::format_to(std::back_inserter(out), "{}", u64_);
      break;
    case Kind::integer:
      fmt::format_to(std::back_inserter(out), "{}", i64_);
      break;
    case Kind::real:
      fmt::format_to(std::back_inserter(out), "{}", f64_);
      break;
    case Kind::text:
      append(text_);
      break;
    case Kind::object:
      append(object_.text(object_.value));
      break;
  }
}

void Field::append_json(std::string& out) const {
  switch (kind_) {
    case Kind::text:
      append_quoted(out, text_);
      break;
    case Kind::object:
      append_quoted(out, object_.text(object_.value));
      break;
    case Kind::real:
      // JSON has no word for infinity or for no number.
      if (std::isfinite(f64_)) {
        append_text(out);
      } else {
        out += "null";
      }
      break;
    default:
      append_text(out);
      break;
  }
}

namespace detail {

constinit std::atomic<Level> threshold{Level::warning};

void write(Level level, std::string_view event, const Subject& subject, Fields fields) {
  Output& out = output();
  thread_local std::string line;
  line.clear();
  append_line(line, out.format, level, event, subject, fields);

  const std::lock_guard lock(out.mutex);
  if (out.capture != nullptr) {
    *out.capture += line;
  } else if (out.file) {
    if (!out.file->append(line)) return;
    const std::uint64_t lost = out.file->dropped() - out.drops_told;
    if (lost == 0) return;
    line.clear();
    append_line(line, out.format, Level::warning, "log_lines_lost", {}, {{"count", lost}});
    if (out.file->append(line)) out.drops_told += lost;
  } else {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  }
}

}  // namespace detail

void RateLimit::write(Level level, std::string_view event, const Subject& subject, Fields fields) {
  if (!enabled(level)) return;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  // Two threads at the turn of a second may let a few lines more through; nothing is lost from the count.
  const auto second = static_cast<std::uint64_t>(now.tv_sec) + 1;
  if (second_.exchange(second, std::memory_order_relaxed) != second)
    passed_.store(0, std::memory_order_relaxed);
  if (passed_.fetch_add(1, std::memory_order_relaxed) >= burst_) {
    suppressed_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  detail::write(level, event, subject, fields);
  const std::uint64_t suppressed = suppressed_.exchange(0, std::memory_order_relaxed);
  if (suppressed != 0)
    detail::write(level, "events_suppressed", {}, {{"event_suppressed", event}, {"count", suppressed}});
}

std::expected<void, std::string> start(const config::Log& log) {
  auto file = BackgroundWriter::open(
      log.file.empty() ? "-" : log.file,
      {.queue_bytes_max = log.queue_bytes_max, .on_error = &report_to_stderr, .dropped = &lines_dropped});
  if (!file) return std::unexpected(file.error());
  Output& out = output();
  std::unique_ptr<BackgroundWriter> before;
  {
    const std::lock_guard lock(out.mutex);
    before = std::exchange(out.file, std::move(*file));
    out.drops_told = 0;
  }
  out.format = log.format;
  detail::threshold = log.level;
  return {};
}

void stop() {
  Output& out = output();
  std::unique_ptr<BackgroundWriter> before;
  {
    const std::lock_guard lock(out.mutex);
    before = std::move(out.file);
  }
  before.reset();
  detail::threshold = Level::warning;
  out.format = config::LogFormat::text;
}

std::uint64_t dropped_lines() {
  return lines_dropped.value();
}

Capture::Capture(Level level, config::LogFormat format)
    : level_before_(detail::threshold), format_before_(output().format) {
  Output& out = output();
  {
    const std::lock_guard lock(out.mutex);
    before_ = std::exchange(out.capture, &text_);
  }
  out.format = format;
  detail::threshold = level;
}

Capture::~Capture() {
  Output& out = output();
  detail::threshold = level_before_;
  out.format = format_before_;
  const std::lock_guard lock(out.mutex);
  out.capture = before_;
}

std::string Capture::text() const {
  const std::lock_guard lock(output().mutex);
  return text_;
}

}  // namespace zerocell::log
