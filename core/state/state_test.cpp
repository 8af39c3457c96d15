// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <unordered_map>

#include <catch2/catch.hpp>

#include "core/state/id_cipher.hpp"
#include "core/state/record_index.hpp"
#include "core/state/record_table.hpp"

using namespace zerocell;

namespace {

struct Sample {
  static constexpr std::uint32_t kLayoutVersion = 1;
  static constexpr const char* kName = "sample";
  std::uint64_t key = 0;
  std::uint64_t value = 0;
};
struct LaterSample {
  static constexpr std::uint32_t kLayoutVersion = 2;
  static constexpr const char* kName = "sample";
  std::uint64_t key = 0;
  std::uint64_t value = 0;
};

struct TemporaryFile {
  TemporaryFile() {
    std::snprintf(path, sizeof path, "/tmp/zerocell-state-XXXXXX");
    ::close(::mkstemp(path));
  }
  ~TemporaryFile() { ::unlink(path); }
  char path[64];
};

}  // namespace

TEST_CASE("record_survives_the_process_that_wrote_it_and_one_half_written_does_not") {
  const TemporaryFile file;
  const RecordStorage storage{file.path, 10};
  {
    auto table = RecordTable<Sample>::open(storage);
    REQUIRE(table);
    for (std::uint64_t key = 0; key < 3; ++key) (*table)[*table->allocate()] = {key, key * 10};
    table->release(1);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto update = table->update(2);
      ::_exit(0);
    }
    REQUIRE(::waitpid(child, nullptr, 0) == child);
  }
  auto table = RecordTable<Sample>::open(storage);
  REQUIRE(table);
  CHECK(table->size() == 1);
  CHECK((*table)[0].value == 0);
  CHECK_FALSE(table->live(1));
  CHECK_FALSE(table->live(2));
  const auto generation = table->generation(2);
  CHECK(*table->allocate() == 2);
  CHECK(table->generation(2) == generation + 1);
}

TEST_CASE("table_says_what_is_wrong_with_its_file") {
  const TemporaryFile file;
  REQUIRE(RecordTable<Sample>::open({file.path, 10}));
  CHECK_THAT(RecordTable<LaterSample>::open({file.path, 10}).error(),
             Catch::Contains("another record layout"));
  CHECK_THAT(RecordTable<Sample>::open({file.path, 11}).error(), Catch::Contains("made for 10 records"));
  CHECK_THAT(RecordTable<Sample>::open({"/nowhere/at/all", 10}).error(), Catch::Contains("No such file"));
  CHECK_THAT(RecordTable<Sample>::open({"/proc/self/status", 10}).error(), Catch::Contains("status"));
}

TEST_CASE("full_table_gives_nothing_and_released_records_are_cleared_and_used_again") {
  auto table = RecordTable<Sample>::open({"", 2});
  REQUIRE(table);
  const auto first = *table->allocate();
  (*table)[first].value = 7;
  REQUIRE(table->allocate());
  CHECK_FALSE(table->allocate());
  table->release(first);
  CHECK(*table->allocate() == first);
  CHECK((*table)[first].value == 0);
}

TEST_CASE("index_agrees_with_a_map_over_many_inserts_and_erases") {
  std::vector<std::uint64_t> keys(5000);
  const auto key_of = [&](std::uint32_t index) { return keys[index]; };
  RecordIndex<std::uint64_t, decltype(key_of)> index(key_of);
  std::unordered_map<std::uint64_t, std::uint32_t> expected;
  std::vector<std::uint32_t> free;
  for (std::uint32_t i = 0; i < keys.size(); ++i) free.push_back(i);
  std::mt19937_64 random(3);
  for (int step = 0; step < 100'000; ++step) {
    const std::uint64_t key = random() % 6000;
    const auto found = index.find(key);
    const auto wanted = expected.find(key);
    REQUIRE(found.has_value() == (wanted != expected.end()));
    if (found) {
      REQUIRE(*found == wanted->second);
      index.erase(key);
      free.push_back(*found);
      expected.erase(key);
    } else if (!free.empty()) {
      const auto slot = free.back();
      free.pop_back();
      keys[slot] = key;
      index.insert(key, slot);
      expected[key] = slot;
    }
  }
  CHECK(index.size() == expected.size());
}

