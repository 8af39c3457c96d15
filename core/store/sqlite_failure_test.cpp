// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <vector>

#include "core/store/sqlite_schema.hpp"
#include "core/store/test_subscribers.hpp"
#include "core/telemetry/log.hpp"

using namespace zerocell;
using namespace zerocell::store;
using namespace zerocell::store::testing;

namespace {

std::unique_ptr<Subscribers> open_at(const std::string& path, std::uint32_t busy_timeout_ms = 50) {
  return must(open_sqlite({.path = path, .busy_timeout_ms = busy_timeout_ms}));
}
Error refused_at(const std::string& path) {
  auto opened = open_sqlite({.path = path, .busy_timeout_ms = 50});
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().message.find(path) != std::string::npos);
  return opened.error();
}

/// A connection of somebody else.
class Raw {
 public:
  explicit Raw(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &handle_) == SQLITE_OK); }
  ~Raw() { sqlite3_close(handle_); }
  void run(const char* sql) {
    char* error = nullptr;
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, &error);
    INFO((error != nullptr ? error : ""));
    REQUIRE(code == SQLITE_OK);
  }
  std::int64_t number(const char* sql) {
    std::int64_t value = -1;
    sqlite3_exec(
        handle_, sql,
        [](void* out, int, char** values, char**) {
          *static_cast<std::int64_t*>(out) = values[0] == nullptr ? -1 : std::atoll(values[0]);
          return 0;
        },
        &value, nullptr);
    return value;
  }

 private:
  sqlite3* handle_ = nullptr;
};

/// Runs `act` in a process of its own, which may change its user or its mounts. Returns what it says: nothing
/// where all was right.
std::string in_another_process(const std::function<std::string()>& act) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string said = act();
    (void)!::write(ends[1], said.data(), said.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[512];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(count));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) said += "[the process did not end by itself]";
  return said;
}

/// A file system of `octets` at `path`, for this process only. False where this is not allowed.
bool mount_small_disk(const std::string& path, std::size_t octets) {
  const uid_t user = ::geteuid();
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return ::mount("tmpfs", path.c_str(), "tmpfs", 0, ("size=" + std::to_string(octets)).c_str()) == 0;
}

