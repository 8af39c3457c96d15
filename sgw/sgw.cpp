// SPDX-License-Identifier: Apache-2.0
#include "sgw/sgw.hpp"

#include "core/telemetry/metrics.hpp"

namespace zerocell::sgw {
namespace {

Counter notifications_left_out{"zerocell_sgw_notifications_left_out_total",
                               "Downlink data notifications that an MME under load did not want."};

template <class T>
Task<Answer<T>> no_mme() {
  co_return std::unexpected(gtp::Cause::remote_peer_not_responding);
}

}  // namespace

Task<Answer<CreateSessionResponse>> CombinedSgw::create_session(CreateSessionRequest request) {
  return s5_.create_session(std::move(request));
}

Task<Answer<ModifyBearerResponse>> CombinedSgw::modify_bearer(ModifyBearerRequest request) {
  return s5_.modify_bearer(std::move(request));
}

Task<Answer<void>> CombinedSgw::release_access_bearers(ReleaseAccessBearersRequest request) {
  return s5_.suspend_downlink(request.session);
}

Task<Answer<void>> CombinedSgw::delete_session(DeleteSessionRequest request) {
  return s5_.delete_session(request);
}

Task<Answer<void>> CombinedSgw::bearer_resource_command(BearerResourceCommand command) {
  return s5_.bearer_resource_command(std::move(command));
}

Task<Answer<void>> CombinedSgw::delete_bearer_command(DeleteBearerCommand command) {
  return s5_.delete_bearer_command(std::move(command));
}

Task<Answer<void>> CombinedSgw::modify_bearer_command(ModifyBearerCommand command) {
  return s5_.modify_bearer_command(command);
}

void CombinedSgw::downlink_data_failed(const DownlinkDataFailure& failure) {
  s5_.discard_downlink(failure.session);
}

Task<Answer<CreateIndirectTunnelResponse>> CombinedSgw::create_indirect_tunnel(
    CreateIndirectTunnelRequest request) {
  return s5_.create_indirect_tunnel(std::move(request));
}

Task<Answer<void>> CombinedSgw::delete_indirect_tunnel(SessionId session) {
  return s5_.delete_indirect_tunnel(session);
}

Task<Answer<CreateBearerResponse>> CombinedSgw::create_bearer(CreateBearerRequest request) {
  return mme_ != nullptr ? mme_->create_bearer(std::move(request)) : no_mme<CreateBearerResponse>();
}

Task<Answer<void>> CombinedSgw::update_bearer(UpdateBearerRequest request) {
  return mme_ != nullptr ? mme_->update_bearer(std::move(request)) : no_mme<void>();
}

Task<Answer<void>> CombinedSgw::delete_bearer(DeleteBearerRequest request) {
  return mme_ != nullptr ? mme_->delete_bearer(std::move(request)) : no_mme<void>();
}

void CombinedSgw::bearer_resource_failed(const BearerResourceFailure& failure) {
  if (mme_ != nullptr) mme_->bearer_resource_failed(failure);
}

DownlinkDataAcknowledge CombinedSgw::downlink_data(const DownlinkDataNotification& notification) {
  if (mme_ == nullptr) return {.cause = gtp::Cause::remote_peer_not_responding};
  // One that tells of a failure is about no packet.
  const bool may_be_left_out = !notification.cause && notification.arp.priority > priority_level_;
  if (may_be_left_out && throttle_.leaves_out(loop_.now())) {
    notifications_left_out.add();
    return {.cause = gtp::Cause::unable_to_page_ue};
  }
  const auto answer = mme_->downlink_data(notification);
  if (answer.throttling) throttle_.obey(*answer.throttling, loop_.now());
  return answer;
}

}  // namespace zerocell::sgw
