// SPDX-License-Identifier: Apache-2.0
#include "lab/enb.hpp"

#include "asn1/s1ap/enb_id.hpp"

namespace zerocell::lab {
namespace {

constexpr Duration kProcedurePatience = std::chrono::seconds(5);
constexpr Duration kAssociationPatience = std::chrono::seconds(30);
constexpr std::size_t kMessageOctetsMax = 16 * 1024;

}  // namespace

std::string EnbFailure::text() const {
  constexpr std::array<std::string_view, 3> kTexts = {"no association", "no answer", "rejected"};
  std::string text(kTexts[static_cast<std::size_t>(kind)]);
  if (cause) text += ": " + std::string(s1ap::group_name(*cause)) + " " + std::string(s1ap::name(*cause));
  return text;
}

Enb::Enb(Loop& loop, net::SctpTransport& transport, EnbSettings settings)
    : loop_(loop),
      transport_(transport),
      settings_(std::move(settings)),
      arena_(std::make_unique<InlineArena<64 * 1024>>()) {
  if (settings_.broadcast_plmns.empty()) settings_.broadcast_plmns = {settings_.tracking_area.plmn};
}

Enb::~Enb() {
  drop_all();
  if (association_) transport_.abort(*association_);
}

s1ap::GlobalEnbId Enb::global_id() const {
  const auto id = [this]() -> s1ap::EnbId {
    switch (settings_.enb_id_form) {
      case EnbIdForm::home:
        return s1ap::HomeEnbId{settings_.enb_id};
      case EnbIdForm::short_macro:
        return s1ap::ShortMacroEnbId{settings_.enb_id};
      case EnbIdForm::long_macro:
        return s1ap::LongMacroEnbId{settings_.enb_id};
      case EnbIdForm::macro:
        break;
    }
    return s1ap::MacroEnbId{settings_.enb_id};
  };
  return {settings_.tracking_area.plmn, id()};
}

Ecgi Enb::cell() const {
  // The first cell but one, where there are several.
  const bool one = settings_.enb_id_form == EnbIdForm::home;
  return {settings_.tracking_area.plmn, s1ap::first_cell(global_id().enb_id) | (one ? 0u : 1u)};
}

s1ap::TransportLayerAddress Enb::transport_layer_address() const {
  if (settings_.gtpu_v4 && settings_.gtpu_v6)
    return s1ap::TransportLayerAddress::of(*settings_.gtpu_v4, *settings_.gtpu_v6);
  if (settings_.gtpu_v6) return s1ap::TransportLayerAddress::of(IpAddress(*settings_.gtpu_v6));
  return s1ap::TransportLayerAddress::of(IpAddress(settings_.gtpu_v4.value_or(Ipv4Address{{127, 0, 0, 1}})));
}

// The association.

Task<EnbResult<void>> Enb::associate() {
  if (associated()) co_return EnbResult<void>();
  const auto begun = transport_.connect(settings_.local, settings_.mme, *this);
  if (!begun) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  association_ = *begun;
  const auto event = co_await exchange_.receive(
      loop_, kAssociationPatience, [](const Event& offered) { return offered.up || offered.down; });
  if (!event || (*event)->down) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  co_return EnbResult<void>();
}

Task<EnbResult<MmeDescription>> Enb::connect() {
  const auto associated = co_await associate();
  if (!associated) co_return std::unexpected(associated.error());
  auto description = co_await setup();
  co_return description;
}

void Enb::association_up(net::AssociationId id, const net::AssociationInfo& info) {
  association_ = id;
  up_ = true;
  if (info.outbound_streams < settings_.streams) settings_.streams = info.outbound_streams;
  Event event{.up = true};
  (void)exchange_.offer(event);
}

void Enb::association_down(net::AssociationId, net::AssociationEnd why) {
  association_.reset();
  up_ = false;
  drop_all();
  if (on_association_down) on_association_down(why);
  Event event{.down = true};
  (void)exchange_.offer(event);
}

void Enb::shutdown() {
  if (association_) transport_.shutdown(*association_);
}

void Enb::abort() {
  if (association_) transport_.abort(*association_);
}

// Messages out and in.

void Enb::send(s1ap::MessageType type, const void* message, std::uint16_t stream) {
  std::array<std::uint8_t, kMessageOctetsMax> room;
  const auto encoded = s1ap::encode(type, message, room);
  if (!encoded)
    return complain("a message of our own does not encode: " + std::string(encoded.error().element) + " " +
                    encoded.error().reason);
  send_octets(*encoded, stream);
}

void Enb::send_octets(Bytes octets, std::uint16_t stream) {
  if (behaviour_.changes_streams) stream = static_cast<std::uint16_t>(next_stream_++ % settings_.streams);
  if (associated()) (void)transport_.send(*association_, stream, s1ap::kPayloadProtocol, octets);
}

void Enb::message(net::AssociationId, std::uint16_t stream, std::uint32_t ppid, Bytes octets) {
  if (ppid != s1ap::kPayloadProtocol) complain("a message that is not marked as S1AP, TS 36.412 §7");
  arena_->reset();
  const s1ap::Inbound inbound = s1ap::decode(octets, *arena_);
  ++received_total_;
  if (inbound.report == s1ap::Report::unsuccessful_outcome ||
      inbound.report == s1ap::Report::error_indication || inbound.verdict == s1ap::Verdict::refuse) {
    complain("S1AP that is wrong: " + std::string(inbound.error.reason) + ": " + to_hex(octets));
    std::array<std::uint8_t, 1024> room;
    const Bytes report = s1ap::encode_report(inbound, room);
    if (!report.empty()) send_octets(report, stream);
    if (inbound.verdict == s1ap::Verdict::refuse) return;
  }
  ++received_[static_cast<std::size_t>(inbound.message.type)];
  if (inbound.enb_ue_s1ap_id && inbound.message.type != s1ap::MessageType::error_indication)
    check_stream(stream, *inbound.enb_ue_s1ap_id);
  if (on_message) on_message(inbound.message);
  if (std::ranges::find(behaviour_.not_understood, inbound.message.type) != behaviour_.not_understood.end())
    return indicate_error(inbound, stream);
  act(inbound.message);
}

void Enb::check_stream(std::uint16_t stream, Connection connection) {
  if (stream == 0 && settings_.streams > 1)
    complain("a UE-associated message on the stream of common procedures, TS 36.412 §7");
  const auto found = ues_.find(connection);
  if (found == ues_.end()) return;
  if (found->second.mme_stream.value_or(stream) != stream)
    complain("a UE's signalling that goes on on another stream, TS 36.412 §7");
  found->second.mme_stream = stream;
}

void Enb::indicate_error(const s1ap::Inbound& inbound, std::uint16_t stream) {
  s1ap::ErrorIndication indication;
  indication.mme_ue_s1ap_id = inbound.mme_ue_s1ap_id;
  indication.enb_ue_s1ap_id = inbound.enb_ue_s1ap_id;
  indication.cause = s1ap::CauseProtocol::semantic_error;
  if (!behaviour_.tells_no_diagnostics)
    indication.criticality_diagnostics =
        s1ap::CriticalityDiagnostics{.procedure_code = inbound.procedure,
                                     .triggering_message = inbound.kind,
                                     .procedure_criticality = inbound.procedure_criticality};
  send(indication, stream);
}

void Enb::act(const s1ap::Message& message) {
  using s1ap::MessageType;
  switch (message.type) {
    case MessageType::downlink_nas_transport:
    case MessageType::erab_setup_request:
    case MessageType::erab_modify_request:
    case MessageType::erab_release_command:
    case MessageType::ue_context_modification_request:
      return erab_messages(message);
    case MessageType::initial_context_setup_request:
      return initial_context_setup(*message.as<s1ap::InitialContextSetupRequest>());
    case MessageType::ue_context_release_command:
      return release(*message.as<s1ap::UeContextReleaseCommand>());
    case MessageType::handover_request:
      return handover_request(*message.as<s1ap::HandoverRequest>());
    case MessageType::reset:
      return reset_by_mme(*message.as<s1ap::Reset>());
    case MessageType::paging:
      return page(message);
    case MessageType::overload_start:
      overloaded_ = true;
      return;
    case MessageType::overload_stop:
      overloaded_ = false;
      return;
    case MessageType::error_indication:
      return unknown_to_mme(*message.as<s1ap::ErrorIndication>());
    default: {
      if (answer_mme(message)) return;
      Event event{.message = &message};
      (void)exchange_.offer(event);
    }
  }
}

void Enb::unknown_to_mme(const s1ap::ErrorIndication& indication) {
  const auto* cause = indication.cause ? std::get_if<s1ap::CauseRadioNetwork>(&*indication.cause) : nullptr;
  if (cause == nullptr || (*cause != s1ap::CauseRadioNetwork::unknown_mme_ue_s1ap_id &&
                           *cause != s1ap::CauseRadioNetwork::unknown_pair_ue_s1ap_id))
    return;
  // §10.6: both nodes release what has either id.
  if (indication.enb_ue_s1ap_id) drop(*indication.enb_ue_s1ap_id);
  if (!indication.mme_ue_s1ap_id) return;
  const auto same = std::ranges::find_if(
      ues_, [&](const auto& entry) { return entry.second.mme_ue_s1ap_id == indication.mme_ue_s1ap_id; });
  if (same != ues_.end()) drop(same->first);
}

// Interface management, §8.7.

Task<EnbResult<MmeDescription>> Enb::setup() {
  const s1ap::SupportedTasItem area{settings_.tracking_area.tac, settings_.broadcast_plmns,
                                    settings_.nb_iot ? std::optional(s1ap::RatType::nbiot) : std::nullopt};
  s1ap::S1SetupRequest request;
  request.global_enb_id = global_id();
  request.enb_name = settings_.name;
  request.supported_tas = {&area, 1};
  request.default_paging_drx = s1ap::PagingDrx::v128;
  send(request);
  const auto event = co_await exchange_.receive(loop_, kProcedurePatience, [](const Event& offered) {
    return offered.down ||
           (offered.message && (offered.message->type == s1ap::MessageType::s1_setup_response ||
                                offered.message->type == s1ap::MessageType::s1_setup_failure));
  });
  if (!event) co_return std::unexpected(EnbFailure{EnbFailure::Kind::timeout});
  if ((*event)->down) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  if (const auto* failure = (*event)->message->as<s1ap::S1SetupFailure>())
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::rejected, failure->cause, failure->time_to_wait});
  const auto& response = *(*event)->message->as<s1ap::S1SetupResponse>();
  MmeDescription description{.name = std::string(response.mme_name.value_or("")),
                             .relative_capacity = response.relative_mme_capacity};
  for (const auto& served : response.served_gummeis)
    for (const Plmn& plmn : served.served_plmns)
      for (const std::uint16_t group : served.served_group_ids)
        for (const std::uint8_t code : served.served_mmecs) description.served.push_back({plmn, group, code});
  if (description.served.empty()) complain("S1 SETUP RESPONSE without a served GUMMEI");
  co_return description;
}

