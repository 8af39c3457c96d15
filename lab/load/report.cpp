// SPDX-License-Identifier: Apache-2.0
#include "lab/load/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace zerocell::load {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kSlicesToCompare = 4;

double us(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

Json json_of(const Histogram& times) {
  return {{"count", times.count()},       {"mean_us", us(times.mean())},    {"p50_us", us(times.at(0.5))},
          {"p99_us", us(times.at(0.99))}, {"p999_us", us(times.at(0.999))}, {"max_us", us(times.largest())}};
}

Json json_of(const Statistics& statistics) {
  Json procedures = Json::object();
  for (std::size_t i = 0; i < kProcedures; ++i) {
    const auto& each = statistics.procedures[i];
    if (each.begun == 0) continue;
    Json one = json_of(each.took);
    one["begun"] = each.begun;
    one["done"] = each.done;
    one["failed"] = each.failed;
    procedures[name_of(static_cast<Procedure>(i))] = std::move(one);
  }
  Json messages = Json::object();
  for (std::size_t i = 0; i < kSentMessages; ++i)
    if (statistics.answers[i].count() != 0)
      messages[name_of(static_cast<Sent>(i))] = json_of(statistics.answers[i]);
  return {{"procedures", std::move(procedures)},
          {"messages", std::move(messages)},
          {"first_packet", json_of(statistics.first_packet)},
          {"failures", statistics.failures}};
}

std::string_view name_of(nas::PdnType type) {
  return type == nas::PdnType::ipv6 ? "ipv6" : type == nas::PdnType::ipv4v6 ? "ipv4v6" : "ipv4";
}

std::string_view name_of(net::SctpKind kind) {
  return kind == net::SctpKind::kernel ? "kernel" : kind == net::SctpKind::usrsctp ? "usrsctp" : "auto";
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

/// Named and given as the options of `zerocell bench`: all but the keys, and the file that SIMs came from.
Json json_of(const Settings& settings) {
  Json enb_addresses = Json::array();
  for (const IpAddress& address : settings.enb_addresses) enb_addresses.push_back(address.text());
  return {{"mme", settings.mme.address.text()},
          {"port", settings.mme.port},
          {"sctp", name_of(settings.sctp)},
          {"enb_address", std::move(enb_addresses)},
          {"plmn", settings.plmn.text()},
          {"tac", fmt::format("{}-{}", settings.tac_first, settings.tac_first + settings.tac_count - 1)},
          {"enbs", settings.enbs},
          {"enb_id", settings.enb_id_first},
          {"ues", settings.ues},
          {"imsi", settings.sims.empty() ? Json(settings.imsi_first.text()) : Json()},
          {"sims", settings.sims.empty() ? Json() : Json(settings.sims.size())},
          {"apn", settings.apn.empty() ? Json() : Json(settings.apn.text())},
          {"pdn_type", name_of(settings.pdn_type)},
          {"identity", settings.by_guti ? "guti" : "imsi"},
          {"scenario", name_of(settings.scenario)},
          {"rate", settings.rate},
          {"window", settings.window},
          {"arrivals", settings.arrivals == ArrivalKind::poisson ? "poisson" : "fixed"},
          {"seconds", seconds(settings.duration)},
          {"count", settings.arrivals_max},
          {"storm_rate", settings.storm.rate},
          {"storm_ues", settings.storm.ues},
          {"storm_after", seconds(settings.storm.after)},
          {"storm_seconds", seconds(settings.storm.duration)},
          {"slice", seconds(settings.slice)},
          {"seed", settings.seed},
          {"patience", seconds(settings.patience)},
          {"keep", settings.keep},
          {"spin", settings.spin},
          {"gtpu", settings.receive_packets ? Json(settings.gtpu.text()) : Json()}};
}

/// "12.3 us", "4.56 ms", "1.2 s".
std::string duration_text(Duration duration) {
  const double value = us(duration);
  if (value < 1000) return fmt::format("{:.1f} us", value);
  if (value < 1e6) return fmt::format("{:.2f} ms", value / 1000);
  return fmt::format("{:.2f} s", value / 1e6);
}

std::string times_text(std::string_view name, const Histogram& times) {
  // Of fewer the quantile is the largest, or no different from it.
  const auto at = [&](double quantile, std::uint64_t samples) {
    return times.count() < samples ? "-" : duration_text(times.at(quantile));
  };
  return fmt::format("  {:<32}{:>10}{:>12}{:>12}{:>12}{:>12}\n", name, times.count(), at(0.5, 1),
                     at(0.99, 100), at(0.999, 1000),
                     times.count() == 0 ? "-" : duration_text(times.largest()));
}

/// Of what ended. A slice in which work began and nothing ended has done nothing.
double share_done(const Outcome::Slice& slice) {
  const std::uint64_t ended = slice.done + slice.failed;
  if (ended == 0) return slice.begun == 0 ? 1 : 0;
  return static_cast<double>(slice.done) / static_cast<double>(ended);
}

/// What arrivals of this run were made of: "attach, detach".
std::string steps_text(const Statistics& statistics) {
  std::string text;
  for (std::size_t i = 0; i < kProcedures; ++i) {
    if (statistics.procedures[i].begun == 0) continue;
    if (!text.empty()) text += ", ";
    text += name_of(static_cast<Procedure>(i));
  }
  return text;
}

/// What has no time: whoever reads a percentile must know of it.
std::string left_out_text(const Outcome& outcome) {
  std::uint64_t failed = 0;
  for (const auto& each : outcome.measured.procedures) failed += each.failed;
  if (failed + outcome.nobody_free + outcome.never_begun == 0) return {};
  return fmt::format(
      "  no time above has: {} procedures that failed, {} arrivals that found no UE free, {} that were never "
      "begun\n",
      failed, outcome.nobody_free, outcome.never_begun);
}

std::string failures_text(std::string_view when, const std::map<std::string, std::uint64_t>& failures) {
  std::string text;
  for (const auto& [what, count] : failures) text += fmt::format("  {:>10}  {}{}\n", count, when, what);
  return text;
}

}  // namespace

std::optional<double> octets_per_ue(const Outcome& outcome) {
  // The first tenth shows how tables and pools begin, not how they grow.
  const auto& notes = outcome.memory;
  if (notes.size() < 4) return std::nullopt;
  const auto first = std::ranges::find_if(
      notes, [&](const Outcome::Memory& note) { return note.registered * 10 >= notes.back().registered; });
  double mean_x = 0;
  double mean_y = 0;
  const auto count = static_cast<double>(notes.end() - first);
  for (auto note = first; note != notes.end(); ++note) {
    mean_x += static_cast<double>(note->registered) / count;
    mean_y += static_cast<double>(note->octets) / count;
  }
  double together = 0;
  double squared = 0;
  for (auto note = first; note != notes.end(); ++note) {
    const double x = static_cast<double>(note->registered) - mean_x;
    together += x * (static_cast<double>(note->octets) - mean_y);
    squared += x * x;
  }
  return squared > 0 ? std::optional(together / squared) : std::nullopt;
}

std::optional<Duration> core_cpu_per_done(const Outcome& outcome) {
  if (!outcome.used || outcome.done == 0) return std::nullopt;
  return outcome.used->cpu / static_cast<Duration::rep>(outcome.done);
}

std::optional<Usual> usual_before_storm(const Settings& settings, const Outcome& outcome) {
  if (settings.storm.rate == 0 || settings.slice == Duration::zero()) return std::nullopt;
  const auto before =
      std::min(outcome.slices.size(), static_cast<std::size_t>(settings.storm.after / settings.slice));
  std::vector<Duration> p99s;
  std::vector<double> shares;
  for (std::size_t i = 1; i < before; ++i) {
    const Outcome::Slice& slice = outcome.slices[i];
    if (slice.answers.count() == 0 || slice.begun == 0) continue;
    p99s.push_back(slice.answers.at(0.99));
    shares.push_back(share_done(slice));
  }
  if (p99s.size() + 1 < kSlicesToCompare) return std::nullopt;
  std::ranges::sort(p99s);
  std::ranges::sort(shares);
  // Half as much again is noise: three slices in a row have to be below it.
  return Usual{p99s[(p99s.size() - 1) * 9 / 10] * 3 / 2, shares[(shares.size() - 1) / 2]};
}

std::optional<Duration> recovery(const Settings& settings, const Outcome& outcome) {
  const auto usual = usual_before_storm(settings, outcome);
  if (!usual || outcome.overload.enbs_now != 0) return std::nullopt;
  const Duration storm_ends = settings.storm.after + settings.storm.duration;
  const auto after = static_cast<std::size_t>((storm_ends + settings.slice - Duration(1)) / settings.slice);
  // The last slice is not a whole one, and what came after the last arrival is none of it.
  const auto last =
      std::min(outcome.slices.size(), static_cast<std::size_t>(settings.duration / settings.slice));
  std::size_t good = 0;
  for (std::size_t i = after; i < last; ++i) {
    const Outcome::Slice& slice = outcome.slices[i];
    const bool as_usual = slice.answers.count() != 0 && slice.answers.at(0.99) <= usual->p99 &&
                          share_done(slice) >= usual->done_share - kDoneShareSlack;
    good = as_usual ? good + 1 : 0;
    if (good < kGoodSlices) continue;
    // A slice begins where the storm ends or later: what it shows has come by its end.
    const auto first_ends = static_cast<Duration::rep>(i + 2 - kGoodSlices);
    const Duration answers = settings.slice * first_ends - storm_ends;
    const Duration told = outcome.overload.eased.value_or(Duration::zero()) - storm_ends;
    return std::max({answers, told, Duration::zero()});
  }
  return std::nullopt;
}

double rate_of(const Outcome& outcome) {
  const double ran = seconds(outcome.ran);
  return ran > 0 ? static_cast<double>(outcome.done_in_time) / ran : 0;
}

std::string json_report(const Settings& settings, const Outcome& outcome) {
  Json report;
  report["target"] = {{"address", settings.mme.text()}, {"mme_name", outcome.mme_name}};
  report["scenario"] = name_of(settings.scenario);
  report["settings"] = json_of(settings);
  report["ran_seconds"] = seconds(outcome.ran);
  report["arrived"] = outcome.arrived;
  report["nobody_free"] = outcome.nobody_free;
  report["never_begun"] = outcome.never_begun;
  report["done"] = outcome.done;
  report["done_in_time"] = outcome.done_in_time;
  report["rate"] = rate_of(outcome);
  report["measured"] = json_of(outcome.measured);
  report["prepared"] = json_of(outcome.prepared);
  report["cleared"] = json_of(outcome.cleared);
  report["complaints"] = outcome.complaints;
  Json memory = Json::array();
  for (const auto& note : outcome.memory)
    memory.push_back({{"registered", note.registered}, {"octets", note.octets}});
  Json slices = Json::array();
  for (std::size_t i = 0; i < outcome.slices.size(); ++i) {
    const Outcome::Slice& slice = outcome.slices[i];
    slices.push_back({{"at_s", us(settings.slice) * static_cast<double>(i) / 1e6},
                      {"begun", slice.begun},
                      {"done", slice.done},
                      {"failed", slice.failed},
                      {"answers", json_of(slice.answers)}});
  }
  report["slices"] = std::move(slices);
  const auto recovered = recovery(settings, outcome);
  const auto usual = usual_before_storm(settings, outcome);
  report["overload"] = {
      {"starts", outcome.overload.starts},
      {"stops", outcome.overload.stops},
      {"eased_at_s", outcome.overload.eased ? Json(us(*outcome.overload.eased) / 1e6) : Json()},
      {"usual_p99_us", usual ? Json(us(usual->p99)) : Json()},
      {"usual_done_share", usual ? Json(usual->done_share) : Json()},
      {"recovery_s", recovered ? Json(us(*recovered) / 1e6) : Json()}};
  const auto cpu = core_cpu_per_done(outcome);
  const auto octets = octets_per_ue(outcome);
  report["core"] = {{"cpu_us_per_done", cpu ? Json(us(*cpu)) : Json()},
                    {"cpu_seconds", outcome.used ? Json(us(outcome.used->cpu) / 1e6) : Json()},
                    {"resident_octets", outcome.used ? Json(outcome.used->resident_octets) : Json()},
                    {"octets_per_ue", octets ? Json(*octets) : Json()},
                    {"memory", std::move(memory)}};
  report["generator"] = {
      {"lateness", json_of(outcome.lateness)},
      {"turns", json_of(outcome.turns)},
      {"cpu_us_per_done",
       outcome.done == 0 ? Json() : Json(us(outcome.own_cpu) / static_cast<double>(outcome.done))}};
  return report.dump(2) + "\n";
}

std::string text_report(const Settings& settings, const Outcome& outcome) {
  std::string text = fmt::format("\n{} against {} ({})\n", name_of(settings.scenario), settings.mme.text(),
                                 outcome.mme_name);
  text +=
      fmt::format("  {} arrivals in {:.1f} s: {} done in that time ({:.0f}/s), {} done later, {} failed\n",
                  outcome.arrived, seconds(outcome.ran), outcome.done_in_time, rate_of(outcome),
                  outcome.done - outcome.done_in_time, outcome.arrived - outcome.done);
  if (outcome.never_begun != 0)
    text += fmt::format(
        "  NOT THE RATE THAT WAS ASKED FOR: {} arrivals were due, and never begun. This generator could not "
        "keep "
        "up.\n",
        outcome.never_begun);
  const auto heading = [](std::string_view what) {
    return fmt::format("\n  {:<32}{:>10}{:>12}{:>12}{:>12}{:>12}\n", what, "count", "p50", "p99", "p99.9",
                       "max");
  };
  text += heading("time of a procedure");
  for (std::size_t i = 0; i < kProcedures; ++i)
    if (outcome.measured.procedures[i].begun != 0)
      text += times_text(name_of(static_cast<Procedure>(i)), outcome.measured.procedures[i].took);
  text += heading("time until the MME answered");
  for (std::size_t i = 0; i < kSentMessages; ++i)
    if (outcome.measured.answers[i].count() != 0)
      text += times_text(name_of(static_cast<Sent>(i)), outcome.measured.answers[i]);
  if (outcome.measured.first_packet.count() != 0)
    text += times_text("(first packet)", outcome.measured.first_packet);
  if (outcome.lateness.count() != 0) text += times_text("(this generator began late by)", outcome.lateness);
  if (outcome.turns.count() != 0) text += times_text("(this generator read late by)", outcome.turns);
  text += left_out_text(outcome);

  std::string figures;
  if (const auto cpu = core_cpu_per_done(outcome))
    figures += fmt::format("  {:<32}{:>10.1f} us, all of it together: {}, and what failed\n",
                           "core's CPU per arrival done", us(*cpu), steps_text(outcome.measured));
  if (outcome.done != 0)
    figures += fmt::format("  {:<32}{:>10.1f} us\n", "generator's CPU per arrival done",
                           us(outcome.own_cpu) / static_cast<double>(outcome.done));
  if (outcome.used)
    figures += fmt::format("  {:<32}{:>10.1f} MiB\n", "core's memory",
                           static_cast<double>(outcome.used->resident_octets) / (1 << 20));
  if (const auto octets = octets_per_ue(outcome))
    figures += fmt::format("  {:<32}{:>10.0f} octets\n", "core's memory a UE, by slope", *octets);

  if (outcome.overload.starts != 0)
    figures += fmt::format("  {:<32}{:>10} starts, {} stops\n", "eNodeBs told of overload",
                           outcome.overload.starts, outcome.overload.stops);
  if (settings.storm.rate > 0) {
    const auto recovered = recovery(settings, outcome);
    figures += fmt::format("  {:<32}{:>10}\n", "itself again after the storm",
                           recovered ? duration_text(*recovered) : "not seen");
    if (const auto usual = usual_before_storm(settings, outcome))
      figures += fmt::format("  {:<32}{:>10} slices in a row, p99 of answers at most {}, {:.0f} % done\n",
                             "  when there are", kGoodSlices, duration_text(usual->p99),
                             std::max(0.0, usual->done_share - kDoneShareSlack) * 100);
  }
  if (!figures.empty()) text += "\n" + figures;

  std::string failures = failures_text("", outcome.measured.failures) +
                         failures_text("while preparing: ", outcome.prepared.failures) +
                         failures_text("while clearing: ", outcome.cleared.failures);
  if (outcome.nobody_free != 0)
    failures += fmt::format("  {:>10}  arrivals found no UE free\n", outcome.nobody_free);
  text += failures.empty() ? "\n  no failures\n" : "\n  failures\n" + failures;
  if (!outcome.complaints.empty()) text += "\n  noticed besides\n" + failures_text("", outcome.complaints);
  return text;
}

}  // namespace zerocell::load
