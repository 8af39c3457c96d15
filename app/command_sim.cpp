// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/configuration.hpp"
#include "app/sim_conflicts.hpp"
#include "core/crypto/random.hpp"
#include "core/store/sqlite_subscribers.hpp"
#include "hss/sim_file.hpp"

namespace zerocell::app {
namespace {

using hss::Secrets;
using hss::SimDraft;
using hss::SimField;
using store::Subscriber;
using store::SubscriberRecord;
using store::Subscribers;

constexpr std::size_t kProblemsPrintedMax = 50;
constexpr std::size_t kPage = 4096;  // Subscribers that are read at once.

/// Ends a command with a message and an exit code.
struct Failed {
  int status = kFailed;
  std::string message;
};
[[noreturn]] void fail(std::string message, int status = kFailed) {
  throw Failed{status, std::move(message)};
}
template <class T>
T must(store::Result<T> result) {
  if (!result) fail(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Where the SIMs are, and what the network is that they are for.
struct Place {
  std::string configuration = kDefaultConfiguration;
  std::string store;  ///< In place of the configuration's.

  void add_options(CLI::App& command) {
    command.add_option("-c,--config", configuration, "The configuration that names the store")
        ->capture_default_str();
    command.add_option("--store", store, "The store's file, where no configuration is to be read");
  }
};

class Session {
 public:
  enum class Use { read, write };
  Session(const Place& place, Use use) {
    store::SqliteOptions options;
    options.path = place.store;
    if (place.store.empty()) {
      auto config = load_configuration(place.configuration);
      if (!config) fail("", kBadConfiguration);
      options.path = config->store.path;
      options.busy_timeout_ms = config->store.busy_timeout_ms;
      network = std::move(config);
    }
    options.create = use == Use::write;
    if (use == Use::read && ::access(options.path.c_str(), F_OK) != 0)
      fail(fmt::format("store {}: there is none yet; 'zerocell sim add' makes it", options.path));
    subscribers = must(store::open_sqlite(options));
  }

  std::uint8_t ind_bits() const { return network ? network->hss.sqn_ind_bits : config::Hss().sqn_ind_bits; }
  std::string sqn_of(const Imsi& imsi) const {
    return hss::sqn_text(must(subscribers->next_sequence(imsi)), ind_bits());
  }
  void store_sqn(const Imsi& imsi, const SimDraft& draft) const {
    if (draft.sqn)
      must(subscribers->reserve_sequence(
          imsi, {store::SequenceFloor::Kind::exactly, draft.sqn->value() >> ind_bits()}, 0));
  }
  /// What may not be; the same words as the store's for what it refuses itself.
  std::optional<std::string> conflict_of(const Subscriber& subscriber) {
    if (!conflicts) conflicts.emplace(network ? &*network : nullptr, *subscribers);
    const auto problem = must(conflicts->look_at(subscriber));
    if (!problem) return std::nullopt;
    return fmt::format("subscriber {}: {}", subscriber.imsi.text(), *problem);
  }
  /// What is allowed, but is most often a slip.
  void look_for_slips(const Subscriber& subscriber) {
    if (subscriber.imsi.size() != 15)
      warn(fmt::format("IMSI {} has {} digits; nearly all have 15", subscriber.imsi.text(),
                       subscriber.imsi.size()));
    if (!network) return;
    if (std::ranges::none_of(network->network.plmns,
                             [&](const Plmn& plmn) { return plmn.is_home_of(subscriber.imsi); }))
      warn(fmt::format("IMSI {} is of none of the configured PLMNs", subscriber.imsi.text()));
    for (const store::ApnSubscription& apn : subscriber.profile->apns)
      if (!apn.apn.empty() &&
          std::ranges::none_of(network->apns, [&](const auto& served) { return served.name == apn.apn; }))
        warn(fmt::format("APN {} is not configured", apn.apn.text()));
  }
  void warn(std::string text) {
    if (warnings.size() < kProblemsPrintedMax && warned_.insert(text).second)
      warnings.push_back(std::move(text));
  }

  std::optional<config::Config> network;
  std::unique_ptr<Subscribers> subscribers;
  std::optional<SimConflicts> conflicts;
  std::vector<std::string> warnings;

 private:
  std::set<std::string> warned_;
};

/// One line on a terminal that counts up; nothing where standard error is a file.
class Progress {
 public:
  explicit Progress(const char* what) : what_(what), shown_(::isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (printed_) std::fputs("\r\033[K", stderr);
  }
  void at(std::uint64_t count) {
    if (!shown_ || count % 1024 != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    printed_ = true;
    std::fprintf(stderr, "\r%s: %llu SIMs", what_, static_cast<unsigned long long>(count));
  }

 private:
  const char* what_;
  const bool shown_;
  bool printed_ = false;
  std::chrono::steady_clock::time_point next_{};
};

/// The fields of a SIM as options.
struct FieldOptions {
  std::map<const SimField*, std::string> given;
  std::map<const SimField*, std::vector<std::string>> listed;  ///< One at a time: an option for each item.
  std::string sqn;

  void add_options(CLI::App& command) {
    for (const SimField& field : hss::sim_fields()) {
      std::string name = field.name;
      if (const char* item = item_of(name)) {
        command
            .add_option_function<std::vector<std::string>>(
                item, [this, &field](const std::vector<std::string>& texts) { listed[&field] = texts; },
                field.help)
            ->option_text(field.value)
            ->take_all();
        continue;
      }
      std::ranges::replace(name, '_', '-');
      command
          .add_option_function<std::string>(
              "--" + name, [this, &field](const std::string& text) { given[&field] = text; }, field.help)
          ->option_text(field.value);
    }
    command.add_option("--sqn", sqn, "Highest sequence number that was used, 12 hexadecimal digits")
        ->option_text("HEX");
  }

  bool empty() const { return given.empty() && listed.empty() && sqn.empty(); }
  /// The option for one item of a field that is a list; null for others.
  static const char* item_of(std::string_view field) {
    if (field == "apns") return "--apn";
    if (field == "framed_routes") return "--framed-route";
    if (field == "bearers") return "--bearer";
    return nullptr;
  }

  /// Ends the command where a value is wrong.
  void apply(SimDraft& draft, Random& random) const {
    for (const SimField& field : hss::sim_fields()) {
      std::string text;
      if (item_of(field.name) != nullptr) {
        const auto items = listed.find(&field);
        if (items == listed.end()) continue;
        for (const std::string& item : items->second) text += (text.empty() ? "" : ";") + item;
      } else {
        const auto value = given.find(&field);
        if (value == given.end()) continue;
        text = value->second;
      }
      if (field.part == SimField::Part::secret && text == "random")
        text =
            to_hex(draft.subscriber.secrets.algorithm == store::Algorithm::tuak ? Bytes(random.octets<32>())
                                                                                : Bytes(random.octets<16>()));
      if (const auto problem = field.set(draft, text))
        fail(fmt::format("{}: {}", field.name, *problem), kBadUsage);
    }
    if (const auto problem = hss::set_sqn(draft, sqn)) fail("sqn: " + *problem, kBadUsage);
  }
};

Imsi parse_imsi(const std::string& text) {
  SimDraft draft;
  if (const auto problem = hss::set_imsi(draft, text)) fail("imsi: " + *problem, kBadUsage);
  return draft.subscriber.imsi;
}

Imsi nth_imsi(const Imsi& first, std::uint64_t step) {
  Subscriber subscriber;
  subscriber.imsi = first;
  const auto nth = hss::nth_of_range(subscriber, step);
  if (!nth) fail(nth.error());
  return nth->imsi;
}

void print_warnings(const Session& session) {
  for (const std::string& warning : session.warnings)
    std::fprintf(stderr, "zerocell: note: %s\n", warning.c_str());
}
/// The end of a command that changed something.
void report(const Session& session, bool json, const char* done, std::uint64_t count) {
  if (json)
    std::printf("%s\n", nlohmann::json({{done, count}, {"notes", session.warnings}}).dump().c_str());
  else
    std::printf("%s %llu SIM%s\n", done, static_cast<unsigned long long>(count), count == 1 ? "" : "s");
  if (!json) print_warnings(session);
}

// ---- add, edit, remove ----------------------------------------------------------------------------------

struct Change {
  Place place;
  std::string imsi;
  std::uint64_t count = 1;
  FieldOptions fields;
  bool json = false;

  void add_options(CLI::App& command, bool with_fields) {
    command.add_option("imsi", imsi, "IMSI; the first, with --count")->required();
    command.add_option("--count", count, "So many SIMs in a row of IMSIs")->check(CLI::Range(1, 100'000'000));
    if (with_fields) fields.add_options(command);
    command.add_flag("--json", json, "Answer in JSON");
    place.add_options(command);
  }

  void add() const {
    SystemRandom random;
    SimDraft draft;
    draft.subscriber.imsi = parse_imsi(imsi);
    fields.apply(draft, random);
    auto first = draft.finish();
    if (!first) fail(first.error(), kBadUsage);
    Session session(place, Session::Use::write);
    must(session.subscribers->begin());
    Progress progress("add");
    for (std::uint64_t i = 0; i < count; ++i) {
      progress.at(i);
      auto subscriber = hss::nth_of_range(*first, i);
      if (!subscriber) fail(subscriber.error(), kBadUsage);
      if (i != 0 && draws_keys()) {
        SimDraft drawn;
        drawn.subscriber.imsi = subscriber->imsi;
        fields.apply(drawn, random);
        const auto finished = drawn.finish();
        if (!finished) fail(finished.error(), kBadUsage);
        subscriber->secrets = finished->secrets;
      }
      session.look_for_slips(*subscriber);
      if (const auto conflict = session.conflict_of(*subscriber)) fail(*conflict);
      must(session.subscribers->insert(*subscriber));
      session.store_sqn(subscriber->imsi, draft);
    }
    must(session.subscribers->commit());
    report(session, json, "added", count);
  }

  void edit() const {
    if (fields.empty()) fail("nothing to change: name a field, such as --state suspended", kBadUsage);
    const Imsi first = parse_imsi(imsi);
    SystemRandom random;
    Session session(place, Session::Use::write);
    must(session.subscribers->begin());
    Progress progress("edit");
    for (std::uint64_t i = 0; i < count; ++i) {
      progress.at(i);
      const Imsi each = nth_imsi(first, i);
      const auto found = must(session.subscribers->find(each));
      if (!found) fail(fmt::format("there is no SIM {}; nothing was changed", each.text()));
      SimDraft draft = SimDraft::of(found->subscriber);
      fields.apply(draft, random);
      const auto edited = draft.finish();
      if (!edited) fail(fmt::format("SIM {}: {}", each.text(), edited.error()), kBadUsage);
      session.look_for_slips(*edited);
      if (const auto conflict = session.conflict_of(*edited)) fail(*conflict);
      must(session.subscribers->update(*edited));
      session.store_sqn(each, draft);
    }
    must(session.subscribers->commit());
    report(session, json, "edited", count);
  }

  void remove() const {
    const Imsi first = parse_imsi(imsi);
    Session session(place, Session::Use::write);
    must(session.subscribers->begin());
    Progress progress("remove");
    for (std::uint64_t i = 0; i < count; ++i) {
      progress.at(i);
      const Imsi each = nth_imsi(first, i);
      if (const auto removed = session.subscribers->remove(each); !removed) {
        if (removed.error().kind != store::ErrorKind::not_found) fail(removed.error().message);
        fail(fmt::format("there is no SIM {}; nothing was removed", each.text()));
      }
    }
    must(session.subscribers->commit());
    report(session, json, "removed", count);
  }

  bool draws_keys() const {
    return std::ranges::any_of(fields.given, [](const auto& one) {
      return one.first->part == SimField::Part::secret && one.second == "random";
    });
  }
};

// ---- show, list -----------------------------------------------------------------------------------------

std::string when(std::int64_t unix_seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(unix_seconds)));
}

void print_sim(const SubscriberRecord& record, const std::string& sqn, Secrets secrets) {
  const auto line = [](std::string_view name, std::string_view value) {
    if (!value.empty()) fmt::print("{:<26}{}\n", name, value);
  };
  line("imsi", record.subscriber.imsi.text());
  for (const SimField& field : hss::sim_fields()) {
    if (field.get == nullptr) continue;
    const bool tuak_only = std::string_view(field.name).starts_with("tuak_");
    if (tuak_only && record.subscriber.secrets.algorithm != store::Algorithm::tuak) continue;
    const bool hidden = field.part == SimField::Part::secret && secrets == Secrets::hidden;
    line(field.name, hidden ? "(hidden; --with-keys shows it)" : field.get(record.subscriber));
  }
  line("sqn", sqn);
  const store::Location& location = record.location;
  if (location.mme.empty()) return;
  line(location.purged ? "last served by" : "served by",
       fmt::format("{} in {} since {}", location.mme, location.visited_plmn.text(),
                   when(location.updated_at)));
  if (location.terminal.known()) line("terminal", location.terminal.text());
}

struct Show {
  Place place;
  std::string imsi;
  std::string msisdn;
  std::string iccid;
  bool with_keys = false;
  bool json = false;

  void add_options(CLI::App& command) {
    command.add_option("imsi", imsi, "IMSI");
    command.add_option("--msisdn", msisdn, "Find it by its number");
    command.add_option("--iccid", iccid, "Find it by its card");
    command.add_flag("--with-keys", with_keys, "Show K and OPc");
    command.add_flag("--json", json, "Answer in JSON");
    place.add_options(command);
  }
  void run() const {
    Session session(place, Session::Use::read);
    std::optional<Imsi> wanted;
    if (!imsi.empty()) {
      wanted = parse_imsi(imsi);
    } else if (!msisdn.empty()) {
      const auto number = Msisdn::parse(msisdn);
      if (!number) fail("msisdn: expected 1 to 15 digits", kBadUsage);
      wanted = must(session.subscribers->find_by_msisdn(*number));
    } else if (!iccid.empty()) {
      const auto number = store::parse_iccid(iccid);
      if (!number) fail("iccid: expected 18 to 20 digits", kBadUsage);
      wanted = must(session.subscribers->find_by_iccid(*number));
    } else {
      fail("which SIM? Give an IMSI, --msisdn or --iccid", kBadUsage);
    }
    const auto found = wanted ? must(session.subscribers->find(*wanted)) : std::nullopt;
    if (!found) fail("there is no such SIM");
    const Secrets secrets = with_keys ? Secrets::shown : Secrets::hidden;
    const std::string sqn = session.sqn_of(found->subscriber.imsi);
    if (json)
      std::printf("%s\n", hss::json_object(found->subscriber, sqn, secrets, &found->location).c_str());
    else
      print_sim(*found, sqn, secrets);
  }
};

/// Calls `visit` for every subscriber behind `after`, until it says stop.
void for_each(Session& session, Imsi after, const std::function<bool(const SubscriberRecord&)>& visit) {
  for (;;) {
    const auto page = must(session.subscribers->list(after, kPage));
    for (const SubscriberRecord& record : page)
      if (!visit(record)) return;
    if (page.size() < kPage) return;
    after = page.back().subscriber.imsi;
  }
}

struct List {
  Place place;
  std::string after;
  std::uint64_t limit = 100;
  std::string state;
  std::string group;
  bool json = false;

  void add_options(CLI::App& command) {
    command.add_option("--after", after, "Begin behind this IMSI");
    command.add_option("--limit", limit, "At most so many; 0: all")->capture_default_str();
    command.add_option("--state", state, "Only SIMs in this state");
    command.add_option("--group", group, "Only SIMs of this policy group");
    command.add_flag("--json", json, "One JSON object a line, in a list");
    place.add_options(command);
  }
  void run() const {
    if (!state.empty() && !store::parse_sim_state(state))
      fail("state: expected inactive, active, suspended or test", kBadUsage);
    const Imsi start = after.empty() ? Imsi() : parse_imsi(after);
    Session session(place, Session::Use::read);
    std::uint64_t printed = 0;
    bool more = false;
    if (json) std::fputs("[", stdout);
    for_each(session, start, [&](const SubscriberRecord& record) {
      const Subscriber& subscriber = record.subscriber;
      if (!state.empty() && to_string(subscriber.state) != state) return true;
      if (!group.empty() && subscriber.profile->group.text() != group) return true;
      more = limit != 0 && printed == limit;
      if (more) return false;
      print(session, record, printed++ == 0);
      return true;
    });
    if (json)
      std::fputs(printed == 0 ? "]\n" : "\n]\n", stdout);
    else if (printed == 0)
      std::puts("no SIMs");
    if (more) std::fprintf(stderr, "zerocell: there are more; --limit 0 lists all\n");
  }
  void print(const Session& session, const SubscriberRecord& record, bool first) const {
    const Subscriber& subscriber = record.subscriber;
    if (json) {
      fmt::print(
          "{}\n{}", first ? "" : ",",
          hss::json_object(subscriber, session.sqn_of(subscriber.imsi), Secrets::hidden, &record.location));
      return;
    }
    if (first)
      fmt::print("{:<16}{:<16}{:<10}{:<12}{:<24}{}\n", "IMSI", "MSISDN", "STATE", "GROUP", "APNS",
                 "SERVED BY");
    std::string apns;
    for (const store::ApnSubscription& apn : subscriber.profile->apns)
      apns += fmt::format("{}{}", apns.empty() ? "" : ",", apn.apn.empty() ? "*" : apn.apn.text());
    fmt::print("{:<16}{:<16}{:<10}{:<12}{:<24}{}\n", subscriber.imsi.text(), subscriber.msisdn.text(),
               to_string(subscriber.state), subscriber.profile->group.text(), apns,
               record.location.purged ? "" : record.location.mme);
  }
};

// ---- import, export -------------------------------------------------------------------------------------

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
    command.add_option("file", file, "CSV or JSON; - is standard input")->required();
    command.add_option("--format", format, "csv or json; else told by the file's name")
        ->check(CLI::IsMember({"csv", "json"}));
    command.add_flag("--update", update, "Rows of SIMs that are there already change them");
    command.add_flag("--json", json, "Answer in JSON");
    place.add_options(command);
  }

