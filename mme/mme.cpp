// SPDX-License-Identifier: Apache-2.0
#include "mme/mme.hpp"

#include "core/crypto/eps_keys.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/access.hpp"
#include "mme/procedures.hpp"

namespace zerocell::mme {
namespace {

Counter messages_refused{"zerocell_mme_s1ap_refused_total",
                         "S1AP messages that were not acted on (TS 36.413 section 10)."};
Counter send_failures{"zerocell_mme_s1ap_send_failures_total", "S1AP messages that could not be sent."};
Gauge enbs_connected{"zerocell_mme_enbs", "eNodeBs with an S1 association."};

std::uint64_t key_of(net::AssociationId id) {
  return static_cast<std::uint64_t>(id);
}

/// One UE's conversation, before it is known who it is; never 0.
std::uint64_t conversation(const Enb& enb, std::uint32_t enb_ue_s1ap_id) {
  return (key_of(enb.association) << 24 | enb_ue_s1ap_id) + 1;
}

}  // namespace

Mme::Mme(MmeParts parts, UeDirectory::Records records, Bearers::Records bearers)
    : parts_(parts),
      directory_(std::move(records), parts.random),
      bearers_(std::move(bearers)),
      idle_timers_(parts.loop, directory_, [this](UeDirectory::Index index) { idle_timer_expired(index); }),
      paging_(*this),
      tracking_areas_(parts.network, parts.settings),
      congestion_(*this, parts.sctp),
      arena_memory_(std::make_unique<std::byte[]>(s1ap::kArenaOctets)),
      arena_(MutableBytes(reinterpret_cast<std::uint8_t*>(arena_memory_.get()), s1ap::kArenaOctets)),
      s1ap_out_(kS1apOctetsMax),
      nas_out_(kNasOctetsMax + 64),
      nas_in_(kS1apOctetsMax) {
  directory_.forgotten = [this](UeDirectory::Index index, UeRecord& record) {
    idle_timers_.disarm(index);
    paging_.abandon(index);
    paging_assistance_.forget(index);
    forget_radio_capability(record);
    if (record.security.null_integrity) return;  // No HSS has ever heard of it.
    // TS 23.401 §5.3.9.3: the HSS learns that nothing of the UE is kept here.
    background_.start([](hss::S6a& hss, Imsi imsi) -> Task<void> { co_await hss.purge_ue({.imsi = imsi}); }(
                                                       *hss_, record.imsi));
  };
  // Connections do not outlive the process, nor do the numbers of capabilities; each UE is idle from now on.
  directory_.records().for_each([this](UeDirectory::Index index, UeRecord& record) {
    record.connection = UeRecord::kNoConnection;
    record.radio_capability = record.paging_capability = UeRecord::kNoRadioCapability;
    record.idle_timer = {};
    went_idle(index);
  });
}

Mme::~Mme() {
  end_procedures();
}

void Mme::end_procedures() {
  waiting_.clear();
  for (auto& [id, enb] : enbs_) drop_ues_of(*enb);
  paging_.cancel();
  background_.cancel();
}

std::expected<void, net::NetError> Mme::start() {
  std::vector<Endpoint> local;
  for (const auto& address : parts_.s1ap.bind) local.push_back({address, parts_.s1ap.port});
  return parts_.sctp.listen(local, *this);
}

void Mme::stop() {
  stopping_ = true;
  for (auto& [id, enb] : enbs_) parts_.sctp.shutdown(enb->association);
}

void Mme::association_up(net::AssociationId id, const net::AssociationInfo& info) {
  const Endpoint peer = info.peer.empty() ? Endpoint() : info.peer.front();
  if (stopping_ || !has_room_for(peer)) {
    static log::RateLimit limit;
    limit.warning("enb_refused",
                  {{"peer", peer},
                   {"reason", stopping_ ? "the core stops" : "too many associations without S1 Setup"}});
    return parts_.sctp.abort(id);
  }
  auto enb = std::make_unique<Enb>();
  enb->association = id;
  enb->peer = peer;
  if (!info.local.empty()) enb->local = info.local.front();
  enb->streams = info.outbound_streams;
  log::info("enb_connected", {{"peer", enb->peer}, {"streams", enb->streams}});
  guard_set_up(*enb);
  enbs_[key_of(id)] = std::move(enb);
  enbs_connected.set(static_cast<std::int64_t>(enbs_.size()));
}

void Mme::association_down(net::AssociationId id, net::AssociationEnd why) {
  const auto found = enbs_.find(key_of(id));
  if (found == enbs_.end()) return;
  Enb& enb = *found->second;
  static constexpr const char* kWhy[] = {"shutdown", "abort", "lost", "refused"};
  log::info("enb_disconnected", {{"peer", enb.peer},
                                 {"enb", enb},
                                 {"why", kWhy[static_cast<std::size_t>(why)]},
                                 {"ues", enb.ues.size()}});
  drop_ues_of(enb);
  enbs_.erase(found);
  enbs_connected.set(static_cast<std::int64_t>(enbs_.size()));
}

void Mme::message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes octets) {
  const auto found = enbs_.find(key_of(id));
  if (found == enbs_.end()) return;
  Enb& enb = *found->second;
  if (ppid != net::kPpidS1ap) {
    static log::RateLimit limit;
    limit.warning("message_of_another_protocol", {{"peer", enb.peer}, {"ppid", ppid}});
    return;
  }
  arena_.reset();
  inbound_stream_ = stream;
  const s1ap::Inbound inbound = s1ap::decode(octets, arena_);
  if (parts_.capture != nullptr) {
    const Ue* about = inbound.mme_ue_s1ap_id && inbound.enb_ue_s1ap_id
                          ? find_ue(enb, *inbound.mme_ue_s1ap_id, *inbound.enb_ue_s1ap_id)
                          : nullptr;
    capture(enb, false, stream, octets, inbound.enb_ue_s1ap_id, about);
  }
  if (inbound.report == s1ap::Report::unsuccessful_outcome ||
      inbound.report == s1ap::Report::error_indication) {
    const Bytes report = s1ap::encode_report(inbound, s1ap_out_);
    if (!report.empty()) send_encoded(enb, answer_stream(enb, inbound), report, nullptr);
  }
  if (inbound.verdict == s1ap::Verdict::refuse) {
    messages_refused.add();
    static log::RateLimit limit;
    limit.warning("s1ap_message_refused",
                  {{"peer", enb.peer},
                   {"message", inbound.message.body != nullptr ? s1ap::name(inbound.message.type)
                                                               : std::string_view("unknown")},
                   {"cause", s1ap::name(inbound.cause)},
                   {"reason", inbound.error.reason},
                   {"offset", inbound.error.offset}});
    if (enb.set_up) refused(enb, inbound);
    return;
  }
  using enum s1ap::MessageType;
  switch (inbound.message.type) {
    case s1_setup_request:
    case enb_configuration_update:
    case reset:
    case s1ap::MessageType::reset_acknowledge:
    case error_indication:
    case mme_configuration_update_acknowledge:
    case mme_configuration_update_failure:
    case enb_configuration_transfer:
    case enb_direct_information_transfer:
    case write_replace_warning_response:
    case kill_response:
    case uplink_non_ue_associated_lppa_transport:
    case pws_restart_indication:
    case pws_failure_indication:
      return handle_interface(enb, inbound);
    default:
      break;
  }
  // R5: before S1 Setup there is no other procedure (TS 36.413 §8.7.3.1).
  if (!enb.set_up)
    return logical_error(enb, inbound, s1ap::CauseProtocol::message_not_compatible_with_receiver_state,
                         nullptr);
  if (const auto* initial = inbound.message.as<s1ap::InitialUeMessage>())
    return handle_initial(enb, *initial, inbound);
  if (const auto* path_switch = inbound.message.as<s1ap::PathSwitchRequest>())
    return handle(enb, *path_switch, inbound);
  handle_ue(enb, inbound);
}

