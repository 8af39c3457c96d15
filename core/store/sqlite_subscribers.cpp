// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite_subscribers.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/store/sqlite_addresses.hpp"
#include "core/store/sqlite_schema.hpp"

namespace zerocell::store {

namespace {

constexpr std::size_t kChangesListedMax = 10'000;  // More are "everything".
constexpr std::int64_t kChangesKept = 100'000;     // For cores that run; older ones are pruned at a start.
constexpr std::int64_t kSequenceMost = std::int64_t{1} << 48;  // No SEQ has more bits than its SQN.

// One text for find and list: the columns' order is read_record's.
#define ZC_RECORD_COLUMNS                                                                                    \
  "SELECT s.imsi, s.msisdn, s.iccid, s.state, s.algorithm, s.k, s.opc, s.amf, s.tuak_res_octets, "           \
  "s.tuak_iterations, s.profile, q.start_offset, q.written_at_grant, l.mme, l.visited_plmn, l.rat_type, "    \
  "l.purged, l.terminal, l.updated_at, s.imei_lock, s.imei_mismatch FROM subscriber s LEFT JOIN sequence q " \
  "ON q.imsi = s.imsi "                                                                                      \
  "LEFT JOIN location l ON l.imsi = s.imsi "

class SqliteSubscribers final : public Subscribers {
 public:
  explicit SqliteSubscribers(SqliteDatabase database) : database_(std::move(database)) {}

  /// Once, after opening.
  Result<void> prepare() {
    // Only where there is much to prune: a write would wait for others' locks. It is no harm if it fails.
    if (const auto listed = read_integer(changes_kept_); listed && *listed > 2 * kChangesKept)
      (void)SqliteQuery(prune_, kChangesKept).run();
    const auto seen = read_integer(last_change_);
    if (!seen) return std::unexpected(seen.error());
    change_seen_ = *seen;
    const auto version = read_integer(data_version_);
    if (!version) return std::unexpected(version.error());
    version_seen_ = *version;
    return {};
  }

  Result<void> begin() override {
    auto begun = database_.execute("BEGIN IMMEDIATE");
    in_group_ = begun.has_value();
    broken_.reset();
    // Another process may have edited a profile since: what was known of ids holds within one group.
    profile_ids_.clear();
    return begun;
  }
  Result<void> commit() override {
    in_group_ = false;
    // After some errors (a full disk) SQLite rolls back by itself.
    if (broken_ && !database_.in_transaction()) {
      rollback();
      return std::unexpected(*std::exchange(broken_, std::nullopt));
    }
    auto committed = database_.execute("COMMIT");
    if (!committed) rollback();
    return committed;
  }
  void rollback() override {
    in_group_ = false;
    if (database_.in_transaction()) (void)database_.execute("ROLLBACK");
    profile_ids_.clear();
    profiles_.clear();
  }

  Result<std::optional<SubscriberRecord>> find(const Imsi& imsi) override {
    const std::string text = imsi.text();
    SqliteQuery query(find_, std::string_view(text));
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    auto record = read_record(query);
    if (!record) return std::unexpected(record.error());
    return std::move(*record);
  }
  Result<std::optional<Imsi>> find_by_msisdn(const Msisdn& msisdn) override {
    return find_imsi(by_msisdn_, msisdn.text());
  }
  Result<std::optional<Imsi>> find_by_iccid(const Iccid& iccid) override {
    return find_imsi(by_iccid_, iccid.text());
  }
  Result<std::vector<SubscriberRecord>> list(const Imsi& after, std::size_t limit) override {
    std::vector<SubscriberRecord> records;
    const std::string from = after.empty() ? " " : after.text();
    SqliteQuery query(list_, std::string_view(from), static_cast<std::int64_t>(limit));
    for (;;) {
      const auto row = query.next();
      if (!row) return std::unexpected(row.error());
      if (!*row) return records;
      auto record = read_record(query);
      if (!record) return std::unexpected(record.error());
      records.push_back(std::move(*record));
    }
  }
  Result<std::vector<IpAddress>> static_addresses() override {
    const auto owned = owned_addresses();
    if (!owned) return std::unexpected(owned.error());
    std::vector<IpAddress> all;
    all.reserve(owned->size());
    for (const OwnedAddress& each : *owned) all.push_back(each.address);
    return all;
  }
  Result<std::vector<OwnedAddress>> owned_addresses() override { return addresses_.owned_addresses(); }
  Result<std::vector<OwnedRoute>> framed_routes() override { return addresses_.framed_routes(); }
  Result<std::uint64_t> count() override {
    const auto rows = read_integer(count_);
    if (!rows) return std::unexpected(rows.error());
    return static_cast<std::uint64_t>(*rows);
  }

