// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/erab.hpp"
#include "asn1/s1ap/handover.hpp"
#include "asn1/s1ap/location_and_trace.hpp"
#include "asn1/s1ap/management.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "asn1/s1ap/ue_information.hpp"
#include "asn1/s1ap/warning.hpp"
#include "core/crypto/key.hpp"
#include "core/net/sctp.hpp"
#include "core/runtime/exchange.hpp"
#include "core/runtime/task.hpp"
#include "lab/radio.hpp"

namespace zerocell::lab {

/// TS 36.413 §9.2.1.37: with 20, 28, 18 or 21 bits.
enum class EnbIdForm : std::uint8_t { macro, home, short_macro, long_macro };

struct EnbSettings {
  std::string name = "lab-enb-1";
  std::uint32_t enb_id = 1;  ///< As many bits as its form has.
  EnbIdForm enb_id_form = EnbIdForm::macro;
  Tai tracking_area;
  bool nb_iot = false;                ///< Its cells are NB-IoT cells.
  std::vector<Plmn> broadcast_plmns;  ///< Empty: only the tracking area's.
  std::vector<Endpoint> local;        ///< SCTP; several where the transport has multi-homing.
  Endpoint mme;
  std::optional<Ipv4Address> gtpu_v4;  ///< Where downlink packets are to go.
  std::optional<Ipv6Address> gtpu_v6;
  std::uint16_t streams = 2;  ///< Of SCTP: 0 for what belongs to no UE, the others for UEs.
};

/// How an eNodeB of a test departs from the specification.
struct EnbBehaviour {
  bool fails_initial_context_setup = false;
  bool ignores_initial_context_setup = false;
  bool keeps_context_setup_response = false;  ///< It has done everything, and its answer does not leave.
  bool ignores_release_command = false;
  bool fails_context_modification = false;
  // What it tells when it has released a UE, for that UE's paging; nothing where a list is empty.
  std::vector<s1ap::RecommendedCellItem> recommended_cells{};
  std::vector<s1ap::RecommendedEnbItem> recommended_enbs{};
  ByteVector ce_level{};                      ///< Of its own cell.
  std::vector<std::uint8_t> refuses_erabs{};  ///< E-RAB identities that it has no resources for.
  bool ignores_reset = false;
  bool ignores_warnings = false;
  unsigned refuses_configuration = 0;  ///< So many MME CONFIGURATION UPDATEs, each with a second to wait.
  bool ignores_handover_request = false;
  bool refuses_handover = false;
  std::vector<std::uint8_t> not_admitted{};  ///< E-RABs that it has no room for, in handovers to it.
  bool forwards = false;         ///< Offers endpoints for packets that the source of a handover forwards.
  bool sends_capability = true;  ///< UE CAPABILITY INFO INDICATION once AS security is on.
  bool tells_no_teid = false;    ///< Of E-RABs that it sets up later than the context.
  bool ignores_erab_requests = false;        ///< Set-up, modification and release.
  bool delivers_nas_first = false;           ///< Of E-RAB requests: before it answers itself.
  bool passes_nas_of_refused_erabs = false;  ///< Against TS 36.413 §8.2.1.2, §8.2.2.2.
  /// Requests that it answers with an Error Indication, which says or does not say what it is about.
  std::vector<s1ap::MessageType> not_understood{};
  bool tells_no_diagnostics = false;
  bool changes_streams = false;  ///< With each message, that of common procedures among them (36.412 §7).
  /// It is about to hand its UEs over: whatever is asked of E-RABs and contexts it refuses with this cause,
  /// and NAS messages it gives back (TS 36.413 §8.2.1.4, §8.6.2.4).
  std::optional<s1ap::Cause> busy_with_handover{};
};

struct EnbFailure {
  enum class Kind { no_association, timeout, rejected };
  Kind kind{};
  std::optional<s1ap::Cause> cause{};
  std::optional<s1ap::TimeToWait> time_to_wait{};
  std::string text() const;
};
template <class T>
using EnbResult = std::expected<T, EnbFailure>;

/// What S1 SETUP RESPONSE tells.
struct MmeDescription {
  std::string name;
  std::vector<Gummei> served{};
  std::uint8_t relative_capacity = 0;
};

/// How the target of an X2 handover departs from what happened.
struct PathSwitchLies {
  std::vector<std::uint8_t> also{};  ///< E-RABs that it lists too, of whatever UE, or again.
  std::optional<s1ap::UeSecurityCapabilities> capabilities{};
  std::optional<s1ap::NrUeSecurityCapabilities> nr_capabilities{};
  bool keeps_nr_capabilities = false;  ///< It tells none, as eNodeBs from before NR do.
  std::optional<std::uint32_t> source_mme_ue_s1ap_id{};
};

/// What HANDOVER COMMAND tells.
struct HandoverOrder {
  std::uint32_t connection = 0;  ///< At the target: what its transparent container says.
  std::vector<std::uint8_t> released{};
  std::vector<s1ap::ErabDataForwardingItem> forwarding{};
};

/// An eNodeB without a radio: S1AP (TS 36.413) on any SctpTransport, in any Loop.
class Enb final : public Radio, private net::SctpHandler {
 public:
  Enb(Loop& loop, net::SctpTransport& transport, EnbSettings settings);
  Enb(const Enb&) = delete;
  Enb& operator=(const Enb&) = delete;
  ~Enb();

