// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "core/net/sctp.hpp"
#include "core/types/identity.hpp"

namespace zerocell::load {

class Generator;

/// An eNodeB whose association is gone, or did not come about, waits so long before the next.
constexpr Duration kReconnectAfter = std::chrono::seconds(1);
/// TS 36.413 has no timer for S1 Setup: an eNodeB that hears nothing so long tries again, so that others may
/// have their turn before it.
constexpr Duration kSetUpPatience = std::chrono::seconds(10);

/// One simulated eNodeB: an association, S1 Setup on it, and the way of messages to and from the UEs.
class LoadEnb final : private net::SctpHandler {
 public:
  enum class State : std::uint8_t { down, connecting, setting_up, ready, ending };

  LoadEnb(Generator& generator, std::uint16_t number) : generator_(generator), number_(number) {}
  LoadEnb(const LoadEnb&) = delete;
  LoadEnb& operator=(const LoadEnb&) = delete;

  std::uint16_t number() const { return number_; }
  State state() const { return state_; }
  bool ready() const { return state_ == State::ready; }
  Tai tai() const;
  Ecgi cell() const;
  std::uint32_t enb_id() const;

  void connect();
  /// It may not connect before.
  void stay_away(Time until) { not_before_ = until; }
  bool may_connect(Time now) const { return state_ == State::down && not_before_ <= now; }
  /// Begun, and not set up yet.
  bool connecting() const { return state_ == State::connecting || state_ == State::setting_up; }
  /// Ends an association on which nothing is heard.
  void give_up_if_late(Time now);
  void shutdown();
  /// Whether a UE may set up a connection for this cause: OVERLOAD START bars some, TS 36.413 §8.7.6.
  bool admits(s1ap::RrcEstablishmentCause cause) const;

  /// False when it did not leave.
  template <class M>
  bool send(const M& message, std::uint16_t stream = 0) {
    return send(M::kType, &message, stream);
  }
  std::uint16_t stream_of(std::uint32_t ue) const {
    return static_cast<std::uint16_t>(streams_ > 1 ? 1 + ue % (streams_ - 1u) : 0);
  }

 private:
  void association_up(net::AssociationId id, const net::AssociationInfo& info) override;
  void message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes octets) override;
  void association_down(net::AssociationId id, net::AssociationEnd why) override;
  void set_up();
  void interface_message(const s1ap::Message& message);
  bool send(s1ap::MessageType type, const void* message, std::uint16_t stream);

  Generator& generator_;
  const std::uint16_t number_;
  State state_ = State::down;
  std::uint16_t streams_ = 1;
  Time not_before_{};
  Time patient_until_{};  ///< While it is connecting.
  std::optional<s1ap::OverloadAction> overload_;
  net::AssociationId association_{};
};

}  // namespace zerocell::load