/// Stores until the disk is full; then, that nothing was lost and that it goes on once there is space.
std::string fill_disk(const std::string& directory) {
  if (!mount_small_disk(directory, 600 * 1024)) return "skipped";
  const std::string ballast = directory + "/ballast";
  const int descriptor = ::open(ballast.c_str(), O_CREAT | O_WRONLY, 0600);
  if (::posix_fallocate(descriptor, 0, 128 * 1024) != 0) return "no ballast";
  ::close(descriptor);
  auto opened = open_sqlite({.path = directory + "/sims.db"});
  if (!opened) return opened.error().message;
  Subscribers& subscribers = **opened;
  std::uint64_t stored = 0;
  for (; stored < 100'000; ++stored) {
    const auto inserted = subscribers.insert(subscriber(stored));
    if (inserted) continue;
    if (inserted.error().kind != ErrorKind::no_space) return "as another error: " + inserted.error().message;
    if (inserted.error().message.find("free some space") == std::string::npos)
      return inserted.error().message;
    break;
  }
  if (stored == 0 || stored == 100'000) return "stored " + std::to_string(stored);
  // A group that meets the full disk is lost as a whole, and says so at its commit.
  if (auto begun = subscribers.begin(); !begun) return begun.error().message;
  bool failed = false;
  for (std::uint64_t i = 0; i < 5'000; ++i)
    failed = !subscribers.insert(subscriber(200'000 + i)).has_value() || failed;
  const auto committed = subscribers.commit();
  if (committed && !failed) return "a full disk took a group";
  if (!committed && committed.error().kind != ErrorKind::no_space) return committed.error().message;
  if (!subscribers.find(imsi(stored - 1)).value()) return "the last one is not there";
  if (subscribers.count().value() < stored) return "some are gone";
  ::unlink(ballast.c_str());
  if (auto again = subscribers.insert(subscriber(99'999)); !again) return again.error().message;
  opened->reset();
  auto reopened = open_sqlite({.path = directory + "/sims.db"});
  if (!reopened) return reopened.error().message;
  if ((*reopened)->count().value() < stored + 1) return "some are gone afterwards";
  return "";
}

}  // namespace

TEST_CASE("store_file_is_for_its_owner_only") {
  const TemporaryDirectory directory;
  const auto subscribers = open_at(directory.file("sims.db"));
  must(subscribers->insert(subscriber(1)));
  for (const char* name : {"sims.db", "sims.db-wal", "sims.db-shm"}) {
    struct stat status{};
    REQUIRE(::stat(directory.file(name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("locked_store_is_busy_and_says_so_and_loses_nothing") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  const auto subscribers = open_at(path);
  must(subscribers->insert(subscriber(1)));
  Raw other(path);
  other.run("BEGIN IMMEDIATE");
  const auto inserted = subscribers->insert(subscriber(2));
  REQUIRE_FALSE(inserted.has_value());
  CHECK(inserted.error().kind == ErrorKind::busy);
  CHECK(inserted.error().message.find("another process holds its write lock") != std::string::npos);
  CHECK(must(subscribers->find(imsi(1))));     // Reading goes on.
  CHECK(open_at(path)->count().value() == 1);  // So does opening.
  other.run("ROLLBACK");
  must(subscribers->insert(subscriber(2)));
  CHECK(must(subscribers->count()) == 2);
}

TEST_CASE("store_that_cannot_be_written_is_refused_at_the_start") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  must(open_at(path)->insert(subscriber(1)));
  ::chmod(path.c_str(), 0444);
  ::chmod(directory.path().c_str(), 0555);
  const std::string said = in_another_process([&]() -> std::string {
    if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setegid(65534) != 0 || ::seteuid(65534) != 0))
      return "cannot change the user";
    const auto existing = open_sqlite({.path = path});
    if (existing || existing.error().kind != ErrorKind::read_only)
      return existing ? "opened" : existing.error().message;
    if (existing.error().message.find("give write permission") == std::string::npos)
      return existing.error().message;
    const auto missing = open_sqlite({.path = directory.file("new.db")});
    if (missing || missing.error().kind != ErrorKind::read_only)
      return missing ? "made" : missing.error().message;
    return "";
  });
  ::chmod(directory.path().c_str(), 0755);
  CHECK(said == "");
}

TEST_CASE("store_in_a_missing_directory_is_refused_with_the_reason") {
  const TemporaryDirectory directory;
  const Error error = refused_at(directory.file("no/such/sims.db"));
  CHECK(error.kind == ErrorKind::unavailable);
  CHECK(error.message.find("No such file or directory") != std::string::npos);
}

TEST_CASE("damaged_store_is_told_from_others") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  std::ofstream(path) << std::string(4096, 'x');
  CHECK(refused_at(path).kind == ErrorKind::corrupt);
  CHECK(refused_at(path).message.find("restore a backup") != std::string::npos);
  // Pages behind the first: found when they are read.
  ::unlink(path.c_str());
  {
    const auto subscribers = open_at(path);
    must(subscribers->begin());
    for (std::uint64_t i = 0; i < 2000; ++i) must(subscribers->insert(subscriber(i)));
    must(subscribers->commit());
  }
  const auto size = std::filesystem::file_size(path);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(size - 4096, '\xA5');
  }
  auto opened = open_sqlite({.path = path});
  const auto found = opened ? (*opened)->find(imsi(1000)) : std::unexpected(opened.error());
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().kind == ErrorKind::corrupt);
}

TEST_CASE("database_of_another_program_is_left_alone") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("other.db");
  Raw(path).run("CREATE TABLE subscriber (name); INSERT INTO subscriber VALUES ('somebody')");
  CHECK(refused_at(path).kind == ErrorKind::foreign_file);
  CHECK(Raw(path).number("SELECT count(*) FROM subscriber") == 1);
}

TEST_CASE("store_of_a_later_version_is_refused_and_untouched") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  must(open_at(path)->insert(subscriber(1)));
  Raw(path).run("PRAGMA user_version = 99");
  const Error error = refused_at(path);
  CHECK(error.kind == ErrorKind::newer_schema);
  CHECK(error.message.find("schema 99") != std::string::npos);
  CHECK(Raw(path).number("SELECT count(*) FROM subscriber") == 1);
}

TEST_CASE("older_store_is_backed_up_and_upgraded_step_by_step") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  must(open_at(path)->insert(subscriber(1)));
  const auto now = schema_migrations();
  const int version = now.back().to;
  std::vector<Migration> later(now.begin(), now.end());
  later.push_back({version + 1, "ALTER TABLE subscriber ADD COLUMN note TEXT DEFAULT 'none'"});
  later.push_back({version + 2, "UPDATE subscriber SET note = 'upgraded'"});
  must(SqliteDatabase::open({.path = path}, later));
  CHECK(Raw(path).number("SELECT count(*) FROM subscriber WHERE note = 'upgraded'") == 1);
  CHECK(Raw(path).number("PRAGMA user_version") == version + 2);
  // Today's program refuses it, and the copy that was made is a store for today's program.
  CHECK(refused_at(path).kind == ErrorKind::newer_schema);
  const std::string backup = path + ".schema-" + std::to_string(version) + ".backup";
  CHECK(must(open_at(backup)->find(imsi(1)))->subscriber == subscriber(1));
  struct stat status{};
  REQUIRE(::stat(backup.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("sims_of_a_store_from_before_there_were_locks_are_bound_to_nothing") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  must(SqliteDatabase::open({.path = path}, schema_migrations().first(1)));
  Raw(path).run(
      "INSERT INTO subscriber (imsi, k, opc) VALUES ('001010000000001', zeroblob(16), zeroblob(16))");
  const auto found = must(open_at(path)->find(*Imsi::parse("001010000000001")));
  REQUIRE(found);
  CHECK(found->subscriber.imei_lock == ImeiLock{});
}

TEST_CASE("sims_of_a_store_from_before_there_were_framed_routes_have_none_and_may_get_some") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  must(SqliteDatabase::open({.path = path}, schema_migrations().first(2)));
  Raw old(path);
  old.run("INSERT INTO profile (id, definition) VALUES (7, '{\"group\": \"meters\"}')");
  old.run(
      "INSERT INTO subscriber (imsi, k, opc, profile) VALUES ('001010000000001', "
      "x'465b5ce8b199b49faa5f0a2ee238a6bc', x'cd63cb71954a9f4e48a5994e37a02baf', 7)");
  old.run("INSERT INTO static_address VALUES ('001010000000001', 1, 'internet', '10.45.0.9', NULL)");
  // What a SIM that was deleted without foreign keys had is nobody's.
  old.run("INSERT INTO static_address VALUES ('001010000000002', 1, 'internet', '10.45.0.7', NULL)");
  const auto subscribers = open_at(path);
  Subscriber card = must(subscribers->find(imsi(1)))->subscriber;
  CHECK(card.framed_routes.empty());
  CHECK(card.profile->apns.front().bearers.empty());
  CHECK(card.static_addresses.size() == 1);
  CHECK(must(subscribers->static_addresses()) == std::vector{*IpAddress::parse("10.45.0.9")});
  card.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  must(subscribers->update(card));
  CHECK(must(subscribers->find(imsi(1)))->subscriber == card);
}

TEST_CASE("upgrade_that_fails_half_way_changes_nothing") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  must(open_at(path)->insert(subscriber(1)));
  const auto now = schema_migrations();
  std::vector<Migration> later(now.begin(), now.end());
  later.push_back({now.back().to + 1, "ALTER TABLE subscriber ADD COLUMN note TEXT"});
  later.push_back({now.back().to + 2, "UPDATE nothing SET note = 1"});
  for (int attempt = 0; attempt < 2; ++attempt) CHECK_FALSE(SqliteDatabase::open({.path = path}, later));
  CHECK(must(open_at(path)->find(imsi(1)))->subscriber == subscriber(1));
}

TEST_CASE("full_disk_is_an_error_that_loses_nothing_and_ends_with_the_shortage") {
  const TemporaryDirectory directory;
  const std::string said = in_another_process([&] { return fill_disk(directory.path()); });
  if (said == "skipped") {
    WARN("no file system of our own here: nothing was shown");
    return;
  }
  CHECK(said == "");
}

TEST_CASE("upgrade_without_room_for_its_backup_changes_nothing") {
  const TemporaryDirectory directory;
  const std::string said = in_another_process([&]() -> std::string {
    if (!mount_small_disk(directory.path(), 400 * 1024)) return "skipped";
    const std::string path = directory.file("sims.db");
    {
      auto opened = open_sqlite({.path = path});
      if (!opened) return opened.error().message;
      (void)(*opened)->begin();
      for (std::uint64_t i = 0; i < 300; ++i) (void)(*opened)->insert(subscriber(i));
      if (auto stored = (*opened)->commit(); !stored) return stored.error().message;
    }
    const int descriptor = ::open(directory.file("ballast").c_str(), O_CREAT | O_WRONLY, 0600);
    for (char block[1024] = {}; ::write(descriptor, block, sizeof block) > 0;) continue;
    ::close(descriptor);
    const auto now = schema_migrations();
    std::vector<Migration> later(now.begin(), now.end());
    later.push_back({now.back().to + 1, "ALTER TABLE subscriber ADD COLUMN note TEXT"});
    const auto upgraded = SqliteDatabase::open({.path = path}, later);
    if (upgraded) return "upgraded";
    if (upgraded.error().kind != ErrorKind::no_space) return upgraded.error().message;
    ::unlink(directory.file("ballast").c_str());
    auto opened = open_sqlite({.path = path});
    if (!opened) return opened.error().message;
    return (*opened)->count().value() == 300 ? "" : "some are gone";
  });
  if (said != "skipped") CHECK(said == "");
}

TEST_CASE("sim_that_an_operator_wrote_with_sql_is_served_and_bad_ones_are_refused") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  const auto subscribers = open_at(path);
  Raw sql(path);
  sql.run("PRAGMA foreign_keys = ON");
  sql.run(
      "INSERT INTO subscriber (imsi, k, opc) VALUES ('001010000000001', "
      "x'465b5ce8b199b49faa5f0a2ee238a6bc', x'cd63cb71954a9f4e48a5994e37a02baf')");
  CHECK(must(subscribers->find(imsi(1)))->subscriber == subscriber(1));
  const auto fails = [&](const char* statement) {
    sqlite3* handle = nullptr;
    sqlite3_open(path.c_str(), &handle);
    CHECK(sqlite3_exec(handle, statement, nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT);
    sqlite3_close(handle);
  };
  fails("UPDATE subscriber SET k = x'00'");
  fails("UPDATE subscriber SET k = '465b5ce8b199b49faa5f0a2ee238a6bc'");
  fails("UPDATE subscriber SET imsi = '0010a'");
  fails("UPDATE subscriber SET state = 'asleep'");
  fails("UPDATE subscriber SET amf = x'80'");
  fails("UPDATE profile SET definition = '{'");
  sql.run(
      "INSERT INTO framed_route VALUES (x'04c0a80700', x'04c0a807ff', '192.168.7.0/24', '001010000000001', "
      "1)");
  CHECK(must(subscribers->find(imsi(1)))->subscriber.framed_routes.front().prefixes.front().text() ==
        "192.168.7.0/24");
  fails(
      "INSERT INTO framed_route VALUES (x'04c0a80000', x'04c0a8ffff', '192.168.0.0/16', '001010000000001', "
      "1)");
  fails(
      "INSERT INTO framed_route VALUES (x'04c0a80780', x'04c0a807ff', '192.168.7.128/25', '001010000000001', "
      "1)");
  fails("INSERT INTO framed_route VALUES (x'c0a80900', x'c0a809ff', '192.168.9.0/24', '001010000000001', 1)");
  fails(
      "INSERT INTO framed_route VALUES (x'04c0a809ff', x'04c0a80900', '192.168.9.0/24', '001010000000001', "
      "1)");
  fails("UPDATE framed_route SET prefix = '192.168.8.0/24'");
  // Well-formed, and still wrong: this SIM is in error, with the reason, and no other.
  must(subscribers->insert(subscriber(2)));
  sql.run("INSERT INTO profile (id, definition) VALUES (77, '{\"apns\": []}')");
  sql.run("UPDATE subscriber SET profile = 77 WHERE imsi = '001010000000001'");
  const auto found = subscribers->find(imsi(1));
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().message.find("profile 77: apns: expected at least one") != std::string::npos);
  CHECK(must(subscribers->find(imsi(2))));
  // A profile is edited for all of its SIMs: everything may have changed.
  must(subscribers->changes(true));
  sql.run("UPDATE profile SET definition = '{\"group\": \"meters\"}' WHERE id = 77");
  CHECK(must(subscribers->changes(false)).everything);
  CHECK(must(subscribers->find(imsi(1)))->subscriber.profile->group.text() == "meters");
}

