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

sgw::DownlinkDataAcknowledge Mme::downlink_data(const sgw::DownlinkDataNotification&) {
  return {.cause = gtp::Cause::unable_to_page_ue};
}

}  // namespace zerocell::mme
