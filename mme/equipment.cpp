// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/pdn_connection.hpp"

/// The device that a SIM sits in, against the one that its subscription binds it to.
namespace zerocell::mme {
namespace {

CounterBy<3> mismatches{
    "zerocell_mme_imei_mismatches_total",
    "SIMs that were found in a device that they are not bound to, by what became of them.",
    "action",
    {"alarm", "quarantine", "reject"}};

/// Identification for the IMEISV, TS 24.301 §5.4.4: only under security is it more than a claim. False when
/// the UE was silent: that is no word about its device.
Task<bool> read_equipment(Ue& ue) {
  const auto& settings = ue.mme.settings();
  const PlainMessage request(nas::IdentityRequest{.identity_type = nas::IdentityType::imeisv});
  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3470_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, request.bytes()); },
      [](const UeEvent& event) {
        return event.verified && event.is(nas::EmmType::identity_response) &&
               nas::decode<nas::IdentityResponse>(event.nas);
      });
  if (!answer) co_return false;
  const auto response = nas::decode<nas::IdentityResponse>((*answer)->nas);
  const Imei* imei = response->mobile_identity.imei();
  // A device that does not say what it is, is none that a SIM is bound to.
  ue.stored().imei = imei != nullptr ? *imei : Imei{};
  ue.equipment_read = true;
  co_return true;
}

}  // namespace

Task<std::expected<hss::SubscriptionData, Rejection>> located_subscription(Ue& ue, bool initial_attach) {
  auto subscription = co_await update_location(ue, initial_attach);
  if (!subscription) co_return subscription;
  if (!subscription->imei_lock.off() && !ue.equipment_read) {
    // §5.4.4.6 b: what it was asked for within is aborted, too.
    if (!co_await read_equipment(ue)) co_return std::unexpected(Rejection::without_answer());
    subscription = co_await update_location(ue, initial_attach);
    if (!subscription) co_return subscription;
  }
  const ImeiLock& lock = subscription->imei_lock;
  const Imei& device = ue.stored().imei;
  if (lock.admits(device)) co_return subscription;

  mismatches.add(static_cast<std::size_t>(lock.on_mismatch));
  log::warning("imei_mismatch", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
               {{"imei", device.known() ? device.text() : std::string("unknown")},
                {"lock", imei_lock_text(lock)},
                {"action", to_string(lock.on_mismatch)}});
  switch (lock.on_mismatch) {
    case ImeiMismatch::alarm:
      break;
    case ImeiMismatch::quarantine:
      subscription->policy_group = *GroupName::parse(kQuarantineGroup);
      break;
    case ImeiMismatch::reject:
      // TS 24.301 §5.5.1.2.5: #5 is for an IMEI as identity; a device that may not have this SIM is illegal,
      // and does not try with it again until it is switched off or the SIM is changed.
      co_return std::unexpected(Rejection{nas::EmmCause::illegal_me});
  }
  co_return subscription;
}

}  // namespace zerocell::mme
