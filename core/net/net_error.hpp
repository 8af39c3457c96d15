// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace zerocell::net {

/// Why a call failed: what is wrong and what to do about it, for a person.
struct NetError {
  int code = 0;  ///< errno, where there is one.
  std::string message;
};

}  // namespace zerocell::net
