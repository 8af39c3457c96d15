// SPDX-License-Identifier: Apache-2.0
#include "app/bench_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace zerocell::app {

BenchDisplay::BenchDisplay(Loop& loop, const load::Generator& generator)
    : loop_(loop),
      generator_(generator),
      terminal_(::isatty(STDOUT_FILENO) == 1),
      timer_([this] { show(); }) {
  show();
}

BenchDisplay::~BenchDisplay() {
  if (terminal_) fmt::print("\r\033[K");
  std::fflush(stdout);  // Before an error.
}

void BenchDisplay::say(std::string_view text) {
  fmt::print("{}{}\n", terminal_ ? "\r\033[K" : "", text);
  std::fflush(stdout);
}

void BenchDisplay::show() {
  const load::Progress now = generator_.progress();
  const double passed = std::chrono::duration<double>(loop_.now() - at_).count();
  if (now.phase == load::Phase::connecting && !refusal_told_ && !generator_.refusal().empty()) {
    refusal_told_ = true;
    say(generator_.refusal() + "; it tries again");
  }
  // What ends while a load is drained is counted with what ended before.
  if (now.phase != last_.phase && now.done < last_.done) last_ = {.phase = now.phase};
  const double rate = passed > 0 ? static_cast<double>(now.done - last_.done) / passed : 0;
  if (terminal_) {
    constexpr std::size_t kCells = 30;
    const auto full = static_cast<std::size_t>(now.share * kCells);
    fmt::print("\r\033[K{:<10} [{}{}] {:>3.0f} %  {:>8.0f}/s  {} procedures done, {} failed",
               load::name_of(now.phase), std::string(full, '#'), std::string(kCells - full, ' '),
               now.share * 100, rate, now.done, now.failed);
  } else if (now.phase != shown_) {
    fmt::print("{}\n", load::name_of(now.phase));
    shown_ = now.phase;
    line_at_ = loop_.now();
  } else if (loop_.now() - line_at_ > std::chrono::seconds(10)) {
    fmt::print("{}: {} procedures done, {} failed\n", load::name_of(now.phase), now.done, now.failed);
    line_at_ = loop_.now();
  }
  std::fflush(stdout);
  last_ = now;
  at_ = loop_.now();
  loop_.arm(timer_, std::chrono::milliseconds(250));
}

}  // namespace zerocell::app