  /// Association and S1 Setup, §8.7.3.
  Task<EnbResult<MmeDescription>> connect();
  /// Only the association.
  Task<EnbResult<void>> associate();
  /// S1 Setup on the association that is there.
  Task<EnbResult<MmeDescription>> setup();
  Task<EnbResult<void>> configuration_update(std::optional<std::string> name);
  /// §8.7.1: of everything, or of these connections. Their UEs are released.
  Task<EnbResult<void>> reset();
  Task<EnbResult<void>> reset(std::vector<Connection> connections);
  /// §8.3.2: asks the MME to release the UE; the release follows when it commands it.
  void request_release(Connection connection, s1ap::Cause cause = s1ap::CauseRadioNetwork::user_inactivity);
  /// Its context is set up: before that no eNodeB hands a UE over.
  bool has_context(Connection connection) const {
    const auto found = ues_.find(connection);
    return found != ues_.end() && found->second.context;
  }
  // Handover (enb_handover.cpp), TS 36.300 §10.1.2, TS 36.413 §8.4.

  /// X2 handover of a UE from `source` to here, and Path Switch Request. X2 itself is a look into the other
  /// eNodeB. Where the switch fails the UE is released.
  Task<EnbResult<Connection>> take_over(Enb& source, Connection at_source, PathSwitchLies lies = {});
  /// S1 handover preparation.
  Task<EnbResult<HandoverOrder>> prepare_handover(Connection connection, s1ap::TargetEnbId target,
                                                  bool direct_forwarding = false);
  Task<EnbResult<void>> cancel_handover(Connection connection);
  void transfer_status(Connection connection);
  /// The UE of `source` comes to its prepared connection here: HANDOVER NOTIFY. `source_waits`: that one has
  /// kept it until it hears so (DAPS, TS 36.300 §10.1.2.1).
  void notify_arrival(Enb& source, Connection at_source, Connection here, bool source_waits = false);
  s1ap::TargetEnbId as_target() const;
  s1ap::GlobalEnbId global_id() const;

  /// §8.2.3.2.2: these E-RABs are gone; the UE has lost its bearers with them.
  void release_erabs(Connection connection, const std::vector<std::uint8_t>& ids,
                     s1ap::Cause cause = s1ap::CauseRadioNetwork::radio_resources_not_available);
  /// §8.2.4: downlink packets of these E-RABs go to `target` from now on, as with dual connectivity. What
  /// comes back are those that the MME confirmed.
  Task<EnbResult<std::vector<std::uint8_t>>> move_erabs(Connection connection, std::vector<std::uint8_t> ids,
                                                        Ipv4Address target);
  void shutdown();
  void abort();

  void camp(RadioUe& ue) override { camping_.push_back(&ue); }
  void leave(RadioUe& ue) override { std::erase(camping_, &ue); }
  std::optional<Connection> establish(RadioUe& ue, const Establishment& establishment, Bytes nas) override;
  void uplink_nas(Connection connection, Bytes nas) override;
  void forget(Connection connection) override;
  Tai tracking_area() const override { return settings_.tracking_area; }

  /// Sends any message: on stream 0, or the stream of a UE.
  template <class M>
  void send(const M& message, std::uint16_t stream = 0) {
    send(M::kType, &message, stream);
  }
  void send_octets(Bytes octets, std::uint16_t stream = 0);

  bool associated() const { return association_.has_value() && up_; }
  /// For a simulated network's faults.
  std::optional<net::AssociationId> association() const { return association_; }
  std::size_t connections() const { return ues_.size(); }
  std::optional<std::uint32_t> mme_ue_s1ap_id(Connection connection) const;
  std::vector<Erab> erabs(Connection connection) const;
  const EnbSettings& settings() const { return settings_; }
  EnbSettings& settings_mutable() { return settings_; }
  EnbBehaviour& behaviour() { return behaviour_; }
  std::size_t received(s1ap::MessageType type) const { return received_[static_cast<std::size_t>(type)]; }
  std::size_t received_total() const { return received_total_; }
  bool overloaded() const { return overloaded_; }
  /// What the MME did that the specification forbids.
  const std::vector<std::string>& complaints() const { return complaints_; }

  /// Sees every message that came and decoded, before anything is done about it.
  std::function<void(const s1ap::Message&)> on_message;
  std::function<void(net::AssociationEnd)> on_association_down;

