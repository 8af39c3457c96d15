// SPDX-License-Identifier: Apache-2.0
#include "hss/sim_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "hss/sim_routes.hpp"

namespace zerocell::hss {

namespace {

// ---- CSV ------------------------------------------------------------------------------------------------

/// Splits RFC 4180 text into records; a record may go over several lines where cells are quoted.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);  // Spreadsheets write a byte order mark.
  }

  /// False at the end. `problem()` says what was wrong with the record.
  bool next() {
    problem_.clear();
    count_ = 0;
    while (!text_.empty() && (text_.front() == '\n' || text_.front() == '\r')) skip_line_end();
    if (text_.empty()) return false;
    line_ = next_line_;
    for (;;) {
      read_cell();
      if (text_.empty()) return true;
      if (text_.front() == ',') {
        text_.remove_prefix(1);
        continue;
      }
      skip_line_end();
      return true;
    }
  }
  std::uint64_t line() const { return line_; }
  std::string_view problem() const { return problem_; }
  std::span<const std::string> cells() const { return {cells_.data(), count_}; }

 private:
  void skip_line_end() {
    if (text_.front() == '\r') text_.remove_prefix(1);
    if (!text_.empty() && text_.front() == '\n') {
      text_.remove_prefix(1);
      ++next_line_;
    }
  }
  void read_cell() {
    if (count_ == cells_.size()) cells_.emplace_back();
    std::string& cell = cells_[count_++];
    cell.clear();
    if (!text_.starts_with('"')) {
      const auto end = std::min(text_.find_first_of(",\r\n"), text_.size());
      cell = text_.substr(0, end);
      text_.remove_prefix(end);
      return;
    }
    text_.remove_prefix(1);
    for (;;) {
      const auto quote = text_.find('"');
      if (quote == std::string_view::npos) {
        problem_ = "a quoted cell has no end";
        text_ = {};
        return;
      }
      next_line_ += static_cast<std::uint64_t>(std::ranges::count(text_.substr(0, quote), '\n'));
      cell += text_.substr(0, quote);
      text_.remove_prefix(quote + 1);
      if (!text_.starts_with('"')) break;
      cell += '"';
      text_.remove_prefix(1);
    }
    if (const auto junk = std::min(text_.find_first_of(",\r\n"), text_.size()); junk != 0) {
      problem_ = "text behind a quoted cell";
      text_.remove_prefix(junk);
    }
  }

  std::string_view text_;
  std::vector<std::string> cells_;
  std::size_t count_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
  std::string problem_;
};

struct Column {
  enum class Kind : std::uint8_t { imsi, sqn, field } kind = Kind::field;
  const SimField* field = nullptr;
};

std::expected<std::vector<Column>, std::string> read_header(std::span<const std::string> names) {
  std::vector<Column> columns;
  bool has_imsi = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (std::ranges::count(names, name) > 1)
      return std::unexpected(fmt::format("column \"{}\" stands there twice", name));
    if (name == "imsi") {
      columns.push_back({Column::Kind::imsi, nullptr});
      has_imsi = true;
    } else if (name == "sqn") {
      columns.push_back({Column::Kind::sqn, nullptr});
    } else if (const SimField* field = find_sim_field(name)) {
      columns.push_back({Column::Kind::field, field});
    } else {
      std::string known = "imsi, sqn";
      for (const SimField& one : sim_fields()) known += fmt::format(", {}", one.name);
      return std::unexpected(fmt::format("column \"{}\" is unknown; expected some of {}", name, known));
    }
  }
  if (!has_imsi) return std::unexpected("the first line names the columns, and one of them must be imsi");
  return columns;
}

