// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include <CLI/App.hpp>

#include "app/sim_session.hpp"
#include "core/crypto/random.hpp"

namespace zerocell::app {
namespace {

using hss::Secrets;
using hss::SimDraft;
using hss::SimField;
using store::Subscriber;
using store::SubscriberRecord;

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

// ---- add, edit, remove ----------------------------------------------------------------------------------

struct Change {
  Place place;
  std::string imsi;
  std::uint64_t count = 1;
  FieldOptions fields;
  bool json = false;

  void add_options(CLI::App& command, bool with_fields) {
    command.add_option("imsi", imsi, "IMSI of the SIM, or with --count of the first")->required();
    command.add_option("--count", count, "Number of SIMs, with IMSIs one after the other; 1 by default")
        ->check(CLI::Range(1, 100'000'000));
    if (with_fields) fields.add_options(command);
    command.add_flag("--json", json, "Print the answer as JSON");
    place.add_options(command);
  }

  void add() const {
    SystemRandom random;
    SimDraft draft;
    draft.subscriber.imsi = parse_imsi(imsi);
    fields.apply(draft, random);
    auto first = draft.finish();
    if (!first) fail(first.error(), kBadUsage);
    SimSession session(place, SimSession::Use::write);
    must(session.subscribers().begin());
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
      must(session.subscribers().insert(*subscriber));
      session.store_sqn(subscriber->imsi, draft);
    }
    must(session.subscribers().commit());
    session.report(json, "added", count);
  }

  void edit() const {
    if (fields.empty()) fail("nothing to change: name a field, such as --state suspended", kBadUsage);
    const Imsi first = parse_imsi(imsi);
    SystemRandom random;
    SimSession session(place, SimSession::Use::write);
    must(session.subscribers().begin());
    Progress progress("edit");
    for (std::uint64_t i = 0; i < count; ++i) {
      progress.at(i);
      const Imsi each = nth_imsi(first, i);
      const auto found = must(session.subscribers().find(each));
      if (!found) fail(fmt::format("there is no SIM {}; nothing was changed", each.text()));
      SimDraft draft = SimDraft::of(found->subscriber);
      fields.apply(draft, random);
      const auto edited = draft.finish();
      if (!edited) fail(fmt::format("SIM {}: {}", each.text(), edited.error()), kBadUsage);
      session.look_for_slips(*edited);
      if (const auto conflict = session.conflict_of(*edited)) fail(*conflict);
      must(session.subscribers().update(*edited));
      session.store_sqn(each, draft);
    }
    must(session.subscribers().commit());
    session.report(json, "edited", count);
  }

  void remove() const {
    const Imsi first = parse_imsi(imsi);
    SimSession session(place, SimSession::Use::write);
    must(session.subscribers().begin());
    Progress progress("remove");
    for (std::uint64_t i = 0; i < count; ++i) {
      progress.at(i);
      const Imsi each = nth_imsi(first, i);
      if (const auto removed = session.subscribers().remove(each); !removed) {
        if (removed.error().kind != store::ErrorKind::not_found) fail(removed.error().message);
        fail(fmt::format("there is no SIM {}; nothing was removed", each.text()));
      }
    }
    must(session.subscribers().commit());
    session.report(json, "removed", count);
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
    command.add_option("imsi", imsi, "IMSI of the SIM");
    command.add_option("--msisdn", msisdn, "Find the SIM by its telephone number, in place of the IMSI");
    command.add_option("--iccid", iccid, "Find the SIM by the ICCID of its card, in place of the IMSI");
    command.add_flag("--with-keys", with_keys, "Show K and OPc");
    command.add_flag("--json", json, "Print the answer as JSON");
    place.add_options(command);
  }
  void run() const {
    SimSession session(place, SimSession::Use::read);
    std::optional<Imsi> wanted;
    if (!imsi.empty()) {
      wanted = parse_imsi(imsi);
    } else if (!msisdn.empty()) {
      const auto number = Msisdn::parse(msisdn);
      if (!number) fail("msisdn: expected 1 to 15 digits", kBadUsage);
      wanted = must(session.subscribers().find_by_msisdn(*number));
    } else if (!iccid.empty()) {
      const auto number = store::parse_iccid(iccid);
      if (!number) fail("iccid: expected 18 to 20 digits", kBadUsage);
      wanted = must(session.subscribers().find_by_iccid(*number));
    } else {
      fail("which SIM? Give an IMSI, --msisdn or --iccid", kBadUsage);
    }
    const auto found = wanted ? must(session.subscribers().find(*wanted)) : std::nullopt;
    if (!found) fail("there is no such SIM");
    const Secrets secrets = with_keys ? Secrets::shown : Secrets::hidden;
    const std::string sqn = session.sqn_of(found->subscriber.imsi);
    if (json)
      std::printf("%s\n", hss::json_object(found->subscriber, sqn, secrets, &found->location).c_str());
    else
      print_sim(*found, sqn, secrets);
  }
};

struct List {
  Place place;
  std::string after;
  std::uint64_t limit = 100;
  std::string state;
  std::string group;
  bool json = false;

  void add_options(CLI::App& command) {
    command.add_option("--after", after, "Only SIMs whose IMSIs come after this one");
    command.add_option("--limit", limit, "Number of SIMs at most; 0: all")->capture_default_str();
    command.add_option("--state", state, "Only SIMs in this state: inactive, active, suspended or test");
    command.add_option("--group", group, "Only SIMs of this policy group");
    command.add_flag("--json", json, "Print a JSON array, with one object for each SIM");
    place.add_options(command);
  }
  void run() const {
    if (!state.empty() && !store::parse_sim_state(state))
      fail("state: expected inactive, active, suspended or test", kBadUsage);
    const Imsi start = after.empty() ? Imsi() : parse_imsi(after);
    SimSession session(place, SimSession::Use::read);
    std::uint64_t printed = 0;
    bool more = false;
    if (json) std::fputs("[", stdout);
    session.for_each(start, [&](const SubscriberRecord& record) {
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
  void print(const SimSession& session, const SubscriberRecord& record, bool first) const {
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

}  // namespace

void add_sim_command(CLI::App& root, int& status) {
  CLI::App* sim = root.add_subcommand("sim", "Add, show, change and remove SIMs, while the core runs too");
  sim->require_subcommand(1);

  const auto add = std::make_shared<Change>();
  CLI::App* command =
      sim->add_subcommand("add", "Add a SIM, with --k and --opc, or many with IMSIs one after the other");
  add->add_options(*command, true);
  on_call(*command, add, status, [](const Change& options) { options.add(); });

  const auto show = std::make_shared<Show>();
  command = sim->add_subcommand("show", "Show everything about one SIM");
  show->add_options(*command);
  on_call(*command, show, status, [](const Show& options) { options.run(); });

  const auto list = std::make_shared<List>();
  command = sim->add_subcommand("list", "List SIMs, in the order of their IMSIs");
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

  add_sim_import_command(*sim, status);
  add_sim_export_command(*sim, status);
}

}  // namespace zerocell::app
