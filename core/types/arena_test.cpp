// SPDX-License-Identifier: Apache-2.0
#include "core/types/arena.hpp"

#include <catch2/catch.hpp>

namespace zerocell {
namespace {

TEST_CASE("an_arena_hands_out_aligned_values_until_it_is_full_and_again_after_a_reset") {
  InlineArena<64> arena;
  REQUIRE(arena.make<std::uint8_t>() != nullptr);
  auto* const number = arena.make<std::uint64_t>();
  REQUIRE(number != nullptr);
  CHECK(reinterpret_cast<std::uintptr_t>(number) % alignof(std::uint64_t) == 0);
  CHECK(*number == 0);
  CHECK(arena.make_array<std::uint32_t>(13).empty());
  const auto before = arena.used();
  CHECK(arena.make_array<std::uint64_t>(SIZE_MAX / 4).empty());
  CHECK(arena.used() == before);
  CHECK(arena.make_array<std::uint32_t>(12).size() == 12);
  CHECK(arena.allocate(1, 1) == nullptr);
  arena.reset();
  CHECK(arena.make_array<std::uint8_t>(64).size() == 64);
}

}  // namespace
}  // namespace zerocell
