// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"
#include "mme/procedures.hpp"

namespace zerocell::mme {
namespace {

void take_options(ConnectivityWanted& wanted, const std::optional<nas::Pco>& options,
                  const std::optional<nas::ExtendedPco>& extended) {
  const nas::PcoOptions* given = nullptr;
  if (extended)
    given = &*extended;
  else if (options)
    given = &*options;
  if (given == nullptr) return;
  wanted.extended_pco = extended.has_value();
  wanted.pco.assign(given->value().begin(), given->value().end());
}

/// §6.7: whether ESM STATUS says that the UE knows nothing of this transaction, or not what it was asked.
bool ends_transaction(Bytes message, std::uint8_t transaction) {
  const auto status = nas::decode<nas::EsmStatus>(message);
  if (!status || status->procedure_transaction_identity != transaction) return false;
  return status->esm_cause == nas::EsmCause::pti_mismatch ||
         status->esm_cause == nas::EsmCause::invalid_pti_value ||
         status->esm_cause == nas::EsmCause::message_type_non_existent;
}

}  // namespace

Task<std::expected<ConnectivityWanted, Rejection>> wanted_connectivity(Ue& ue, Bytes message) {
  ConnectivityWanted wanted;
  bool ask = false;
  {
    if (const auto peeked = nas::peek(message)) wanted.transaction = peeked->procedure_transaction_identity;
    const auto request = nas::decode<nas::PdnConnectivityRequest>(message);
    if (!request) co_return std::unexpected(Rejection::esm(request.error().esm_cause(), wanted.transaction));
    wanted.request = request->request_type;
    if (const auto wrong = nas::semantic_error(*request))
      co_return std::unexpected(Rejection::esm(wrong->esm_cause(), wanted.transaction));
    switch (nas::as_network_reads(request->pdn_type)) {
      case nas::PdnType::ipv4:
        wanted.type = gtp::PdnType::ipv4;
        break;
      case nas::PdnType::ipv6:
        wanted.type = gtp::PdnType::ipv6;
        break;
      case nas::PdnType::ipv4v6:
        wanted.type = gtp::PdnType::ipv4v6;
        break;
      default:
        co_return std::unexpected(Rejection::esm(nas::EsmCause::unknown_pdn_type, wanted.transaction));
    }
    wanted.apn = request->access_point_name;
    take_options(wanted, request->protocol_configuration_options,
                 request->extended_protocol_configuration_options);
    ask = request->esm_information_transfer_flag == nas::EsmInformationTransfer::required;
  }
  if (!ask) co_return wanted;

  // TS 24.301 §6.6.1.2: what the UE would not say before it was ciphered.
  const auto& settings = ue.mme.settings();
  const PlainMessage question(
      nas::EsmInformationRequest{.procedure_transaction_identity = wanted.transaction});
  const auto answers = [transaction = wanted.transaction](const UeEvent& event) {
    if (event.kind == UeEvent::Kind::update_waits) return true;
    if (!event.verified) return false;
    if (event.is(nas::EsmType::esm_status)) return ends_transaction(event.nas, transaction);
    if (!event.is(nas::EsmType::esm_information_response)) return false;
    const auto peeked = nas::peek(event.nas);
    return peeked && peeked->procedure_transaction_identity == transaction;
  };
  const Duration t3489 = std::chrono::milliseconds(settings.t3489_ms);
  const auto ask_for_it = [&] {
    return transact(
        ue, t3489, settings.t3489_retransmissions,
        [&] { return ue.mme.send_nas(ue, nas::SecurityHeader::integrity_ciphered, question.bytes()); },
        answers);
  };
  if (!co_await serve_waiting_updates(ue)) co_return std::unexpected(Rejection::without_answer());
  auto answer = co_await ask_for_it();
  while (answer && (*answer)->kind == UeEvent::Kind::update_waits) {
    if (!co_await serve_waiting_updates(ue)) co_return std::unexpected(Rejection::without_answer());
    // It has been asked: its answer waited for that of the update.
    answer = co_await ue.inbox.receive(ue.mme.loop(), t3489, answers);
    if (!answer && answer.error() == Failure::timeout) answer = co_await ask_for_it();
  }
  if (!answer || (*answer)->is(nas::EsmType::esm_status))
    co_return std::unexpected(
        Rejection::esm(nas::EsmCause::esm_information_not_received, wanted.transaction));
  const auto response = nas::decode<nas::EsmInformationResponse>((*answer)->nas);
  if (!response) co_return std::unexpected(Rejection::esm(response.error().esm_cause(), wanted.transaction));
  if (response->access_point_name) wanted.apn = response->access_point_name;
  take_options(wanted, response->protocol_configuration_options,
               response->extended_protocol_configuration_options);
  co_return wanted;
}

}  // namespace zerocell::mme