TEST_CASE("sim_that_is_deleted_without_foreign_keys_leaves_no_route_and_no_address") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  const auto subscribers = open_at(path);
  Subscriber card = subscriber(1);
  card.static_addresses = {{.context_id = 1, .ipv4 = *Ipv4Address::parse("10.45.0.9")}};
  card.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  must(subscribers->insert(card));
  Raw sql(path);
  REQUIRE(sql.number("PRAGMA foreign_keys") == 0);
  must(subscribers->changes(true));
  // A new IMSI takes along what is the SIM's.
  sql.run("UPDATE subscriber SET imsi = '001010000000003'");
  CHECK(must(subscribers->framed_routes()) ==
        std::vector{OwnedRoute{*Imsi::parse("001010000000003"), *IpPrefix::parse("192.168.7.0/24")}});
  CHECK(must(subscribers->owned_addresses()) ==
        std::vector{OwnedAddress{*Imsi::parse("001010000000003"), *IpAddress::parse("10.45.0.9")}});
  sql.run("DELETE FROM subscriber");
  CHECK(must(subscribers->framed_routes()).empty());
  CHECK(must(subscribers->static_addresses()).empty());
  CHECK_FALSE(must(subscribers->changes(false)).empty());
  // The next SIM of that IMSI inherits nothing, and another may have it all.
  must(subscribers->insert(subscriber(3)));
  CHECK(must(subscribers->find(imsi(3)))->subscriber == subscriber(3));
  must(subscribers->insert(card));
}

