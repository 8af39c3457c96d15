// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite_database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/telemetry/log.hpp"
#include "core/types/assert.hpp"

namespace zerocell::store {

namespace {

constexpr std::int64_t kApplicationId = 0x5A43454C;  // "ZCEL": tells our files from other databases

ErrorKind kind_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::busy;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return ErrorKind::read_only;
    case SQLITE_FULL:
      return ErrorKind::no_space;
    case SQLITE_IOERR:
      // Some file systems say so in a write, others only when it is synced.
      return errno == ENOSPC || errno == EDQUOT ? ErrorKind::no_space : ErrorKind::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::corrupt;
    case SQLITE_CONSTRAINT:
      return ErrorKind::conflict;
    default:
      return ErrorKind::unavailable;
  }
}

std::string advice(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::busy:
      return "another process holds its write lock; end it, or wait for it";
    case ErrorKind::read_only:
      return fmt::format(
          "it cannot be written by user id {}; give write permission to the file and its directory",
          geteuid());
    case ErrorKind::no_space:
      return "the disk is full; free some space. What was stored before is untouched";
    case ErrorKind::corrupt:
      return "it is damaged, or no database. Put it aside and restore a backup, or save what can be read "
             "with "
             "'sqlite3 FILE .recover'";
    default:
      return "";
  }
}

Error make_error(ErrorKind kind, const std::string& path, std::string_view doing, std::string_view detail) {
  std::string message = fmt::format("store {}: {}: {}", path, doing, detail);
  if (const std::string todo = advice(kind); !todo.empty()) message += fmt::format(" ({})", todo);
  return {kind, std::move(message)};
}

/// SQLite would make the file with the umask's permissions; it holds keys, so nobody else may read it.
Result<void> make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  if (errno == EEXIST) return {};
  const int error = errno;
  const ErrorKind kind = error == ENOSPC || error == EDQUOT                    ? ErrorKind::no_space
                         : error == EACCES || error == EROFS || error == EPERM ? ErrorKind::read_only
                                                                               : ErrorKind::unavailable;
  return std::unexpected(make_error(kind, path, "cannot be made", std::strerror(error)));
}

void warn_if_others_can_read(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
    log::warning("store_readable_by_others", {{"path", path}, {"do", "chmod 600 " + path}});
}

}  // namespace

void SqliteDatabase::Close::operator()(sqlite3* handle) const noexcept {
  sqlite3_close_v2(handle);
}
SqliteDatabase::~SqliteDatabase() = default;

Result<SqliteDatabase> SqliteDatabase::open(const SqliteOptions& options,
                                            std::span<const Migration> migrations) {
  if (options.create) {
    if (auto made = make_private_file(options.path); !made) return std::unexpected(made.error());
  } else if (::access(options.path.c_str(), F_OK) != 0) {
    return std::unexpected(
        Error{ErrorKind::unavailable, fmt::format("store {}: {}", options.path, std::strerror(errno))});
  }
  warn_if_others_can_read(options.path);

  sqlite3* handle = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(options.path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                   options.vfs);
  SqliteDatabase database(handle, options.path);
  if (code != SQLITE_OK) return std::unexpected(database.error(code, "cannot be opened"));
  if (sqlite3_db_readonly(handle, "main") == 1)
    return std::unexpected(
        make_error(ErrorKind::read_only, options.path, "cannot be opened", "it opens for reading only"));
  sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout_ms));
  if (auto ready = database.prepare_file(migrations); !ready) return std::unexpected(ready.error());
  return database;
}

Result<void> SqliteDatabase::prepare_file(std::span<const Migration> migrations) {
  ZC_ASSERT(!migrations.empty());
  const int latest = migrations.back().to;
  const auto version = pragma("user_version");
  if (!version) return std::unexpected(version.error());
  const auto application = pragma("application_id");
  if (!application) return std::unexpected(application.error());
  const auto pages = pragma("page_count");
  if (!pages) return std::unexpected(pages.error());

  const bool fresh = *pages == 0;
  if (!fresh && *application != kApplicationId)
    return std::unexpected(
        Error{ErrorKind::foreign_file,
              fmt::format("store {}: this is a database, but none of zerocell's; name another file", path_)});
  if (*version > latest)
    return std::unexpected(
        Error{ErrorKind::newer_schema,
              fmt::format(
                  "store {}: written by a later version of zerocell (schema {}, this one knows {}); run that "
                  "version, or restore the backup that it made beside the file",
                  path_, *version, latest)});

  if (auto shared = use_wal(); !shared) return shared;
  // FULL: a commit has reached the disk when it returns. Foreign keys guard profiles that are in use.
  if (auto set = execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192;");
      !set)
    return set;
  if (*version == latest) return {};
  if (!fresh) {
    std::string backup = fmt::format("{}.schema-{}.backup", path_, *version);
    for (int copy = 2; ::access(backup.c_str(), F_OK) == 0; ++copy)
      backup = fmt::format("{}.schema-{}.backup.{}", path_, *version, copy);
    if (auto saved = back_up(backup); !saved) return saved;
    log::info("store_backed_up", {{"path", path_}, {"backup", backup}});
  }
  return migrate(static_cast<int>(*version), migrations);
}

Result<void> SqliteDatabase::use_wal() {
  // The journal's mode is kept in the file, and asking for it again needs no lock.
  SqliteStatement wal(*this, "PRAGMA journal_mode = WAL");
  SqliteQuery query(wal);
  const auto row = query.next();
  if (!row) return std::unexpected(row.error());
  if (query.text(0) != "wal")
    return std::unexpected(
        Error{ErrorKind::unavailable,
              fmt::format(
                  "store {}: this file system cannot share memory between processes (SQLite's WAL); keep the "
                  "file on a local disk",
                  path_)});
  return {};
}