TEST_CASE("index_filled_at_once_finds_every_entry") {
  for (const std::uint32_t count : {0u, 1u, 15u, 16u, 17u, 5000u}) {
    std::vector<std::uint64_t> keys;
    std::mt19937_64 random(count);
    for (std::uint32_t i = 0; i < count; ++i) keys.push_back(random());
    const auto key_of = [&](std::uint32_t at) { return keys[at]; };
    RecordIndex<std::uint64_t, decltype(key_of)> index(key_of);
    {
      decltype(index)::Bulk all(index);
      for (std::uint32_t i = 0; i < count; ++i) all.insert(keys[i], i);
    }
    CHECK(index.size() == count);
    for (std::uint32_t i = 0; i < count; ++i) REQUIRE(index.find(keys[i]) == i);
  }
}

TEST_CASE("index_looks_at_few_records_whatever_its_keys_have_in_common") {
  constexpr std::uint32_t kCount = 100'000;
  // As an IMSI is packed, with its length in the last four bits; and counted up in steps.
  const auto packed = [](std::uint32_t number) {
    std::uint64_t digits = 15;
    for (unsigned at = 4; number != 0; at += 4, number /= 10) digits |= std::uint64_t{number % 10} << at;
    return digits;
  };
  for (const std::uint64_t step :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 12, std::uint64_t{1} << 36}) {
    const auto key = [&](std::uint32_t number) { return step == 0 ? packed(number) : number * step; };
    std::uint64_t looked_at = 0;
    const auto key_of = [&](std::uint32_t number) {
      ++looked_at;
      return key(number);
    };
    RecordIndex<std::uint64_t, decltype(key_of)> index(key_of);
    for (std::uint32_t i = 0; i < kCount; ++i) index.insert(key(i), i);
    looked_at = 0;
    for (std::uint32_t i = 0; i < kCount; ++i) REQUIRE(index.find(key(i)) == i);
    INFO("step " << step);
    CHECK(looked_at < 4 * kCount);
  }
}

TEST_CASE("index_that_grows_looks_at_few_records_for_each_insertion") {
  std::vector<std::uint64_t> keys;
  std::uint64_t looked_at = 0;
  const auto key_of = [&](std::uint32_t index) {
    ++looked_at;
    return keys[index];
  };
  RecordIndex<std::uint64_t, decltype(key_of)> index(key_of);
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    keys.push_back(i * std::uint64_t{0x1000});
    looked_at = 0;
    index.insert(keys.back(), i);
    REQUIRE(looked_at <= 8);
    // Those before it are found wherever they stand by now.
    if (i % 97 == 0)
      for (std::uint32_t k = 0; k <= i; k += 13) REQUIRE(index.find(keys[k]) == k);
  }
}

TEST_CASE("index_forgets_what_is_erased_while_it_grows") {
  std::vector<std::uint64_t> keys(4000);
  std::mt19937_64 random(7);
  for (auto& key : keys) key = random();
  const auto key_of = [&keys](std::uint32_t index) { return keys[index]; };
  for (const std::uint32_t count : {13u, 14u, 25u, 26u, 800u, 3073u, 3100u}) {
    RecordIndex<std::uint64_t, decltype(key_of)> index(key_of);
    for (std::uint32_t i = 0; i < count; ++i) index.insert(keys[i], i);
    for (std::uint32_t i = 0; i < count; i += 2) index.erase(keys[i]);
    for (std::uint32_t i = 0; i < count; ++i) REQUIRE(index.find(keys[i]).has_value() == (i % 2 == 1));
    for (std::uint32_t i = 0; i < count; i += 2) index.insert(keys[i], i);
    index.reserve(10'000);
    for (std::uint32_t i = 0; i < count; ++i) REQUIRE(index.find(keys[i]) == i);
    CHECK(index.size() == count);
  }
}

TEST_CASE("siphash_agrees_with_its_authors_vector") {
  // Key 00..0f, message 00..07: from the reference vectors of the SipHash paper's implementation,
  // vectors_sip64[8].
  CHECK(siphash24(0x0706050403020100, 0x0f0e0d0c0b0a0908, 0x0706050403020100) == 0x93f5f5799a932462);
}

TEST_CASE("identifier_is_a_permutation_that_depends_on_the_key") {
  std::array<std::uint8_t, 16> key{1, 2, 3};
  const IdCipher cipher(key);
  key[15] = 1;
  const IdCipher other(key);
  std::size_t same = 0;
  for (std::uint32_t plain = 0; plain < 100'000; ++plain) {
    REQUIRE(cipher.decrypt(cipher.encrypt(plain)) == plain);
    same += cipher.encrypt(plain) == other.encrypt(plain);
  }
  CHECK(same < 3);
}