  Result<void> insert(const Subscriber& subscriber) override {
    // A profile that is made for a subscriber who is then refused does no harm.
    const bool once = subscriber.static_addresses.empty() && subscriber.framed_routes.empty();
    return atomically(once ? Writes::once : Writes::several_times,
                      [&]() -> Result<void> { return write(insert_, subscriber); });
  }
  Result<void> update(const Subscriber& subscriber) override {
    return atomically(Writes::several_times, [&]() -> Result<void> { return write(update_, subscriber); });
  }
  Result<void> remove(const Imsi& imsi) override {
    return atomically(Writes::once, [&]() -> Result<void> {
      const std::string text = imsi.text();
      if (auto done = SqliteQuery(remove_, std::string_view(text)).run(); !done) return done;
      if (sqlite3_changes(database_.handle()) == 0) return std::unexpected(unknown(text));
      return {};
    });
  }

  Result<std::uint64_t> open_sequence_grant(std::uint32_t count) override {
    Result<std::uint64_t> grant = 0;
    const auto done = atomically(Writes::once, [&]() -> Result<void> {
      SqliteQuery query(raise_grant_, std::int64_t{count});
      const auto row = query.next();
      if (!row) return std::unexpected(row.error());
      if (!*row) return std::unexpected(database_.damaged("meta has no sequence_grant"));
      grant = static_cast<std::uint64_t>(query.integer(0)) - count;
      return query.run();
    });
    if (!done) return std::unexpected(done.error());
    return grant;
  }
  Result<std::uint64_t> reserve_sequence(const Imsi& imsi, SequenceFloor floor,
                                         std::uint32_t count) override {
    Result<std::uint64_t> first = 0;
    const auto done = atomically(count == 0 ? Writes::several_times : Writes::once, [&]() -> Result<void> {
      const std::string text = imsi.text();
      const auto place = sequence_place(text);
      if (!place) return std::unexpected(place.error());
      const auto value = static_cast<std::int64_t>(std::min<std::uint64_t>(floor.value, kSequenceMost));
      std::int64_t start = place->offset + place->grant;
      if (floor.kind == SequenceFloor::Kind::exactly) start = value;
      if (floor.kind == SequenceFloor::Kind::at_least) start = std::max(start, value);
      first = static_cast<std::uint64_t>(start);
      if (auto stored =
              SqliteQuery(set_sequence_, std::string_view(text), start + count - place->grant, place->grant)
                  .run();
          !stored)
        return stored;
      // An operator's word, which a core that holds a block of this subscriber must hear.
      if (count == 0) return SqliteQuery(note_change_, std::string_view(text)).run();
      return {};
    });
    if (!done) return std::unexpected(done.error());
    return first;
  }
  Result<std::uint64_t> next_sequence(const Imsi& imsi) override {
    const auto place = sequence_place(imsi.text());
    if (!place) return std::unexpected(place.error());
    return static_cast<std::uint64_t>(place->offset + place->grant);
  }

