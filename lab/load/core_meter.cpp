// SPDX-License-Identifier: Apache-2.0
#include "lab/load/core_meter.hpp"

#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

namespace zerocell::load {
namespace {

/// The first number of `schedstat`: nanoseconds on a processor, exact where `stat` counts hundredths of a
/// second.
std::optional<std::uint64_t> first_number(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::uint64_t value = 0;
  if (!(in >> value)) return std::nullopt;
  return value;
}

}  // namespace

std::expected<CoreMeter, std::string> CoreMeter::of(int process) {
  CoreMeter meter(process);
  if (!meter.read())
    return std::unexpected("/proc/" + std::to_string(process) +
                           ": no such process, or it may not be looked at");
  return meter;
}

std::optional<CoreUsage> CoreMeter::read() const {
  const std::filesystem::path directory = "/proc/" + std::to_string(process_);
  std::error_code error;
  CoreUsage usage;
  bool any = false;
  for (const auto& thread : std::filesystem::directory_iterator(directory / "task", error)) {
    const auto ns = first_number(thread.path() / "schedstat");
    if (!ns) continue;
    any = true;
    usage.cpu += Duration(static_cast<Duration::rep>(*ns));
  }
  std::ifstream statm(directory / "statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!any || !(statm >> total >> resident)) return std::nullopt;
  usage.resident_octets = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return usage;
}

Duration own_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace zerocell::load
