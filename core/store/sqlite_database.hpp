// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/store/error.hpp"
#include "core/types/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace zerocell::store {

/// One step of a schema's life: `statements` turn version `to - 1` into version `to`.
struct Migration {
  int to = 0;
  const char* statements = "";
};

struct SqliteOptions {
  std::string path;
  std::uint32_t busy_timeout_ms = 5000;  ///< How long one call waits for another process's write lock.
  bool create = true;                    ///< Make the file when it is missing; else that is `unavailable`.
  const char* vfs = nullptr;             ///< SQLite VFS by name; null: the system's.
};

/// One connection to one database file of ours: WAL mode, every commit synced, statements prepared once.
class SqliteDatabase {
 public:
  /// Opens, or makes (mode 0600), the file, and brings it to the version of the last migration. An older file
  /// is first copied beside itself, as PATH.schema-N.backup, and then changed in one transaction.
  static Result<SqliteDatabase> open(const SqliteOptions& options, std::span<const Migration> migrations);
  SqliteDatabase(SqliteDatabase&&) noexcept = default;
  SqliteDatabase& operator=(SqliteDatabase&&) noexcept = default;
  ~SqliteDatabase();

  sqlite3* handle() const { return handle_.get(); }
  const std::string& path() const { return path_; }

  Result<void> execute(const char* statements);
  /// What the last failed call on this connection means.
  Error error(int code, std::string_view doing) const;
  /// A row that no code of ours can have written.
  Error damaged(std::string_view what) const;
  /// Whether a transaction is open. SQLite ends one by itself after some errors.
  bool in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  SqliteDatabase(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  Result<void> prepare_file(std::span<const Migration> migrations);
  Result<void> use_wal();
  Result<void> migrate(int from, std::span<const Migration> migrations);
  Result<void> back_up(const std::string& target);
  Result<std::int64_t> pragma(const char* name);

  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

/// A prepared statement; made at its first use.
class SqliteStatement {
 public:
  SqliteStatement(SqliteDatabase& database, const char* sql) : database_(database), sql_(sql) {}
  SqliteStatement(const SqliteStatement&) = delete;
  ~SqliteStatement();

 private:
  friend class SqliteQuery;
  SqliteDatabase& database_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
};

/// One run of a statement. Bound text and octets must outlive it; the statement is free again afterwards, and
/// holds nothing of what was bound.
class SqliteQuery {
 public:
  template <class... Values>
  explicit SqliteQuery(SqliteStatement& statement, const Values&... values) : of_(statement) {
    start();
    int place = 0;
    (bind(++place, values), ...);
  }
  SqliteQuery(const SqliteQuery&) = delete;
  ~SqliteQuery();

  /// Whether there is a row (another row).
  Result<bool> next();
  /// Runs a statement that gives no rows.
  Result<void> run();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  ///< Valid until the next step.
  Bytes octets(int column) const;           ///< Valid until the next step.
  bool null(int column) const;

 private:
  void start();
  void bind(int place, std::int64_t value);
  void bind(int place, std::string_view text);  ///< Empty text becomes NULL.
  void bind(int place, Bytes octets);

  SqliteStatement& of_;
  int failed_ = 0;
};

}  // namespace zerocell::store
