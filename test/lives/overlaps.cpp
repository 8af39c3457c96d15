// SPDX-License-Identifier: Apache-2.0
#include "test/lives/overlaps.hpp"

#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/erab.hpp"
#include "asn1/s1ap/handover.hpp"
#include "asn1/s1ap/nas_transport.hpp"
#include "mme/bearer_exchange.hpp"

namespace zerocell::lives {
namespace {

using nas::EmmType;

constexpr Collision kCollisions[] = {
    {Running::guti_reallocation, Begins::attach, "24.301 §5.4.1.6"},
    {Running::guti_reallocation, Begins::detach, "24.301 §5.4.1.6"},
    {Running::guti_reallocation, Begins::tracking_area_update, "24.301 §5.4.1.6"},
    {Running::guti_reallocation, Begins::service_request, "24.301 §5.4.1.6"},
    {Running::guti_reallocation, Begins::handover, "24.301 §5.4.1.6"},
    {Running::authentication, Begins::same_attach, "24.301 §5.5.1.2.7"},
    {Running::authentication, Begins::attach, "24.301 §5.5.1.2.7"},
    {Running::authentication, Begins::detach, "24.301 §5.4.2.7"},
    {Running::authentication, Begins::tracking_area_update, "24.301 §5.4.2.7"},
    {Running::authentication, Begins::service_request, "24.301 §5.4.2.7"},
    {Running::security_mode, Begins::attach, "24.301 §5.4.3.7"},
    {Running::security_mode, Begins::detach, "24.301 §5.4.3.7"},
    {Running::security_mode, Begins::switch_off, "24.301 §5.4.3.7"},
    {Running::security_mode, Begins::tracking_area_update, "24.301 §5.4.3.7"},
    {Running::security_mode, Begins::service_request, "24.301 §5.4.3.7"},
    {Running::security_mode, Begins::handover, "24.301 §5.4.3.7"},
    {Running::identification, Begins::same_attach, "24.301 §5.4.4.6"},
    {Running::identification, Begins::attach, "24.301 §5.4.4.6"},
    {Running::identification, Begins::detach, "24.301 §5.4.4.6"},
    {Running::identification, Begins::tracking_area_update, "24.301 §5.4.4.6"},
    {Running::attach_accepted, Begins::same_attach, "24.301 §5.5.1.2.7"},
    {Running::attach_accepted, Begins::attach, "24.301 §5.5.1.2.7"},
    {Running::attach, Begins::same_attach, "24.301 §5.5.1.2.7"},
    {Running::attach, Begins::attach, "24.301 §5.5.1.2.7"},
    {Running::attach, Begins::tracking_area_update, "24.301 §5.5.1.2.7"},
    {Running::attach_accepted, Begins::tracking_area_update, "24.301 §5.5.1.2.7"},
    {Running::attach, Begins::detach, "24.301 §5.5.1.2.7"},
    {Running::attach_accepted, Begins::detach, "24.301 §5.5.1.2.7"},
    {Running::attach_accepted, Begins::switch_off, "24.301 §5.5.1.2.7"},
    {Running::attach, Begins::cancel_location, "23.401 §5.3.8.4"},
    {Running::detach_by_ue, Begins::detach_by_network, "24.301 §5.5.2.2.5"},
    {Running::detach_by_ue, Begins::attach, "24.301 §5.5.2.2.5"},
    {Running::detach_by_network, Begins::detach, "24.301 §5.5.2.3.5"},
    {Running::detach_by_network, Begins::switch_off, "24.301 §5.5.2.3.5"},
    {Running::detach_by_network, Begins::attach, "24.301 §5.5.2.3.5"},
    {Running::detach_by_network, Begins::tracking_area_update, "24.301 §5.5.2.3.5"},
    {Running::detach_by_network, Begins::service_request, "24.301 §5.5.2.3.5"},
    {Running::tracking_area_update_accepted, Begins::same_tracking_area_update, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update_accepted, Begins::tracking_area_update, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update, Begins::same_tracking_area_update, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update, Begins::tracking_area_update, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update, Begins::attach, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update_accepted, Begins::attach, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update, Begins::detach, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update_accepted, Begins::detach, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update_accepted, Begins::service_request, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update_accepted, Begins::handover, "24.301 §5.5.3.2.7"},
    {Running::tracking_area_update_accepted, Begins::detach_by_network, "24.301 §5.5.3.2.6"},
    {Running::service_request, Begins::service_request, "24.301 §5.6.1.7"},
    {Running::service_request, Begins::attach, "24.301 §5.6.1.7"},
    {Running::service_request, Begins::tracking_area_update, "24.301 §5.6.1.7"},
    {Running::service_request, Begins::detach, "24.301 §5.6.1.6"},
    {Running::service_request, Begins::detach_by_network, "24.301 §5.6.1.6"},
    {Running::paging, Begins::attach, "24.301 §5.6.2.3"},
    {Running::paging, Begins::tracking_area_update, "24.301 §5.6.2.3"},
    {Running::paging, Begins::detach, "24.301 §5.6.2.3"},
    {Running::paging, Begins::service_request, "24.301 §5.6.2.2"},
    {Running::paging, Begins::detach_by_network, "24.301 §5.6.2"},
    {Running::session_management, Begins::attach, "24.301 §5.5.1.2.7"},
    {Running::session_management, Begins::detach, "24.301 §6.4.2.6"},
    {Running::session_management, Begins::session_management, "24.301 §6.4.2.6"},
    {Running::session_management, Begins::tracking_area_update, "24.301 §6.4"},
    {Running::session_management, Begins::handover, "23.401 §5.5.1.2.1"},
    {Running::session_management, Begins::path_switch, "23.401 §5.5.1.1.2"},
    {Running::session_management, Begins::detach_by_network, "24.301 §6.4.2.6"},
    {Running::handover_announced, Begins::handover, "36.413 §8.2.1.4"},
    {Running::handover_announced, Begins::path_switch, "36.413 §8.2.1.4"},
    {Running::handover_announced, Begins::attach, "23.401 §5.5.1.2.1"},
    {Running::handover_announced, Begins::detach, "23.401 §5.5.1.2.1"},
    {Running::handover_announced, Begins::detach_by_network, "23.401 §5.5.1.2.1"},
    {Running::handover, Begins::attach, "23.401 §5.5.1.2.1"},
    {Running::handover, Begins::detach, "23.401 §5.5.1.2.1"},
    {Running::handover, Begins::tracking_area_update, "23.401 §5.5.1.2.1"},
    {Running::handover, Begins::session_management, "23.401 §5.5.1.2.1"},
    {Running::handover, Begins::handover, "36.413 §8.4.1"},
    {Running::handover, Begins::path_switch, "36.413 §8.4.4"},
    {Running::handover, Begins::detach_by_network, "23.401 §5.5.1.2.1"},
    {Running::handover, Begins::release_request, "36.413 §8.3.2"},
    {Running::handover, Begins::reset, "36.413 §8.7.1"},
    {Running::release, Begins::attach, "23.401 §5.3.5"},
    {Running::release, Begins::service_request, "23.401 §5.3.5"},
};

constexpr std::string_view kRunningNames[] = {"identification",
                                              "authentication",
                                              "security mode control",
                                              "attach",
                                              "attach after its accept",
                                              "tracking area update",
                                              "tracking area update after its accept",
                                              "service request",
                                              "GUTI reallocation",
                                              "detach by the UE",
                                              "detach by the network",
                                              "paging",
                                              "session management",
                                              "a handover that was announced",
                                              "S1 handover",
                                              "path switch",
                                              "S1 release"};
constexpr std::string_view kBeginsNames[] = {"the same attach again",
                                             "attach",
                                             "detach",
                                             "switch-off",
                                             "the same tracking area update again",
                                             "tracking area update",
                                             "service request",
                                             "extended service request",
                                             "session management",
                                             "S1 handover",
                                             "path switch",
                                             "detach by the network",
                                             "cancel location",
                                             "release request",
                                             "reset",
                                             "loss of the connection"};
static_assert(std::size(kRunningNames) == kRunnings && std::size(kBeginsNames) == kBegins);

bool is_answer(EmmType type) {
  switch (type) {
    case EmmType::identity_response:
    case EmmType::authentication_response:
    case EmmType::authentication_failure:
    case EmmType::security_mode_complete:
    case EmmType::security_mode_reject:
    case EmmType::attach_complete:
    case EmmType::tracking_area_update_complete:
    case EmmType::guti_reallocation_complete:
    case EmmType::detach_accept:
      return true;
    default:
      return false;
  }
}

bool runs_a_session(const mme::Ue& ue) {
  using enum mme::ProcedureKind;
  switch (ue.procedure_kind) {
    case pdn_connectivity:
    case pdn_disconnect:
    case pdn_disconnection:
    case dedicated_bearer_activation:
    case bearer_modification:
    case bearer_deactivation:
    case bearer_resource_allocation:
    case bearer_resource_modification:
    case bearer_lost:
      return true;
    default:
      return false;
  }
}

std::optional<Begins> begun_by(const nas::Peek& message, Bytes plain, bool repeated) {
  if (message.discriminator == nas::kEsmDiscriminator) {
    using nas::EsmType;
    const bool request = message.esm_type == EsmType::pdn_connectivity_request ||
                         message.esm_type == EsmType::pdn_disconnect_request ||
                         message.esm_type == EsmType::bearer_resource_allocation_request ||
                         message.esm_type == EsmType::bearer_resource_modification_request;
    return request ? std::optional(Begins::session_management) : std::nullopt;
  }
  switch (message.emm_type) {
    case EmmType::attach_request:
      return repeated ? Begins::same_attach : Begins::attach;
    case EmmType::tracking_area_update_request:
      return repeated ? Begins::same_tracking_area_update : Begins::tracking_area_update;
    case EmmType::extended_service_request:
      return Begins::extended_service_request;
    case EmmType::detach_request: {
      const auto request = nas::decode<nas::DetachRequestUeOriginating>(plain);
      return request && request->detach_type.switch_off ? Begins::switch_off : Begins::detach;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view name_of(Running running) {
  return kRunningNames[std::to_underlying(running)];
}
std::string_view name_of(Begins begins) {
  return kBeginsNames[std::to_underlying(begins)];
}
std::span<const Collision> collisions() {
  return kCollisions;
}

void Overlaps::add(const Overlaps& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

Watch::Watch(std::unique_ptr<net::SctpTransport> below)
    : below_(std::move(below)),
      memory_(std::make_unique<std::byte[]>(s1ap::kArenaOctets)),
      arena_(MutableBytes(reinterpret_cast<std::uint8_t*>(memory_.get()), s1ap::kArenaOctets)),
      scratch_(mme::kS1apOctetsMax) {}

std::expected<void, net::NetError> Watch::listen(const std::vector<Endpoint>& local,
                                                 net::SctpHandler& handler) {
  handler_ = &handler;
  return below_->listen(local, *this);
}

std::expected<net::AssociationId, net::NetError> Watch::connect(const std::vector<Endpoint>& local,
                                                                const Endpoint& remote,
                                                                net::SctpHandler& handler) {
  return below_->connect(local, remote, handler);
}

net::SendOutcome Watch::send(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) {
  arena_.reset();
  const s1ap::Inbound sent = s1ap::decode(message, arena_);
  if (const auto* transport = sent.message.as<s1ap::DownlinkNasTransport>()) look_at_downlink(*transport);
  return below_->send(id, stream, ppid, message);
}

void Watch::association_up(net::AssociationId id, const net::AssociationInfo& info) {
  handler_->association_up(id, info);
}

void Watch::message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) {
  arena_.reset();
  look_at_uplink(id, s1ap::decode(message, arena_));
  handler_->message(id, stream, ppid, message);
}

void Watch::association_down(net::AssociationId id, net::AssociationEnd why) {
  mme_->for_each_connection([&](const mme::Ue& ue) {
    if (ue.enb->association == id) count(ue, Begins::connection_lost);
  });
  handler_->association_down(id, why);
}

const mme::Ue* Watch::find(net::AssociationId id, std::uint32_t mme_ue_s1ap_id) const {
  const mme::Ue* found = nullptr;
  mme_->for_each_connection([&](const mme::Ue& ue) {
    if (ue.mme_ue_s1ap_id == mme_ue_s1ap_id && ue.enb->association == id) found = &ue;
  });
  return found;
}

std::optional<Imsi> Watch::claimed(const nas::EpsMobileIdentity& identity) const {
  if (const Imsi* imsi = identity.imsi()) return *imsi;
  const auto index = mme_->find_by_guti(identity);
  return index ? std::optional(mme_->directory()[*index].imsi) : std::nullopt;
}

template <class Visit>
void Watch::for_each_running(const mme::Ue& ue, Visit visit) const {
  using mme::ProcedureKind;
  const auto found = asked_.find(ue.mme_ue_s1ap_id);
  const auto asked = found == asked_.end() ? EmmType::service_request : found->second;
  if (ue.runs(ProcedureKind::attach) || ue.runs(ProcedureKind::tracking_area_update)) {
    if (asked == EmmType::identity_request) visit(Running::identification);
    if (asked == EmmType::authentication_request) visit(Running::authentication);
    if (asked == EmmType::security_mode_command) visit(Running::security_mode);
  }
  if (ue.runs(ProcedureKind::attach)) visit(ue.attach_accepted ? Running::attach_accepted : Running::attach);
  if (ue.runs(ProcedureKind::tracking_area_update))
    visit(asked == EmmType::tracking_area_update_accept ? Running::tracking_area_update_accepted
                                                        : Running::tracking_area_update);
  if (ue.runs(ProcedureKind::service_request))
    visit(asked == EmmType::guti_reallocation_command ? Running::guti_reallocation
                                                      : Running::service_request);
  if (ue.runs(ProcedureKind::detach)) visit(Running::detach_by_network);
  if (ue.runs(ProcedureKind::s1_release)) visit(Running::release);
  if (ue.runs(ProcedureKind::s1_release) && asked == EmmType::detach_accept) visit(Running::detach_by_ue);
  if (runs_a_session(ue)) visit(Running::session_management);
  if (announced_.contains(ue.mme_ue_s1ap_id) && (ue.handover_expected || runs_a_session(ue)))
    visit(Running::handover_announced);
  if (ue.handover_target != nullptr) visit(Running::handover);
  if (ue.mobility.busy()) visit(Running::path_switch);
}

void Watch::count(const mme::Ue& ue, Begins begins) {
  for_each_running(ue, [&](Running running) { overlaps_.count(running, begins); });
}

void Watch::count(const Imsi& imsi, Begins begins, Bytes request) {
  mme_->for_each_connection([&](const mme::Ue& ue) {
    if (ue.handover_source != nullptr || ue.imsi() != imsi) return;
    const bool same = !request.empty() && ue.attach_intent && equal(ue.attach_intent->message, request);
    count(ue, !same                      ? begins
              : begins == Begins::attach ? Begins::same_attach
                                         : Begins::same_tracking_area_update);
  });
  const auto index = mme_->directory().find(imsi);
  if (index && mme_->paging().wanted(*index) && mme_->connected(*index) == nullptr)
    overlaps_.count(Running::paging, begins);
}

void Watch::network_begins(const Imsi& imsi, Begins begins) {
  count(imsi, begins);
}

void Watch::look_at_uplink(net::AssociationId id, const s1ap::Inbound& inbound) {
  using s1ap::MessageType;
  if (inbound.verdict == s1ap::Verdict::refuse) return;
  if (const auto* initial = inbound.message.as<s1ap::InitialUeMessage>()) return look_at_initial(*initial);
  if (const auto* reset = inbound.message.as<s1ap::Reset>()) {
    const auto* part = std::get_if<s1ap::PartOfS1Interface>(&reset->reset_type);
    mme_->for_each_connection([&](const mme::Ue& ue) {
      const bool named =
          part == nullptr || std::ranges::any_of(part->value, [&](const auto& item) {
            return item.mme_ue_s1ap_id == ue.mme_ue_s1ap_id || item.enb_ue_s1ap_id == ue.enb_ue_s1ap_id;
          });
      if (named && ue.enb->association == id) count(ue, Begins::reset);
    });
    return;
  }
  if (const auto* path_switch = inbound.message.as<s1ap::PathSwitchRequest>()) {
    mme_->for_each_connection([&](const mme::Ue& ue) {
      if (ue.mme_ue_s1ap_id == path_switch->source_mme_ue_s1ap_id) count(ue, Begins::path_switch);
    });
    announced_.erase(path_switch->source_mme_ue_s1ap_id);
    return;
  }
  const mme::Ue* ue = inbound.mme_ue_s1ap_id ? find(id, *inbound.mme_ue_s1ap_id) : nullptr;
  if (ue == nullptr) return;
  if (const auto* transport = inbound.message.as<s1ap::UplinkNasTransport>())
    return look_at_nas(*ue, transport->nas_pdu);
  if (announces_handover(inbound.message)) announced_.insert(ue->mme_ue_s1ap_id);
  if (inbound.message.type == MessageType::handover_required) {
    count(*ue, Begins::handover);
    announced_.erase(ue->mme_ue_s1ap_id);
  }
  if (inbound.message.type == MessageType::ue_context_release_request) count(*ue, Begins::release_request);
}

bool Watch::announces_handover(const s1ap::Message& message) {
  const auto any = [](const auto& failed) {
    return std::ranges::any_of(
        failed, [](const s1ap::ErabItem& item) { return mme::refuses_for_handover(item.cause); });
  };
  if (const auto* lost = message.as<s1ap::NasNonDeliveryIndication>())
    return mme::refuses_for_handover(lost->cause);
  if (const auto* failure = message.as<s1ap::UeContextModificationFailure>())
    return mme::refuses_for_handover(failure->cause);
  if (const auto* setup = message.as<s1ap::ErabSetupResponse>()) return any(setup->erab_failed_to_setup_list);
  if (const auto* modify = message.as<s1ap::ErabModifyResponse>())
    return any(modify->erab_failed_to_modify_list);
  if (const auto* release = message.as<s1ap::ErabReleaseResponse>())
    return any(release->erab_failed_to_release_list);
  return false;
}

void Watch::look_at_initial(const s1ap::InitialUeMessage& initial) {
  const auto envelope = nas::read_envelope(initial.nas_pdu);
  if (!envelope) return;
  if (envelope->header == nas::SecurityHeader::service_request) {
    const auto index =
        initial.s_tmsi ? mme_->directory().find_by_m_tmsi(initial.s_tmsi->m_tmsi) : std::nullopt;
    if (index) count(Imsi(mme_->directory()[*index].imsi), Begins::service_request);
    return;
  }
  const Bytes plain = envelope->message;
  const auto peeked = nas::peek(plain);
  if (!peeked || peeked->discriminator == nas::kEsmDiscriminator) return;
  const auto begins = begun_by(*peeked, plain, false);
  if (!begins) return;
  std::optional<Imsi> whose;
  if (const auto attach = nas::decode<nas::AttachRequest>(plain))
    whose = claimed(attach->eps_mobile_identity);
  else if (const auto detach = nas::decode<nas::DetachRequestUeOriginating>(plain))
    whose = claimed(detach->eps_mobile_identity);
  else if (const auto update = nas::decode<nas::TrackingAreaUpdateRequest>(plain))
    whose = claimed(update->old_guti);
  else if (initial.s_tmsi)
    if (const auto index = mme_->directory().find_by_m_tmsi(initial.s_tmsi->m_tmsi))
      whose = mme_->directory()[*index].imsi;
  if (whose) count(*whose, *begins, plain);
}

void Watch::look_at_nas(const mme::Ue& ue, Bytes pdu) {
  const auto envelope = nas::read_envelope(pdu);
  if (!envelope) return;
  Bytes plain = envelope->message;
  if (envelope->header != nas::SecurityHeader::plain && ue.security != nullptr) {
    nas::EpsSecurityContext context = *ue.security;
    if (const auto opened = nas::open(context, nas::Role::network, pdu, scratch_)) plain = opened->message();
    nas::wipe(context);
  }
  const auto peeked = nas::peek(plain);
  if (!peeked) return;
  const bool repeated = ue.attach_intent && equal(ue.attach_intent->message, plain);
  if (const auto begins = begun_by(*peeked, plain, repeated)) count(ue, *begins);
  if (peeked->discriminator == nas::kEsmDiscriminator) return;
  if (is_answer(peeked->emm_type)) asked_.erase(ue.mme_ue_s1ap_id);
}

void Watch::look_at_downlink(const s1ap::DownlinkNasTransport& transport) {
  const mme::Ue* found = nullptr;
  mme_->for_each_connection([&](const mme::Ue& ue) {
    if (ue.mme_ue_s1ap_id == transport.mme_ue_s1ap_id) found = &ue;
  });
  const auto envelope = nas::read_envelope(transport.nas_pdu);
  if (found == nullptr || !envelope) return;
  if (envelope->header == nas::SecurityHeader::integrity_new_context) {
    asked_[found->mme_ue_s1ap_id] = EmmType::security_mode_command;
    return;
  }
  Bytes plain = envelope->message;
  if (envelope->header != nas::SecurityHeader::plain && found->security != nullptr) {
    nas::EpsSecurityContext context = *found->security;
    --context.downlink_count;
    const auto opened = nas::open(context, nas::Role::ue, transport.nas_pdu, scratch_);
    nas::wipe(context);
    if (!opened) return;
    plain = opened->message();
  }
  const auto peeked = nas::peek(plain);
  if (peeked && peeked->discriminator != nas::kEsmDiscriminator &&
      peeked->emm_type != EmmType::emm_information)
    asked_[found->mme_ue_s1ap_id] = peeked->emm_type;
}

}  // namespace zerocell::lives
