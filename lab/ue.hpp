// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/nas/codec.hpp"
#include "core/nas/security.hpp"
#include "core/runtime/exchange.hpp"
#include "core/runtime/task.hpp"
#include "lab/radio.hpp"
#include "lab/usim.hpp"

namespace zerocell::lab {

struct UeSettings {
  SimCard sim;
  Imei imei = *Imei::parse("3534900698733101");                                    ///< An IMEISV.
  nas::UeNetworkCapability network_capability{{.data = {0xF0, 0x70}, .size = 2}};  ///< EEA0-3, EIA1-3.
  std::optional<nas::MsNetworkCapability> ms_network_capability{};
  std::optional<nas::UeAdditionalSecurityCapability> additional_security_capability{};  ///< For NR.
  nas::PdnType pdn_type = nas::PdnType::ipv4;
  std::optional<Apn> apn{};  ///< Told only after security, TS 24.301 §6.5.1.2.
  bool emergency = false;    ///< Attaches for emergency bearer services.
  /// What the PDN CONNECTIVITY REQUEST of its attach asks for.
  nas::RequestType first_request = nas::RequestType::initial;
  bool esm_information_transfer = false;  ///< Asks for it without an APN too: then only options follow.
  std::optional<nas::DrxParameter> drx_parameter{};
  std::optional<std::uint32_t> t3324_seconds{};           ///< Asks for PSM with this active time.
  std::optional<std::uint32_t> t3412_extended_seconds{};  ///< And to sleep this long.
  std::optional<nas::ExtendedDrxParameters> edrx{};       ///< Asks for eDRX.
  bool extended_periodic_timers = false;                  ///< Knows T3412 extended value.
  bool low_priority = false;                              ///< Signals low access priority.
};

/// How a UE of a test departs from the specifications.
struct UeBehaviour {
  bool wrong_res = false;
  bool wrong_mac = false;              ///< In every protected uplink message.
  bool replays = false;                ///< Every protected uplink message leaves twice.
  bool plain_after_security = false;   ///< Uplink messages leave unprotected although security is on.
  bool rejects_security_mode = false;  ///< SECURITY MODE REJECT #23 to a right command.
  bool wrong_k_enb = false;            ///< AS security fails.
  bool withholds_attach_complete = false;
  bool withholds_update_complete = false;
  /// Of each radio connection, instead of what its procedure has.
  std::optional<s1ap::RrcEstablishmentCause> establishment_cause{};
  std::vector<nas::EmmType> deaf_to{};             ///< Downlink EMM messages that it never hears.
  std::vector<nas::EsmType> deaf_to_esm{};         ///< As `deaf_to`.
  std::optional<nas::EsmCause> refuses_bearers{};  ///< Every bearer that is to be set up or modified.
  /// Sees every uplink message as it leaves, and may change it; false loses it.
  std::function<bool(ByteVector& message)> uplink{};
  /// Sees every downlink message as it comes; false loses it.
  std::function<bool(Bytes message)> downlink{};
};

/// What a UE has after a default bearer was activated.
struct Bearer {
  nas::EpsBearerIdentity eps_bearer_identity = 0;
  Apn apn;
  nas::PdnType pdn_type{};
  Ipv4Address ipv4;                                 ///< Unspecified without IPv4.
  std::array<std::uint8_t, 8> ipv6_interface_id{};  ///< Of the link-local address; zero without IPv6.
  std::uint8_t qci = 0;
  std::optional<nas::EsmCause> cause;  ///< Why the PDN type is another than the requested one.
  std::optional<nas::ApnAmbr> ambr;
  std::vector<IpAddress> dns{};
  std::optional<std::uint16_t> ipv4_mtu{};
  std::optional<Erab> erab{};                  ///< Nothing while idle.
  nas::EpsBearerIdentity linked_identity = 0;  ///< Of the default bearer; its own for that one.
  ByteVector tft{};                            ///< As it came last; of a dedicated bearer.
  std::optional<nas::BearerBitRates> rates{};  ///< Of a GBR bearer.
};

/// What the network grants for the time without a connection.
struct IdleMode {
  std::optional<std::uint32_t> t3324_seconds{};
  std::optional<std::uint32_t> t3412_extended_seconds{};
  std::optional<nas::ExtendedDrxParameters> edrx{};
};

struct Registration {
  std::optional<Guti> guti;  ///< As the network gave it in this procedure.
  nas::TaiList tai_list;
  std::optional<std::uint32_t> t3412_seconds;
  Bearer bearer;
  IdleMode idle_mode{};
  Duration took{};  ///< From the request to the complete.
};

/// What a tracking area update asks for.
struct UpdateRequest {
  nas::EpsUpdateType::Value type = nas::EpsUpdateType::Value::ta_updating;
  bool active = false;  ///< With bearers.
  /// Tells which bearers the UE still has.
  std::optional<nas::EpsBearerContextStatus> bearers{};
  bool radio_capability_changed = false;  ///< TS 23.401 §5.11.2.
  bool signalling_active = false;         ///< To be kept connected for signalling.
};
struct Update {
  std::optional<Guti> guti;  ///< As the network gave it in this procedure.
  nas::TaiList tai_list;
  std::optional<nas::EmmCause> cause;
  std::optional<nas::EpsBearerContextStatus> bearers;
  IdleMode idle_mode;
};

/// Why a procedure of the UE failed.
struct UeFailure {
  enum class Kind {
    no_radio,                 ///< No eNodeB with an MME.
    timeout,                  ///< The procedure's timer ran out: nobody answered.
    rejected,                 ///< By the network, with `emm_cause` and perhaps `esm_cause`.
    authentication_rejected,  ///< AUTHENTICATION REJECT.
    released,                 ///< The connection was released before an answer.
    misunderstood,            ///< An answer that no UE could use.
  };
  Kind kind{};
  std::optional<nas::EmmCause> emm_cause{};
  std::optional<nas::EsmCause> esm_cause{};
  std::optional<std::uint32_t> back_off_seconds{};  ///< T3346, or T3396 where the session was refused.
  std::string text() const;
};
template <class T>
using UeResult = std::expected<T, UeFailure>;

enum class UeIdentity { guti_if_known, imsi, imei };

/// A UE: USIM and EPS NAS (TS 24.301), on any Radio, in any Loop. One procedure at a time; what the network
/// starts is answered at any time. It judges the network: see `complaints`.
class Ue final : private RadioUe {
 public:
  Ue(Loop& loop, Radio& radio, UeSettings settings);
  Ue(const Ue&) = delete;
  Ue& operator=(const Ue&) = delete;
  ~Ue();