void read_csv(std::string_view text, const OnSimRow& on_row, const OnSimProblem& on_problem) {
  CsvReader reader(text);
  if (!reader.next()) return on_problem({1, "the file is empty"});
  const auto columns = read_header(reader.cells());
  if (!columns) return on_problem({reader.line(), columns.error()});
  SimRow row;
  while (reader.next()) {
    if (!reader.problem().empty()) {
      on_problem({reader.line(), std::string(reader.problem())});
      continue;
    }
    if (reader.cells().size() != columns->size()) {
      on_problem({reader.line(), fmt::format("{} cells, but the header names {} columns",
                                             reader.cells().size(), columns->size())});
      continue;
    }
    row.line = reader.line();
    row.imsi.clear();
    row.sqn.clear();
    row.fields.clear();
    for (std::size_t i = 0; i < columns->size(); ++i) {
      const Column& column = (*columns)[i];
      const std::string& cell = reader.cells()[i];
      if (column.kind == Column::Kind::imsi)
        row.imsi = cell;
      else if (column.kind == Column::Kind::sqn)
        row.sqn = cell;
      else if (!cell.empty())
        row.fields.emplace_back(column.field, cell);
    }
    on_row(row);
  }
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// ---- JSON -----------------------------------------------------------------------------------------------

using Json = nlohmann::json;

/// Characters of a text; counts the lines that were read, however often the parser copies it.
class LineCounter {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  LineCounter(const char* at, std::uint64_t* lines) : at_(at), lines_(lines) {}
  reference operator*() const { return *at_; }
  LineCounter& operator++() {
    *lines_ += *at_ == '\n';
    ++at_;
    return *this;
  }
  friend bool operator==(const LineCounter& a, const LineCounter& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  std::uint64_t* lines_;
};

std::optional<std::string> read_static_addresses(const Json& json, std::vector<store::StaticAddress>& out) {
  if (!json.is_array()) return "static_addresses: expected a list";
  for (const Json& item : json) {
    store::StaticAddress address;
    if (!item.is_object()) return "static_addresses: expected objects";
    for (const auto& [name, value] : item.items()) {
      if (name == "context_id" && value.is_number_unsigned() && value.get<std::uint64_t>() <= 50) {
        address.context_id = value.get<std::uint32_t>();
        continue;
      }
      const std::string text = value.is_string() ? value.get<std::string>() : std::string();
      if (name == "ipv4") {
        const auto parsed = Ipv4Address::parse(text);
        if (!parsed) return "static_addresses: ipv4: expected an IPv4 address";
        address.ipv4 = *parsed;
      } else if (name == "ipv6_prefix") {
        const auto parsed = Ipv6Address::parse(text);
        if (!parsed) return "static_addresses: ipv6_prefix: expected an IPv6 address";
        address.ipv6_prefix = *parsed;
      } else {
        return fmt::format("static_addresses: \"{}\" is unknown or no number", name);
      }
    }
    out.push_back(address);
  }
  return std::nullopt;
}

std::optional<std::string> read_framed_routes(const Json& json, std::vector<store::FramedRoutes>& out) {
  for (const Json& item : json) {
    store::FramedRoutes& routes = out.emplace_back();
    if (!item.is_object()) return "framed_routes: expected objects";
    for (const auto& [name, value] : item.items()) {
      if (name == "context_id" && value.is_number_unsigned() && value.get<std::uint64_t>() <= 50) {
        routes.context_id = value.get<std::uint32_t>();
        continue;
      }
      if (name != "prefixes" || !value.is_array())
        return fmt::format("framed_routes: \"{}\" is unknown, no number or no list", name);
      for (const Json& text : value) {
        const auto prefix = text.is_string() ? IpPrefix::parse(text.get<std::string>()) : std::nullopt;
        if (!prefix) return "framed_routes: prefixes: expected prefixes such as \"192.168.7.0/24\"";
        routes.prefixes.push_back(*prefix);
      }
    }
  }
  put_in_order(out);
  return std::nullopt;
}

/// What `show` and `export` add for a reader, and nobody sets.
bool only_for_readers(std::string_view name) {
  return name == "location" || name == "keys_hidden";
}

std::optional<std::string> read_object(const Json& json, SimRow& row) {
  if (!json.is_object()) return "expected an object";
  for (const auto& [name, value] : json.items()) {
    if (name == "profile") {
      auto profile = store::profile_from_json(value.dump());
      if (!profile) return "profile: " + profile.error();
      row.profile = std::move(*profile);
      continue;
    }
    if (name == "static_addresses") {
      row.static_addresses.emplace();
      if (auto problem = read_static_addresses(value, *row.static_addresses)) return problem;
      continue;
    }
    if (name == "framed_routes" && value.is_array()) {
      row.framed_routes.emplace();
      if (auto problem = read_framed_routes(value, *row.framed_routes)) return problem;
      continue;
    }
    if (only_for_readers(name)) continue;
    const SimField* field = find_sim_field(name);
    if (field == nullptr && name != "imsi" && name != "sqn") return fmt::format("\"{}\" is unknown", name);
    if (!value.is_string() && !value.is_number_unsigned()) return fmt::format("{}: expected text", name);
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (name == "imsi")
      row.imsi = std::move(text);
    else if (name == "sqn")
      row.sqn = std::move(text);
    else
      row.fields.emplace_back(field, std::move(text));
  }
  return std::nullopt;
}

void read_json(std::string_view text, const OnSimRow& on_row, const OnSimProblem& on_problem) {
  std::uint64_t lines = 1;
  bool listed = false;
  const auto on_event = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth == 0 && event == Json::parse_event_t::array_start) listed = true;
    if (depth != 1 || !listed) return true;
    if (event != Json::parse_event_t::object_end && event != Json::parse_event_t::value &&
        event != Json::parse_event_t::array_end)
      return true;
    SimRow row;
    row.line = lines;
    if (auto problem = read_object(value, row))
      on_problem({lines, std::move(*problem)});
    else
      on_row(row);
    return false;  // Done with: a million of them are not kept.
  };
  try {
    (void)Json::parse(LineCounter(text.data(), &lines), LineCounter(text.data() + text.size(), &lines),
                      on_event);
  } catch (const Json::exception& error) {
    return on_problem({lines, fmt::format("not JSON: {}", error.what())});
  }
  if (!listed) on_problem({1, "expected a list of objects"});
}

}  // namespace

