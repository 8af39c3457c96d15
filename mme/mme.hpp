// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "core/config/mme.hpp"
#include "core/config/network.hpp"
#include "core/config/s1ap.hpp"
#include "core/crypto/random.hpp"
#include "core/nas/codec.hpp"
#include "core/net/sctp.hpp"
#include "core/runtime/background.hpp"
#include "core/telemetry/pcap.hpp"
#include "hss/s6a.hpp"
#include "mme/bearers.hpp"
#include "mme/congestion.hpp"
#include "mme/enb.hpp"
#include "mme/idle_timers.hpp"
#include "mme/observation.hpp"
#include "mme/observers.hpp"
#include "mme/paging.hpp"
#include "mme/paging_assistance.hpp"
#include "mme/plain_message.hpp"
#include "mme/radio_capabilities.hpp"
#include "mme/tracking_areas.hpp"
#include "mme/ue.hpp"
#include "mme/ue_directory.hpp"
#include "mme/waiting_requests.hpp"
#include "mme/warnings.hpp"
#include "sgw/s11.hpp"

namespace zerocell::mme {

struct Rejection;

/// What an MME stands on. All of it must outlive the MME.
struct MmeParts {
  Loop& loop;
  Random& random;
  net::SctpTransport& sctp;
  sgw::S11& gateway;
  const config::Network& network;
  const config::S1ap& s1ap;
  const config::Mme& settings;
  SignallingCapture* capture = nullptr;  ///< Sees every S1AP message; may be null.
};

/// A UE as an operator sees it.
struct UeState {
  Imsi imsi;
  EmmState emm = EmmState::deregistered;
  bool connected = false;
  Tai tai{};
  std::optional<WallTime> asleep_until{};  ///< Cannot be reached before, by PSM; then its update is due.
  std::optional<Duration> listens_in{};    ///< With eDRX: until its next paging time window.
};

constexpr std::size_t kNasOctetsMax = 8192;   // Ours: an Attach Accept is some hundred; 24.301 sets no limit.
constexpr std::size_t kUesPerResetMax = 256;  // TS 36.413 maxnoofIndividualS1ConnectionsToReset
constexpr std::size_t kS1apOctetsMax = 65'536;  // Ours, as config::S1ap::message_size_max.

/// Mobility management entity, TS 23.401 §4.4.2: eNodeBs connect to it over S1AP, UEs speak EPS NAS with it
/// through them. One shard; everything runs on its loop.
class Mme final : public hss::S6aMme, public sgw::S11Mme, private net::SctpHandler {
 public:
  Mme(MmeParts parts, UeDirectory::Records records, Bearers::Records bearers);
  ~Mme() override;

  /// Asks this HSS from now on. Before the first eNodeB.
  void use(hss::S6a& hss) { hss_ = &hss; }
  /// Ends every procedure and connection, so that nothing waits for anybody any more: before the HSS ends.
  void end_procedures();
  /// Accepts eNodeBs from now on. The error is for a person.
  std::expected<void, net::NetError> start();
  /// Takes no more, and ends every association in order.
  void stop();

  // S6a, from the HSS (s6a_requests.cpp).
  Task<hss::S6aAnswer<hss::CancelLocationAnswer>> cancel_location(
      hss::CancelLocationRequest request) override;
  Task<hss::S6aAnswer<hss::InsertSubscriberDataAnswer>> insert_subscriber_data(
      hss::InsertSubscriberDataRequest request) override;
  Task<hss::S6aAnswer<hss::DeleteSubscriberDataAnswer>> delete_subscriber_data(
      hss::DeleteSubscriberDataRequest request) override;
  Task<hss::S6aAnswer<hss::ResetAnswer>> reset(hss::ResetRequest request) override;

  // S11, from the serving gateway (s11_requests.cpp).
  Task<sgw::Answer<sgw::CreateBearerResponse>> create_bearer(sgw::CreateBearerRequest request) override;
  Task<sgw::Answer<void>> update_bearer(sgw::UpdateBearerRequest request) override;
  Task<sgw::Answer<void>> delete_bearer(sgw::DeleteBearerRequest request) override;
  void bearer_resource_failed(const sgw::BearerResourceFailure& failure) override;
  sgw::DownlinkDataAcknowledge downlink_data(const sgw::DownlinkDataNotification& notification) override;