  void run() const {
    const std::string text = read_all(file);
    Session session(place, Session::Use::write);
    must(session.subscribers->begin());
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
      session.subscribers->rollback();
      refuse(problems, wrong);
    }
    must(session.subscribers->commit());
    report(session, json, "imported", count);
  }

  /// Stores a row; the problem with it, if there is one.
  std::optional<std::string> take(Session& session, const hss::SimRow& row) const {
    SimDraft draft;
    bool exists = false;
    if (update)
      if (const auto imsi = Imsi::parse(row.imsi))
        if (const auto found = must(session.subscribers->find(*imsi))) {
          draft = SimDraft::of(found->subscriber);
          exists = true;
        }
    if (auto wrong = row.apply(draft)) return wrong;
    const auto subscriber = draft.finish();
    if (!subscriber) return subscriber.error();
    session.look_for_slips(*subscriber);
    if (auto conflict = session.conflict_of(*subscriber)) return conflict;
    const auto written =
        exists ? session.subscribers->update(*subscriber) : session.subscribers->insert(*subscriber);
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
    command.add_option("file", file, "Where to; - is standard output")->capture_default_str();
    command.add_option("--format", format, "csv or json; else told by the file's name")
        ->check(CLI::IsMember({"csv", "json"}));
    command.add_flag("--with-keys", with_keys, "With K and OPc: only so it can be imported elsewhere");
    place.add_options(command);
  }

