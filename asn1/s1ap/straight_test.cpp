// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/aper/decoder.hpp"
#include "asn1/aper/encoder.hpp"
#include "asn1/aper/equal.hpp"
#include "asn1/s1ap/samples_test.hpp"
#include "asn1/s1ap/tables.hpp"

namespace zerocell::s1ap {
namespace {

constexpr int kRounds = 400;

/// Calls `judge(ie, message)` for every IE that has a short cut, with many values of it.
template <class Judge>
void for_every_value(Fullness fullness, Judge judge) {
  std::mt19937_64 random(36413);
  const auto arena = std::make_unique<InlineArena<1 << 20>>();
  for (std::size_t i = 0; i < kMessageTypes; ++i) {
    const auto type = static_cast<MessageType>(i);
    for (int round = 0; round < kRounds; ++round) {
      arena->reset();
      const Message message = sample(type, fullness, random, *arena);
      for (const Ie& ie : table_of(type).ies)
        if (ie.straight && ie.field.present(message.body)) judge(ie, message.body, random);
    }
  }
}

ByteVector by_the_walk(const Ie& ie, const void* value) {
  ByteVector room(1 << 16);
  aper::Encoder encoder(room, kDialect);
  encoder.value(*ie.type, ie.type->per_constraints, *ie.field.form, value);
  const Bytes octets = encoder.out().written();
  return encoder.ok() ? ByteVector(octets.begin(), octets.end()) : ByteVector();
}

TEST_CASE("short_cuts_write_what_the_walk_writes") {
  int written = 0;
  for (const Fullness fullness : {Fullness::least, Fullness::some, Fullness::all})
    for_every_value(fullness, [&](const Ie& ie, const void* body, std::mt19937_64&) {
      if (!ie.straight->write) return;
      ByteVector room(1 << 16, 0xEE);
      const std::size_t octets = ie.straight->write(ie.field.value(body), room);
      if (octets == 0) return;
      INFO(ie.field.name);
      CHECK(to_hex(Bytes(room).first(octets)) == to_hex(by_the_walk(ie, ie.field.value(body))));
      ++written;
    });
  CHECK(written > 10'000);
}

TEST_CASE("short_cuts_write_nothing_past_the_room_they_have") {
  for_every_value(Fullness::least, [&](const Ie& ie, const void* body, std::mt19937_64& random) {
    if (!ie.straight->write) return;
    ByteVector room(512, 0xEE);
    const std::size_t allowed = random() % 64;
    const std::size_t octets = ie.straight->write(ie.field.value(body), MutableBytes(room).first(allowed));
    INFO(ie.field.name);
    CHECK(octets <= allowed);
    CHECK(std::ranges::all_of(Bytes(room).subspan(allowed), [](auto octet) { return octet == 0xEE; }));
  });
}

/// What the walk makes of octets; the storage is of the IE's message, so that the field's place is its own.
aper::Reading walk(const Ie& ie, Bytes octets, void* body, Arena& arena) {
  aper::Findings findings;
  aper::Decoder decoder(octets, arena, kDialect, findings);
  return decoder.read(octets, *ie.type, *ie.field.form, ie.field.prepare(body));
}

TEST_CASE("short_cuts_read_only_what_the_walk_reads_and_the_same_value") {
  int read = 0;
  for (std::size_t i = 0; i < kMessageTypes; ++i) {
    const MessageTable& table = table_of(static_cast<MessageType>(i));
    std::mt19937_64 random(i);
    const auto arena = std::make_unique<InlineArena<1 << 20>>();
    const auto straight_arena = std::make_unique<InlineArena<1 << 16>>();
    for (int round = 0; round < kRounds; ++round) {
      arena->reset();
      straight_arena->reset();
      const Message message = sample(table.type, Fullness::some, random, *arena);
      auto* const by_walk = static_cast<std::byte*>(arena->allocate(table.size, table.alignment));
      auto* const by_cut = static_cast<std::byte*>(straight_arena->allocate(table.size, table.alignment));
      table.construct(by_walk);
      table.construct(by_cut);
      for (const Ie& ie : table.ies) {
        if (!ie.straight || !ie.straight->read || !ie.field.present(message.body)) continue;
        ByteVector octets = by_the_walk(ie, ie.field.value(message.body));
        if (round % 2 == 1) octets[random() % std::min<std::size_t>(octets.size(), 3)] ^= 1u << random() % 8;
        if (round % 4 == 3) octets.resize(random() % (octets.size() + 1));
        INFO(ie.field.name << " " << to_hex(octets));
        const auto reading = walk(ie, octets, by_walk, *arena);
        if (!ie.straight->read(octets, ie.field.prepare(by_cut))) continue;
        CHECK(reading == aper::Reading::whole);
        CHECK(aper::equal(ie.field, by_walk, by_cut));
        ++read;
      }
    }
  }
  CHECK(read > 10'000);
}

}  // namespace
}  // namespace zerocell::s1ap
