// SPDX-License-Identifier: Apache-2.0
// How soon the records of UEs are back after a crash. A process holds them in mapped shared memory and is
// killed while it writes; the next one is measured, from its exec until every record is known to be whole and
// is indexed. It goes on writing, and is killed in turn.
//
//   restart_bench [--quick] [NAME...]
//   restart_bench --hold FILE COUNT     the process that is killed: for the program itself
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/row/row.hpp"
#include "mme/ue_directory.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::bench;
using std::chrono::steady_clock;

constexpr std::uint32_t kRecords = 1'000'000;
constexpr std::uint32_t kRecordsQuick = 2000;
constexpr std::uint64_t kSeed = 1;  ///< Of the M-TMSIs' key, which must be the same after a restart.
constexpr std::array<const char*, 1> kRows{"restart.1m"};

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "restart_bench: {}\n", why);
  std::exit(1);
}

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

long page_faults() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

/// What a process says of its start, as one line.
struct Recovery {
  std::int64_t ready_ns = 0;  ///< Of the steady clock, which all processes share.
  std::int64_t opened_ns = 0;
  std::int64_t indexed_ns = 0;
  std::int64_t faults = 0;
  std::int64_t records = 0;
};

// ---- The process that is killed ------------------------------------------------------------------------

/// IMSIs in an order that is not that of their records.
Imsi nth_imsi(std::uint64_t nth, std::uint64_t count) {
  constexpr std::uint64_t kStride = 7'919'977;  // A prime.
  return Imsi::parse(fmt::format("00101{:010}", nth * kStride % count + 1)).value();
}

void fill(mme::UeDirectory& directory, std::uint32_t index, Random& random) {
  mme::UeRecord& record = directory[index];
  (void)directory.reallocate_m_tmsi(index);
  directory.confirm_m_tmsi(index);
  record.msisdn = Msisdn::parse("49" + record.imsi.text().substr(5)).value();
  record.imei = Imei::parse("3569380356438090").value();
  record.emm_state = mme::EmmState::registered;
  record.tai = {Plmn::parse("00101").value(), static_cast<std::uint16_t>(random.below(65534) + 1)};
  record.ecgi = {record.tai.plmn, random.below(1u << 28)};
  record.ue_ambr = {100'000'000, 100'000'000};
}

/// Every record is found by its IMSI and by its M-TMSI, and each by itself.
void verify(const mme::UeDirectory& directory, std::uint64_t count) {
  std::size_t found = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Imsi imsi = nth_imsi(i, count);
    const auto index = directory.find(imsi);
    if (!index) continue;
    const mme::UeRecord& record = const_cast<mme::UeDirectory&>(directory)[*index];
    if (record.imsi != imsi || directory.find_by_m_tmsi(record.m_tmsi) != index)
      fail("a record is not what it was");
    ++found;
  }
  if (found != directory.size()) fail("a record is not found");
}

[[noreturn]] void write_for_ever(mme::UeDirectory& directory, Random& random, std::uint32_t count) {
  for (;;) {
    const std::uint32_t index = random.below(count);
    const auto update = directory.records().update(index);
    fill(directory, index, random);
  }
}

[[noreturn]] void hold(const std::string& path, std::uint32_t count) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  SeededRandom random(kSeed);
  const long faults = page_faults();
  Recovery recovery;
  const std::int64_t begin_ns = now_ns();
  auto records = mme::UeDirectory::Records::open({.path = path, .capacity = count});
  if (!records) fail(records.error());
  recovery.opened_ns = now_ns() - begin_ns;
  mme::UeDirectory directory(std::move(*records), random);
  recovery.ready_ns = now_ns();
  recovery.indexed_ns = recovery.ready_ns - begin_ns - recovery.opened_ns;
  recovery.faults = page_faults() - faults;
  recovery.records = static_cast<std::int64_t>(directory.size());
  verify(directory, count);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (directory.find(nth_imsi(i, count))) continue;
    fill(directory, directory.find_or_add(nth_imsi(i, count)).value(), random);
  }
  fmt::print("{} {} {} {} {}\n", recovery.ready_ns, recovery.opened_ns, recovery.indexed_ns, recovery.faults,
             recovery.records);
  std::fflush(stdout);
  write_for_ever(directory, random, count);
}

// ---- The one that kills --------------------------------------------------------------------------------

struct Holder {
  pid_t process = 0;
  std::int64_t begun_ns = 0;
  Recovery recovery;
};

Holder start_holder(const std::string& path, std::uint32_t count) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) fail("no pipe");
  const std::string number = std::to_string(count);
  Holder holder{.begun_ns = now_ns()};
  holder.process = ::fork();
  if (holder.process == 0) {
    ::dup2(ends[1], 1);
    ::execl("/proc/self/exe", "restart_bench", "--hold", path.c_str(), number.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::FILE* const said = ::fdopen(ends[0], "r");
  Recovery& is = holder.recovery;
  const int read = std::fscanf(said, "%ld %ld %ld %ld %ld", &is.ready_ns, &is.opened_ns, &is.indexed_ns,
                               &is.faults, &is.records);
  std::fclose(said);
  if (read != 5) fail("a process that holds records did not say so");
  return holder;
}

void kill_holder(const Holder& holder) {
  ::usleep(2000);  // It writes meanwhile.
  ::kill(holder.process, SIGKILL);
  int status = 0;
  if (::waitpid(holder.process, &status, 0) != holder.process || !WIFSIGNALED(status))
    fail("a process that holds records ended by itself");
}

void measure(bool quick) {
  const std::uint32_t count = quick ? kRecordsQuick : kRecords;
  // On a tmpfs, as the records of a core are to be.
  std::string path =
      ::access("/dev/shm", W_OK) == 0 ? "/dev/shm/zerocell-restart-XXXXXX" : "/tmp/zerocell-restart-XXXXXX";
  const int made = ::mkstemp(path.data());
  if (made < 0) fail("no file for the records");
  ::close(made);
  std::vector<double> all_ms, opened_ms, indexed_ms, faults;
  std::int64_t half_written = 0;
  for (int i = 0; i <= (quick ? 1 : 7); ++i) {
    const Holder holder = start_holder(path, count);
    kill_holder(holder);
    if (i == 0) continue;  // That one filled the table.
    const Recovery& is = holder.recovery;
    // The one that was being written, and no other.
    if (count - is.records > 1) fail(fmt::format("only {} records came back", is.records));
    half_written += count - is.records;
    all_ms.push_back(static_cast<double>(is.ready_ns - holder.begun_ns) / 1e6);
    opened_ms.push_back(static_cast<double>(is.opened_ns) / 1e6);
    indexed_ms.push_back(static_cast<double>(is.indexed_ns) / 1e6);
    faults.push_back(static_cast<double>(is.faults));
  }
  ::unlink(path.c_str());
  const auto times = all_ms.size();
  Row row = make_row(kRows[0], "ms", std::move(all_ms));
  row.note = fmt::format(
      "{} records of {} octets; {:.1f} ms to find those that are whole, {:.1f} ms to index them; {:.0f} page "
      "faults; killed in the middle of a record {} of {} times",
      count, mme::UeDirectory::Records::kSlotOctets, spread(opened_ms).median, spread(indexed_ms).median,
      spread(faults).median, half_written, times);
  print(row);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--hold")
    hold(argv[2], static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10)));
  const Arguments arguments = read_arguments(argc, argv, kRows);
  measure(arguments.quick);
}