  // For operators (interface_procedures.cpp). Each is false when there is no such eNodeB, or the UE is not
  // connected.

  /// Resets one eNodeB, or these UEs of it, TS 36.413 §8.7.1: they are disconnected at once. It is asked
  /// three times; then its association ends.
  bool reset_enb(const s1ap::GlobalEnbId& id, s1ap::Cause cause);
  bool reset_ues(const s1ap::GlobalEnbId& id, const std::vector<Imsi>& imsis, s1ap::Cause cause);
  /// MME CONFIGURATION UPDATE to every eNodeB, §8.7.5: after the network's configuration has changed.
  void update_configuration();
  Congestion& congestion() { return congestion_; }
  Observation& observation() { return observation_; }
  Warnings& warnings() { return warnings_; }
  Observers& observers() { return observers_; }

  /// Every S1 connection, whose-ever it is.
  void for_each_connection(const std::function<void(const Ue&)>& visit) const;
  /// Whether a procedure, or packets, wait for this UE.
  bool is_waited_for(UeDirectory::Index index) const { return waiting_.has(index) || paging_.wanted(index); }
  /// So many UEs are waited for.
  std::size_t waits() const { return waiting_.size() + paging_.size(); }

  std::size_t enbs() const { return enbs_.size(); }
  std::size_t connected_ues() const { return connected_; }
  UeDirectory& directory() { return directory_; }

  // For the procedures.

  Loop& loop() { return parts_.loop; }
  Random& random() { return parts_.random; }
  hss::S6a& hss() { return *hss_; }
  /// How often the HSS has lost where its UEs are, modulo 256; of each record, what is as old as that.
  std::uint8_t hss_resets() const { return hss_resets_; }
  sgw::S11& gateway() { return parts_.gateway; }
  const config::Network& network() const { return parts_.network; }
  const config::Mme& settings() const { return parts_.settings; }
  Background& background() { return background_; }
  /// Sessions with indirect forwarding tunnels, and how many handovers want them.
  std::map<sgw::SessionId, unsigned>& forwarding() { return forwarding_; }
  Bearers& bearers() { return bearers_; }
  RadioCapabilities& radio_capabilities() { return radio_capabilities_; }
  Paging& paging() { return paging_; }
  PagingAssistance& paging_assistance() { return paging_assistance_; }
  TrackingAreas& tracking_areas() { return tracking_areas_; }
  IdleTimers& idle_timers() { return idle_timers_; }
  /// Every eNodeB that has set up S1. `visit` takes an `Enb&` and ends no association.
  template <class Visit>
  void for_each_enb(Visit visit) {
    for (auto& [id, enb] : enbs_)
      if (enb->set_up) visit(*enb);
  }
  /// Null unless this SIM's UE is connected with its context set up.
  Ue* find_connected(const Imsi& imsi);

  /// Number of an access point, and its name again: records keep the number. Numbers are never given back;
  /// the names are those of subscriptions, so they are few.
  std::uint16_t access_point(const Apn& apn);
  const Apn& access_point(std::uint16_t number) const { return access_points_[number]; }