  Result<void> set_location(const Imsi& imsi, const Location& location) override {
    return atomically(Writes::several_times, [&]() -> Result<void> {
      const std::string text = imsi.text();
      const std::string plmn = location.visited_plmn.text();
      const std::string terminal = location.terminal.known() ? location.terminal.text() : "";
      if (location.terminal.known()) {
        const std::string device = location.terminal.equipment.text();
        if (auto learnt = SqliteQuery(learn_imei_, std::string_view(text), std::string_view(device)).run();
            !learnt)
          return learnt;
      }
      return SqliteQuery(set_location_, std::string_view(text), std::string_view(location.mme),
                         std::string_view(plmn), std::int64_t{location.rat_type},
                         std::int64_t{location.purged}, std::string_view(terminal), location.updated_at)
          .run();
    });
  }

  Result<Changes> changes(bool own_too) override {
    const auto version = read_integer(data_version_);
    if (!version) return std::unexpected(version.error());
    if (*version == version_seen_ && !own_too) return Changes{};
    version_seen_ = *version;

    Changes changes;
    std::int64_t last = change_seen_;
    {
      SqliteQuery query(changes_, change_seen_, static_cast<std::int64_t>(kChangesListedMax) + 1);
      for (;;) {
        const auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        // A gap: some were pruned before this core saw them.
        if (query.integer(0) != last + 1) changes.everything = true;
        last = query.integer(0);
        const auto imsi = Imsi::parse(query.text(1));
        if (imsi)
          changes.subscribers.push_back(*imsi);
        else
          changes.everything = true;
      }
    }
    if (changes.subscribers.size() > kChangesListedMax) changes.everything = true;
    if (changes.everything) {
      changes.subscribers.clear();
      profiles_.clear();
      profile_ids_.clear();
      const auto newest = read_integer(last_change_);
      if (!newest) return std::unexpected(newest.error());
      last = *newest;
    }
    changes.list_each_once();
    change_seen_ = last;
    return changes;
  }

 private:
  struct SequencePlace {
    std::int64_t offset = 0;
    std::int64_t grant = 0;
  };

  enum class Writes { once, several_times };
  /// Runs `work` inside the open group so that a failure leaves the rest of the group intact, or as a group
  /// of its own. A single statement that fails undoes itself; several need a mark to return to.
  template <class Work>
  Result<void> atomically(Writes writes, Work work) {
    if (!in_group_) {
      if (auto begun = begin(); !begun) return begun;
      if (auto done = work(); !done) {
        rollback();
        return done;
      }
      return commit();
    }
    if (!database_.in_transaction() && broken_) return std::unexpected(*broken_);
    if (writes == Writes::several_times)
      if (auto marked = SqliteQuery(savepoint_).run(); !marked) return marked;
    auto done = work();
    if (!done && !database_.in_transaction()) broken_ = done.error();
    if (writes == Writes::once) return done;
    if (!done && database_.in_transaction()) {
      (void)SqliteQuery(rollback_to_).run();
      profile_ids_.clear();
    }
    if (database_.in_transaction()) (void)SqliteQuery(release_).run();
    return done;
  }

  Error unknown(std::string_view imsi) const {
    return {ErrorKind::not_found, fmt::format("there is no subscriber {}", imsi)};
  }

  Result<std::int64_t> read_integer(SqliteStatement& statement) {
    SqliteQuery query(statement);
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    return *row ? query.integer(0) : 0;
  }
  Result<std::optional<Imsi>> find_imsi(SqliteStatement& statement, std::string_view key) {
    SqliteQuery query(statement, key);
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    return *row ? Imsi::parse(query.text(0)) : std::nullopt;
  }

  Result<SequencePlace> sequence_place(std::string_view imsi) {
    SqliteQuery query(sequence_, imsi);
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected(unknown(imsi));
    return SequencePlace{query.integer(0), query.integer(1)};
  }

