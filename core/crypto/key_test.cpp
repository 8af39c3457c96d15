// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/key.hpp"

#include <fmt/format.h>

#include <memory>
#include <new>
#include <sstream>
#include <type_traits>

#include <catch2/catch.hpp>

#include "core/crypto/authentication.hpp"
#include "core/crypto/test_vector_text.hpp"

namespace zerocell {

namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

}  // namespace

TEST_CASE("a_key_cannot_be_printed_formatted_or_streamed") {
  STATIC_REQUIRE_FALSE(Streamable<Key<16>>);
  STATIC_REQUIRE_FALSE(Streamable<StoredKey<32>>);
  STATIC_REQUIRE_FALSE(Streamable<KeyView<32>>);
  STATIC_REQUIRE_FALSE(Streamable<Response>);
  STATIC_REQUIRE_FALSE(fmt::is_formattable<Key<16>>::value);
  STATIC_REQUIRE_FALSE(fmt::is_formattable<StoredKey<32>>::value);
  STATIC_REQUIRE_FALSE(fmt::is_formattable<KeyView<32>>::value);
  STATIC_REQUIRE_FALSE(fmt::is_formattable<Response>::value);
}

TEST_CASE("a_key_leaves_zeros_where_it_lived") {
  alignas(Key<32>) std::array<std::uint8_t, sizeof(Key<32>)> place;
  const ByteVector secret(32, 0xa5);
  auto* key = new (place.data()) Key<32>(std::span<const std::uint8_t, 32>(secret));
  REQUIRE(to_hex(key->reveal()) == to_hex(secret));
  key->~Key();
  REQUIRE(to_hex(place) == std::string(64, '0'));
}

TEST_CASE("a_stored_key_fits_a_record_and_is_wiped_on_demand") {
  STATIC_REQUIRE(std::is_trivially_copyable_v<StoredKey<32>>);
  STATIC_REQUIRE(sizeof(StoredKey<32>) == 32);
  const auto key = key_of<16>("000102030405060708090a0b0c0d0e0f");
  auto stored = key.stored();
  CHECK((Key<16>(stored) == key));
  stored.wipe();
  CHECK((stored == StoredKey<16>()));
}

TEST_CASE("the_constant_time_comparison_sees_every_octet") {
  ByteVector a(40, 0x11);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto b = a;
      b[i] ^= static_cast<std::uint8_t>(1u << bit);
      REQUIRE_FALSE(equal_in_constant_time(a, b));
    }
  CHECK(equal_in_constant_time(a, ByteVector(40, 0x11)));
  CHECK_FALSE(equal_in_constant_time(a, Bytes(a).first(39)));
  CHECK(equal_in_constant_time({}, {}));
}

TEST_CASE("a_wrong_key_text_is_refused_without_being_quoted") {
  const auto short_text = Key<16>::from_hex("cafebabe");
  REQUIRE_FALSE(short_text.has_value());
  CHECK(short_text.error() == "expected 32 hexadecimal digits, found 8 characters");
  const auto letters = Key<4>::from_hex("cafexabe");
  REQUIRE_FALSE(letters.has_value());
  CHECK(letters.error() == "expected only hexadecimal digits, found something else at position 4");
  CHECK(Key<4>::from_hex("CAFEbabe").has_value());
}

}  // namespace zerocell