  /// Sends a message about a UE on the UE's stream.
  template <class M>
  bool send(Ue& ue, const M& message) {
    return send_encoded(*ue.enb, ue.stream, s1ap::encode(message, s1ap_out_), &ue);
  }
  /// Sends a message about no UE, on stream 0 (TS 36.412 §7).
  template <class M>
  bool send(Enb& enb, const M& message) {
    return send_encoded(enb, 0, s1ap::encode(message, s1ap_out_), nullptr);
  }
  /// Answers the message that is being handled on its stream: it is about a UE that has no connection here.
  template <class M>
  bool answer(Enb& enb, const M& message) {
    return send_encoded(enb, inbound_stream_, s1ap::encode(message, s1ap_out_), nullptr);
  }
  /// Sends the same message about no UE to several eNodeBs; it is encoded once.
  template <class M>
  void send(std::span<Enb* const> enbs, const M& message) {
    const auto encoded = s1ap::encode(message, s1ap_out_);
    for (Enb* enb : enbs) send_encoded(*enb, 0, encoded, nullptr);
  }
  /// eNodeBs that a UE is looked for in: that of its last cell and those that are recommended (`told` may be
  /// null), or all that serve an area of its list.
  void enbs_to_begin_with(const UeRecord& record, std::span<const Tai> areas,
                          const PagingAssistance::Told* told, std::vector<Enb*>& found);
  void enbs_of_areas(std::span<const Tai> areas, std::vector<Enb*>& found);
  /// Protects a plain NAS message and sends it in DOWNLINK NAS TRANSPORT; `plain` header sends it as it is.
  bool send_nas(Ue& ue, nas::SecurityHeader header, Bytes plain);
  /// What eNodeBs said of a UE's radio is out of date (TS 23.401 §5.11.2): the next one has to ask the UE.
  void forget_radio_capability(UeRecord& record);
  /// Protects a NAS message for a message that carries it along; empty when that failed. Valid until the next
  /// call.
  Bytes protect(Ue& ue, nas::SecurityHeader header, Bytes plain);

  /// The record of a UE that claims this identity; nothing for another MME's GUTI or one that nobody has.
  std::optional<UeDirectory::Index> find_by_guti(const nas::EpsMobileIdentity& claimed) const;
  /// Binds the connection to the record of a UE that has proven to be `imsi`. Another connection of the same
  /// UE ends. False when no record can be had.
  bool bind(Ue& ue, const Imsi& imsi);
  /// The UE has no PDN connection any more at the gateways; those in its record are deleted in the
  /// background.
  void delete_sessions(UeRecord& record);
  /// Deletes one session at the gateways, in the background.
  void delete_session(sgw::SessionId session);
  /// The UE has no registration any more; its sessions go.
  void deregister(UeRecord& record);
  /// Releases a UE that was kept for what waits, where that has been given up meanwhile.
  void release_if_nothing_comes(Ue& ue);
  /// EMM STATUS, to a UE that is heard under its keys; to anybody else nothing.
  void send_emm_status(Ue& ue, nas::EmmCause cause);
  /// Service Reject, and the release of a connection that serves nothing else.
  void refuse_service(Ue& ue, nas::EmmCause cause);
  /// The UE's connection is gone without a release: packets for it wait, and what needs the radio ends.
  void hold_downlink(UeRecord& record);
  /// Packets for the UE wait at the gateway.
  void release_access_bearers(UeRecord& record);
  /// The UE of this record while it is connected, else null.
  Ue* connected(UeDirectory::Index index);
  /// An idle UE is paged, one that runs a procedure is waited for: then it is connected and free. Null when
  /// it cannot be reached. For procedures of the network; what is waited for may have ended the UE's
  /// registration.
  Task<Ue*> reach(UeDirectory::Index index, std::optional<gtp::Arp> arp = {}) {
    return paging_.reach(index, arp);
  }
  /// Detaches a UE, TS 23.401 §5.3.8.3: an idle one is paged for it. In any case it is detached in the end,
  /// but for one with emergency bearers, which keeps these.
  void detach(UeDirectory::Index index, nas::NetworkDetachType type, std::optional<nas::EmmCause> cause);
  void detach(Ue& ue, nas::NetworkDetachType type, std::optional<nas::EmmCause> cause);
  /// The detach by the network that has not ended yet, on whichever connection; nothing: there is none.
  std::optional<NetworkDetach> detach_under_way(UeDirectory::Index index);
  /// A UE with emergency bearers has no right to anything else any more: its other PDN connections end, and
  /// it is attached for emergency bearer services only (TS 23.401 §5.3.8.3, §5.10.3, TS 24.301 §5.5.3.2.4).
  void keep_emergency_only(UeDirectory::Index index);
  /// The same here and at the gateways alone: the UE notices by itself, since it gets no radio bearers for
  /// them, or is told by the bearer status.
  void end_normal_connections(UeRecord& record);
  /// The UE has no right to this PDN connection any more: MME requested PDN disconnection, TS 23.401 §5.10.3.
  /// Without its last one it is detached, and may attach again.
  void withdraw_connection(UeDirectory::Index index, sgw::SessionId session);
  /// When a UE can be paged: at once (zero), after this time (eDRX), or not before it comes by itself
  /// (nothing: PSM). As it is so long `from` now; of a UE that is connected, as if it went idle now. One that
  /// may go by either of two names listens for each in a window of its own: attempts take them in turn.
  std::optional<Duration> until_ue_listens(const UeRecord& record, unsigned attempt = 0,
                                           Duration from = {}) const;
  /// How long a UE that sleeps by PSM still does, until its periodic update is due.
  Duration until_ue_wakes(const UeRecord& record) const;
  /// How long an idle UE is still waited for: until its periodic update is overdue.
  Duration until_ue_is_missed(const UeRecord& record) const;
  UeState state_of(UeDirectory::Index index);