  void run() const {
    Session session(place, Session::Use::read);
    const Secrets secrets = with_keys ? Secrets::shown : Secrets::hidden;
    // Keys are for the one who asked, only.
    if (file != "-") ::umask(077);
    FILE* const out = file == "-" ? stdout : std::fopen(file.c_str(), "w");
    if (out == nullptr) fail(fmt::format("{}: {}", file, std::strerror(errno)));
    const bool csv = format_of(format, file) == hss::SimFormat::csv;
    Progress progress("export");
    std::uint64_t count = 0;
    fmt::print(out, "{}\n", csv ? hss::csv_header(secrets) : "[");
    for_each(session, {}, [&](const SubscriberRecord& record) {
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

/// Runs `act` when `command` was chosen.
template <class Options, class Act>
void on_call(CLI::App& command, const std::shared_ptr<Options>& options, int& status, Act act) {
  command.callback([options, &status, act] {
    try {
      act(*options);
      status = kDone;
    } catch (const Failed& failed) {
      if (!failed.message.empty()) std::fprintf(stderr, "zerocell: %s\n", failed.message.c_str());
      status = failed.status;
    }
  });
}

}  // namespace

void add_sim_command(CLI::App& root, int& status) {
  CLI::App* sim = root.add_subcommand("sim", "SIMs: provision, show, change; while the core runs, too");
  sim->require_subcommand(1);

  const auto add = std::make_shared<Change>();
  CLI::App* command = sim->add_subcommand("add", "Provision a SIM, or a row of them");
  add->add_options(*command, true);
  on_call(*command, add, status, [](const Change& options) { options.add(); });

  const auto show = std::make_shared<Show>();
  command = sim->add_subcommand("show", "Everything about one SIM");
  show->add_options(*command);
  on_call(*command, show, status, [](const Show& options) { options.run(); });

  const auto list = std::make_shared<List>();
  command = sim->add_subcommand("list", "The SIMs, in the order of their IMSIs");
  list->add_options(*command);
  on_call(*command, list, status, [](const List& options) { options.run(); });

  const auto edit = std::make_shared<Change>();
  command = sim->add_subcommand("edit", "Change fields of a SIM; a core that runs takes the change at once");
  edit->add_options(*command, true);
  on_call(*command, edit, status, [](const Change& options) { options.edit(); });

  const auto remove = std::make_shared<Change>();
  command = sim->add_subcommand("remove", "Remove a SIM; its device is detached");
  remove->add_options(*command, false);
  on_call(*command, remove, status, [](const Change& options) { options.remove(); });

  const auto import = std::make_shared<Import>();
  command = sim->add_subcommand("import", "Provision the SIMs of a file: all of them, or none");
  import->add_options(*command);
  on_call(*command, import, status, [](const Import& options) { options.run(); });

  const auto exported = std::make_shared<Export>();
  command = sim->add_subcommand("export", "Write all SIMs to a file");
  exported->add_options(*command);
  on_call(*command, exported, status, [](const Export& options) { options.run(); });
}

}  // namespace zerocell::app
