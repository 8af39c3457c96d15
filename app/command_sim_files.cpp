// SPDX-License-Identifier: Apache-2.0
// `zerocell sim import` and `zerocell sim export`.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include <CLI/App.hpp>

#include "app/sim_session.hpp"

namespace zerocell::app {
namespace {

using hss::Secrets;
using hss::SimDraft;
using store::Subscriber;
using store::SubscriberRecord;

hss::SimFormat format_of(const std::string& format, const std::string& file) {
  if (!format.empty()) return format == "json" ? hss::SimFormat::json : hss::SimFormat::csv;
  return file.ends_with(".json") ? hss::SimFormat::json : hss::SimFormat::csv;
}

std::string read_all(const std::string& file) {
  std::ifstream opened;
  if (file != "-") opened.open(file, std::ios::binary);
  std::istream& in = file == "-" ? std::cin : opened;
  if (!in) fail(fmt::format("{}: cannot be read", file));
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct Import {
  Place place;
  std::string file;
  std::string format;
  bool update = false;
  bool json = false;

  void add_options(CLI::App& command) {
    command.add_option("file", file, "File of SIMs, CSV or JSON; - is standard input")->required();
    command
        .add_option("--format", format,
                    "Format of the file; by default json where its name ends in .json, else csv")
        ->check(CLI::IsMember({"csv", "json"}));
    command.add_flag("--update", update,
                     "Change the SIMs that exist already; by default a row of one is an error");
    command.add_flag("--json", json, "Print the answer as JSON");
    place.add_options(command);
  }

  void run() const {
    const std::string text = read_all(file);
    SimSession session(place, SimSession::Use::write);
    must(session.subscribers().begin());
    Progress progress("import");
    std::uint64_t count = 0;
    std::uint64_t wrong = 0;
    std::vector<hss::SimFileProblem> problems;
    const auto problem = [&](hss::SimFileProblem found) {
      ++wrong;
      if (problems.size() < kProblemsPrintedMax) problems.push_back(std::move(found));
    };
    hss::read_sims(
        text, format_of(format, file),
        [&](const hss::SimRow& row) {
          progress.at(count);
          if (const auto found = take(session, row))
            problem({row.line, *found});
          else
            ++count;
        },
        problem);
    if (wrong != 0) {
      session.subscribers().rollback();
      refuse(problems, wrong);
    }
    must(session.subscribers().commit());
    session.report(json, "imported", count);
  }

  /// Stores a row; the problem with it, if there is one.
  std::optional<std::string> take(SimSession& session, const hss::SimRow& row) const {
    SimDraft draft;
    bool exists = false;
    if (update)
      if (const auto imsi = Imsi::parse(row.imsi))
        if (const auto found = must(session.subscribers().find(*imsi))) {
          draft = SimDraft::of(found->subscriber);
          exists = true;
        }
    if (auto wrong = row.apply(draft)) return wrong;
    const auto subscriber = draft.finish();
    if (!subscriber) return subscriber.error();
    session.look_for_slips(*subscriber);
    if (auto conflict = session.conflict_of(*subscriber)) return conflict;
    const auto written =
        exists ? session.subscribers().update(*subscriber) : session.subscribers().insert(*subscriber);
    if (!written) {
      switch (written.error().kind) {
        case store::ErrorKind::invalid:
        case store::ErrorKind::conflict:
          return written.error().message;
        case store::ErrorKind::already_exists:
          return written.error().message + "; --update changes it";
        default:
          fail(written.error().message + "; nothing was imported");
      }
    }
    session.store_sqn(subscriber->imsi, draft);
    return std::nullopt;
  }

  [[noreturn]] void refuse(const std::vector<hss::SimFileProblem>& problems, std::uint64_t wrong) const {
    std::string message;
    for (const auto& [line, text] : problems) message += fmt::format("{}:{}: {}\n", file, line, text);
    if (wrong > problems.size()) message += fmt::format("... and {} more\n", wrong - problems.size());
    std::fputs(message.c_str(), stderr);
    fail(fmt::format("{} wrong row{} in {}; nothing was imported", wrong, wrong == 1 ? "" : "s", file));
  }
};

struct Export {
  Place place;
  std::string file = "-";
  std::string format;
  bool with_keys = false;

  void add_options(CLI::App& command) {
    command.add_option("file", file, "File to write; - is standard output")->capture_default_str();
    command
        .add_option("--format", format,
                    "Format of the file; by default json where its name ends in .json, else csv")
        ->check(CLI::IsMember({"csv", "json"}));
    command.add_flag("--with-keys", with_keys,
                     "Write K and OPc too; without them the file cannot be imported elsewhere");
    place.add_options(command);
  }

  void run() const {
    SimSession session(place, SimSession::Use::read);
    const Secrets secrets = with_keys ? Secrets::shown : Secrets::hidden;
    // Keys are for the one who asked, only.
    if (file != "-") ::umask(077);
    FILE* const out = file == "-" ? stdout : std::fopen(file.c_str(), "w");
    if (out == nullptr) fail(fmt::format("{}: {}", file, std::strerror(errno)));
    const bool csv = format_of(format, file) == hss::SimFormat::csv;
    Progress progress("export");
    std::uint64_t count = 0;
    fmt::print(out, "{}\n", csv ? hss::csv_header(secrets) : "[");
    session.for_each({}, [&](const SubscriberRecord& record) {
      const Subscriber& subscriber = record.subscriber;
      const std::string sqn = session.sqn_of(subscriber.imsi);
      if (csv)
        fmt::print(out, "{}\n", hss::csv_line(subscriber, sqn, secrets));
      else
        fmt::print(out, "{}{}", count == 0 ? "" : ",\n", hss::json_object(subscriber, sqn, secrets, nullptr));
      progress.at(++count);
      return true;
    });
    if (!csv) fmt::print(out, "\n]\n");
    bool written = std::ferror(out) == 0 && std::fflush(out) == 0;
    if (file != "-") written = std::fclose(out) == 0 && written;
    if (!written) fail(fmt::format("{}: {}", file, std::strerror(errno)));
  }
};

}  // namespace

void add_sim_import_command(CLI::App& sim, int& status) {
  const auto import = std::make_shared<Import>();
  CLI::App* command = sim.add_subcommand("import", "Add the SIMs of a file: all of them, or none");
  import->add_options(*command);
  on_call(*command, import, status, [](const Import& options) { options.run(); });
}

void add_sim_export_command(CLI::App& sim, int& status) {
  const auto exported = std::make_shared<Export>();
  CLI::App* command = sim.add_subcommand("export", "Write all SIMs to a file");
  exported->add_options(*command);
  on_call(*command, exported, status, [](const Export& options) { options.run(); });
}

}  // namespace zerocell::app