  Result<void> write(SqliteStatement& statement, const Subscriber& subscriber) {
    auto problem = problem_with(subscriber);
    if (problem && subscriber.profile && &statement == &update_) {
      const auto before = find(subscriber.imsi);
      if (!before) return std::unexpected(before.error());
      if (*before && *(*before)->subscriber.profile == *subscriber.profile)
        problem = problem_with(subscriber, true);
    }
    if (problem) {
      return std::unexpected(
          Error{ErrorKind::invalid, fmt::format("subscriber {}: {}", subscriber.imsi.text(), *problem)});
    }
    const auto profile = profile_id(subscriber.profile);
    if (!profile) return std::unexpected(profile.error());
    const std::string imsi = subscriber.imsi.text();
    const std::string msisdn = subscriber.msisdn.text();
    const std::string lock = imei_lock_text(subscriber.imei_lock);
    const SimSecrets& secrets = subscriber.secrets;
    {
      SqliteQuery query(statement, std::string_view(imsi), std::string_view(msisdn), subscriber.iccid.text(),
                        to_string(subscriber.state), to_string(secrets.algorithm), secrets.k_bytes(),
                        secrets.op_c_bytes(), Bytes(subscriber.amf), std::int64_t{secrets.tuak_res_octets},
                        std::int64_t{secrets.tuak_iterations}, *profile, std::string_view(lock),
                        to_string(subscriber.imei_lock.on_mismatch));
      if (auto done = query.run(); !done) return std::unexpected(explain(done.error(), subscriber));
      if (&statement == &update_ && sqlite3_changes(database_.handle()) == 0)
        return std::unexpected(unknown(imsi));
    }
    if (&statement == &update_)
      if (auto done = addresses_.clear(imsi); !done) return done;
    return addresses_.write(subscriber);
  }

  /// Says which uniqueness was broken.
  Error explain(Error error, const Subscriber& subscriber) {
    if (error.kind != ErrorKind::conflict) return error;
    const std::string imsi = subscriber.imsi.text();
    const auto other = [&](SqliteStatement& by, std::string_view key, std::string_view what) {
      const auto owner = key.empty() ? Result<std::optional<Imsi>>() : find_imsi(by, key);
      if (!owner || !*owner || **owner == subscriber.imsi) return false;
      error.message = fmt::format("subscriber {}: {} {} belongs to {}", imsi, what, key, (*owner)->text());
      return true;
    };
    if (other(by_msisdn_, subscriber.msisdn.text(), "MSISDN") ||
        other(by_iccid_, subscriber.iccid.text(), "ICCID"))
      return error;
    if (const auto found = find_imsi(by_imsi_, imsi); found && *found)
      return {ErrorKind::already_exists, fmt::format("subscriber {}: already exists", imsi)};
    return error;
  }

  /// The id of the profile's row, which is made when there is none.
  Result<std::int64_t> profile_id(const SharedProfile& profile) {
    if (const auto known = profile_ids_.find(profile.get()); known != profile_ids_.end())
      return known->second.id;
    const std::string definition = *profile == *default_profile() ? "{}" : to_json(*profile);
    std::int64_t id = 0;
    {
      SqliteQuery query(profile_by_definition_, std::string_view(definition));
      const auto row = query.next();
      if (!row) return std::unexpected(row.error());
      if (*row) id = query.integer(0);
    }
    if (id == 0) {
      if (auto done = SqliteQuery(add_profile_, std::string_view(definition)).run(); !done)
        return std::unexpected(done.error());
      id = sqlite3_last_insert_rowid(database_.handle());
    }
    if (profile_ids_.size() >= kProfilesCachedMax) profile_ids_.clear();
    profile_ids_.emplace(profile.get(), KnownProfile{profile, id});
    return id;
  }
  Result<SharedProfile> profile_of(std::int64_t id) {
    if (const auto known = profiles_.find(id); known != profiles_.end()) return known->second;
    SqliteQuery query(profile_by_id_, id);
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected(database_.damaged(fmt::format("there is no profile {}", id)));
    auto parsed = profile_from_json(query.text(0), true);
    if (!parsed) return std::unexpected(database_.damaged(fmt::format("profile {}: {}", id, parsed.error())));
    if (profiles_.size() >= kProfilesCachedMax) profiles_.clear();
    return profiles_[id] = std::make_shared<const Profile>(std::move(*parsed));
  }

