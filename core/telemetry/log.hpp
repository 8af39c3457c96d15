// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/config/telemetry.hpp"
#include "core/types/identity.hpp"

namespace zerocell::log {

using Level = config::LogLevel;

/// Types whose text() may be seen. Types that hold keys have none, and octets are refused: what of them may
/// be seen, the caller turns into text, knowingly.
template <class T>
concept HasText = requires(const T& value) { std::string(value.text()); };

/// One named value of an event. It refers to its value: build it inside the call only. Numbers and booleans
/// stay such in JSON. Formatting happens only when the level is on.
class Field {
 public:
  constexpr Field(std::string_view name, bool value) : name_(name), kind_(Kind::boolean) { u64_ = value; }
  template <std::unsigned_integral T>
  constexpr Field(std::string_view name, T value) : name_(name), kind_(Kind::natural) {
    u64_ = value;
  }
  template <std::signed_integral T>
  constexpr Field(std::string_view name, T value) : name_(name), kind_(Kind::integer) {
    i64_ = value;
  }
  constexpr Field(std::string_view name, double value) : name_(name), kind_(Kind::real) { f64_ = value; }
  constexpr Field(std::string_view name, const char* text) : Field(name, std::string_view(text)) {}
  Field(std::string_view name, const std::string& text) : Field(name, std::string_view(text)) {}
  constexpr Field(std::string_view name, std::string_view text)
      : name_(name), kind_(Kind::text), text_(text) {}
  /// Addresses, IMSI, PLMN, APN …
  template <HasText T>
  constexpr Field(std::string_view name, const T& value)
      : name_(name), kind_(Kind::object), object_{&value, &text_of<T>} {}
  Field(std::string_view name, char) = delete;
  template <class T>
    requires std::is_pointer_v<T> && (!std::is_same_v<std::remove_cv_t<std::remove_pointer_t<T>>, char>)
  Field(std::string_view name, T) = delete;

  std::string_view name() const { return name_; }
  /// Appends the value as it stands in a line of text, or as JSON.
  void append_text(std::string& out) const;
  void append_json(std::string& out) const;

 private:
  enum class Kind : std::uint8_t { boolean, natural, integer, real, text, object };
  struct Object {
    const void* value;
    std::string (*text)(const void*);
  };
  template <class T>
  static std::string text_of(const void* value) {
    return std::string(static_cast<const T*>(value)->text());
  }
  std::string_view name_;
  Kind kind_;
  union {
    std::uint64_t u64_;
    std::int64_t i64_;
    double f64_;
    std::string_view text_;
    Object object_;
  };
};

using Fields = std::initializer_list<Field>;

/// Whom an event is about, and which procedure it belongs to; either may be empty.
struct Subject {
  Imsi imsi = {};
  std::string_view procedure = {};
};

namespace detail {
extern std::atomic<Level> threshold;
void write(Level level, std::string_view event, const Subject& subject, Fields fields);
}  // namespace detail

/// For values that are dear to compute.
inline bool enabled(Level level) {
  return level >= detail::threshold.load(std::memory_order_relaxed);
}

/// One event, one line. `event` is snake_case, past tense, and never holds data:
/// `log::info("attach_accepted",
/// {.imsi = imsi, .procedure = "attach"}, {{"ue_ipv4", address}, {"apn", apn}})`. Any thread; never waits for
/// the disk, and allocates nothing when the level is off.
inline void write(Level level, std::string_view event, const Subject& subject, Fields fields = {}) {
  if (enabled(level)) detail::write(level, event, subject, fields);
}
inline void trace(std::string_view event, const Subject& subject, Fields fields) {
  write(Level::trace, event, subject, fields);
}
inline void debug(std::string_view event, const Subject& subject, Fields fields) {
  write(Level::debug, event, subject, fields);
}
inline void info(std::string_view event, const Subject& subject, Fields fields) {
  write(Level::info, event, subject, fields);
}
inline void warning(std::string_view event, const Subject& subject, Fields fields) {
  write(Level::warning, event, subject, fields);
}
inline void error(std::string_view event, const Subject& subject, Fields fields) {
  write(Level::error, event, subject, fields);
}
inline void trace(std::string_view event, Fields fields = {}) {
  write(Level::trace, event, {}, fields);
}
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::debug, event, {}, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::info, event, {}, fields);
}
inline void warning(std::string_view event, Fields fields = {}) {
  write(Level::warning, event, {}, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::error, event, {}, fields);
}

/// Lets an event through that a peer can provoke at will: at most `burst` lines a second. The next line that
/// passes says how many were left out. One for each place, static: `static log::RateLimit limit;
/// limit.warning("…", {…});`
class RateLimit {
 public:
  explicit RateLimit(std::uint32_t burst = 5) : burst_(burst) {}
  void write(Level level, std::string_view event, const Subject& subject, Fields fields);
  void warning(std::string_view event, Fields fields = {}) { write(Level::warning, event, {}, fields); }
  void warning(std::string_view event, const Subject& subject, Fields fields) {
    write(Level::warning, event, subject, fields);
  }
  void info(std::string_view event, Fields fields = {}) { write(Level::info, event, {}, fields); }
  void info(std::string_view event, const Subject& subject, Fields fields) {
    write(Level::info, event, subject, fields);
  }

 private:
  std::uint32_t burst_;
  std::atomic<std::uint64_t> second_{0};
  std::atomic<std::uint32_t> passed_{0};
  std::atomic<std::uint64_t> suppressed_{0};
};

/// Opens the file and starts the thread that writes. Before, and after stop(), lines of level warning and
/// above go straight to standard error. The error says what is wrong with the file.
std::expected<void, std::string> start(const config::Log& log);
/// Writes what waits, and stops the thread.
void stop();
/// Lines that were lost because the disk was too slow or full.
std::uint64_t dropped_lines();

/// For tests and simulations: while it lives, lines from `level` go to its text, in the format given, and
/// nowhere else.
class Capture {
 public:
  explicit Capture(Level level = Level::trace, config::LogFormat format = config::LogFormat::text);
  ~Capture();
  Capture(const Capture&) = delete;
  std::string text() const;

 private:
  const Level level_before_;
  const config::LogFormat format_before_;
  std::string* before_ = nullptr;
  std::string text_;
};

}  // namespace zerocell::log