 private:
  /// TS 33.401 §7.2.8: the key in use, and a pair for the next handover where the MME gave one.
  struct NextHopPair {
    Key<32> key;
    std::uint8_t chaining_count = 0;
  };
  struct AccessKeys {
    Key<32> k_enb;
    std::uint8_t chaining_count = 0;
    std::optional<NextHopPair> fresh{};
  };
  struct Attached {
    RadioUe* ue = nullptr;
    std::uint16_t stream = 1;
    std::optional<std::uint16_t> mme_stream{};  ///< On which the MME speaks of it.
    std::optional<std::uint32_t> mme_ue_s1ap_id{};
    std::vector<Erab> erabs{};
    bool context = false;  ///< Initial Context Setup is done, here or at the source of its handover.
    AccessKeys keys{};
    s1ap::UeSecurityCapabilities capabilities{};
    std::optional<s1ap::NrUeSecurityCapabilities> nr_capabilities{};
  };
  /// What a procedure of the interface waits for.
  struct Event {
    const s1ap::Message* message = nullptr;
    bool up = false;
    bool down = false;
  };

  void association_up(net::AssociationId id, const net::AssociationInfo& info) override;
  void message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes octets) override;
  void association_down(net::AssociationId id, net::AssociationEnd why) override;

  void act(const s1ap::Message& message);
  void unknown_to_mme(const s1ap::ErrorIndication& indication);
  void send(s1ap::MessageType type, const void* message, std::uint16_t stream);
  void initial_context_setup(const s1ap::InitialContextSetupRequest& request);
  void release(const s1ap::UeContextReleaseCommand& command);
  void reset_by_mme(const s1ap::Reset& reset);
  void downlink_nas(std::uint32_t mme_id, std::uint32_t enb_id, Bytes nas);
  void erab_messages(const s1ap::Message& message);
  void set_up_erabs(const s1ap::ErabSetupRequest& request);
  void modify_erabs(const s1ap::ErabModifyRequest& request);
  void release_erabs(const s1ap::ErabReleaseCommand& command);
  /// False when the message is none that a handover interrupts.
  bool refuse_for_handover(const s1ap::Message& message, s1ap::Cause cause);
  void page(const s1ap::Message& message);
  /// TS 36.412 §7, of a message about a UE.
  void check_stream(std::uint16_t stream, Connection connection);
  void indicate_error(const s1ap::Inbound& inbound, std::uint16_t stream);
  /// What the MME begins about the interface or a UE, and gets an answer at once (enb_interface.cpp). False
  /// when the message is none of it.
  bool answer_mme(const s1ap::Message& message);
  void answer(const s1ap::MmeConfigurationUpdate& update);
  void answer(const s1ap::WriteReplaceWarningRequest& request);
  void answer(const s1ap::KillRequest& request);
  void answer(const s1ap::LocationReportingControl& control);
  void answer(const s1ap::UeRadioCapabilityMatchRequest& request);
  void handover_request(const s1ap::HandoverRequest& request);
  Connection new_connection();
  bool lacks_room_for(std::uint8_t erab_id) const {
    return std::ranges::find(behaviour_.not_admitted, erab_id) != behaviour_.not_admitted.end();
  }
  void acknowledged(Connection connection, const s1ap::PathSwitchRequestAcknowledge& acknowledge);
  void bring(Enb& source, Connection at_source, Connection here);
  std::uint16_t physical_cell() const { return static_cast<std::uint16_t>(settings_.enb_id % 504); }
  /// The UE that both ids name; complains, and indicates the error, when they name none (§10.6).
  Attached* find(std::uint32_t mme_id, std::uint32_t enb_id);
  void drop(Connection connection);
  void drop_all();
  Erab make_erab(std::uint8_t id, std::uint8_t qci, const s1ap::TransportLayerAddress& address,
                 std::uint32_t uplink_teid);
  s1ap::TransportLayerAddress transport_layer_address() const;
  Ecgi cell() const;
  Task<EnbResult<void>> reset(const s1ap::ResetType& type);
  void complain(std::string what) { complaints_.push_back(std::move(what)); }

  Loop& loop_;
  net::SctpTransport& transport_;
  EnbSettings settings_;
  EnbBehaviour behaviour_;
  Exchange<Event> exchange_;
  std::optional<net::AssociationId> association_;
  bool up_ = false;
  bool overloaded_ = false;
  std::map<Connection, Attached> ues_;
  std::vector<RadioUe*> camping_;
  Connection next_connection_ = 1;
  unsigned next_stream_ = 0;  ///< Where they change.
  std::uint32_t next_teid_ = 1;
  std::unique_ptr<InlineArena<64 * 1024>> arena_;
  std::array<std::uint16_t, s1ap::kMessageTypes> received_{};
  std::size_t received_total_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace zerocell::lab
