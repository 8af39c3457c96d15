// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "mme/procedures.hpp"

namespace zerocell::mme {

nas::EpsMobileIdentity native_identity(const nas::AttachRequest& request) {
  return request.additional_guti.value_or(request.eps_mobile_identity);
}

nas::EpsMobileIdentity native_identity(const nas::TrackingAreaUpdateRequest& request) {
  return request.additional_guti.value_or(request.old_guti);
}

Task<std::expected<Imsi, Rejection>> identify(Ue& ue) {
  const auto& settings = ue.mme.settings();
  const PlainMessage request(nas::IdentityRequest{.identity_type = nas::IdentityType::imsi});
  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3470_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, ue.header(), request.bytes()); },
      // TS 24.301 §7.5.1: one that cannot be read is none.
      [](const UeEvent& event) {
        return event.is(nas::EmmType::identity_response) && nas::decode<nas::IdentityResponse>(event.nas);
      });
  if (!answer) co_return std::unexpected(Rejection::without_answer());
  const auto response = nas::decode<nas::IdentityResponse>((*answer)->nas);
  const Imsi* imsi = response->mobile_identity.imsi();
  // TS 24.301 §5.4.4.4: without the identity asked for there is nothing to go on with.
  if (imsi == nullptr) co_return std::unexpected(Rejection{nas::EmmCause::ue_identity_cannot_be_derived});
  ue.claimed_imsi = *imsi;
  co_return *imsi;
}

}  // namespace zerocell::mme
