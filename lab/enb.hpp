// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/management.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "core/net/sctp.hpp"
#include "core/runtime/exchange.hpp"
#include "core/runtime/task.hpp"
#include "lab/radio.hpp"

namespace zerocell::lab {

struct EnbSettings {
  std::string name = "lab-enb-1";
  std::uint32_t enb_id = 1;  ///< 20 bits: a macro eNodeB.
  Tai tracking_area;
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
  bool ignores_release_command = false;
  bool ignores_reset = false;
  bool sends_capability = true;  ///< UE CAPABILITY INFO INDICATION once AS security is on.
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
  struct Attached {
    RadioUe* ue = nullptr;
    std::uint16_t stream = 1;
    std::optional<std::uint32_t> mme_ue_s1ap_id{};
    std::vector<Erab> erabs{};
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
  void send(s1ap::MessageType type, const void* message, std::uint16_t stream);
  void initial_context_setup(const s1ap::InitialContextSetupRequest& request);
  void release(const s1ap::UeContextReleaseCommand& command);
  void reset_by_mme(const s1ap::Reset& reset);
  void downlink_nas(std::uint32_t mme_id, std::uint32_t enb_id, Bytes nas);
  void erab_messages(const s1ap::Message& message);
  void page(const s1ap::Message& message);
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
  std::uint32_t next_teid_ = 1;
  std::unique_ptr<InlineArena<64 * 1024>> arena_;
  std::array<std::uint16_t, s1ap::kMessageTypes> received_{};
  std::size_t received_total_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace zerocell::lab
