// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/authentication.hpp"

#include "core/crypto/eps_keys.hpp"

namespace zerocell {

namespace {

Autn make_autn(Sqn sqn, Amf amf, const AuthenticationAlgorithm::Vector& vector) {
  Autn autn;
  std::ranges::copy(conceal(sqn, vector.keys.ak), autn.begin());
  std::ranges::copy(amf, autn.begin() + 6);
  std::ranges::copy(vector.mac_a, autn.begin() + 8);
  return autn;
}

/// SQN from SQN ⊕ AK.
Sqn reveal(Bytes concealed, const AnonymityKey& ak) {
  std::array<std::uint8_t, 6> octets;
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = concealed[i] ^ ak[i];
  return Sqn(octets);
}

}  // namespace

std::optional<Response> Response::from(Bytes octets) {
  if (octets.size() < 4 || octets.size() > kOctetsMax) return std::nullopt;
  Response response;
  std::ranges::copy(octets, response.octets_.begin());
  response.size_ = static_cast<std::uint8_t>(octets.size());
  return response;
}

AuthenticationVector make_vector(const AuthenticationAlgorithm& algorithm, const Rand& rand, Sqn sqn,
                                 Amf amf) {
  const auto vector = algorithm.f1_to_f5(rand, sqn, amf);
  return {rand, vector.keys.res, vector.keys.ck, vector.keys.ik, make_autn(sqn, amf, vector)};
}

EpsVector make_eps_vector(const AuthenticationAlgorithm& algorithm, const Rand& rand, Sqn sqn,
                          const Plmn& serving_network, Amf amf) {
  const auto vector = algorithm.f1_to_f5(rand, sqn, amf);
  return {rand, vector.keys.res, make_autn(sqn, amf, vector),
          k_asme(vector.keys.ck, vector.keys.ik, serving_network, conceal(sqn, vector.keys.ak))};
}

std::optional<OpenedAutn> open_autn(const AuthenticationAlgorithm& algorithm, const Rand& rand,
                                    const Autn& autn) {
  OpenedAutn opened{.sqn = {}, .amf = {autn[6], autn[7]}, .keys = algorithm.f2_to_f5(rand)};
  opened.sqn = reveal(Bytes(autn).first(6), opened.keys.ak);
  if (!equal_in_constant_time(algorithm.f1(rand, opened.sqn, opened.amf), Bytes(autn).subspan(8)))
    return std::nullopt;
  return opened;
}

Auts make_auts(const AuthenticationAlgorithm& algorithm, const Rand& rand, Sqn sqn_ms) {
  Auts auts;
  std::ranges::copy(conceal(sqn_ms, algorithm.f5_star(rand)), auts.begin());
  std::ranges::copy(algorithm.f1_star(rand, sqn_ms, kAmfResync), auts.begin() + 6);
  return auts;
}

std::optional<Sqn> open_auts(const AuthenticationAlgorithm& algorithm, const Rand& rand, Bytes auts) {
  if (auts.size() != sizeof(Auts)) return std::nullopt;
  const auto sqn_ms = reveal(auts.first(6), algorithm.f5_star(rand));
  if (!equal_in_constant_time(algorithm.f1_star(rand, sqn_ms, kAmfResync), auts.subspan(6)))
    return std::nullopt;
  return sqn_ms;
}

}  // namespace zerocell