Result<void> SqliteDatabase::migrate(int from, std::span<const Migration> migrations) {
  if (auto begun = execute("BEGIN EXCLUSIVE"); !begun) return begun;
  const auto undo = [this](Error error) -> Result<void> {
    (void)execute("ROLLBACK");
    return std::unexpected(std::move(error));
  };
  // Another process may have been faster.
  const auto version = pragma("user_version");
  if (!version) return undo(version.error());
  from = static_cast<int>(*version);
  int reached = from;
  for (const Migration& migration : migrations) {
    if (migration.to <= from) continue;
    if (auto done = execute(migration.statements); !done) return undo(done.error());
    reached = migration.to;
  }
  const std::string marks =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", kApplicationId, reached);
  if (auto done = execute(marks.c_str()); !done) return undo(done.error());
  if (from != 0 && reached != from)
    log::info("store_upgraded", {{"path", path_}, {"from", from}, {"to", reached}});
  return {};
}

/// A consistent copy, whatever other processes do meanwhile; mode 0600, never over another file.
Result<void> SqliteDatabase::back_up(const std::string& target) {
  const auto failed = [&](std::string_view why) -> Result<void> {
    const ErrorKind kind = errno == ENOSPC ? ErrorKind::no_space : ErrorKind::unavailable;
    return std::unexpected(make_error(
        kind, path_, fmt::format("cannot be upgraded, since its backup {} cannot be written", target), why));
  };
  // What an interrupted upgrade left is worth nothing: the file is still what it was.
  const std::string partial = target + ".partial";
  ::unlink(partial.c_str());
  if (auto made = make_private_file(partial); !made) return std::unexpected(made.error());
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(partial.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, Close> copy(raw);
  if (opened != SQLITE_OK) return failed(sqlite3_errmsg(raw));
  sqlite3_backup* backup = sqlite3_backup_init(raw, "main", handle_.get(), "main");
  if (backup == nullptr) return failed(sqlite3_errmsg(raw));
  errno = 0;
  const int code = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) {
    auto refused = failed(sqlite3_errstr(code));
    if (code == SQLITE_FULL)
      refused.error() =
          make_error(ErrorKind::no_space, path_, "cannot be upgraded, since there is no room for its backup",
                     sqlite3_errstr(code));
    ::unlink(partial.c_str());
    return refused;
  }
  if (::rename(partial.c_str(), target.c_str()) != 0) return failed(std::strerror(errno));
  return {};
}

Result<std::int64_t> SqliteDatabase::pragma(const char* name) {
  const std::string sql = fmt::format("PRAGMA {}", name);
  SqliteStatement statement(*this, sql.c_str());
  SqliteQuery query(statement);
  const auto row = query.next();
  if (!row) return std::unexpected(row.error());
  return query.integer(0);
}

Result<void> SqliteDatabase::execute(const char* statements) {
  errno = 0;
  const int code = sqlite3_exec(handle_.get(), statements, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code, "cannot be changed"));
  return {};
}

Error SqliteDatabase::error(int code, std::string_view doing) const {
  const char* detail = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  return make_error(kind_of(code), path_, doing, detail);
}

Error SqliteDatabase::damaged(std::string_view what) const {
  return {ErrorKind::invalid, fmt::format("store {}: {}", path_, what)};
}

bool SqliteDatabase::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(statement_);
}

void SqliteQuery::start() {
  if (of_.statement_ != nullptr) return;
  errno = 0;
  failed_ = sqlite3_prepare_v3(of_.database_.handle(), of_.sql_, -1, SQLITE_PREPARE_PERSISTENT,
                               &of_.statement_, nullptr);
}
SqliteQuery::~SqliteQuery() {
  if (of_.statement_ == nullptr) return;
  sqlite3_reset(of_.statement_);
  sqlite3_clear_bindings(of_.statement_);
}

Result<bool> SqliteQuery::next() {
  if (failed_ == SQLITE_OK) {
    errno = 0;
    const int code = sqlite3_step(of_.statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    failed_ = code;
  }
  return std::unexpected(of_.database_.error(failed_, "cannot be used"));
}
Result<void> SqliteQuery::run() {
  const auto row = next();
  if (!row) return std::unexpected(row.error());
  return {};
}

std::int64_t SqliteQuery::integer(int column) const {
  return sqlite3_column_int64(of_.statement_, column);
}
std::string_view SqliteQuery::text(int column) const {
  const auto* text = sqlite3_column_text(of_.statement_, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(of_.statement_, column))};
}
Bytes SqliteQuery::octets(int column) const {
  const void* octets = sqlite3_column_blob(of_.statement_, column);
  if (octets == nullptr) return {};
  return {static_cast<const std::uint8_t*>(octets),
          static_cast<std::size_t>(sqlite3_column_bytes(of_.statement_, column))};
}
bool SqliteQuery::null(int column) const {
  return sqlite3_column_type(of_.statement_, column) == SQLITE_NULL;
}

void SqliteQuery::bind(int place, std::int64_t value) {
  if (failed_ == SQLITE_OK) failed_ = sqlite3_bind_int64(of_.statement_, place, value);
}
void SqliteQuery::bind(int place, std::string_view text) {
  if (failed_ != SQLITE_OK || text.empty()) return;
  failed_ =
      sqlite3_bind_text(of_.statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}
void SqliteQuery::bind(int place, Bytes octets) {
  if (failed_ != SQLITE_OK) return;
  failed_ =
      sqlite3_bind_blob(of_.statement_, place, octets.data(), static_cast<int>(octets.size()), SQLITE_STATIC);
}

}  // namespace zerocell::store
