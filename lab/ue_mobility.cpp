// SPDX-License-Identifier: Apache-2.0
// How a registered UE comes back from idle, TS 24.301 §5.6.1, §5.6.2.
#include "lab/ue.hpp"
#include "lab/ue_causes.hpp"

namespace zerocell::lab {
namespace {

constexpr Duration kT3417 = std::chrono::seconds(5);  // TS 24.301 table 10.2.1
constexpr Duration kT3430 = std::chrono::seconds(15);

}  // namespace

Task<UeResult<void>> Ue::service_request(s1ap::RrcEstablishmentCause cause) {
  if (connection_) co_return UeResult<void>();
  k_enb_count_ = security_.uplink_count;
  const auto request = nas::protect_service_request(security_);
  establishment_cause_ = cause;
  if (!request || !leave(*request)) co_return std::unexpected(UeFailure{UeFailure::Kind::no_radio});
  auto served = co_await wait_for_service();
  co_return served;
}

Task<UeResult<void>> Ue::extended_service_request(nas::ServiceType type) {
  if (!guti_ || !security_.valid()) co_return std::unexpected(UeFailure{UeFailure::Kind::no_radio});
  nas::ExtendedServiceRequest request{.service_type = type, .m_tmsi = nas::Tmsi{guti_->m_tmsi}};
  if (settings_.low_priority) request.device_properties = nas::DeviceProperties::low_priority;
  send(request);
  if (!connection_) co_return std::unexpected(UeFailure{UeFailure::Kind::no_radio});
  auto served = co_await wait_for_service();
  co_return served;
}

Task<UeResult<void>> Ue::wait_for_service() {
  const auto event = co_await exchange_.receive(loop_, kT3417, [](const Event& offered) {
    return offered.released || offered.context_set_up || as<nas::ServiceReject>(offered);
  });
  if (!event) {
    lose_radio();
    co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
  }
  if ((*event)->released) co_return std::unexpected(UeFailure{UeFailure::Kind::released});
  if (const auto* reject = as<nas::ServiceReject>(**event)) {
    UeFailure failure{UeFailure::Kind::rejected, reject->emm_cause, {}};
    if (reject->t3346_value) failure.back_off_seconds = reject->t3346_value->seconds();
    if (forgets_identity(reject->emm_cause)) forget_registration();
    co_return std::unexpected(failure);
  }
  // §5.6.1.4: bearers at the lower layers are the answer, and they come under the security that is on. What
  // has none is deactivated without a word.
  secure_exchange_ = true;
  std::erase_if(bearers_, [](const Bearer& bearer) { return !bearer.erab; });
  co_return UeResult<void>();
}

Task<UeResult<void>> Ue::answer_page(Duration patience) {
  const auto event =
      co_await exchange_.receive(loop_, patience, [](const Event& offered) { return offered.paged; });
  if (!event) co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
  // Whoever pages is in the middle of telling others.
  co_await sleep(loop_, std::chrono::milliseconds(1));
  co_return co_await service_request(s1ap::RrcEstablishmentCause::mt_access);
}

/// §5.5.3.2.2.
bool Ue::send_update_request(const UpdateRequest& wanted) {
  nas::TrackingAreaUpdateRequest request;
  request.eps_update_type = {wanted.type, wanted.active};
  request.nas_key_set_identifier.value = security_.ksi;
  if (guti_)
    request.old_guti = *guti_;
  else
    request.old_guti = settings_.sim.imsi;
  if (wanted.type != nas::EpsUpdateType::Value::periodic) {
    request.ue_network_capability = settings_.network_capability;
    request.ms_network_capability = settings_.ms_network_capability;
    request.ue_additional_security_capability = settings_.additional_security_capability;
  }
  request.eps_bearer_context_status = wanted.bearers;
  if (wanted.radio_capability_changed)
    request.ue_radio_capability_information_update_needed = nas::RadioCapabilityUpdate::needed;
  if (wanted.signalling_active) request.additional_update_type = {.signalling_active = true};
  ask_for_idle_mode(request);
  std::array<std::uint8_t, 512> room;
  Writer out(room);
  if (!nas::encode(request, out)) {
    complain("an update request of our own does not encode");
    return false;
  }
  attach_request_.assign(out.written().begin(), out.written().end());
  note(Direction::uplink, request);
  return transmit(attach_request_, {});
}

class Ue::Updating {
 public:
  explicit Updating(Ue& ue) : ue_(ue) { ue_.updating_ = true; }
  Updating(const Updating&) = delete;
  Updating& operator=(const Updating&) = delete;
  ~Updating() {
    ue_.updating_ = false;
    for (const ByteVector& plain : std::exchange(ue_.suspended_esm_, {}))
      if (ue_.connected()) (void)ue_.transmit(plain, {});
  }

 private:
  Ue& ue_;
};

Task<UeResult<Update>> Ue::tracking_area_update(UpdateRequest wanted) {
  const Updating updating(*this);
  if (!send_update_request(wanted)) co_return std::unexpected(UeFailure{UeFailure::Kind::no_radio});
  const auto event = co_await exchange_.receive(loop_, kT3430, [](const Event& offered) {
    return offered.released || as<nas::TrackingAreaUpdateAccept>(offered) ||
           as<nas::TrackingAreaUpdateReject>(offered) || as<nas::AuthenticationReject>(offered);
  });
  if (!event) {
    lose_radio();
    co_return std::unexpected(UeFailure{UeFailure::Kind::timeout});
  }
  if ((*event)->released) co_return std::unexpected(UeFailure{UeFailure::Kind::released});
  if (as<nas::AuthenticationReject>(**event)) {
    forget_registration();
    co_return std::unexpected(UeFailure{UeFailure::Kind::authentication_rejected});
  }
  if (const auto* reject = as<nas::TrackingAreaUpdateReject>(**event)) {
    UeFailure failure{UeFailure::Kind::rejected, reject->emm_cause, {}};
    if (reject->t3346_value) failure.back_off_seconds = reject->t3346_value->seconds();
    if (forgets_identity(reject->emm_cause)) forget_registration();
    co_return std::unexpected(failure);
  }
  co_return accept(*as<nas::TrackingAreaUpdateAccept>(**event));
}

/// §5.5.3.2.4.
Update Ue::accept(const nas::TrackingAreaUpdateAccept& accept) {
  if (!secure_exchange_) complain("TRACKING AREA UPDATE ACCEPT without security, TS 24.301 §4.4.4.2");
  Update update{.guti = {},
                .tai_list = accept.tai_list.value_or(tai_list_),
                .cause = accept.emm_cause,
                .bearers = accept.eps_bearer_context_status,
                .idle_mode = idle_mode_in(accept)};
  tai_list_ = update.tai_list;
  if (!tai_list_.contains(radio_->tracking_area()))
    complain("the TAI list of TRACKING AREA UPDATE ACCEPT lacks the cell's tracking area");
  if (accept.eps_bearer_context_status)
    std::erase_if(bearers_, [&](const Bearer& bearer) {
      return !accept.eps_bearer_context_status->active(bearer.eps_bearer_identity);
    });
  if (accept.guti && accept.guti->guti()) {
    update.guti = *accept.guti->guti();
    guti_ = update.guti;
    if (!behaviour_.withholds_update_complete) send(nas::TrackingAreaUpdateComplete{});
  }
  return update;
}

}  // namespace zerocell::lab
