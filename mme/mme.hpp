// SPDX-License-Identifier: Apache-2.0
#pragma once

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
#include "core/telemetry/pcap.hpp"
#include "hss/s6a.hpp"
#include "mme/background.hpp"
#include "mme/bearers.hpp"
#include "mme/enb.hpp"
#include "mme/radio_capabilities.hpp"
#include "mme/ue.hpp"
#include "mme/ue_directory.hpp"
#include "sgw/s11.hpp"

namespace zerocell::mme {

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

constexpr std::size_t kNasOctetsMax = 8192;  // Ours: an Attach Accept is some hundred; 24.301 sets no limit.
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

  // S6a, from the HSS.
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
  sgw::DownlinkDataAcknowledge downlink_data(const sgw::DownlinkDataNotification& notification) override;

  /// Resets one eNodeB, or part of it, TS 36.413 §8.7.1.3: its UEs are disconnected at once.
  void reset_enb(Enb& enb, s1ap::Cause cause);
  /// OVERLOAD START and STOP to every eNodeB, TS 36.413 §8.7.6, §8.7.7.
  void start_overload(s1ap::OverloadAction action);
  void stop_overload();

  std::size_t enbs() const { return enbs_.size(); }
  std::size_t connected_ues() const { return connected_; }
  UeDirectory& directory() { return directory_; }

  // ---- for the procedures ---------------------------------------------------------------------------------

  Loop& loop() { return parts_.loop; }
  Random& random() { return parts_.random; }
  hss::S6a& hss() { return *hss_; }
  sgw::S11& gateway() { return parts_.gateway; }
  const config::Network& network() const { return parts_.network; }
  const config::Mme& settings() const { return parts_.settings; }
  Background& background() { return background_; }
  Bearers& bearers() { return bearers_; }
  RadioCapabilities& radio_capabilities() { return radio_capabilities_; }

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
  /// Protects a plain NAS message and sends it in DOWNLINK NAS TRANSPORT; `plain` header sends it as it is.
  bool send_nas(Ue& ue, nas::SecurityHeader header, Bytes plain);
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
  /// TAIs that a UE may move in without an update, at most 16, its own first.
  nas::TaiList tai_list(const Tai& current) const;
  Guti guti(const UeRecord& record, const Plmn& plmn) const;

  /// Starts a procedure of a UE that runs none.
  void run(Ue& ue, const char* name, Task<Next> procedure);
  /// Ends the running procedure, if there is one: what it held is given back.
  void cancel_procedure(Ue& ue);
  /// Ends the running procedure, if there is one, and starts another.
  void supersede(Ue& ue, const char* name, Task<Next> procedure);
  void finish(Ue& ue, Next next);
  /// It is known now, or claimed, whose signalling this is: for the captures of single SIMs.
  void identified(const Ue& ue, const Imsi& imsi);

 private:
  friend class Ue;

  // SCTP.
  void association_up(net::AssociationId id, const net::AssociationInfo& info) override;
  void message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes octets) override;
  void association_down(net::AssociationId id, net::AssociationEnd why) override;

  // S1AP: messages about no UE (enb_messages.cpp).
  void handle_interface(Enb& enb, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::S1SetupRequest& request, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::EnbConfigurationUpdate& update, const s1ap::Inbound& inbound);
  void handle(Enb& enb, const s1ap::Reset& reset);
  void handle(Enb& enb, const s1ap::ErrorIndication& indication);
  void refuse_unknown_ids(Enb& enb, const s1ap::Inbound& inbound);
  bool send_encoded(Enb& enb, std::uint16_t stream, const std::expected<Bytes, s1ap::EncodeError>& encoded,
                    const Ue* about);

  // S1AP: messages about a UE (ue_messages.cpp).
  void handle_initial(Enb& enb, const s1ap::InitialUeMessage& message);
  void handle_ue(Enb& enb, const s1ap::Inbound& inbound);
  void handle(Ue& ue, const s1ap::UeContextReleaseRequest& request);
  void handle(Ue& ue, const s1ap::UeCapabilityInfoIndication& indication);
  void handle(Ue& ue, const s1ap::ErabReleaseIndication& indication);
  Ue* add_ue(Enb& enb, std::uint32_t enb_ue_s1ap_id);
  /// The UE of these ids at this eNodeB; null when there is none: another eNodeB's UE does not exist here.
  Ue* find_ue(const Enb& enb, std::uint32_t mme_ue_s1ap_id, std::uint32_t enb_ue_s1ap_id);
  /// Ends a connection at once, as when the eNodeB lost it: the UE goes idle, or is forgotten.
  void drop(Ue& ue);
  void remove(Ue& ue);
  void capture(const Enb& enb, bool sent, std::uint16_t stream, Bytes message,
               std::optional<std::uint32_t> enb_ue_s1ap_id, const Ue* about);

  // NAS (uplink_nas.cpp).
  void initial_nas(Ue& ue, Bytes pdu, const std::optional<STmsi>& s_tmsi);
  void uplink_nas(Ue& ue, Bytes pdu);
  void dispatch(Ue& ue, UeEvent& event);
  void unexpected_emm(Ue& ue, const UeEvent& event);
  void unexpected_esm(Ue& ue, const UeEvent& event);
  void begin_attach(Ue& ue, const UeEvent& event);
  void begin_detach(Ue& ue, const UeEvent& event);
  void refuse_service(Ue& ue, const UeEvent& event);
  void refuse_tracking_area_update(Ue& ue, const UeEvent& event);
  void send_emm_status(Ue& ue, nas::EmmCause cause);
  void check_load();
  void forget(UeDirectory::Index index);
  /// Tells the eNodeB of a connected UE that its UE-AMBR changed, TS 36.413 §8.3.4.
  void modify_ue_ambr(const UeRecord& record);

  MmeParts parts_;
  hss::S6a* hss_ = nullptr;
  UeDirectory directory_;
  Bearers bearers_;
  RadioCapabilities radio_capabilities_;
  std::vector<Apn> access_points_;
  Background background_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Enb>> enbs_;
  std::vector<std::unique_ptr<Ue>> ues_;  ///< By place.
  std::vector<std::uint32_t> free_places_;
  std::size_t connected_ = 0;
  std::size_t running_ = 0;  ///< UEs with a procedure that runs.
  bool overloaded_ = false;
  bool stopping_ = false;

  // Scratch, one each, since a shard handles one message at a time.
  std::unique_ptr<std::byte[]> arena_memory_;
  Arena arena_;
  ByteVector s1ap_out_;
  ByteVector nas_out_;
  ByteVector nas_in_;
};

/// Encodes a NAS message on the spot: `Plain plain(AttachReject{…}); send_nas(ue, …, plain.bytes())`.
class PlainMessage {
 public:
  template <class M>
  explicit PlainMessage(const M& message) {
    Writer out(octets_);
    ok_ = nas::encode(message, out);
    size_ = out.size();
  }
  /// Empty when the message could not be encoded.
  Bytes bytes() const { return ok_ ? Bytes(octets_.data(), size_) : Bytes(); }

 private:
  std::array<std::uint8_t, 1024> octets_;
  std::size_t size_ = 0;
  bool ok_ = false;
};

}  // namespace zerocell::mme
