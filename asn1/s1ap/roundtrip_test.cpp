// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <memory>

#include <catch2/catch.hpp>

#include "asn1/s1ap/describe_test.hpp"
#include "asn1/s1ap/samples_test.hpp"

namespace zerocell::s1ap {
namespace {

TEST_CASE("every_message_with_any_values_comes_back_as_it_was") {
  std::mt19937_64 random(36413);
  const auto arena = std::make_unique<InlineArena<1 << 20>>();
  std::vector<std::uint8_t> buffer(1 << 20);
  std::vector<std::uint8_t> again(1 << 20);
  for (std::size_t i = 0; i < kMessageTypes; ++i)
    for (int round = 0; round < 40; ++round) {
      arena->reset();
      const auto fullness = round == 0 ? Fullness::least : round < 4 ? Fullness::all : Fullness::some;
      const Message message = sample(static_cast<MessageType>(i), fullness, random, *arena);
      INFO(name(message.type) << " " << describe(message));
      const auto octets = encode(message.type, message.body, buffer);
      if (!octets) FAIL(octets.error().element << ": " << octets.error().reason);
      const Inbound inbound = decode(*octets, *arena);
      INFO(to_hex(*octets) << " " << inbound.error.reason << " at " << inbound.error.offset);
      REQUIRE(inbound.verdict == Verdict::act);
      REQUIRE(inbound.report == Report::nothing);
      REQUIRE(equal(inbound.message, message));
      REQUIRE(describe(inbound.message) == describe(message));
      const auto second = encode(inbound.message.type, inbound.message.body, again);
      REQUIRE(second);
      REQUIRE(equal(*second, *octets));
    }
}

/// A line of vectors.tsv: what Erlang/OTP's compiler makes of the published ASN.1 modules encoded, and the
/// values that it read back from that.
struct Vector {
  std::string name;
  ByteVector octets;
  std::string values;
};

std::vector<Vector> vectors() {
  std::vector<Vector> result;
  std::ifstream file(S1AP_VECTORS);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const auto first = line.find('\t');
    const auto second = line.find('\t', first + 1);
    result.push_back({line.substr(0, first), *from_hex(line.substr(first + 1, second - first - 1)),
                      line.substr(second + 1)});
  }
  return result;
}

TEST_CASE("every_message_of_another_codec_is_read_with_its_values_and_written_octet_for_octet") {
  const auto arena = std::make_unique<InlineArena<1 << 20>>();
  std::vector<std::uint8_t> buffer(1 << 20);
  std::vector<bool> covered(kMessageTypes);
  for (const Vector& vector : vectors()) {
    arena->reset();
    INFO(vector.name << " " << to_hex(vector.octets));
    const Inbound inbound = decode(vector.octets, *arena);
    REQUIRE(inbound.verdict == Verdict::act);
    REQUIRE(inbound.report == Report::nothing);
    REQUIRE(name(inbound.message.type) == vector.name);
    REQUIRE(describe(inbound.message) == vector.values);
    const auto octets = encode(inbound.message.type, inbound.message.body, buffer);
    REQUIRE(octets);
    REQUIRE(equal(*octets, vector.octets));
    covered[static_cast<std::size_t>(inbound.message.type)] = true;
  }
  CHECK(std::ranges::count(covered, true) == kMessageTypes);
}

}  // namespace
}  // namespace zerocell::s1ap
