// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/procedures.hpp"

/// What attach and the UE requested PDN connectivity procedure have in common, TS 23.401 §5.3.2.1 and
/// §5.10.2.
namespace zerocell::mme {

/// A PDN connection as the gateways made it.
struct PdnConnection {
  Apn apn;
  sgw::CreateSessionResponse session;
  gtp::PdnType asked = gtp::PdnType::ipv4;
  std::optional<nas::EsmCause> esm_cause;  ///< Tells the UE why it got another PDN type than it asked for.
  bool emergency = false;                  ///< For emergency bearer services.
};

/// Update Location, TS 29.272 §5.2.1: the subscription of the UE. It is asked for again by each procedure
/// that needs it and kept by none: so an idle UE costs no memory for it, it is there after a restart, and it
/// is never older than what the HSS has.
Task<std::expected<hss::SubscriptionData, Rejection>> update_location(Ue& ue, bool initial_attach);
/// As `update_location`, and the device is one that the SIM may be in; or the policy group is "quarantine",
/// or the UE is refused (ImeiLock). A UE that attaches under a context that was kept is asked for its IMEISV.
Task<std::expected<hss::SubscriptionData, Rejection>> located_subscription(Ue& ue, bool initial_attach);

/// Why a request of this type is refused, TS 24.301 §6.5.1.4; nothing: it is not.
std::optional<nas::EsmCause> request_type_error(const config::Mme& settings, nas::RequestType type);
/// The access point that a UE asks for, by the name that it is subscribed under: without the operator
/// identifier of its own or the serving network (TS 23.003 §9.1), both of which are served here, where it is
/// not subscribed with that. Another network's stays, and is unknown.
std::optional<Apn> subscribed_name(const hss::ApnConfigurationProfile& subscribed,
                                   const std::optional<Apn>& wanted, const Imsi& imsi, const Plmn& serving);
/// The APN configuration that a request chooses, TS 23.401 §5.3.1.1, TS 24.301 §6.5.1.4.
std::expected<const hss::ApnConfiguration*, nas::EsmCause> choose_apn(
    const hss::ApnConfigurationProfile& subscribed, const std::optional<Apn>& wanted);

/// Steps 12 to 16 of an attach, 2 to 6 of a PDN connectivity request. The connection is the caller's to keep
/// or to delete.
Task<std::expected<PdnConnection, Rejection>> create_pdn_connection(Ue& ue, std::uint8_t ebi,
                                                                    const hss::SubscriptionData& subscription,
                                                                    const ConnectivityWanted& wanted);
/// Notes the connection in the UE's record under its default bearer; false when there is no room for it.
bool keep_pdn_connection(Ue& ue, std::uint8_t ebi, const PdnConnection& connection);

/// Puts the APN-AMBR into a message to the UE; and what APN-AMBR cannot tell beside it, TS 24.301 §9.9.4.29.
template <class Message>
void set_apn_ambr(Message& message, const gtp::Ambr& ambr) {
  constexpr nas::BitRate kApnAmbrMax = 65'280'000;  // TS 24.301 §9.9.4.2, kbit/s.
  const auto kilobits = [](std::uint64_t bps) -> nas::BitRate { return (bps + 999) / 1000; };
  const nas::BitRate downlink = kilobits(ambr.downlink_bps);
  const nas::BitRate uplink = kilobits(ambr.uplink_bps);
  message.apn_ambr = nas::ApnAmbr{.downlink = downlink, .uplink = uplink};
  if (std::max(downlink, uplink) > kApnAmbrMax)
    message.extended_apn_ambr = nas::ExtendedApnAmbr{.downlink = downlink, .uplink = uplink};
}

/// ACTIVATE DEFAULT EPS BEARER CONTEXT REQUEST, TS 24.301 §8.3.6.
PlainMessage activate_default_request(std::uint8_t ebi, const ConnectivityWanted& wanted,
                                      const PdnConnection& connection);

/// A bearer that is on loan until a procedure is complete: a procedure that ends early, or is cancelled,
/// takes it out of the UE's record; a default bearer with its PDN connection, which is deleted at the
/// gateways.
class BearerRollback {
 public:
  BearerRollback(Ue& ue, const BearerRecord& bearer);
  BearerRollback(const BearerRollback&) = delete;
  BearerRollback& operator=(const BearerRollback&) = delete;
  ~BearerRollback();
  void keep() { mme_ = nullptr; }

 private:
  Mme* mme_;
  UeDirectory::Index record_;
  sgw::SessionId session_;
  std::uint8_t ebi_;
};

}  // namespace zerocell::mme