bool Mme::send_encoded(Enb& enb, std::uint16_t stream, const std::expected<Bytes, s1ap::EncodeError>& encoded,
                       const Ue* about) {
  if (!encoded) {
    send_failures.add();
    log::error("s1ap_message_not_encoded",
               {{"element", encoded.error().element}, {"reason", encoded.error().reason}});
    return false;
  }
  if (parts_.capture != nullptr)
    capture(enb, true, stream, *encoded,
            about != nullptr ? std::optional(about->enb_ue_s1ap_id) : std::nullopt, about);
  switch (parts_.sctp.send(enb.association, stream, net::kPpidS1ap, *encoded)) {
    case net::SendOutcome::sent:
      return true;
    case net::SendOutcome::gone:
      send_failures.add();
      return false;
    case net::SendOutcome::full:
      // A peer that takes nothing would make us keep everything for it.
      send_failures.add();
      log::warning("enb_takes_nothing", {{"enb", enb}, {"peer", enb.peer}, {"then", "association aborted"}});
      parts_.sctp.abort(enb.association);
      return false;
  }
  return false;
}

void Mme::capture(const Enb& enb, bool sent, std::uint16_t stream, Bytes message,
                  std::optional<std::uint32_t> enb_ue_s1ap_id, const Ue* about) {
  SignallingCapture::Party party;
  if (enb_ue_s1ap_id) party.ue = conversation(enb, *enb_ue_s1ap_id);
  if (about != nullptr) party.imsi = about->imsi();
  parts_.capture->s1ap(sent ? enb.local : enb.peer, sent ? enb.peer : enb.local, stream, message, party);
}