  /// `query` stands on a row of ZC_RECORD_COLUMNS.
  Result<SubscriberRecord> read_record(const SqliteQuery& query) {
    SubscriberRecord record;
    Subscriber& subscriber = record.subscriber;
    const auto imsi = Imsi::parse(query.text(0));
    const auto bad = [&](std::string_view column) {
      return std::unexpected(database_.damaged(fmt::format("subscriber {}: bad {}", query.text(0), column)));
    };
    if (!imsi) return bad("imsi");
    subscriber.imsi = *imsi;
    if (!query.null(1)) {
      const auto msisdn = Msisdn::parse(query.text(1));
      if (!msisdn) return bad("msisdn");
      subscriber.msisdn = *msisdn;
    }
    if (!query.null(2)) {
      const auto iccid = parse_iccid(query.text(2));
      if (!iccid) return bad("iccid");
      subscriber.iccid = *iccid;
    }
    const auto state = parse_sim_state(query.text(3));
    if (!state) return bad("state");
    subscriber.state = *state;
    const auto algorithm = parse_algorithm(query.text(4));
    if (!algorithm) return bad("algorithm");
    SimSecrets& secrets = subscriber.secrets;
    secrets.algorithm = *algorithm;
    const Bytes k = query.octets(5);
    const Bytes op_c = query.octets(6);
    if (k.size() != 16 && (k.size() != 32 || *algorithm != Algorithm::tuak)) return bad("k");
    if (op_c.size() != (*algorithm == Algorithm::tuak ? 32u : 16u)) return bad("opc");
    secrets.k_octets = static_cast<std::uint8_t>(k.size());
    std::ranges::copy(k, secrets.k.reveal_mutable().begin());
    std::ranges::copy(op_c, secrets.op_c.reveal_mutable().begin());
    const Bytes amf = query.octets(7);
    if (amf.size() != 2) return bad("amf");
    std::ranges::copy(amf, subscriber.amf.begin());
    secrets.tuak_res_octets = static_cast<std::uint8_t>(query.integer(8));
    secrets.tuak_iterations = static_cast<std::uint8_t>(query.integer(9));
    auto profile = profile_of(query.integer(10));
    if (!profile) return std::unexpected(profile.error());
    subscriber.profile = std::move(*profile);
    record.sequence.offset = query.integer(11);
    record.sequence.written_at_grant = static_cast<std::uint64_t>(query.integer(12));
    if (!query.null(13)) {
      Location& location = record.location;
      location.mme = query.text(13);
      if (const auto plmn = Plmn::parse(query.text(14))) location.visited_plmn = *plmn;
      location.rat_type = static_cast<std::uint16_t>(query.integer(15));
      location.purged = query.integer(16) != 0;
      if (const auto terminal = Imei::parse(query.text(17))) location.terminal = *terminal;
      location.updated_at = query.integer(18);
    }
    const auto on_mismatch = parse_imei_mismatch(query.text(20));
    if (!parse_imei_lock(query.text(19), subscriber.imei_lock)) return bad("imei_lock");
    if (!on_mismatch) return bad("imei_mismatch");
    subscriber.imei_lock.on_mismatch = *on_mismatch;
    if (auto read = addresses_.read(query.text(0), subscriber); !read) return std::unexpected(read.error());
    return record;
  }

  static constexpr std::size_t kProfilesCachedMax = 4096;
  struct KnownProfile {
    SharedProfile keep;  // An address that is in the map belongs to no other profile.
    std::int64_t id;
  };

  SqliteDatabase database_;
  bool in_group_ = false;
  std::optional<Error> broken_;  // What ended the group before its commit.
  std::int64_t change_seen_ = 0;
  std::int64_t version_seen_ = 0;
  std::unordered_map<const Profile*, KnownProfile> profile_ids_;
  std::unordered_map<std::int64_t, SharedProfile> profiles_;
  SqliteAddresses addresses_{database_};

