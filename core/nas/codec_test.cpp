// SPDX-License-Identifier: Apache-2.0
#include "core/nas/codec.hpp"

#include <catch2/catch.hpp>

#include "core/nas/examples/examples.hpp"

namespace zerocell::nas {
namespace {

template <class M>
ByteVector encoded(const M& message) {
  return examples::octets_of(message);
}

TEST_CASE("every_emm_message_decodes_to_what_was_encoded") {
  for (const auto& [message, direction] : examples::every_emm_message()) {
    const ByteVector octets = encoded(message);
    INFO(to_hex(octets));
    const auto decoded = decode_emm(octets, direction);
    REQUIRE(decoded.has_value());
    CHECK(decoded->index() == message.index());
    CHECK((*decoded == message));
    CHECK(encoded(*decoded) == octets);
  }
}

TEST_CASE("every_esm_message_decodes_to_what_was_encoded") {
  for (const auto& [message, direction] : examples::every_esm_message()) {
    const ByteVector octets = encoded(message);
    INFO(to_hex(octets));
    const auto decoded = decode_esm(octets, direction);
    REQUIRE(decoded.has_value());
    CHECK(decoded->index() == message.index());
    CHECK((*decoded == message));
    CHECK(encoded(*decoded) == octets);
  }
}

TEST_CASE("service_request_is_known_by_its_header_and_by_no_type_octet") {
  for (const std::uint8_t first : {0xC7, 0xD7, 0xE7, 0xF7})
    CHECK(peek(ByteVector{first, 0x00, 0x12, 0x34})->emm_type == EmmType::service_request);
  for (unsigned type = 0; type < 256; ++type)
    CHECK(peek(ByteVector{0x07, static_cast<std::uint8_t>(type)})->emm_type != EmmType::service_request);
}

TEST_CASE("every_message_cut_short_anywhere_is_a_value_or_a_fault") {
  for (const auto& [message, direction] : examples::every_emm_message()) {
    const ByteVector octets = encoded(message);
    for (std::size_t size = 0; size < octets.size(); ++size) {
      const ByteVector cut(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
      const auto decoded = decode_emm(cut, direction);
      if (!decoded) CHECK(decoded.error().offset <= size);
    }
  }
  for (const auto& [message, direction] : examples::every_esm_message()) {
    const ByteVector octets = encoded(message);
    for (std::size_t size = 0; size < octets.size(); ++size) {
      const ByteVector cut(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
      const auto decoded = decode_esm(cut, direction);
      if (!decoded) CHECK(decoded.error().offset <= size);
    }
  }
}

}  // namespace
}  // namespace zerocell::nas
