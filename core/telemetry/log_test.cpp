// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <new>
#include <sstream>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/crypto/key.hpp"
#include "core/types/apn.hpp"
#include "core/types/ip.hpp"

namespace {
thread_local std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

using namespace zerocell;

namespace {

template <class T>
constexpr bool kLoggable = std::is_constructible_v<log::Field, const char*, T>;

// What may be seen, and what a compiler refuses.
static_assert(kLoggable<int> && kLoggable<std::uint8_t> && kLoggable<bool> && kLoggable<double> &&
              kLoggable<std::size_t>);
static_assert(kLoggable<std::string> && kLoggable<std::string_view> && kLoggable<const char*> &&
              kLoggable<const char (&)[3]>);
static_assert(kLoggable<Imsi> && kLoggable<Plmn> && kLoggable<Apn> && kLoggable<IpAddress> &&
              kLoggable<Endpoint>);
static_assert(!kLoggable<Key<16>> && !kLoggable<StoredKey<16>> && !kLoggable<const Key<32>&>);
static_assert(!kLoggable<Bytes> && !kLoggable<ByteVector> && !kLoggable<std::array<std::uint8_t, 16>>);
static_assert(!kLoggable<std::span<const std::uint8_t, 16>> && !kLoggable<MutableBytes>);
static_assert(!kLoggable<const std::uint8_t*> && !kLoggable<void*> && !kLoggable<std::uint8_t (&)[16]> &&
              !kLoggable<char>);

const Imsi kSim = *Imsi::parse("001010000000001");

struct Counted {
  int* formatted;
  std::string text() const {
    ++*formatted;
    return "counted";
  }
};

/// The lines without their times.
std::vector<std::string> lines_of(const std::string& text) {
  constexpr std::size_t kTime = 28;
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line.substr(std::min(kTime, line.size())));
  return lines;
}

struct TemporaryFile {
  TemporaryFile() {
    char name[] = "/tmp/zerocell-log-XXXXXX";
    ::close(::mkstemp(name));
    path = name;
  }
  ~TemporaryFile() { ::unlink(path.c_str()); }
  std::string contents() const {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::string path;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("event_is_one_line_with_its_imsi_procedure_and_fields") {
  log::Capture capture;
  log::info("attach_accepted", {.imsi = kSim, .procedure = "attach"},
            {{"ue_ipv4", *Ipv4Address::parse("10.45.0.2")},
             {"apn", *Apn::parse("internet")},
             {"bearer", std::uint8_t{5}},
             {"offset", -3},
             {"new", true},
             {"seconds", 0.25}});
  log::warning("s1_setup_refused", {{"enb", "a b\n\"c\" = \x80\x7f Zürich"}, {"empty", ""}});
  CHECK(lines_of(capture.text()) ==
        Lines{"info    attach_accepted imsi=001010000000001 procedure=attach ue_ipv4=10.45.0.2 apn=internet "
              "bearer=5 "
              "offset=-3 new=true seconds=0.25",
              "warning s1_setup_refused enb=\"a b\\u000a\\\"c\\\" = \\u0080\\u007f Zürich\" empty=\"\""});
}

TEST_CASE("time_is_utc_in_microseconds") {
  log::Capture capture;
  log::info("x");
  const std::string text = capture.text();
  REQUIRE(text.size() > 28);
  CHECK((text[4] == '-' && text[10] == 'T' && text[19] == '.' && text[26] == 'Z'));
}

TEST_CASE("json_line_is_an_object_whose_values_keep_their_types") {
  log::Capture capture(log::Level::trace, config::LogFormat::json);
  std::string hostile;
  for (int octet = 0; octet < 256; ++octet) hostile += static_cast<char>(octet);
  log::error("attach_rejected", {.imsi = kSim, .procedure = "attach"},
             {{"cause", 7},
              {"big", std::numeric_limits<std::uint64_t>::max()},
              {"new", false},
              {"seconds", 1.5},
              {"nothing", std::numeric_limits<double>::quiet_NaN()},
              {"plmn", *Plmn::parse("00101")},
              {"text", hostile},
              {"long", std::string(5000, 'x')}});
  const auto json = nlohmann::json::parse(capture.text());
  CHECK(json["level"] == "error");
  CHECK(json["event"] == "attach_rejected");
  CHECK(json["imsi"] == "001010000000001");
  CHECK(json["procedure"] == "attach");
  CHECK(json["cause"] == 7);
  CHECK(json["big"] == std::numeric_limits<std::uint64_t>::max());
  CHECK(json["new"] == false);
  CHECK(json["seconds"] == 1.5);
  CHECK(json["nothing"].is_null());
  CHECK(json["plmn"] == "00101");
  CHECK(json["text"].get<std::string>().size() == 128 + 2 * 128);  // As Latin-1, in UTF-8.
  CHECK(json["long"].get<std::string>().size() == 1024 + 3);
  CHECK(capture.text().find('\n') == capture.text().size() - 1);
}

TEST_CASE("utf8_passes_and_what_only_resembles_it_is_escaped") {
  log::Capture capture(log::Level::trace, config::LogFormat::json);
  log::info(
      "x",
      {{"good", "é € 😀"}, {"overlong", "\xC0\x80"}, {"surrogate", "\xED\xA0\x80"}, {"cut", "\xE2\x82"}});
  const auto json = nlohmann::json::parse(capture.text());
  CHECK(json["good"] == "é € 😀");
  CHECK(json["overlong"] == "À\u0080");
  CHECK(json["cut"] == "â\u0082");
}

TEST_CASE("level_that_is_off_formats_and_allocates_nothing") {
  log::Capture capture(log::Level::info);
  int formatted = 0;
  const Counted counted{&formatted};
  const std::size_t before = allocations;
  log::debug("x", {.imsi = kSim, .procedure = "attach"},
             {{"a", counted}, {"b", 1}, {"c", std::string_view("text")}});
  CHECK(allocations == before);
  CHECK(formatted == 0);
  CHECK_FALSE(log::enabled(log::Level::debug));
  log::info("x", {{"a", counted}});
  CHECK(formatted == 1);
}

TEST_CASE("events_beyond_the_rate_are_counted_and_the_count_is_told") {
  log::Capture capture;
  log::RateLimit limit(3);
  // Wait for a fresh second, so that all of the burst falls into one.
  const auto second = [] {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec;
  };
  for (const auto start = second(); second() == start;) ::usleep(1000);
  for (int i = 0; i < 315; ++i) limit.warning("malformed", {{"i", i}});
  CHECK(lines_of(capture.text()).size() == 3);
  for (const auto start = second(); second() == start;) ::usleep(1000);
  limit.warning("malformed", {{"i", 315}});
  const Lines lines = lines_of(capture.text());
  REQUIRE(lines.size() == 5);
  CHECK(lines[3] == "warning malformed i=315");
  CHECK(lines[4] == "warning events_suppressed event_suppressed=malformed count=312");
}

TEST_CASE("lines_of_many_threads_stay_whole_and_all_arrive") {
  const TemporaryFile file;
  REQUIRE(log::start({.level = log::Level::info, .format = config::LogFormat::json, .file = file.path}));
  const std::uint64_t dropped = log::dropped_lines();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([thread] {
      for (int i = 0; i < 500; ++i)
        log::info("counted", {.imsi = kSim, .procedure = "test"}, {{"thread", thread}, {"i", i}});
    });
  for (std::thread& thread : threads) thread.join();
  log::stop();
  CHECK(log::dropped_lines() == dropped);
  std::vector<int> next(4, 0);
  std::istringstream in(file.contents());
  for (std::string line; std::getline(in, line);) {
    const auto json = nlohmann::json::parse(line);
    REQUIRE(json["i"] == next[json["thread"].get<std::size_t>()]++);
  }
  CHECK(next == std::vector<int>(4, 500));
}

TEST_CASE("file_is_appended_to_and_stop_returns_to_standard_error") {
  const TemporaryFile file;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(log::start({.file = file.path}));
    log::info("started", {{"i", i}});
    log::debug("not_this");
    log::stop();
    CHECK_FALSE(log::enabled(log::Level::info));
  }
  CHECK(lines_of(file.contents()) == Lines{"info    started i=0", "info    started i=1"});
}

TEST_CASE("file_that_cannot_be_opened_is_an_error_and_leaves_the_log_as_it_was") {
  const auto started = log::start({.file = "/nonexistent/log"});
  REQUIRE_FALSE(started);
  CHECK(started.error() == "cannot open /nonexistent/log for writing: No such file or directory");
  CHECK_FALSE(log::enabled(log::Level::info));
}

TEST_CASE("full_disk_loses_lines_but_counts_them") {
  const std::uint64_t before = log::dropped_lines();
  REQUIRE(log::start({.file = "/dev/full"}));
  log::info("lost");
  log::info("lost");
  log::stop();
  CHECK(log::dropped_lines() == before + 2);
}
