// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/crypto/eps_keys.hpp"
#include "core/nas/validate.hpp"
#include "core/telemetry/log.hpp"
#include "mme/power_saving.hpp"
#include "mme/procedures.hpp"
#include "mme/ue_capabilities.hpp"

namespace zerocell::mme {
namespace {

/// The first of our order that the UE has; nothing when there is none (TS 33.401 §7.2.4.3.1).
std::optional<nas::NasSecurityAlgorithms> choose(const config::Mme& settings,
                                                 const nas::UeNetworkCapability& ue) {
  nas::NasSecurityAlgorithms chosen;
  const auto integrity = std::ranges::find_if(settings.integrity, [&](config::Integrity algorithm) {
    return ue.eia(static_cast<unsigned>(algorithm));
  });
  const auto ciphering = std::ranges::find_if(settings.ciphering, [&](config::Ciphering algorithm) {
    return ue.eea(static_cast<unsigned>(algorithm));
  });
  if (integrity == settings.integrity.end() || ciphering == settings.ciphering.end()) return std::nullopt;
  chosen.integrity = static_cast<IntegrityAlgorithm>(*integrity);
  chosen.ciphering = static_cast<CipheringAlgorithm>(*ciphering);
  return chosen;
}

std::string algorithms_of(const nas::UeNetworkCapability& ue) {
  std::string text;
  for (unsigned number = 0; number < 8; ++number) {
    if (ue.eea(number)) text += fmt::format("eea{} ", number);
    if (ue.eia(number)) text += fmt::format("eia{} ", number);
  }
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

bool take_replayed_request(AttachIntent& intent, Bytes message) {
  if (intent.update) {
    const auto update = nas::decode<nas::TrackingAreaUpdateRequest>(message);
    if (!update || nas::semantic_error(*update)) return false;
    take_update(intent, *update);
    intent.message.assign(message.begin(), message.end());
    return true;
  }
  const auto request = nas::decode<nas::AttachRequest>(message);
  if (!request || nas::semantic_error(*request)) return false;
  intent.type = nas::as_network_reads(request->eps_attach_type);
  intent.ue_network_capability = request->ue_network_capability;
  intent.ms_network_capability = request->ms_network_capability.value_or(nas::MsNetworkCapability{});
  intent.additional_capability = request->ue_additional_security_capability;
  intent.idle_mode = idle_mode_wanted(*request);
  intent.message.assign(message.begin(), message.end());
  intent.esm_container.assign(request->esm_message_container.begin(), request->esm_message_container.end());
  return true;
}

Task<std::expected<SecuredUe, Rejection>> take_security_into_use(Ue& ue, AuthenticatedUe subscriber) {
  const auto& settings = ue.mme.settings();
  AttachIntent& intent = *ue.attach_intent;
  const auto algorithms = choose(settings, intent.ue_network_capability);
  if (!algorithms) {
    log::warning("no_common_algorithm", {.imsi = subscriber.imsi(), .procedure = "security_mode"},
                 {{"ue_has", algorithms_of(intent.ue_network_capability)},
                  {"wanted", "one of mme.integrity and one of mme.ciphering"}});
    // #23 is the UE's to say (annex A.3). With this one it waits for T3402, as one should whose algorithms
    // stay as they are (§5.5.1.2.6 d, §5.5.3.2.6 d).
    co_return std::unexpected(Rejection{nas::EmmCause::protocol_error_unspecified});
  }
  // §4.4.4.3, §5.4.3.5: a UE that had keys in use goes on to be heard under them alone until it has taken
  // these.
  ue.fresh = nas::new_context(subscriber.k_asme(), subscriber.key_set(), *algorithms);
  ue.fresh_of = subscriber.imsi();
  ue.security = &ue.fresh;
  nas::wipe(ue.aborted);

  nas::SecurityModeCommand command;
  command.selected_nas_security_algorithms = *algorithms;
  command.nas_key_set_identifier.value = subscriber.key_set();
  replay_capabilities(intent, command);
  if (settings.request_imeisv) command.imeisv_request = nas::ImeisvRequest::requested;
  if (!intent.verified && !intent.message.empty()) command.hash_mme = hash_mme(intent.message);
  const PlainMessage plain(command);

  const auto answer = co_await transact(
      ue, std::chrono::milliseconds(settings.t3460_ms), settings.emm_retransmissions,
      [&] { return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_new_context, plain.bytes()); },
      [](const UeEvent& event) {
        // §7.5.1: one that cannot be read is none.
        return (event.verified && event.is(nas::EmmType::security_mode_complete) &&
                nas::decode<nas::SecurityModeComplete>(event.nas)) ||
               event.is(nas::EmmType::security_mode_reject);
      });
  if (!answer || (*answer)->is(nas::EmmType::security_mode_reject)) {
    if (answer) {
      const auto reject = nas::decode<nas::SecurityModeReject>((*answer)->nas);
      log::warning("security_mode_rejected", {.imsi = subscriber.imsi(), .procedure = "security_mode"},
                   {{"cause", reject ? nas::name_of(reject->emm_cause) : std::string_view("unreadable")}});
    }
    // §5.4.3.5: the MME aborts what led here; the context that was there before stays as it was.
    keep_previous_keys(ue);
    co_return std::unexpected(Rejection::without_answer());
  }
  const std::uint32_t complete_count = (*answer)->count;
  const auto complete = nas::decode<nas::SecurityModeComplete>((*answer)->nas);
  if (complete->replayed_nas_message_container &&
      !take_replayed_request(intent, *complete->replayed_nas_message_container))
    co_return std::unexpected(Rejection{nas::EmmCause::invalid_mandatory_information});

  ue.secure_exchange = true;
  if (!ue.mme.bind(ue, subscriber.imsi())) co_return std::unexpected(Rejection{nas::EmmCause::congestion});
  UeRecord& record = ue.stored();
  keep_new_keys(ue, complete_count);
  keep_capabilities(intent, record);
  // A claim until now: it came under keys of its own.
  if (complete->imeisv)
    if (const Imei* imei = complete->imeisv->imei()) {
      record.imei = *imei;
      ue.equipment_read = true;
    }
  co_return SecuredUe(ue);
}

void keep_new_keys(Ue& ue, std::uint32_t complete_count) {
  UeRecord& record = ue.stored();
  record.security = ue.fresh;
  nas::wipe(ue.fresh);
  ue.security = &record.security;
  ue.k_enb_count = complete_count;
  ue.access_keys_old = true;
}

void keep_previous_keys(Ue& ue) {
  if (ue.security != &ue.fresh) return;
  nas::wipe(ue.fresh);
  // A command that waits for the end of a handover is for keys that are none any more.
  std::erase_if(ue.held_nas, [](const HeldNas& held) {
    return held.header == nas::SecurityHeader::integrity_new_context;
  });
  ue.security = ue.record ? &ue.stored().security : nullptr;
  ue.secure_exchange = ue.security != nullptr;
}

std::expected<SecuredUe, Rejection> resume_security(Ue& ue) {
  ZC_ASSERT(ue.record && ue.security == &ue.stored().security);
  ue.secure_exchange = true;
  return SecuredUe(ue);
}

}  // namespace zerocell::mme
