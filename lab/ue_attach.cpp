// SPDX-License-Identifier: Apache-2.0
#include "lab/ue.hpp"
#include "lab/ue_causes.hpp"

namespace zerocell::lab {
namespace {

constexpr Duration kT3410 = std::chrono::seconds(15);  // TS 24.301 table 10.2.1
constexpr Duration kT3421 = std::chrono::seconds(15);

UeFailure rejected_by(const nas::AttachReject& reject) {
  UeFailure failure{UeFailure::Kind::rejected, reject.emm_cause, {}};
  if (reject.t3346_value) failure.back_off_seconds = reject.t3346_value->seconds();
  if (!reject.esm_message_container) return failure;
  const auto inner = nas::decode<nas::PdnConnectivityReject>(*reject.esm_message_container);
  if (inner) failure.esm_cause = inner->esm_cause;
  if (inner && inner->back_off_timer_value) failure.back_off_seconds = inner->back_off_timer_value->seconds();
  return failure;
}

}  // namespace

/// §5.5.1.2.2.
bool Ue::send_attach_request(UeIdentity identity) {
  nas::AttachRequest request;
  if (settings_.emergency) request.eps_attach_type = nas::EpsAttachType::emergency;
  request.nas_key_set_identifier.value = security_.ksi;
  if (identity == UeIdentity::guti_if_known && guti_)
    request.eps_mobile_identity = *guti_;
  else if (identity == UeIdentity::imei)
    request.eps_mobile_identity = Imei{settings_.imei.equipment};
  else
    request.eps_mobile_identity = settings_.sim.imsi;
  request.ue_network_capability = settings_.network_capability;
  request.ms_network_capability = settings_.ms_network_capability;
  request.ue_additional_security_capability = settings_.additional_security_capability;
  ask_for_idle_mode(request);
  next_transaction();
  const ByteVector container = pdn_connectivity_request();
  request.esm_message_container = Bytes(container);

  std::array<std::uint8_t, 2048> room;
  Writer out(room);
  if (!nas::encode(request, out)) {
    complain("an attach request of our own does not encode");
    return false;
  }
  attach_request_.assign(out.written().begin(), out.written().end());
  note(Direction::uplink, request);
  return transmit(attach_request_, {});
}

Task<UeResult<Registration>> Ue::attach(UeIdentity identity) {
  deregister();
  const Time started = loop_.now();
  if (!send_attach_request(identity)) co_return std::unexpected(UeFailure{UeFailure::Kind::no_radio});
  auto registration = co_await wait_for_attach(started);
  co_return registration;
}

Task<UeResult<Registration>> Ue::wait_for_attach(Time started) {
  const auto event = co_await exchange_.receive(loop_, kT3410, [](const Event& offered) {
    return offered.released || as<nas::AttachAccept>(offered) || as<nas::AttachReject>(offered) ||
           as<nas::AuthenticationReject>(offered);
  });
  if (!event) {
    // §5.5.1.2.6 c: the connection is released locally.
    lose_radio();
    co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
  }
  if ((*event)->released) co_return std::unexpected(UeFailure{UeFailure::Kind::released});
  if (const auto* reject = as<nas::AttachReject>(**event)) {
    const UeFailure failure = rejected_by(*reject);
    if (forgets_identity(reject->emm_cause)) forget_registration();
    co_return std::unexpected(failure);
  }
  if (as<nas::AuthenticationReject>(**event)) {
    forget_registration();
    co_return std::unexpected(UeFailure{UeFailure::Kind::authentication_rejected});
  }
  Registration registration;
  if (const auto failure = accept(*as<nas::AttachAccept>(**event), registration))
    co_return std::unexpected(*failure);
  registration.took = loop_.now() - started;
  co_return registration;
}

/// §5.5.1.2.4.
std::optional<UeFailure> Ue::accept(const nas::AttachAccept& accept, Registration& registration) {
  if (!secure_exchange_) complain("ATTACH ACCEPT without security, TS 24.301 §4.4.4.2");
  const auto inner = nas::decode<nas::ActivateDefaultEpsBearerContextRequest>(accept.esm_message_container);
  if (!inner || inner->procedure_transaction_identity != transaction_) {
    complain("ATTACH ACCEPT without the default bearer that was asked for");
    return UeFailure{UeFailure::Kind::misunderstood};
  }
  if (accept.tai_list.empty() || !accept.tai_list.contains(radio_->tracking_area()))
    complain("the TAI list of ATTACH ACCEPT lacks the cell's tracking area");
  tai_list_ = accept.tai_list;
  if (accept.guti && accept.guti->guti()) guti_ = *accept.guti->guti();
  registered_ = true;
  registration = {.guti = accept.guti && accept.guti->guti() ? guti_ : std::nullopt,
                  .tai_list = tai_list_,
                  .t3412_seconds = accept.t3412_value.seconds(),
                  .bearer = take(*inner),
                  .idle_mode = idle_mode_in(accept)};
  if (behaviour_.withholds_attach_complete) return std::nullopt;

  nas::ActivateDefaultEpsBearerContextAccept answer;
  answer.eps_bearer_identity = inner->eps_bearer_identity;
  std::array<std::uint8_t, 16> room;
  Writer out(room);
  ZC_ASSERT(nas::encode(answer, out));
  send(nas::AttachComplete{nas::Octets(out.written())});
  return std::nullopt;
}

Task<UeResult<void>> Ue::detach(bool switch_off) {
  nas::DetachRequestUeOriginating request;
  request.detach_type.switch_off = switch_off;
  request.nas_key_set_identifier.value = security_.ksi;
  if (guti_)
    request.eps_mobile_identity = *guti_;
  else
    request.eps_mobile_identity = settings_.sim.imsi;
  const bool was_connected = connection_.has_value();
  send(request);
  deregister();
  if (!connection_ && !was_connected) co_return std::unexpected(UeFailure{UeFailure::Kind::no_radio});
  if (switch_off) co_return UeResult<void>();
  const auto event = co_await exchange_.receive(
      loop_, kT3421, [](const Event& offered) { return offered.released || as<nas::DetachAccept>(offered); });
  if (!event) {
    lose_radio();
    co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
  }
  if ((*event)->released) co_return std::unexpected(UeFailure{UeFailure::Kind::released});
  co_return UeResult<void>();
}

Task<UeResult<void>> Ue::network_detach(Duration patience) {
  if (!registered_) co_return UeResult<void>();
  const auto event = co_await exchange_.receive(loop_, patience, [](const Event& offered) {
    return offered.released || as<nas::DetachRequestUeTerminated>(offered);
  });
  if (!event) co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
  if ((*event)->released) co_return std::unexpected(UeFailure{UeFailure::Kind::released});
  co_return UeResult<void>();
}

Task<UeResult<void>> Ue::idle(Duration patience) {
  if (!connection_) co_return UeResult<void>();
  const auto event =
      co_await exchange_.receive(loop_, patience, [](const Event& offered) { return offered.released; });
  if (!event) co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
  co_return UeResult<void>();
}

}  // namespace zerocell::lab
