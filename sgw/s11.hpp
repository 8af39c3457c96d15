// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pgw/s5.hpp"

namespace zerocell::sgw {

using pgw::Answer;
using pgw::CreateSessionRequest;
using pgw::CreateSessionResponse;
using pgw::DeleteSessionRequest;
using pgw::ModifyBearerRequest;
using pgw::SessionId;

/// Release Access Bearers Request, TS 29.274 §7.2.21: the UE goes idle.
struct ReleaseAccessBearersRequest {
  SessionId session{};
};

/// Reference point S11, TS 29.274: what an MME asks of a serving gateway.
class S11 {
 public:
  virtual ~S11() = default;
  virtual Task<Answer<CreateSessionResponse>> create_session(CreateSessionRequest request) = 0;
  virtual Task<Answer<void>> modify_bearer(ModifyBearerRequest request) = 0;
  virtual Task<Answer<void>> release_access_bearers(ReleaseAccessBearersRequest request) = 0;
  virtual Task<Answer<void>> delete_session(DeleteSessionRequest request) = 0;
};

}  // namespace zerocell::sgw