void Mme::identified(const Ue& ue, const Imsi& imsi) {
  if (parts_.capture != nullptr) parts_.capture->identify(conversation(*ue.enb, ue.enb_ue_s1ap_id), imsi);
}

Bytes Mme::protect(Ue& ue, nas::SecurityHeader header, Bytes plain) {
  // A connection that its UE has left has none: whatever still ends with a word to it ends without.
  if (ue.security == nullptr) return {};
  const auto octets = nas::protect(*ue.security, nas::Role::network, header, plain, nas_out_);
  if (!octets) {
    log::error("nas_message_not_protected", {.imsi = ue.imsi(), .procedure = ue.procedure_name()},
               {{"reason", nas::name_of(octets.error())}});
    return {};
  }
  return *octets;
}

bool Mme::send_nas(Ue& ue, nas::SecurityHeader header, Bytes plain) {
  if (ue.hold_nas) {
    hold(ue, header, plain);
    return true;
  }
  // Its timer was sooner than the end of the handover.
  std::erase_if(ue.held_nas,
                [&](const HeldNas& held) { return held.given_back && equal(held.plain, plain); });
  const Bytes pdu = header == nas::SecurityHeader::plain ? plain : protect(ue, header, plain);
  if (pdu.empty()) return false;
  s1ap::DownlinkNasTransport transport;
  transport.mme_ue_s1ap_id = ue.mme_ue_s1ap_id;
  transport.enb_ue_s1ap_id = ue.enb_ue_s1ap_id;
  transport.nas_pdu = pdu;
  std::optional<HandoverRestrictions> restrictions;
  if (std::exchange(ue.restrictions_changed, false) && ue.record) {
    restrictions.emplace(*this, ue.stored(), ue.tai.plmn);
    transport.handover_restriction_list = restrictions->whole();
  }
  ue.nas_sent_at = loop().now();
  return send(ue, transport);
}

std::uint16_t Mme::access_point(const Apn& apn) {
  const auto found = std::ranges::find(access_points_, apn);
  if (found != access_points_.end()) return static_cast<std::uint16_t>(found - access_points_.begin());
  ZC_ASSERT(access_points_.size() < 0xFFFF);
  access_points_.push_back(apn);
  return static_cast<std::uint16_t>(access_points_.size() - 1);
}

std::optional<UeDirectory::Index> Mme::find_by_guti(const nas::EpsMobileIdentity& claimed) const {
  const Guti* guti = claimed.guti();
  if (guti == nullptr || !parts_.network.is_ours(guti->gummei)) return std::nullopt;
  return directory_.find_by_m_tmsi(guti->m_tmsi);
}

void Mme::forget_radio_capability(UeRecord& record) {
  radio_capabilities_.release(std::exchange(record.radio_capability, UeRecord::kNoRadioCapability));
  radio_capabilities_.release(std::exchange(record.paging_capability, UeRecord::kNoRadioCapability));
}

