// SPDX-License-Identifier: Apache-2.0
#include "sgw/sgw.hpp"

namespace zerocell::sgw {

Task<Answer<CreateSessionResponse>> CombinedSgw::create_session(CreateSessionRequest request) {
  return s5_.create_session(std::move(request));
}

Task<Answer<void>> CombinedSgw::modify_bearer(ModifyBearerRequest request) {
  return s5_.modify_bearer(request);
}

Task<Answer<void>> CombinedSgw::release_access_bearers(ReleaseAccessBearersRequest request) {
  return s5_.suspend_downlink(request.session);
}

Task<Answer<void>> CombinedSgw::delete_session(DeleteSessionRequest request) {
  return s5_.delete_session(request);
}

}  // namespace zerocell::sgw
