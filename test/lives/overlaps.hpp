// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "asn1/s1ap/s1ap.hpp"
#include "core/net/sctp.hpp"
#include "mme/mme.hpp"

namespace zerocell::lives {

/// What an MME may be in the middle of with a UE.
enum class Running : std::uint8_t {
  identification,
  authentication,
  security_mode,
  attach,  ///< Before ATTACH ACCEPT.
  attach_accepted,
  tracking_area_update,  ///< Before its accept.
  tracking_area_update_accepted,
  service_request,
  guti_reallocation,
  detach_by_ue,
  detach_by_network,
  paging,
  session_management,
  handover_announced,  ///< Something waits for a handover that the eNodeB spoke of.
  handover,
  path_switch,
  release,
};
constexpr std::size_t kRunnings = std::to_underlying(Running::release) + 1;

/// What begins meanwhile.
enum class Begins : std::uint8_t {
  same_attach,  ///< The very request that runs, again.
  attach,
  detach,
  switch_off,
  same_tracking_area_update,
  tracking_area_update,
  service_request,
  extended_service_request,
  session_management,
  handover,
  path_switch,
  detach_by_network,
  cancel_location,
  release_request,
  reset,
  connection_lost,
};
constexpr std::size_t kBegins = std::to_underlying(Begins::connection_lost) + 1;

std::string_view name_of(Running running);
std::string_view name_of(Begins begins);

/// How often each thing began in the middle of each other one.
class Overlaps {
 public:
  void count(Running running, Begins begins) { ++counts_[index(running, begins)]; }
  std::uint64_t of(Running running, Begins begins) const { return counts_[index(running, begins)]; }
  void add(const Overlaps& other);

 private:
  static std::size_t index(Running running, Begins begins) {
    return std::to_underlying(running) * kBegins + std::to_underlying(begins);
  }
  std::array<std::uint64_t, kRunnings * kBegins> counts_{};
};

/// A collision that TS 24.301 has a rule for.
struct Collision {
  Running running{};
  Begins begins{};
  std::string_view clause;
};
std::span<const Collision> collisions();

/// Stands between an MME and its SCTP, and counts what begins in the middle of what: looked at when a message
/// arrives, before the MME has seen it.
class Watch final : public net::SctpTransport, private net::SctpHandler {
 public:
  explicit Watch(std::unique_ptr<net::SctpTransport> below);

  void use(mme::Mme* mme) { mme_ = mme; }
  /// The network begins this about a UE.
  void network_begins(const Imsi& imsi, Begins begins);
  const Overlaps& overlaps() const { return overlaps_; }

  std::string_view name() const override { return below_->name(); }
  std::expected<void, net::NetError> listen(const std::vector<Endpoint>& local,
                                            net::SctpHandler& handler) override;
  std::expected<net::AssociationId, net::NetError> connect(const std::vector<Endpoint>& local,
                                                           const Endpoint& remote,
                                                           net::SctpHandler& handler) override;
  net::SendOutcome send(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid,
                        Bytes message) override;
  void shutdown(net::AssociationId id) override { below_->shutdown(id); }
  void abort(net::AssociationId id) override { below_->abort(id); }

 private:
  void association_up(net::AssociationId id, const net::AssociationInfo& info) override;
  void message(net::AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) override;
  void association_down(net::AssociationId id, net::AssociationEnd why) override;

  void look_at_uplink(net::AssociationId id, const s1ap::Inbound& inbound);
  void look_at_initial(const s1ap::InitialUeMessage& initial);
  void look_at_nas(const mme::Ue& ue, Bytes pdu);
  void look_at_downlink(const s1ap::DownlinkNasTransport& transport);
  const mme::Ue* find(net::AssociationId id, std::uint32_t mme_ue_s1ap_id) const;
  std::optional<Imsi> claimed(const nas::EpsMobileIdentity& identity) const;
  /// Whether the eNodeB says that it is about to hand the UE over.
  static bool announces_handover(const s1ap::Message& message);
  /// What of this UE runs.
  template <class Visit>
  void for_each_running(const mme::Ue& ue, Visit visit) const;
  void count(const mme::Ue& ue, Begins begins);
  /// On any of the UE's connections, and while it is looked for.
  void count(const Imsi& imsi, Begins begins, Bytes request = {});

  std::unique_ptr<net::SctpTransport> below_;
  net::SctpHandler* handler_ = nullptr;
  mme::Mme* mme_ = nullptr;
  Overlaps overlaps_;
  /// What the MME asked last of each connection, by MME UE S1AP ID, and has no answer to.
  std::unordered_map<std::uint32_t, nas::EmmType> asked_;
  std::unordered_set<std::uint32_t> announced_;  ///< Whose handover was, by the same.
  std::unique_ptr<std::byte[]> memory_;
  Arena arena_;
  ByteVector scratch_;
};

}  // namespace zerocell::lives