  /// Sets up the bearers of a connected UE that runs no procedure, since packets wait for it (TS 23.401
  /// §5.3.4.3).
  void set_up_bearers(Ue& ue);
  Guti guti(const UeRecord& record, const Plmn& plmn) const;

  /// Starts a procedure of a UE that runs none.
  void run(Ue& ue, ProcedureKind kind, Task<Next> procedure);
  /// Ends the running procedure, if there is one: what it held is given back.
  void cancel_procedure(Ue& ue);
  /// Ends the running procedure, if there is one, and starts another.
  void supersede(Ue& ue, ProcedureKind kind, Task<Next> procedure);
  /// S1 release, run in this way or the other.
  void begin_release(Ue& ue, s1ap::Cause cause);
  void supersede_with_release(Ue& ue, s1ap::Cause cause);
  void finish(Ue& ue, Next next);

  // For handovers (mobility.cpp).
  /// The target of an S1 handover told its id: what it used the id for before is gone. False when the id is
  /// that of the very connection that the UE comes from.
  bool told_enb_id(Ue& leg, std::uint32_t enb_ue_s1ap_id);
  /// The UE has come to the target: the two connections change places, and `bearers` follows.
  void arrive(Ue& ue, Ue& leg, Task<Next> bearers);
  /// The target will not have the UE: its connection is nobody's now; a source that still waits hears why.
  void part(Ue& leg, s1ap::Cause cause);
  /// Ends the handover of a UE, or the one that this connection is the target of, wherever it stands. NAS
  /// messages are held until `resume_nas`.
  void end_handover(Ue& ue);
  void resume_nas(Ue& ue);
  /// The handover of this UE is over, wherever it is now: what waited for that goes on.
  void handover_over(Ue& ue);
  /// An eNodeB speaks of a handover, which will come here or not: then it is over after a while.
  void expect_handover(Ue& ue);

  // Associations of eNodeBs (enb_associations.cpp).
  /// Ends the association of an eNodeB at once.
  void end_association(Enb& enb);
  /// Ends the connections of its UEs.
  void drop_ues_of(Enb& enb);

  // Turns of procedures (esm_dispatch.cpp).
  /// Runs a procedure at a connected UE when its turn comes: at once when none runs. False when there was no
  /// room for one that needs some.
  bool at_turn(Ue& ue, ProcedureKind kind, std::move_only_function<Task<Next>(Ue&)> begin,
               Waits waits = Waits::always);
  /// The ESM request of the event is the next procedure of the UE.
  void begin_next(Ue& ue, const UeEvent& event);
  /// A word that ends the UE's request with this PTI, and that it is told in its turn, however much waits.
  void refuse_in_turn(Ue& ue, std::uint8_t transaction, std::move_only_function<Task<Next>(Ue&)> refuse);
  /// Drops what the UE has asked for and not got yet: it has begun anew.
  void drop_requests(const Ue& ue) { waiting_.drop_of_connection(*ue.record); }

  /// It is known now, or claimed, whose signalling this is: for the captures of single SIMs.
  void identified(const Ue& ue, const Imsi& imsi);

 private:
  friend class Ue;

