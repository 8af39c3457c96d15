// SPDX-License-Identifier: Apache-2.0
#include "mme/emergency.hpp"

#include "core/crypto/eps_keys.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

Counter unauthenticated{"zerocell_mme_unauthenticated_emergency_attaches_total",
                        "UEs that were let in for emergency calls without a proof."};

constexpr std::uint8_t kQci = 8;          // Non-GBR; the call's own bearer is the network's to add.
constexpr std::uint8_t kArpPriority = 1;  // TS 23.401 §4.3.12.3: reserved for emergency services.
constexpr std::uint64_t kBitsPerSecond = 10'000'000;
constexpr std::uint8_t kKeySet = 0;

/// An identity that no SIM can have (no network has MCC 000), and that nobody can guess.
Imsi nobodys_identity(Mme& mme) {
  for (;;) {
    auto digits = std::to_string(1'000'000'000'000 + mme.random().u64() % 1'000'000'000'000);
    const Imsi imsi = *Imsi::parse("000" + digits.substr(1));
    if (!mme.directory().find(imsi)) return imsi;
  }
}

}  // namespace

bool is_emergency(const AttachIntent& intent) {
  return intent.type == nas::EpsAttachType::emergency;
}

bool offers(const config::Mme& settings, nas::EpsAttachType type) {
  if (type == nas::EpsAttachType::rlos) return false;
  return type != nas::EpsAttachType::emergency || settings.emergency_attach != config::EmergencyAttach::off;
}

bool serves_anybody(const config::Mme& settings) {
  return settings.emergency_attach == config::EmergencyAttach::any;
}

hss::SubscriptionData emergency_subscription(const config::Mme& settings) {
  auto profile = std::make_shared<hss::ApnConfigurationProfile>();
  hss::ApnConfiguration& apn = profile->configurations.emplace_back();
  apn.apn = *Apn::parse(settings.emergency_apn);
  apn.pdn_type = hss::PdnType::ipv4v6;
  apn.qci = kQci;
  apn.arp = {.priority = kArpPriority, .may_preempt = true, .may_be_preempted = false};
  apn.ambr = {kBitsPerSecond, kBitsPerSecond};
  hss::SubscriptionData subscription;
  subscription.ue_ambr = apn.ambr;
  subscription.apns = std::move(profile);
  subscription.policy_group = *GroupName::parse(kEmergencyGroup);
  return subscription;
}

std::optional<nas::EmergencyNumberList> emergency_numbers(const config::Mme& settings) {
  constexpr std::uint8_t kEveryService = 0x1F;  // TS 24.008 §10.5.4.33: police to mountain rescue.
  if (settings.emergency_numbers.empty()) return std::nullopt;
  nas::EmergencyNumberList list;
  for (const std::string& number : settings.emergency_numbers)
    if (const auto digits = DecimalDigits<15>::parse(number); digits && list.size < nas::kEmergencyNumbersMax)
      list.numbers[list.size++] = {kEveryService, *digits};
  return list;
}

Task<std::expected<SecuredUe, Rejection>> serve_unauthenticated(Ue& ue) {
  const auto& settings = ue.mme.settings();
  AttachIntent& intent = *ue.attach_intent;
  constexpr nas::NasSecurityAlgorithms kNothing{.ciphering = CipheringAlgorithm::eea0,
                                                .integrity = IntegrityAlgorithm::eia0};
  ue.fresh = nas::new_context(Key<32>(), kKeySet, kNothing);
  ue.fresh.null_integrity = true;
  ue.fresh_of = {};
  ue.security = &ue.fresh;
  nas::wipe(ue.aborted);

  nas::SecurityModeCommand command;
  command.selected_nas_security_algorithms = kNothing;
  command.nas_key_set_identifier.value = kKeySet;
  replay_capabilities(intent, command);
  command.imeisv_request = nas::ImeisvRequest::requested;
  if (!intent.message.empty()) command.hash_mme = hash_mme(intent.message);
  const PlainMessage plain(command);
  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3460_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_new_context, plain.bytes()); },
      [](const UeEvent& event) {
        return (event.verified && event.is(nas::EmmType::security_mode_complete)) ||
               event.is(nas::EmmType::security_mode_reject);
      });
  const auto complete = answer && (*answer)->is(nas::EmmType::security_mode_complete)
                            ? nas::decode<nas::SecurityModeComplete>((*answer)->nas)
                            : nas::NasDecoded<nas::SecurityModeComplete>(std::unexpect);
  const std::uint32_t count = complete ? (*answer)->count : 0;
  // What was changed on its way was not that it calls for help: that is what it is let in for.
  const auto* const replayed = complete && complete->replayed_nas_message_container
                                   ? &*complete->replayed_nas_message_container
                                   : nullptr;
  const bool understood =
      complete && (replayed == nullptr || (take_replayed_request(intent, *replayed) && is_emergency(intent)));
  if (!understood || !ue.mme.bind(ue, nobodys_identity(ue.mme))) {
    keep_previous_keys(ue);
    co_return std::unexpected(Rejection::without_answer());
  }
  unauthenticated.add();
  UeRecord& record = ue.stored();
  ue.secure_exchange = true;
  keep_new_keys(ue, count);
  keep_capabilities(intent, record);
  if (complete->imeisv)
    if (const Imei* imei = complete->imeisv->imei()) record.imei = *imei;
  log::warning("unauthenticated_emergency_attach", {.imsi = record.imsi, .procedure = "attach"},
               {{"claims", ue.claimed_imsi.text()}, {"imei", record.imei.text()}});
  co_return resume_security(ue);
}

}  // namespace zerocell::mme
