// SPDX-License-Identifier: Apache-2.0
#include "core/types/imei_lock.hpp"

#include <catch2/catch.hpp>

using namespace zerocell;

TEST_CASE("imei_lock_reads_what_it_writes") {
  for (const char* text : {"off", "learn", "learn:35349006987331", "35349006987331", "35349006", "35"}) {
    ImeiLock lock;
    INFO(text);
    REQUIRE(parse_imei_lock(text, lock));
    CHECK(imei_lock_text(lock) == text);
  }
  ImeiLock lock;
  REQUIRE(parse_imei_lock("3534900698733101", lock));  // Of an IMEISV the software version does not count.
  CHECK(imei_lock_text(lock) == "35349006987331");
}

TEST_CASE("imei_lock_that_says_nothing_changes_nothing") {
  ImeiLock lock;
  REQUIRE(parse_imei_lock("35349006", lock));
  const ImeiLock before = lock;
  for (const char* text : {"", "3", "on", "learn:", "learn:35349006", "3534900x", "35349006987331012"}) {
    INFO(text);
    CHECK_FALSE(parse_imei_lock(text, lock));
    CHECK(lock == before);
  }
}

TEST_CASE("imei_lock_admits_the_devices_that_it_names") {
  const auto admits = [](const char* text, const char* device) {
    ImeiLock lock;
    REQUIRE(parse_imei_lock(text, lock));
    return lock.admits(device == nullptr ? Imei{} : *Imei::parse(device));
  };
  CHECK(admits("off", nullptr));
  CHECK(admits("learn", "35349006987331"));
  CHECK_FALSE(admits("learn", nullptr));
  CHECK(admits("learn:35349006987331", "3534900698733177"));
  CHECK_FALSE(admits("learn:35349006987331", "35349006987332"));
  CHECK(admits("35349006987331", "3534900698733101"));
  CHECK_FALSE(admits("35349006987331", "35349006987332"));
  CHECK(admits("35349006", "35349006000000"));
  CHECK_FALSE(admits("35349006", "35349007000000"));
  CHECK_FALSE(admits("35349006", nullptr));
}
