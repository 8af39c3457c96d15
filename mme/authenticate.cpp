// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/emergency.hpp"
#include "mme/procedures.hpp"

namespace zerocell::mme {
namespace {

CounterBy<5> authentications{"zerocell_mme_authentications_total",
                             "Authentication procedures, by how they ended.",
                             "outcome",
                             {"success", "res_mismatch", "mac_failure", "synch_failure", "other"}};
enum Outcome : std::size_t { kSuccess, kResMismatch, kMacFailure, kSynchFailure, kOther };

/// The next native key set identifier that neither the UE nor we have keys under, TS 24.301 §5.4.2.4: what
/// the UE says of its keys may be wrong.
std::uint8_t next_key_set(const Ue& ue, const Imsi& imsi) {
  constexpr std::uint8_t kKeySets = 7;  // §9.9.3.21: 7 is none.
  InlineList<std::uint8_t, 3> used;
  std::uint8_t next = 0;
  if (ue.attach_intent) {
    used.push_back(ue.attach_intent->key_set.value);
    if (ue.attach_intent->other_key_set) used.push_back(ue.attach_intent->other_key_set->value);
    if (used[0] != nas::NasKeySetIdentifier::kNoKey)
      next = static_cast<std::uint8_t>((used[0] + 1) % kKeySets);
  }
  if (const auto known = ue.mme.directory().find(imsi))
    used.push_back(ue.mme.directory()[*known].security.ksi);
  while (std::ranges::find(used, next) != used.end()) next = static_cast<std::uint8_t>((next + 1) % kKeySets);
  return next;
}

void send_authentication_reject(Ue& ue) {
  ue.mme.send_nas(ue, ue.header(), PlainMessage(nas::AuthenticationReject{}).bytes());
}

/// What the UE said to one challenge.
struct Verdict {
  enum class Kind { proven, res_mismatch, mac_failure, synch_failure, silent } kind;
  Auts auts{};
};

/// Nothing where the message says nothing of the challenge: it cannot be read (TS 24.301 §7.5.1), or its
/// cause is none of §5.4.2.6. Anybody may have sent it, and it bars no SIM: T3460 goes on.
std::optional<Verdict> verdict_in(const UeEvent& event, const EpsVector& vector) {
  if (event.is(nas::EmmType::authentication_response)) {
    const auto response = nas::decode<nas::AuthenticationResponse>(event.nas);
    if (!response) return std::nullopt;
    const bool proven = vector.xres.matches(response->authentication_response_parameter.res.bytes());
    return Verdict{proven ? Verdict::Kind::proven : Verdict::Kind::res_mismatch};
  }
  if (!event.is(nas::EmmType::authentication_failure)) return std::nullopt;
  const auto failure = nas::decode<nas::AuthenticationFailure>(event.nas);
  if (!failure) return std::nullopt;
  if (failure->emm_cause == nas::EmmCause::synch_failure && failure->authentication_failure_parameter)
    return Verdict{Verdict::Kind::synch_failure, *failure->authentication_failure_parameter};
  if (failure->emm_cause == nas::EmmCause::mac_failure ||
      failure->emm_cause == nas::EmmCause::non_eps_authentication_unacceptable)
    return Verdict{Verdict::Kind::mac_failure};
  return std::nullopt;
}

Task<Verdict> challenge(Ue& ue, const EpsVector& vector, std::uint8_t key_set) {
  const auto& settings = ue.mme.settings();
  const PlainMessage request(nas::AuthenticationRequest{
      .nas_key_set_identifier = {.value = key_set}, .rand = vector.rand, .autn = vector.autn});
  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3460_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, ue.header(), request.bytes()); },
      [&vector](const UeEvent& event) { return verdict_in(event, vector).has_value(); });
  if (!answer) co_return Verdict{Verdict::Kind::silent};
  co_return *verdict_in(**answer, vector);
}

}  // namespace

Task<std::expected<AuthenticatedUe, Rejection>> authenticate(Ue& ue, Imsi imsi, IdentitySource source) {
  std::optional<hss::Resynchronization> resynchronization;
  bool resynchronized = false;
  for (;;) {
    const auto vectors = co_await ue.mme.hss().authentication_information(
        {.imsi = imsi, .visited_plmn = ue.tai.plmn, .vectors = 1, .resynchronization = resynchronization});
    if (!vectors || vectors->count == 0) {
      authentications.add(kOther);
      const hss::S6aError why =
          vectors ? hss::S6aError{hss::S6aResult::authentication_data_unavailable} : vectors.error();
      log::warning("no_authentication_vector", {.imsi = imsi, .procedure = "authentication"},
                   {{"result", hss::to_string(why.result)}});
      co_return std::unexpected(rejection_of(why, imsi, ue.mme.network(), ue.mme.random()));
    }
    const EpsVector& vector = vectors->vectors[0];
    const std::uint8_t key_set = next_key_set(ue, imsi);
    const Verdict verdict = co_await challenge(ue, vector, key_set);
    switch (verdict.kind) {
      case Verdict::Kind::proven:
        authentications.add(kSuccess);
        co_return AuthenticatedUe(imsi, vector.k_asme, key_set);

      case Verdict::Kind::synch_failure:
        authentications.add(kSynchFailure);
        // TS 24.301 §5.4.2.7 e: once with what the SIM knows; a second time in a row ends it.
        if (!resynchronized) {
          resynchronized = true;
          resynchronization = hss::Resynchronization{vector.rand, verdict.auts};
          continue;
        }
        break;

      case Verdict::Kind::res_mismatch:
      case Verdict::Kind::mac_failure:
        authentications.add(verdict.kind == Verdict::Kind::mac_failure ? kMacFailure : kResMismatch);
        // §5.4.2.5, §5.4.2.7 c and d: the GUTI may belong to another SIM by now; ask who it is.
        if (source == IdentitySource::guti) {
          const auto told = co_await identify(ue);
          if (!told) co_return std::unexpected(told.error());
          source = IdentitySource::imsi;
          if (*told != imsi) {
            imsi = *told;
            resynchronization.reset();
            resynchronized = false;
            continue;
          }
        }
        break;

      case Verdict::Kind::silent:
        authentications.add(kOther);
        co_return std::unexpected(Rejection::without_answer());
    }
    log::warning("authentication_failed", {.imsi = imsi, .procedure = "authentication"}, {{"enb", *ue.enb}});
    // §5.4.2.5: a UE that asks for help may go on without a proof; the reject would end it.
    if (ue.attach_intent && is_emergency(*ue.attach_intent) && serves_anybody(ue.mme.settings()))
      co_return std::unexpected(Rejection{nas::EmmCause::eps_services_not_allowed});
    send_authentication_reject(ue);
    co_return std::unexpected(Rejection::by_authentication_reject());
  }
}

}  // namespace zerocell::mme
