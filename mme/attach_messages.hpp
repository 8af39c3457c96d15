// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/pdn_connection.hpp"

namespace zerocell::mme {

/// The plain ATTACH ACCEPT with its ACTIVATE DEFAULT EPS BEARER CONTEXT REQUEST, TS 24.301 §8.2.1, §8.3.6:
/// kept, since it is sent again as it is.
class AttachAcceptMessage {
 public:
  AttachAcceptMessage(Ue& ue, const ConnectivityWanted& wanted, const PdnConnection& connection);
  Bytes bytes() const { return octets_; }

 private:
  ByteVector octets_;
};

/// EPS NETWORK FEATURE SUPPORT, TS 24.301 §9.9.3.12A: the same in every accept, since a later one replaces
/// it.
nas::EpsNetworkFeatureSupport network_feature_support(Ue& ue);
/// The list of equivalent PLMNs, which is in every accept, too; nothing: there are none.
std::optional<nas::PlmnList> equivalent_plmns(const config::Network& network);
/// ATTACH REJECT, under the security that there is. With an ESM cause it carries PDN CONNECTIVITY REJECT.
void send_attach_reject(Ue& ue, const Rejection& rejection);
/// EMM INFORMATION, TS 24.301 §5.4.5: the network's name and the time, as far as they are configured.
void send_emm_information(Ue& ue);

/// The PDN type that the subscription leaves of what the UE asked for, and what the UE is told when it gets
/// less, TS 23.401 §5.3.1.1.
struct SubscribedType {
  gtp::PdnType type = gtp::PdnType::ipv4;
  std::optional<nas::EsmCause> reason;
};
std::expected<SubscribedType, nas::EsmCause> subscribed_type(gtp::PdnType wanted, hss::PdnType subscribed);
/// Why the gateway gave another PDN type, for the UE.
std::optional<nas::EsmCause> reason_of(const sgw::CreateSessionResponse& session);

}  // namespace zerocell::mme