  /// §5.5.1.2, with a PDN CONNECTIVITY REQUEST. T3410 bounds it.
  Task<UeResult<Registration>> attach(UeIdentity identity = UeIdentity::guti_if_known);
  /// §5.5.2.2. With `switch_off` there is no answer to wait for.
  Task<UeResult<void>> detach(bool switch_off = false);
  /// §5.6.1, from idle: ends when a bearer is up. T3417 bounds it.
  Task<UeResult<void>> service_request(
      s1ap::RrcEstablishmentCause cause = s1ap::RrcEstablishmentCause::mo_data);
  /// §5.6.1.2, EXTENDED SERVICE REQUEST: from idle for packet services, or for a fallback to the CS domain.
  Task<UeResult<void>> extended_service_request(nas::ServiceType type);
  /// Waits to be paged, and answers with a service request (§5.6.2.2).
  Task<UeResult<void>> answer_page(Duration patience);
  /// §5.5.3. T3430 bounds it.
  Task<UeResult<Update>> tracking_area_update(UpdateRequest wanted = {});
  /// §6.5.1.2, connected: another PDN connection; for emergency bearer services without an APN. T3482 and
  /// its repetitions bound it.
  Task<UeResult<Bearer>> connect_pdn(std::optional<Apn> apn, nas::PdnType type = nas::PdnType::ipv4,
                                     nas::RequestType request = nas::RequestType::initial);
  /// §6.5.2.2, connected: ends the PDN connection of this default bearer. T3492 bounds it.
  Task<UeResult<void>> disconnect_pdn(nas::EpsBearerIdentity linked);
  /// §6.5.3.2, connected: asks for a bearer for these filters, a TFT that creates. T3480 bounds it.
  Task<UeResult<Bearer>> allocate_resource(nas::EpsBearerIdentity linked, ByteVector filters,
                                           nas::EpsQos qos);
  /// §6.5.4.2, connected: asks for other filters or rates of a bearer; ends when the network has changed or
  /// ended it. T3481 bounds it.
  Task<UeResult<void>> modify_resource(nas::EpsBearerIdentity identity, ByteVector filters,
                                       std::optional<nas::EpsQos> qos = {});
  /// Waits for something that the network starts: a detach, a release.
  Task<UeResult<void>> network_detach(Duration patience);
  Task<UeResult<void>> idle(Duration patience);