Task<EnbResult<void>> Enb::configuration_update(std::optional<std::string> name) {
  const s1ap::SupportedTasItem area{settings_.tracking_area.tac, settings_.broadcast_plmns,
                                    settings_.nb_iot ? std::optional(s1ap::RatType::nbiot) : std::nullopt};
  s1ap::EnbConfigurationUpdate update;
  if (name) {
    settings_.name = *name;
    update.enb_name = settings_.name;
  }
  update.supported_tas = {&area, 1};
  send(update);
  const auto event = co_await exchange_.receive(loop_, kProcedurePatience, [](const Event& offered) {
    return offered.down ||
           (offered.message &&
            (offered.message->type == s1ap::MessageType::enb_configuration_update_acknowledge ||
             offered.message->type == s1ap::MessageType::enb_configuration_update_failure));
  });
  if (!event) co_return std::unexpected(EnbFailure{EnbFailure::Kind::timeout});
  if ((*event)->down) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  if (const auto* failure = (*event)->message->as<s1ap::EnbConfigurationUpdateFailure>())
    co_return std::unexpected(EnbFailure{EnbFailure::Kind::rejected, failure->cause, failure->time_to_wait});
  co_return EnbResult<void>();
}

Task<EnbResult<void>> Enb::reset() {
  drop_all();
  const s1ap::ResetType everything = s1ap::ResetAll::reset_all;
  auto outcome = co_await reset(everything);
  co_return outcome;
}