  // SCTP, and what every message passes through (mme.cpp).
  void association_up(net::AssociationId id, const net::AssociationInfo& info) override;
  void message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes octets) override;
  void association_down(net::AssociationId id, net::AssociationEnd why) override;
  bool send_encoded(Enb& enb, std::uint16_t stream, const std::expected<Bytes, s1ap::EncodeError>& encoded,
                    const Ue* about);
  void capture(const Enb& enb, bool sent, std::uint16_t stream, Bytes message,
               std::optional<std::uint32_t> enb_ue_s1ap_id, const Ue* about);

  // Associations of eNodeBs (enb_associations.cpp).
  /// Null when there is none that has set up S1.
  Enb* find_enb(const s1ap::GlobalEnbId& id);
  /// Whether an association from this address may be without S1 Setup.
  bool has_room_for(const Endpoint& peer) const;
  /// No more eNodeBs can be set up beside this one, whose own older association does not count.
  bool full_without(const s1ap::GlobalEnbId& id) const;
  /// The association ends unless it is set up in time.
  void guard_set_up(Enb& enb);
  /// The eNodeB has set S1 up on another association too: that one is dead.
  void supersede_association(const Enb& newer);

  // S1AP: messages about no UE (enb_messages.cpp, information_transfer.cpp, interface_procedures.cpp).
  void handle_interface(Enb& enb, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::S1SetupRequest& request, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::EnbConfigurationUpdate& update, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::Reset& reset, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::EnbConfigurationTransfer& transfer);
  void handle(Enb& enb, const s1ap::EnbDirectInformationTransfer& transfer);
  /// LPPa is for a positioning server, and there is none.
  void ignore_lppa();
  void reset_enb(Enb& enb, s1ap::Cause cause);

  // S1AP: what was not understood (error_indication.cpp).
  void handle(Enb& enb, const s1ap::ErrorIndication& indication);
  /// What was asked, about a UE or none, was not understood: whoever waits for its answer waits in vain.
  void not_understood(Ue& ue, const s1ap::ErrorIndication& indication,
                      std::optional<s1ap::Procedure> procedure);
  void not_understood(Enb& enb, const s1ap::ErrorIndication& indication, s1ap::Procedure procedure);
  /// A message that was not acted on: where it answers something, that has failed.
  void refused(Enb& enb, const s1ap::Inbound& inbound);
  /// The same of the answer to HANDOVER REQUEST.
  void refused_by_target(Ue& leg, const s1ap::Inbound& inbound);
  /// What this eNodeB was asked about the UE has failed, as if it had said so itself.
  void end_unsuccessfully(Ue& ue, s1ap::Procedure procedure, const s1ap::Cause& cause);

  // S1AP: what was understood and cannot be acted on (logical_errors.cpp).
  /// TS 36.413 §10.4: its sender hears why, where it began the procedure. `about` may be null.
  void logical_error(Enb& enb, const s1ap::Inbound& inbound, s1ap::Cause cause, const Ue* about);
  /// The stream of an answer to the message that is being handled.
  std::uint16_t answer_stream(const Enb& enb, const s1ap::Inbound& inbound);
  void refuse_unknown_ids(Enb& enb, const s1ap::Inbound& inbound);

  // S1AP: messages about a UE (ue_messages.cpp).
  void handle_initial(Enb& enb, const s1ap::InitialUeMessage& message, const s1ap::Inbound& inbound);
  void handle_ue(Enb& enb, const s1ap::Inbound& inbound);
  void handle(Ue& ue, const s1ap::UeContextReleaseRequest& request);
  void handle(Ue& ue, const s1ap::UeCapabilityInfoIndication& indication);
  void handle_at_target(Ue& leg, const s1ap::Inbound& inbound);
  void handle(Ue& ue, const s1ap::UeContextModificationIndication& indication, const s1ap::Inbound& inbound);
  void handle(Ue& ue, const s1ap::NasNonDeliveryIndication& lost);
  void handle(Ue& ue, const s1ap::UeContextModificationFailure& failure);
  void not_expected(const Ue& ue, const s1ap::Message& message);

  // S1AP: what an eNodeB tells of E-RABs (erab_indications.cpp).
  void handle(Ue& ue, const s1ap::ErabReleaseIndication& indication);
  void handle(Ue& ue, const s1ap::ErabModificationIndication& indication, const s1ap::Inbound& inbound);