  SqliteStatement find_{database_, ZC_RECORD_COLUMNS "WHERE s.imsi = ?"};
  SqliteStatement list_{database_, ZC_RECORD_COLUMNS "WHERE s.imsi > ? ORDER BY s.imsi LIMIT ?"};
  SqliteStatement by_imsi_{database_, "SELECT imsi FROM subscriber WHERE imsi = ?"};
  SqliteStatement by_msisdn_{database_, "SELECT imsi FROM subscriber WHERE msisdn = ?"};
  SqliteStatement by_iccid_{database_, "SELECT imsi FROM subscriber WHERE iccid = ?"};
  SqliteStatement count_{database_, "SELECT count(*) FROM subscriber"};
  SqliteStatement insert_{database_,
                          "INSERT INTO subscriber (imsi, msisdn, iccid, state, algorithm, k, opc, amf, "
                          "tuak_res_octets, tuak_iterations, profile, imei_lock, imei_mismatch) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  SqliteStatement update_{
      database_,
      "UPDATE subscriber SET msisdn = ?2, iccid = ?3, state = ?4, algorithm = ?5, k = ?6, "
      "opc = ?7, amf = ?8, tuak_res_octets = ?9, tuak_iterations = ?10, profile = ?11, "
      "imei_lock = ?12, imei_mismatch = ?13 "
      "WHERE imsi = ?1"};
  SqliteStatement remove_{database_, "DELETE FROM subscriber WHERE imsi = ?"};
  SqliteStatement profile_by_definition_{database_, "SELECT id FROM profile WHERE definition = ?"};
  SqliteStatement profile_by_id_{database_, "SELECT definition FROM profile WHERE id = ?"};
  SqliteStatement add_profile_{database_, "INSERT INTO profile (definition) VALUES (?)"};
  SqliteStatement raise_grant_{
      database_, "UPDATE meta SET value = value + ? WHERE name = 'sequence_grant' RETURNING value"};
  SqliteStatement sequence_{
      database_,
      "SELECT coalesce(q.start_offset, 0), m.value FROM subscriber s JOIN meta m LEFT JOIN "
      "sequence q ON q.imsi = s.imsi WHERE s.imsi = ? AND m.name = 'sequence_grant'"};
  SqliteStatement set_sequence_{database_, "INSERT OR REPLACE INTO sequence VALUES (?, ?, ?)"};
  SqliteStatement set_location_{database_,
                                "INSERT OR REPLACE INTO location SELECT ?1, ?2, ?3, ?4, ?5, "
                                "coalesce(?6, (SELECT terminal FROM location WHERE imsi = ?1)), ?7 "
                                "WHERE EXISTS (SELECT 1 FROM subscriber WHERE imsi = ?1)"};
  SqliteStatement learn_imei_{
      database_, "UPDATE subscriber SET imei_lock = 'learn:' || ?2 WHERE imsi = ?1 AND imei_lock = 'learn'"};
  SqliteStatement data_version_{database_, "PRAGMA data_version"};
  SqliteStatement last_change_{database_, "SELECT max(id) FROM change"};
  SqliteStatement changes_{database_, "SELECT id, imsi FROM change WHERE id > ? ORDER BY id LIMIT ?"};
  SqliteStatement note_change_{database_, "INSERT INTO change (imsi) VALUES (?)"};
  SqliteStatement changes_kept_{database_, "SELECT max(id) - min(id) FROM change"};
  SqliteStatement prune_{database_, "DELETE FROM change WHERE id <= (SELECT max(id) FROM change) - ?"};
  SqliteStatement savepoint_{database_, "SAVEPOINT one"};
  SqliteStatement rollback_to_{database_, "ROLLBACK TO one"};
  SqliteStatement release_{database_, "RELEASE one"};
};

}  // namespace

Result<std::unique_ptr<Subscribers>> open_sqlite(const SqliteOptions& options) {
  auto database = SqliteDatabase::open(options, schema_migrations());
  if (!database) return std::unexpected(database.error());
  auto subscribers = std::make_unique<SqliteSubscribers>(std::move(*database));
  if (auto ready = subscribers->prepare(); !ready) return std::unexpected(ready.error());
  return subscribers;
}

}  // namespace zerocell::store