Task<EnbResult<void>> Enb::reset(std::vector<Connection> connections) {
  std::vector<s1ap::UeAssociatedLogicalS1ConnectionItem> items;
  for (const Connection connection : connections) {
    items.push_back({mme_ue_s1ap_id(connection), connection});
    drop(connection);
  }
  const s1ap::ResetType part = s1ap::PartOfS1Interface{items};
  auto outcome = co_await reset(part);
  co_return outcome;
}

Task<EnbResult<void>> Enb::reset(const s1ap::ResetType& type) {
  s1ap::Reset request;
  request.cause = s1ap::CauseMisc::om_intervention;
  request.reset_type = type;
  send(request);
  const auto event = co_await exchange_.receive(loop_, kProcedurePatience, [](const Event& offered) {
    return offered.down || (offered.message && offered.message->type == s1ap::MessageType::reset_acknowledge);
  });
  if (!event) co_return std::unexpected(EnbFailure{EnbFailure::Kind::timeout});
  if ((*event)->down) co_return std::unexpected(EnbFailure{EnbFailure::Kind::no_association});
  co_return EnbResult<void>();
}

void Enb::reset_by_mme(const s1ap::Reset& reset) {
  if (behaviour_.ignores_reset) return;
  s1ap::ResetAcknowledge acknowledge;
  if (const auto* part = std::get_if<s1ap::PartOfS1Interface>(&reset.reset_type)) {
    acknowledge.ue_associated_logical_s1_connection_list = part->value;
    for (const auto& item : part->value) {
      const auto found = std::ranges::find_if(ues_, [&item](const auto& entry) {
        return item.enb_ue_s1ap_id ? entry.first == *item.enb_ue_s1ap_id
                                   : entry.second.mme_ue_s1ap_id == item.mme_ue_s1ap_id;
      });
      if (found != ues_.end()) drop(found->first);
    }
  } else {
    drop_all();
  }
  send(acknowledge);
}

}  // namespace zerocell::lab
