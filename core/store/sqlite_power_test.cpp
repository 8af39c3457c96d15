// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <cstring>
#include <fstream>
#include <map>
#include <new>
#include <random>
#include <set>
#include <sstream>

#include "core/store/test_subscribers.hpp"

using namespace zerocell;
using namespace zerocell::store;
using namespace zerocell::store::testing;

namespace {

/// A disk that loses everything that was not synced when the power is cut: the least that fdatasync promises.
/// A VFS of SQLite over the system's, which remembers what each file was at its last sync.
class Disk {
 public:
  static Disk& instance() {
    static Disk disk;
    return disk;
  }
  const char* vfs() const { return vfs_.zName; }

  /// From now on nothing is written.
  void cut_power() { on_ = false; }
  /// What a machine that starts again finds.
  void start_again() {
    for (const auto& [path, contents] : durable_) std::ofstream(path, std::ios::binary) << contents;
    for (const auto& path : seen_)
      if (!durable_.contains(path)) ::unlink(path.c_str());
    for (const auto& [path, contents] : durable_)
      if (path.ends_with("-wal")) ::unlink((path.substr(0, path.size() - 3) + "shm").c_str());
    on_ = true;
  }
  void forget() {
    durable_.clear();
    seen_.clear();
    syncs = 0;
  }
  std::uint64_t syncs = 0;

 private:
  struct File {
    sqlite3_file base;
    const char* path;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return of(file).real(); }

  Disk() {
    sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    vfs_ = *system;
    vfs_.zName = "power";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + system->szOsFile;
    vfs_.pAppData = system;
    vfs_.pNext = nullptr;
    vfs_.xOpen = [](sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
      File& made = of(file);
      made.base.pMethods = nullptr;
      made.path = path;
      auto* below = static_cast<sqlite3_vfs*>(vfs->pAppData);
      const int code = below->xOpen(below, path, made.real(), flags, out);
      if (code != SQLITE_OK) return code;
      if (path != nullptr) instance().seen_.insert(path);
      made.base.pMethods = &instance().methods_;
      return SQLITE_OK;
    };
    vfs_.xDelete = [](sqlite3_vfs* vfs, const char* path, int sync) {
      Disk& disk = instance();
      if (!disk.on_) return SQLITE_IOERR_DELETE;
      disk.durable_.erase(path);
      auto* below = static_cast<sqlite3_vfs*>(vfs->pAppData);
      return below->xDelete(below, path, sync);
    };
    methods_ = {
        .iVersion = 2,
        .xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
        .xRead = [](sqlite3_file* f, void* to, int n,
                    sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); },
        .xWrite =
            [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
              if (!instance().on_) return SQLITE_IOERR_WRITE;
              return real(f)->pMethods->xWrite(real(f), from, n, at);
            },
        .xTruncate =
            [](sqlite3_file* f, sqlite3_int64 size) {
              if (!instance().on_) return SQLITE_IOERR_TRUNCATE;
              return real(f)->pMethods->xTruncate(real(f), size);
            },
        .xSync =
            [](sqlite3_file* f, int) {
              Disk& disk = instance();
              if (!disk.on_) return SQLITE_IOERR_FSYNC;
              ++disk.syncs;
              sqlite3_int64 size = 0;
              real(f)->pMethods->xFileSize(real(f), &size);
              std::string contents(static_cast<std::size_t>(size), '\0');
              if (size > 0) real(f)->pMethods->xRead(real(f), contents.data(), static_cast<int>(size), 0);
              disk.durable_[of(f).path] = std::move(contents);
              return SQLITE_OK;
            },
        .xFileSize = [](sqlite3_file* f,
                        sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
        .xLock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xLock(real(f), lock); },
        .xUnlock = [](sqlite3_file* f, int lock) { return real(f)->pMethods->xUnlock(real(f), lock); },
        .xCheckReservedLock = [](sqlite3_file* f,
                                 int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
        .xFileControl = [](sqlite3_file* f, int op,
                           void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); },
        .xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
        .xDeviceCharacteristics =
            [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
        .xShmMap =
            [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
              return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
            },
        .xShmLock = [](sqlite3_file* f, int offset, int n,
                       int flags) { return real(f)->pMethods->xShmLock(real(f), offset, n, flags); },
        .xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
        .xShmUnmap = [](sqlite3_file* f, int erase) { return real(f)->pMethods->xShmUnmap(real(f), erase); },
        .xFetch = nullptr,
        .xUnfetch = nullptr,
    };
    sqlite3_vfs_register(&vfs_, 0);
  }

  sqlite3_vfs vfs_{};
  sqlite3_io_methods methods_{};
  bool on_ = true;
  std::map<std::string, std::string> durable_;
  std::set<std::string> seen_;
};

}  // namespace

TEST_CASE("what_was_answered_survives_a_power_cut_and_no_number_comes_twice") {
  Disk& disk = Disk::instance();
  disk.forget();
  const TemporaryDirectory directory;
  const std::string path = directory.file("sims.db");
  std::mt19937 chance(GENERATE(1u, 2u, 3u));
  const auto below = [&](unsigned bound) {
    return std::uniform_int_distribution<unsigned>(0, bound - 1)(chance);
  };
  std::set<std::uint64_t> used;
  std::map<Imsi, Subscriber> stored;
  for (int life = 0; life < 25; ++life) {
    auto subscribers = must(open_sqlite({.path = path, .vfs = disk.vfs()}));
    REQUIRE(must(subscribers->count()) == stored.size());
    for (const auto& [imsi, subscriber] : stored)
      REQUIRE(must(subscribers->find(imsi))->subscriber == subscriber);
    if (stored.empty()) {
      must(subscribers->insert(subscriber(0)));
      stored[imsi(0)] = subscriber(0);
    }
    const std::uint64_t grant = must(subscribers->open_sequence_grant(4));
    const auto sequence = must(subscribers->find(imsi(0)))->sequence;
    if (sequence.written_at_grant <= grant)
      for (std::uint64_t i = 0, count = below(5); i < count; ++i)
        REQUIRE(used.insert(static_cast<std::uint64_t>(sequence.offset) + grant + i).second);
    for (unsigned step = below(12); step > 0; --step) {
      if (below(2) == 0) {
        const std::uint64_t first = must(subscribers->reserve_sequence(imsi(0), {}, 3));
        for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(used.insert(first + i).second);
        continue;
      }
      must(subscribers->begin());
      std::map<Imsi, Subscriber> group;
      for (unsigned i = below(40); i > 0; --i) {
        const Subscriber made = subscriber(1 + stored.size() + group.size());
        must(subscribers->insert(made));
        group[made.imsi] = made;
      }
      if (below(4) == 0) {
        subscribers->rollback();
        continue;
      }
      must(subscribers->commit());
      stored.merge(group);
    }
    if (below(2) == 0) {
      // In the middle of a group: it was not answered, and must not be there.
      must(subscribers->begin());
      must(subscribers->insert(subscriber(500'000)));
    }
    disk.cut_power();
    subscribers.reset();
    disk.start_again();
  }
}

TEST_CASE("one_sync_serves_a_whole_group") {
  Disk& disk = Disk::instance();
  disk.forget();
  const TemporaryDirectory directory;
  auto subscribers = must(open_sqlite({.path = directory.file("sims.db"), .vfs = disk.vfs()}));
  disk.syncs = 0;
  must(subscribers->begin());
  for (std::uint64_t i = 0; i < 200; ++i) must(subscribers->insert(subscriber(i)));
  must(subscribers->commit());
  CHECK(disk.syncs >= 1);
  CHECK(disk.syncs <= 2);  // The first commit of a new log syncs its header, too.
}
