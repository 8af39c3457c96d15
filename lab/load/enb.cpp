// SPDX-License-Identifier: Apache-2.0
#include "lab/load/enb.hpp"

#include <utility>

#include "asn1/s1ap/management.hpp"
#include "lab/load/generator.hpp"

namespace zerocell::load {
namespace {

/// TS 36.413 §9.2.1.61.
Duration to_wait(s1ap::TimeToWait time) {
  constexpr std::array<int, 6> kSeconds = {1, 2, 5, 10, 20, 60};
  return std::chrono::seconds(kSeconds[std::min(static_cast<std::size_t>(time), kSeconds.size() - 1)]);
}

}  // namespace

Tai LoadEnb::tai() const {
  const Settings& settings = generator_.settings();
  return {settings.plmn, static_cast<std::uint16_t>(settings.tac_first + number_ % settings.tac_count)};
}

std::uint32_t LoadEnb::enb_id() const {
  return generator_.settings().enb_id_first + number_;
}

Ecgi LoadEnb::cell() const {
  return {generator_.settings().plmn, enb_id() << 8 | 1};
}

void LoadEnb::connect() {
  const Settings& settings = generator_.settings();
  std::vector<Endpoint> local;
  if (!settings.enb_addresses.empty())
    local.push_back({settings.enb_addresses[number_ % settings.enb_addresses.size()], 0});
  state_ = State::connecting;
  patient_until_ = generator_.now() + kSetUpPatience;
  const auto begun = generator_.sctp().connect(local, settings.mme, *this);
  if (begun) {
    association_ = *begun;
    return;
  }
  state_ = State::down;
  generator_.enb_refused(*this, begun.error().message, std::nullopt);
}

void LoadEnb::give_up_if_late(Time now) {
  if (!connecting() || now < patient_until_) return;
  const char* const why =
      state_ == State::setting_up ? "no answer to S1 SETUP REQUEST" : "no association: no answer";
  state_ = State::ending;
  generator_.sctp().abort(association_);  // In order it would wait for the same peer.
  generator_.enb_refused(*this, why, kReconnectAfter);
}

void LoadEnb::shutdown() {
  if (state_ == State::down || state_ == State::ending) return;
  state_ = State::ending;
  generator_.sctp().shutdown(association_);
}

void LoadEnb::association_up(net::AssociationId id, const net::AssociationInfo& info) {
  association_ = id;
  streams_ = info.outbound_streams;
  if (state_ == State::connecting) set_up();
}

/// TS 36.413 §8.7.3.
void LoadEnb::set_up() {
  state_ = State::setting_up;
  patient_until_ = generator_.now() + kSetUpPatience;
  const std::array<Plmn, 1> plmns = {generator_.settings().plmn};
  const s1ap::SupportedTasItem area{tai().tac, plmns, {}};
  const std::string name = "load-enb-" + std::to_string(enb_id());
  s1ap::S1SetupRequest request;
  request.global_enb_id = {plmns[0], s1ap::MacroEnbId{enb_id()}};
  request.enb_name = name;
  request.supported_tas = {&area, 1};
  request.default_paging_drx = s1ap::PagingDrx::v128;
  (void)send(request);
}

void LoadEnb::association_down(net::AssociationId, net::AssociationEnd why) {
  const State before = std::exchange(state_, State::down);
  if (std::exchange(overload_, std::nullopt)) generator_.overloaded(false, true);
  if (before == State::connecting || before == State::setting_up)
    return generator_.enb_refused(
        *this,
        why == net::AssociationEnd::refused ? "no association: nobody answers there" : "the MME hung up",
        kReconnectAfter);
  if (before == State::ready) generator_.enb_lost(*this);
}

bool LoadEnb::send(s1ap::MessageType type, const void* message, std::uint16_t stream) {
  const auto encoded = s1ap::encode(type, message, generator_.room());
  if (!encoded) {
    generator_.complain("not sent, " + std::string(encoded.error().element) + ": " + encoded.error().reason);
    return false;
  }
  return generator_.sctp().send(association_, stream, s1ap::kPayloadProtocol, *encoded) ==
         net::SendOutcome::sent;
}

void LoadEnb::message(net::AssociationId, std::uint16_t stream, std::uint32_t, Bytes octets) {
  generator_.arena().reset();
  const s1ap::Inbound inbound = s1ap::decode(octets, generator_.arena());
  if (inbound.verdict == s1ap::Verdict::refuse) {
    generator_.complain("S1AP that is wrong: " + std::string(inbound.error.reason));
    if (const Bytes report = s1ap::encode_report(inbound, generator_.room()); !report.empty())
      (void)generator_.sctp().send(association_, stream, s1ap::kPayloadProtocol, report);
    return;
  }
  interface_message(inbound.message);
  generator_.go_on();
}

void LoadEnb::interface_message(const s1ap::Message& message) {
  using s1ap::MessageType;
  switch (message.type) {
    case MessageType::s1_setup_response: {
      if (state_ != State::setting_up) return;
      state_ = State::ready;
      const auto& response = *message.as<s1ap::S1SetupResponse>();
      return generator_.enb_ready(*this, response.mme_name.value_or(""));
    }
    case MessageType::s1_setup_failure: {
      const auto& failure = *message.as<s1ap::S1SetupFailure>();
      state_ = State::ending;
      generator_.sctp().shutdown(association_);
      return generator_.enb_refused(*this, "S1 SETUP FAILURE: " + std::string(s1ap::name(failure.cause)),
                                    failure.time_to_wait.transform(to_wait));
    }
    case MessageType::overload_start: {
      const bool before = overload_.has_value();
      if (const auto* action =
              std::get_if<s1ap::OverloadAction>(&message.as<s1ap::OverloadStart>()->overload_response))
        overload_ = *action;
      return generator_.overloaded(overload_.has_value(), before);
    }
    case MessageType::overload_stop:
      return generator_.overloaded(false, std::exchange(overload_, std::nullopt).has_value());
    case MessageType::reset: {
      s1ap::ResetAcknowledge acknowledge;
      if (const auto* part = std::get_if<s1ap::PartOfS1Interface>(&message.as<s1ap::Reset>()->reset_type))
        acknowledge.ue_associated_logical_s1_connection_list = part->value;
      (void)send(acknowledge);
      return generator_.drop_all(*this, "reset by the MME");
    }
    case MessageType::error_indication: {
      const auto& indication = *message.as<s1ap::ErrorIndication>();
      return generator_.complain("error indication: " + (indication.cause
                                                             ? std::string(s1ap::name(*indication.cause))
                                                             : std::string("no cause")));
    }
    case MessageType::mme_configuration_update:
      (void)send(s1ap::MmeConfigurationUpdateAcknowledge{});
      return;
    default:
      generator_.downlink(*this, message);
  }
}

bool LoadEnb::admits(s1ap::RrcEstablishmentCause cause) const {
  using s1ap::OverloadAction;
  using s1ap::RrcEstablishmentCause;
  if (!overload_) return true;
  const bool data = cause == RrcEstablishmentCause::mo_data;
  const bool signalling = cause == RrcEstablishmentCause::mo_signalling;
  switch (*overload_) {
    case OverloadAction::reject_non_emergency_mo_dt:
      return !data;
    case OverloadAction::reject_rrc_cr_signalling:
      return !signalling;
    case OverloadAction::permit_emergency_sessions_and_mobile_terminated_services_only:
    case OverloadAction::permit_high_priority_sessions_and_mobile_terminated_services_only:
    case OverloadAction::
        permit_high_priority_sessions_and_exception_reporting_and_mobile_terminated_services_only:
      return !data && !signalling;
    case OverloadAction::reject_delay_tolerant_access:
    case OverloadAction::not_accept_mo_data_or_delay_tolerant_access_from_cp_ciot:
      return true;  // No UE of a load is one of these.
  }
  return true;
}

}  // namespace zerocell::load