TEST_CASE("route_or_address_that_cannot_be_read_is_left_out_of_the_listing_and_told_with_its_sim") {
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  const auto subscribers = open_at(path);
  for (unsigned number = 1; number <= 4; ++number) must(subscribers->insert(subscriber(number)));
  Subscriber good = subscriber(1);
  good.static_addresses = {{.context_id = 1, .ipv4 = *Ipv4Address::parse("10.45.0.9")}};
  good.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  must(subscribers->update(good));
  Raw sql(path);
  sql.run(
      "INSERT INTO framed_route VALUES (x'04c0a80800', x'04c0a808ff', '192.168.8/24', '001010000000002', 1)");
  sql.run(
      "INSERT INTO framed_route VALUES (x'04c0a80900', x'04c0a809ff', '192.168.9.0/25', '001010000000003', "
      "1)");
  sql.run("INSERT INTO static_address VALUES ('001010000000004', 1, 'internet', '10.45.0', NULL)");
  {
    const log::Capture told(log::Level::warning);
    for (int time = 0; time < 2; ++time) {
      CHECK(must(subscribers->framed_routes()) ==
            std::vector{OwnedRoute{imsi(1), *IpPrefix::parse("192.168.7.0/24")}});
      CHECK(must(subscribers->static_addresses()) == std::vector{*IpAddress::parse("10.45.0.9")});
    }
    const std::string text = told.text();
    INFO(text);
    for (unsigned number = 2; number <= 4; ++number)
      CHECK(text.find(imsi(number).text()) != std::string::npos);
    CHECK(std::ranges::count(text, '\n') == 3);
  }
  // Where a SIM is asked for, or its prefix is wanted, the error says which one it is.
  for (unsigned number = 2; number <= 4; ++number) {
    const auto found = subscribers->find(imsi(number));
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().message.find("subscriber " + imsi(number).text() + ": bad") != std::string::npos);
  }
  good.framed_routes.front().prefixes.push_back(*IpPrefix::parse("192.168.8.128/25"));
  const auto refused = subscribers->update(good);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("overlaps a damaged one, \"192.168.8/24\", of SIM " + imsi(2).text()) !=
        std::string::npos);
}
