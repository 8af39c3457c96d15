// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/runtime/loop.hpp"
#include "sgw/downlink_throttle.hpp"
#include "sgw/s11.hpp"

namespace zerocell::sgw {

/// Serving gateway whose user plane is that of its PDN gateway (a combined SAE gateway, TS 23.401 §4.4.3.2):
/// the PDN gateway's endpoint is the eNodeB's, and the eNodeB's endpoint is the PDN gateway's, so each
/// request of S11 is one of S5, and the other way round.
class CombinedSgw final : public S11, public pgw::S5Sgw {
 public:
  /// Notifications of bearers with an ARP priority level up to `priority_level` are never left out.
  CombinedSgw(pgw::S5& s5, const Loop& loop, std::uint8_t priority_level)
      : s5_(s5), loop_(loop), priority_level_(priority_level) {}

  /// Asks this MME from now on, or nobody. What an MME is needed for is refused without one.
  void use(S11Mme* mme) { mme_ = mme; }

  Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) override;
  Task<Answer<ModifyBearerResponse>> modify_bearer(ModifyBearerRequest request) override;
  Task<Answer<void>> release_access_bearers(ReleaseAccessBearersRequest request) override;
  Task<Answer<void>> delete_session(DeleteSessionRequest request) override;
  Task<Answer<void>> bearer_resource_command(BearerResourceCommand command) override;
  Task<Answer<void>> delete_bearer_command(DeleteBearerCommand command) override;
  Task<Answer<void>> modify_bearer_command(ModifyBearerCommand command) override;
  void downlink_data_failed(const DownlinkDataFailure& failure) override;
  Task<Answer<CreateIndirectTunnelResponse>> create_indirect_tunnel(
      CreateIndirectTunnelRequest request) override;
  Task<Answer<void>> delete_indirect_tunnel(SessionId session) override;

  // S5, from the PDN gateway.
  Task<Answer<CreateBearerResponse>> create_bearer(CreateBearerRequest request) override;
  Task<Answer<void>> update_bearer(UpdateBearerRequest request) override;
  Task<Answer<void>> delete_bearer(DeleteBearerRequest request) override;
  void bearer_resource_failed(const BearerResourceFailure& failure) override;
  DownlinkDataAcknowledge downlink_data(const DownlinkDataNotification& notification) override;

 private:
  pgw::S5& s5_;
  const Loop& loop_;
  std::uint8_t priority_level_;
  DownlinkThrottle throttle_;
  S11Mme* mme_ = nullptr;
};

}  // namespace zerocell::sgw
