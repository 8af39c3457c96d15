// SPDX-License-Identifier: Apache-2.0
#include "core/types/assert.hpp"
#include "hss/sim_file.hpp"

namespace {

using namespace zerocell;
using namespace zerocell::hss;

constexpr std::size_t kRowsMax = 64;  // So much text is only slow.

/// What one row comes to; nothing when it is refused.
std::optional<store::Subscriber> subscriber_of(const SimRow& row) {
  SimDraft draft;
  if (row.apply(draft)) return std::nullopt;
  auto finished = draft.finish();
  if (!finished) return std::nullopt;
  return std::move(*finished);
}

/// A SIM that was accepted may be stored, and is the same SIM once it was exported and imported again.
void check(const store::Subscriber& subscriber) {
  ZC_ASSERT(!store::problem_with(subscriber));
  const std::string json = "[" + json_object(subscriber, "000000000021", Secrets::shown, nullptr) + "]";
  std::size_t rows = 0;
  read_sims(
      json, SimFormat::json,
      [&](SimRow& row) {
        ++rows;
        const auto again = subscriber_of(row);
        ZC_ASSERT(again && *again == subscriber);
      },
      [](const SimFileProblem&) { ZC_ASSERT(false); });
  const std::string csv =
      csv_header(Secrets::shown) + "\n" + csv_line(subscriber, "000000000021", Secrets::shown) + "\n";
  read_sims(csv, SimFormat::csv, [&](SimRow&) { ++rows; }, [](const SimFileProblem&) { ZC_ASSERT(false); });
  ZC_ASSERT(rows == 2);
}

}  // namespace

/// The first octet says which format, the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t rows = 0;
  read_sims(
      text, data[0] % 2 == 0 ? SimFormat::csv : SimFormat::json,
      [&](SimRow& row) {
        if (++rows > kRowsMax) return;
        if (const auto subscriber = subscriber_of(row)) check(*subscriber);
      },
      [](const SimFileProblem& problem) { ZC_ASSERT(!problem.message.empty()); });
  return 0;
}
