// SPDX-License-Identifier: Apache-2.0
#include "lab/app/report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <nlohmann/json.hpp>

namespace zerocell::lab {
namespace {

constexpr std::string_view kBold = "1";
constexpr std::string_view kDim = "2";
constexpr std::string_view kGreen = "32";
constexpr std::string_view kRed = "31";
constexpr std::string_view kCyan = "36";

template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}
nlohmann::json or_null(const std::string& value) {
  return value.empty() ? nlohmann::json() : nlohmann::json(value);
}

std::string sentence(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

}  // namespace

std::string Result::json() const {
  nlohmann::ordered_json out;
  out["attached"] = attached;
  out["ue_ipv4"] = or_null(ue_ipv4);
  out["ue_ipv6"] = or_null(ue_ipv6);
  out["ping"] = {{"sent", pings_sent}, {"received", pings_received}};
  out["fetch_ok"] = fetch_ok;
  out["denied_ok"] = denied_ok;
  out["denied_by"] = or_null(denied_by);
  out["reattached"] = reattached;
  out["attach_ms"] = or_null(attach_ms);
  out["ready_ms"] = or_null(ready_ms);
  out["ciphering"] = or_null(ciphering);
  out["sctp"] = or_null(sctp);
  out["pcap"] = or_null(pcap);
  out["failure"] = or_null(failure);
  return out.dump(2) + "\n";
}

Screen::Screen() : colours_(::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr) {}

std::string Screen::paint(std::string_view colour, std::string_view text) const {
  if (!colours_ || text.empty()) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", colour, text);
}

void Screen::text(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void Screen::title(std::string_view title) {
  text("\n" + paint(kBold, title));
}

void Screen::note(std::string_view what, std::string_view of_it) {
  text(fmt::format("    {:<30}{}", what, paint(kDim, of_it)));
}

void Screen::step(bool good, std::string_view what, std::string_view of_it) {
  text(fmt::format("  {} {:<30}{}", good ? paint(kGreen, "✓") : paint(kRed, "✗"), what, of_it));
}

void Screen::uplink(std::string_view message, std::string_view detail) {
  text(fmt::format("  {} {:<30}{}", paint(kCyan, "→"), sentence(message), paint(kDim, detail)));
}

void Screen::downlink(std::string_view message, std::string_view detail) {
  text(fmt::format("  {} {:<30}{}", paint(kCyan, "←"), sentence(message), paint(kDim, detail)));
}

}  // namespace zerocell::lab