std::optional<std::string> SimRow::apply(SimDraft& draft) const {
  if (auto problem = set_imsi(draft, imsi)) return "imsi: " + *problem;
  if (auto problem = set_sqn(draft, sqn)) return "sqn: " + *problem;
  if (profile) {
    draft.profile = *profile;
    draft.profile_changed = true;
  }
  // In the order of the list, whatever the order in the file: some build on others.
  for (const SimField& field : sim_fields())
    for (const auto& [given, text] : fields)
      if (given == &field)
        if (auto problem = field.set(draft, text)) return fmt::format("{}: {}", field.name, *problem);
  if (static_addresses) draft.subscriber.static_addresses = *static_addresses;
  if (framed_routes) draft.subscriber.framed_routes = *framed_routes;
  return std::nullopt;
}

void read_sims(std::string_view text, SimFormat format, const OnSimRow& on_row,
               const OnSimProblem& on_problem) {
  if (format == SimFormat::csv)
    read_csv(text, on_row, on_problem);
  else
    read_json(text, on_row, on_problem);
}

std::string csv_header(Secrets secrets) {
  std::string line = "imsi";
  for (const SimField& field : sim_fields())
    if (field.get != nullptr && (field.part != SimField::Part::secret || secrets == Secrets::shown))
      line += fmt::format(",{}", field.name);
  return line + ",sqn";
}

std::string csv_line(const store::Subscriber& subscriber, std::string_view sqn, Secrets secrets) {
  std::string line = subscriber.imsi.text();
  for (const SimField& field : sim_fields())
    if (field.get != nullptr && (field.part != SimField::Part::secret || secrets == Secrets::shown))
      line += "," + csv_cell(field.get(subscriber));
  return line + "," + std::string(sqn);
}

std::string json_object(const store::Subscriber& subscriber, std::string_view sqn, Secrets secrets,
                        const store::Location* location) {
  Json json{{"imsi", subscriber.imsi.text()}, {"sqn", sqn}};
  for (const SimField& field : sim_fields()) {
    if (field.get == nullptr || field.part == SimField::Part::profile || field.part == SimField::Part::listed)
      continue;
    if (field.part == SimField::Part::secret && secrets == Secrets::hidden) continue;
    json[field.name] = field.get(subscriber);
  }
  if (secrets == Secrets::hidden) json["keys_hidden"] = true;
  json["profile"] = Json::parse(store::to_json(*subscriber.profile));
  json["static_addresses"] = Json::array();
  for (const store::StaticAddress& address : subscriber.static_addresses) {
    Json item{{"context_id", address.context_id}};
    if (!address.ipv4.unspecified()) item["ipv4"] = address.ipv4.text();
    if (!address.ipv6_prefix.unspecified()) item["ipv6_prefix"] = address.ipv6_prefix.text();
    json["static_addresses"].push_back(std::move(item));
  }
  json["framed_routes"] = Json::array();
  for (const store::FramedRoutes& routes : subscriber.framed_routes) {
    Json item{{"context_id", routes.context_id}, {"prefixes", Json::array()}};
    for (const IpPrefix& prefix : routes.prefixes) item["prefixes"].push_back(prefix.text());
    json["framed_routes"].push_back(std::move(item));
  }
  if (location != nullptr && !location->mme.empty())
    json["location"] = {{"mme", location->mme},
                        {"visited_plmn", location->visited_plmn.text()},
                        {"rat_type", location->rat_type},
                        {"registered", !location->purged},
                        {"terminal", location->terminal.known() ? location->terminal.text() : ""},
                        {"updated_at", location->updated_at}};
  return json.dump();
}

}  // namespace zerocell::hss