  /// Sends any plain message under the security that is on; `header` overrides it (plain: unprotected).
  void send(const nas::EmmMessage& message, std::optional<nas::SecurityHeader> header = {});
  void send(const nas::EsmMessage& message, std::optional<nas::SecurityHeader> header = {});
  /// Sends these octets as they are.
  void send_octets(Bytes octets);
  /// The attach request, or the update request, that it sent last, again.
  void repeat_request();
  /// Moves to another cell, idle; or loses its radio without a word.
  void move_to(Radio& radio);
  void lose_radio();

  bool registered() const { return registered_; }
  bool connected() const { return connection_.has_value(); }
  std::optional<Radio::Connection> connection() const { return connection_; }
  const Radio& radio() const { return *radio_; }
  const std::vector<Bearer>& bearers() const { return bearers_; }
  const std::optional<Guti>& guti() const { return guti_; }
  /// A GUTI that the network did not give, or none.
  void set_guti(std::optional<Guti> guti) { guti_ = guti; }
  const nas::EpsSecurityContext& security() const { return security_; }
  nas::EpsSecurityContext& security_mutable() { return security_; }
  Usim& usim() { return usim_; }
  UeSettings& settings() { return settings_; }
  UeBehaviour& behaviour() { return behaviour_; }
  /// From EMM INFORMATION; empty before.
  const std::string& network_name() const { return network_name_; }
  std::size_t pages() const { return pages_; }
  std::size_t received(nas::EmmType type) const;
  std::size_t received(nas::EsmType type) const { return received_esm_[static_cast<std::uint8_t>(type)]; }
  /// Of the last ESM STATUS; nothing before the first.
  std::optional<nas::EsmCause> status_cause() const { return status_cause_; }
  /// Of the last deactivation; nothing before the first.
  std::optional<nas::EsmCause> deactivation_cause() const { return deactivation_cause_; }
  const Bearer* bearer(nas::EpsBearerIdentity identity) const;
  /// What the network did that the specifications forbid, with the clause.
  const std::vector<std::string>& complaints() const { return complaints_; }

  /// Hears of every NAS message that was understood: direction, name, and what a person wants to know of it.
  std::function<void(Direction, std::string_view name, std::string detail)> trace;
  /// Hears of every bearer that came or went.
  std::function<void(const Bearer&, bool up)> on_bearer;

 private:
  /// What a waiting procedure is offered.
  struct Event {
    const nas::EmmMessage* emm = nullptr;  ///< Else one of these:
    const nas::EsmMessage* esm = nullptr;  ///< It was answered already.
    bool released = false;
    bool context_set_up = false;
    bool paged = false;
  };
  template <class M>
  static const M* as(const Event& event) {
    return event.emm ? std::get_if<M>(event.emm) : nullptr;
  }

  void downlink_nas(Bytes nas) override;
  bool secure_radio(Bytes k_enb) override;
  void erab_up(const Erab& erab) override;
  void context_set_up() override;
  void erab_down(std::uint8_t erab_id) override;
  void handed_over(Radio& to, Radio::Connection connection, const HandoverKey& key) override;
  void erab_lost(std::uint8_t erab_id) override;
  void radio_released() override;
  void paged(const STmsi& s_tmsi) override;

  // Common procedures (ue_common.cpp): answered whatever else goes on. False when the message is no such one.
  bool common_procedure(const nas::EmmMessage& message);
  void answer(const nas::AuthenticationRequest& request);
  void answer(const nas::IdentityRequest& request);
  void answer(const nas::GutiReallocationCommand& command);
  void answer(const nas::DetachRequestUeTerminated& request);
  void security_mode(Bytes received);
  std::optional<nas::EmmCause> security_mode_error(const nas::SecurityModeCommand& command) const;

  // Session management (ue_esm.cpp).
  void esm(Bytes plain);
  void answer(const nas::ActivateDefaultEpsBearerContextRequest& request);
  void answer(const nas::ActivateDedicatedEpsBearerContextRequest& request);
  void answer(const nas::ModifyEpsBearerContextRequest& request);
  void answer(const nas::DeactivateEpsBearerContextRequest& request);
  std::optional<nas::EsmCause> tft_error(const nas::TftView& tft);
  /// Ends a bearer context; with a default bearer its whole PDN connection.
  void end_bearer(nas::EpsBearerIdentity identity);
  nas::ProcedureTransactionIdentity next_transaction();
  /// Sends a request up to five times, until the network answers with its transaction.
  Task<UeResult<nas::EpsBearerIdentity>> transact(nas::EsmMessage request, Duration timer);
  ByteVector pdn_connectivity_request();
  nas::Octets requested_options(MutableBytes room) const;
  const Bearer& take(const nas::ActivateDefaultEpsBearerContextRequest& request);
  Bearer* find(nas::EpsBearerIdentity identity);
  void drop_bearers();

