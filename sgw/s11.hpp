// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pgw/s5.hpp"

namespace zerocell::sgw {

using pgw::Answer;
using pgw::BearerAccess;
using pgw::BearerResourceCommand;
using pgw::BearerResourceFailure;
using pgw::CreateBearerRequest;
using pgw::CreateBearerResponse;
using pgw::CreateIndirectTunnelRequest;
using pgw::CreateIndirectTunnelResponse;
using pgw::CreateSessionRequest;
using pgw::CreateSessionResponse;
using pgw::DeleteBearerCommand;
using pgw::DeleteBearerRequest;
using pgw::DeleteSessionRequest;
using pgw::DownlinkDataAcknowledge;
using pgw::DownlinkDataNotification;
using pgw::DownlinkThrottling;
using pgw::kBearersMax;
using pgw::ModifyBearerCommand;
using pgw::ModifyBearerRequest;
using pgw::ModifyBearerResponse;
using pgw::SessionId;
using pgw::UpdateBearerRequest;
using pgw::UserLocation;

/// Release Access Bearers Request, TS 29.274 §7.2.21: the UE goes idle.
struct ReleaseAccessBearersRequest {
  SessionId session{};
};

/// Downlink Data Notification Failure Indication, TS 29.274 §7.2.11.3: paging was in vain; what waits for the
/// UE is thrown away.
struct DownlinkDataFailure {
  SessionId session{};
  gtp::Cause cause = gtp::Cause::unable_to_page_ue;
};

/// Reference point S11, TS 29.274: what an MME asks of a serving gateway.
class S11 {
 public:
  virtual ~S11() = default;
  virtual Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) = 0;
  virtual Task<Answer<ModifyBearerResponse>> modify_bearer(ModifyBearerRequest request) = 0;
  virtual Task<Answer<void>> release_access_bearers(ReleaseAccessBearersRequest request) = 0;
  virtual Task<Answer<void>> delete_session(DeleteSessionRequest request) = 0;
  virtual Task<Answer<void>> bearer_resource_command(BearerResourceCommand command) = 0;
  virtual Task<Answer<void>> delete_bearer_command(DeleteBearerCommand command) = 0;
  virtual Task<Answer<void>> modify_bearer_command(ModifyBearerCommand command) = 0;
  virtual void downlink_data_failed(const DownlinkDataFailure& failure) = 0;
  virtual Task<Answer<CreateIndirectTunnelResponse>> create_indirect_tunnel(
      CreateIndirectTunnelRequest request) = 0;
  virtual Task<Answer<void>> delete_indirect_tunnel(SessionId session) = 0;
};

/// The other direction of S11: what a serving gateway asks of an MME.
class S11Mme {
 public:
  virtual ~S11Mme() = default;
  virtual Task<Answer<CreateBearerResponse>> create_bearer(CreateBearerRequest request) = 0;
  virtual Task<Answer<void>> update_bearer(UpdateBearerRequest request) = 0;
  virtual Task<Answer<void>> delete_bearer(DeleteBearerRequest request) = 0;
  virtual void bearer_resource_failed(const BearerResourceFailure& failure) = 0;
  virtual DownlinkDataAcknowledge downlink_data(const DownlinkDataNotification& notification) = 0;
};

}  // namespace zerocell::sgw
