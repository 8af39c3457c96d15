// SPDX-License-Identifier: Apache-2.0
#include "mme/mme.hpp"

/// What the serving gateway asks of the MME, TS 29.274 §7.2.
namespace zerocell::mme {

Task<sgw::Answer<sgw::CreateBearerResponse>> Mme::create_bearer(sgw::CreateBearerRequest) {
  co_return std::unexpected(gtp::Cause::service_not_supported);
}

Task<sgw::Answer<void>> Mme::update_bearer(sgw::UpdateBearerRequest) {
  co_return std::unexpected(gtp::Cause::service_not_supported);
}

Task<sgw::Answer<void>> Mme::delete_bearer(sgw::DeleteBearerRequest) {
  co_return std::unexpected(gtp::Cause::service_not_supported);
}

sgw::DownlinkDataAcknowledge Mme::downlink_data(const sgw::DownlinkDataNotification& notification) {
  const auto index = directory_.find(notification.imsi);
  if (!index || bearers_.default_of(directory_[*index], notification.session) == nullptr)
    return {.cause = gtp::Cause::context_not_found};
  return paging_.notify(*index, notification);
}

}  // namespace zerocell::mme
