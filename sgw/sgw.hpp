// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sgw/s11.hpp"

namespace zerocell::sgw {

/// Serving gateway whose user plane is that of its PDN gateway (a combined SAE gateway, TS 23.401 §4.4.3.2):
/// the PDN gateway's endpoint is the eNodeB's, and the eNodeB's endpoint is the PDN gateway's, so each
/// request of S11 is one of S5.
class CombinedSgw final : public S11 {
 public:
  explicit CombinedSgw(pgw::S5& s5) : s5_(s5) {}

  Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) override;
  Task<Answer<void>> modify_bearer(ModifyBearerRequest request) override;
  Task<Answer<void>> release_access_bearers(ReleaseAccessBearersRequest request) override;
  Task<Answer<void>> delete_session(DeleteSessionRequest request) override;

 private:
  pgw::S5& s5_;
};

}  // namespace zerocell::sgw
