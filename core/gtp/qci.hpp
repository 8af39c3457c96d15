// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gtp/session_types.hpp"

namespace zerocell::gtp {

/// Whether a QCI is standardized (TS 23.203 tables 6.1.7-A and 6.1.7-B) or an operator's own (TS 24.301
/// §9.9.4.3: 128 to 254).
constexpr bool is_known_qci(std::uint8_t qci) {
  return is_gbr_qci(qci) || (qci >= 5 && qci <= 10) || qci == 69 || qci == 70 || qci == 79 || qci == 80 ||
         (qci >= 128 && qci <= 254);
}

}  // namespace zerocell::gtp