  // S1AP: handovers (s1_handover.cpp, path_switch.cpp), and which connection is the UE's (mobility.cpp).
  void handle(Ue& ue, const s1ap::HandoverRequired& required, const s1ap::Inbound& inbound);
  void handle(Ue& ue, const s1ap::HandoverCancel& cancel, const s1ap::Inbound& inbound);
  void handle(Ue& ue, const s1ap::EnbStatusTransfer& transfer, const s1ap::Inbound& inbound);
  void handle(Ue& ue, const s1ap::EnbEarlyStatusTransfer& transfer, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::PathSwitchRequest& request, const s1ap::Inbound& inbound);
  void refuse_handover(Ue& ue, s1ap::Cause cause,
                       const std::optional<s1ap::CriticalityDiagnostics>& diagnostics);
  /// Registered, or accepted by its attach; its context set up, or asked for; and not about to be released.
  bool may_move(const Ue& ue);
  void move(Ue& ue, Enb& target, std::uint32_t enb_ue_s1ap_id);
  void finish_mobility(Ue& ue, Next next);
  void hold(Ue& ue, nas::SecurityHeader header, Bytes plain);
  /// A message that the eNodeB gave back: it leaves again when the handover is over, unless it has meanwhile.
  void hold_returned(Ue& ue, nas::SecurityHeader header, Bytes plain);
  /// The UE of this id at whichever eNodeB. Only for what crosses from one to another.
  Ue* find_ue(std::uint32_t mme_ue_s1ap_id);
  /// The UE that this eNodeB knows by this id.
  Ue* find_at(const Enb& enb, std::uint32_t enb_ue_s1ap_id);

  // Connections of UEs (ue_messages.cpp).
  Ue* add_ue(Enb& enb, std::uint32_t enb_ue_s1ap_id);
  /// The UE of these ids at this eNodeB, or of the one that is told; null when there is none: another
  /// eNodeB's UE does not exist here.
  Ue* find_ue(const Enb& enb, std::optional<std::uint32_t> mme_ue_s1ap_id,
              std::optional<std::uint32_t> enb_ue_s1ap_id);
  static std::uint32_t place_of(std::uint32_t mme_ue_s1ap_id);
  void join_enb(Ue& ue);
  void leave_enb(Ue& ue);
  /// Ends a connection at once, as when the eNodeB lost it: the UE goes idle, or is forgotten.
  void drop(Ue& ue);
  void remove(Ue& ue);

  // NAS (uplink_nas.cpp).
  void initial_nas(Ue& ue, Bytes pdu, const std::optional<STmsi>& s_tmsi);
  void uplink_nas(Ue& ue, Bytes pdu);
  bool takes_aborted_keys(Ue& ue, Bytes pdu);
  void dispatch(Ue& ue, UeEvent& event);
  void not_expected(const Ue& ue, std::string_view message, bool verified);
  void unexpected_emm(Ue& ue, const UeEvent& event);

  // What UEs begin with NAS: each in the file of its procedure (begin_attach.cpp, detach.cpp,
  // service_request.cpp, tracking_area_update.cpp).
  void begin_attach(Ue& ue, const UeEvent& event);
  /// TS 24.301 §5.5.1.2.7 f: who is known to attach anew has nothing any more of what it had, also where it
  /// is refused. Emergency bearers end by their own timer.
  void refuse_attach(Ue& ue, bool verified, const Rejection& why);
  /// The attach that begins ends after `mme.attach_guard_ms`, whatever it waits for.
  void guard_attach(Ue& ue);
  void begin_detach(Ue& ue, const UeEvent& event);
  void begin_service_request(Ue& ue, const UeEvent& event);
  void begin_tracking_area_update(Ue& ue, const UeEvent& event);
  void update_later(Ue& ue);
  void refuse_tracking_area_update(Ue& ue, nas::EmmCause cause);

  // When a UE listens, and comes (power_saving.cpp).
  /// By its M-TMSI, or the old one and what was granted with that.
  std::optional<Duration> until_ue_listens_by(const UeRecord& record, bool old, Duration from) const;
  /// Tick of an idle UE's periodic update.
  std::uint32_t update_due(const UeRecord& record) const;