  template <class Request>
  void ask_for_idle_mode(Request& request) const {
    request.drx_parameter = settings_.drx_parameter;
    if (settings_.t3324_seconds) request.t3324_value = nas::GprsTimer::from_seconds(*settings_.t3324_seconds);
    if (settings_.t3412_extended_seconds)
      request.t3412_extended_value = nas::GprsTimer3::from_seconds(*settings_.t3412_extended_seconds);
    request.extended_drx_parameters = settings_.edrx;
    if (settings_.extended_periodic_timers)
      request.ms_network_feature_support = nas::MsNetworkFeatureSupport::extended_periodic_timers;
    if (settings_.low_priority) request.device_properties = nas::DeviceProperties::low_priority;
  }
  template <class Accept>
  static IdleMode idle_mode_in(const Accept& accept) {
    IdleMode mode{.edrx = accept.extended_drx_parameters};
    if (accept.t3324_value) mode.t3324_seconds = accept.t3324_value->seconds();
    if (accept.t3412_extended_value) mode.t3412_extended_seconds = accept.t3412_extended_value->seconds();
    return mode;
  }
  Task<UeResult<void>> wait_for_service();
  bool send_update_request(const UpdateRequest& wanted);
  Update accept(const nas::TrackingAreaUpdateAccept& accept);
  Task<UeResult<Registration>> wait_for_attach(Time started);
  std::optional<UeFailure> accept(const nas::AttachAccept& accept, Registration& registration);
  bool send_attach_request(UeIdentity identity);
  void deregister();
  void forget_registration();

  bool transmit(Bytes plain, std::optional<nas::SecurityHeader> header);
  bool leave(Bytes octets);
  void deliver_emm(Bytes plain);
  void note(Direction direction, const nas::EmmMessage& message);
  void complain(std::string what) { complaints_.push_back(std::move(what)); }
  void offer(Event event) { (void)exchange_.offer(event); }

  Loop& loop_;
  Radio* radio_;
  UeSettings settings_;
  UeBehaviour behaviour_;
  Usim usim_;
  Exchange<Event> exchange_;

  std::optional<Radio::Connection> connection_;
  s1ap::RrcEstablishmentCause establishment_cause_ = s1ap::RrcEstablishmentCause::mo_signalling;
  bool secure_exchange_ = false;  ///< Of NAS messages, on this connection; §4.4.2.3.
  bool registered_ = false;
  std::optional<Guti> guti_;
  nas::TaiList tai_list_;
  std::vector<Bearer> bearers_;
  std::vector<Erab> erabs_;  ///< Set up before the NAS message that tells their bearer was read.

  nas::EpsSecurityContext security_;
  struct Challenged {
    Key<32> k_asme;
    std::uint8_t ksi = 0;
  };
  std::optional<Challenged> challenged_;  ///< A challenge was answered; no security mode command came yet.
  std::optional<Rand> answered_rand_;
  ByteVector answered_res_;
  /// AS keys, TS 33.401 §7.2.8: the one in use with its chaining count, and the next hop that was derived
  /// last.
  struct AccessKeys {
    Key<32> k_enb;
    std::uint8_t chaining_count = 0;
    Key<32> next_hop;
    std::uint8_t next_hop_count = 0;
  };
  AccessKeys access_keys_;
  std::uint32_t k_enb_count_ = 0;  ///< Uplink NAS COUNT that K_eNB is derived with, TS 33.401 §7.2.6.2.

  ByteVector attach_request_;  ///< Plain, as it was sent, of an update too: for HASH_MME.
  nas::ProcedureTransactionIdentity transaction_ = 0;
  std::string network_name_;
  std::size_t pages_ = 0;
  std::array<std::uint16_t, 256> received_{};
  std::array<std::uint16_t, 256> received_esm_{};
  /// While an update has no answer, ESM messages wait (TS 24.301 §4.2).
  class Updating;
  bool updating_ = false;
  std::vector<ByteVector> suspended_esm_;  ///< Plain.
  std::optional<nas::EsmCause> status_cause_;
  std::optional<nas::EsmCause> deactivation_cause_;
  std::vector<std::string> complaints_;
};

}  // namespace zerocell::lab