bool Mme::bind(Ue& ue, const Imsi& imsi) {
  const auto index = directory_.find_or_add(imsi);
  if (!index) return false;
  UeRecord& record = directory_[*index];
  if (record.connection != UeRecord::kNoConnection && record.connection != ue.place) {
    // The UE is here now: its older connection ends, without a word about the UE itself.
    Ue& older = *ues_[record.connection];
    // What an attach had got that ends here; without its record it cannot give it back itself.
    if (record.emm_state != EmmState::registered) delete_sessions(record);
    // Nor does coming back stop a detach.
    if (older.detaching) deregister(record);
    const bool released = older.release_commanded && older.runs(ProcedureKind::s1_release);
    // What comes for it meanwhile waits, and does not go where it is no more.
    if (!released && older.active_bearers != 0) release_access_bearers(record);
    older.record.reset();
    older.security = nullptr;
    older.secure_exchange = true;  // Nothing more is taken from it.
    if (!released) supersede_with_release(older, s1ap::CauseNas::normal_release);
    // It asked for that there, and hears nothing more of it.
    waiting_.drop_of_connection(*index);
  }
  const bool another = ue.record && ue.record != index;
  if (another && directory_[*ue.record].connection == ue.place) {
    // It has turned out to be somebody else than it was here: the E-RABs were not its own.
    if (directory_[*ue.record].emm_state == EmmState::registered) hold_downlink(directory_[*ue.record]);
    ue.active_bearers = 0;
    directory_[*ue.record].connection = UeRecord::kNoConnection;
    emergency_idle(*ue.record);
    connection_ended(*ue.record);
    went_idle(*ue.record);
  }
  // TS 23.401 §5.11.2: what it said of its radio is of the access that it said it over.
  const bool nb_iot = rat_of(*ue.enb, ue.tai) == hss::RatType::eutran_nb_iot;
  if (std::exchange(record.nb_iot, nb_iot) != nb_iot) forget_radio_capability(record);
  record.connection = ue.place;
  ue.record = index;
  idle_timers_.disarm(*index);
  paging_.connected(*index);
  paging_assistance_.forget(*index);
  identified(ue, record.imsi);
  if (another) observation_.go_on_with_another(ue);
  return true;
}

void Mme::delete_sessions(UeRecord& record) {
  for (const BearerRecord& bearer : bearers_.of(record))
    if (bearer.is_default()) delete_session(bearer.session);
  bearers_.remove_all(record);
}

void Mme::deregister(UeRecord& record) {
  delete_sessions(record);
  record.emm_state = EmmState::deregistered;
}

void Mme::delete_session(sgw::SessionId session) {
  background_.start([](sgw::S11& gateway, sgw::SessionId id) -> Task<void> {
    co_await gateway.delete_session({id});
  }(parts_.gateway, session));
}

Guti Mme::guti(const UeRecord& record, const Plmn& plmn) const {
  return {{plmn, parts_.network.mme_group_id, parts_.network.mme_code}, record.m_tmsi};
}

void Mme::run(Ue& ue, ProcedureKind kind, Task<Next> procedure) {
  ue.procedure_kind = kind;
  congestion_.procedure_begins();
  ue.procedure.start(std::move(procedure));
}

void Mme::cancel_procedure(Ue& ue) {
  if (ue.procedure.busy()) congestion_.procedure_given_up();
  ue.procedure.cancel();
  ue.guard.reset();
  ue.attach_accepted = false;
  ue.update_ended.reset();
  ue.procedure_kind = ProcedureKind::none;
  ue.transaction = {};
}

void Mme::supersede(Ue& ue, ProcedureKind kind, Task<Next> procedure) {
  cancel_procedure(ue);
  run(ue, kind, std::move(procedure));
}

void Mme::begin_release(Ue& ue, s1ap::Cause cause) {
  run(ue, ProcedureKind::s1_release, release(ue, cause));
}

void Mme::supersede_with_release(Ue& ue, s1ap::Cause cause) {
  supersede(ue, ProcedureKind::s1_release, release(ue, cause));
}

void Ue::OnEnd::operator()(Next next) const {
  ue->mme.finish(*ue, next);
}

void Mme::finish(Ue& ue, Next next) {
  ue.guard.reset();
  ue.procedure_kind = ProcedureKind::none;
  ue.transaction = {};
  std::erase_if(ue.held_nas, [](const HeldNas& held) { return held.of_procedure; });
  if (const auto ended = std::exchange(ue.update_ended, std::nullopt); ended && next.kind == Next::Kind::stay)
    next = *ended;
  congestion_.procedure_ended();
  switch (next.kind) {
    case Next::Kind::stay:
      if (ue.later_update) return update_later(ue);
      if (begin_waiting(ue)) return;
      return paging_.served(ue);
    case Next::Kind::release:
      return begin_release(ue, next.cause);
    case Next::Kind::gone:
      return remove(ue);
  }
}

UeRecord& Ue::stored() {
  ZC_ASSERT(record.has_value());
  return mme.directory()[*record];
}

Imsi Ue::imsi() const {
  return record ? mme.directory()[*record].imsi : claimed_imsi;
}

}  // namespace zerocell::mme