  // UEs without a connection (idle.cpp).
  /// The UE has no connection (any more): what is due to happen to it is timed from now.
  void went_idle(UeDirectory::Index index);
  void idle_timer_expired(UeDirectory::Index index);

  // Emergency bearers (emergency_bearers.cpp).
  /// A UE went idle that may have emergency bearers: they end unless it comes back in time, and with them the
  /// registration of one that is attached for nothing else.
  void emergency_idle(UeDirectory::Index index);
  /// A UE that would be detached keeps its emergency bearers instead; false when it has none.
  bool keeps_emergency(UeDirectory::Index index);

  // ESM, and turns of procedures (esm_dispatch.cpp).
  void unexpected_esm(Ue& ue, const UeEvent& event);
  void begin_esm(Ue& ue, WaitingRequests::Request request, const nas::Peek& message);
  /// This very request of the UE runs, or waits.
  bool begun_before(const Ue& ue, Bytes request) const;
  void esm_status(Ue& ue, const nas::EsmStatus& status);
  /// Begins what waits for the UE, where its turn has come. True when something began, which may have ended
  /// the UE.
  bool begin_waiting(Ue& ue);
  /// The UE has gone idle, or away, while something waits for it.
  void connection_ended(UeDirectory::Index index);

  // What the gateway asks for (s11_requests.cpp).
  /// Pages an idle UE for what waits for it, which is dropped when it cannot be found. `arp` is that of the
  /// bearer that it is about.
  void page_for_request(UeDirectory::Index index, std::optional<gtp::Arp> arp = {});
  /// The gateway cannot reach the eNodeB of this UE: one that is connected is let go.
  void access_lost(UeDirectory::Index index, gtp::Cause cause);
  template <class T, class Request>
  Task<sgw::Answer<T>> take_turn(Request request, ProcedureKind kind,
                                 Task<Next> (*procedure)(Ue&, Request, Reply<T>));

  // What the HSS changes (s6a_requests.cpp).
  /// Tells the eNodeB of a connected UE that its UE-AMBR changed, TS 36.413 §8.3.4.
  void modify_ue_ambr(const UeRecord& record);
  void change_sessions(UeDirectory::Index index, const hss::ApnConfigurationProfile& apns, bool all);
  void change_group(UeRecord& record, std::string_view group);
  void tell_sessions(const UeRecord& record, const sgw::ModifyBearerCommand& what);
  /// What a UE may use, and where, has changed (access.hpp).
  void access_changed(UeDirectory::Index index);

  MmeParts parts_;
  hss::S6a* hss_ = nullptr;
  UeDirectory directory_;
  Bearers bearers_;
  RadioCapabilities radio_capabilities_;
  IdleTimers idle_timers_;
  Paging paging_;
  PagingAssistance paging_assistance_;
  TrackingAreas tracking_areas_;
  Congestion congestion_;
  Observation observation_{*this};
  Warnings warnings_{*this};
  WaitingRequests waiting_;
  std::vector<Apn> access_points_;
  std::map<sgw::SessionId, unsigned> forwarding_;
  Background background_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Enb>> enbs_;
  std::vector<std::unique_ptr<Ue>> ues_;  ///< By place.
  struct IdAtEnb {
    const Mme* mme;
    UeAtEnb operator()(std::uint32_t place) const {
      const Ue& ue = *mme->ues_[place];
      return {ue.enb, ue.enb_ue_s1ap_id};
    }
  };
  RecordIndex<UeAtEnb, IdAtEnb> by_enb_id_{IdAtEnb{this}};  ///< Places of those whose eNodeB has told its id.
  std::vector<std::uint32_t> free_places_;
  std::size_t connected_ = 0;
  std::uint8_t hss_resets_ = 0;
  Observers observers_;
  bool stopping_ = false;
  std::uint16_t inbound_stream_ = 0;  ///< Of the S1AP message that is being handled.

  // Scratch, one each, since a shard handles one message at a time.
  std::unique_ptr<std::byte[]> arena_memory_;
  Arena arena_;
  ByteVector s1ap_out_;
  ByteVector nas_out_;
  ByteVector nas_in_;
};

}  // namespace zerocell::mme
