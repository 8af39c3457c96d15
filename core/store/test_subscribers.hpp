// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "core/store/memory_subscribers.hpp"
#include "core/store/sqlite_subscribers.hpp"
#include "core/types/assert.hpp"

/// For tests only.
namespace zerocell::store::testing {

/// A directory that is removed with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char name[] = "/tmp/zerocell-store-XXXXXX";
    const char* made = ::mkdtemp(name);
    ZC_ASSERT(made != nullptr);
    path_ = made;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The implementations of the seam, for tests that hold over all of them.
enum class Kind { memory, sqlite };
class Backend {
 public:
  explicit Backend(Kind kind) : kind_(kind) {}
  /// As another process would open it.
  std::unique_ptr<Subscribers> open() {
    if (kind_ == Kind::memory) return std::make_unique<MemorySubscribers>(memory);
    auto opened = open_sqlite({.path = path(), .busy_timeout_ms = 2000});
    INFO((opened ? "" : opened.error().message));
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  std::string path() const { return directory_.file("subscribers.db"); }

  std::shared_ptr<MemoryDatabase> memory = std::make_shared<MemoryDatabase>();

 private:
  Kind kind_;
  TemporaryDirectory directory_;
};

inline Imsi imsi(std::uint64_t number) {
  std::string text = std::to_string(number);
  return *Imsi::parse("00101" + std::string(10 - text.size(), '0') + text);
}

/// Test set 1 of TS 35.208 §4.3.
inline Subscriber subscriber(std::uint64_t number) {
  Subscriber made;
  made.imsi = imsi(number);
  const auto k = Key<16>::from_hex("465b5ce8b199b49faa5f0a2ee238a6bc");
  const auto op_c = Key<16>::from_hex("cd63cb71954a9f4e48a5994e37a02baf");
  std::ranges::copy(k->reveal(), made.secrets.k.reveal_mutable().begin());
  std::ranges::copy(op_c->reveal(), made.secrets.op_c.reveal_mutable().begin());
  return made;
}

/// Unwraps, and fails the test with the error's own words.
template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace zerocell::store::testing
