// SPDX-License-Identifier: Apache-2.0
// AUTS and AUTN as a peer may send them: RAND (16 octets), then what claims to be the token.
#include "core/crypto/authentication.hpp"
#include "core/crypto/milenage.hpp"
#include "core/crypto/tuak.hpp"
#include "core/types/assert.hpp"

namespace zerocell {

namespace {

void check(const AuthenticationAlgorithm& algorithm, const Rand& rand, Bytes token) {
  // What is accepted is exactly what the owner of the key makes.
  if (const auto sqn = open_auts(algorithm, rand, token))
    ZC_ASSERT(equal(make_auts(algorithm, rand, *sqn), token));
  if (token.size() != sizeof(Autn)) return;
  Autn autn;
  std::ranges::copy(token, autn.begin());
  if (const auto opened = open_autn(algorithm, rand, autn)) {
    ZC_ASSERT(make_vector(algorithm, rand, opened->sqn, opened->amf).autn == autn);
    ZC_ASSERT(opened->keys.res.matches(opened->keys.res.octets()));
  }
}

}  // namespace

}  // namespace zerocell

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zerocell;
  Reader reader{Bytes(data, size)};
  Rand rand{};
  const auto head = reader.take(std::min<std::size_t>(16, size));
  std::ranges::copy(head, rand.begin());
  const auto token = reader.rest();
  static const Milenage milenage{Key<16>(), Key<16>()};
  static const Tuak tuak = Tuak::make(Key<32>().reveal(), Key<32>()).value();
  check(milenage, rand, token);
  check(tuak, rand, token);
  if (const auto response = Response::from(token)) ZC_ASSERT(response->matches(token));
  return 0;
}
