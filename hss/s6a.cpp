// SPDX-License-Identifier: Apache-2.0
#include "hss/s6a.hpp"

namespace zerocell::hss {

std::string_view to_string(S6aResult result) {
  switch (result) {
    case S6aResult::unable_to_deliver:
      return "unable_to_deliver";
    case S6aResult::too_busy:
      return "too_busy";
    case S6aResult::authentication_data_unavailable:
      return "authentication_data_unavailable";
    case S6aResult::user_unknown:
      return "user_unknown";
    case S6aResult::authorization_rejected:
      return "authorization_rejected";
    case S6aResult::roaming_not_allowed:
      return "roaming_not_allowed";
    case S6aResult::unable_to_comply:
      return "unable_to_comply";
    case S6aResult::unknown_eps_subscription:
      return "unknown_eps_subscription";
    case S6aResult::rat_not_allowed:
      return "rat_not_allowed";
    case S6aResult::unknown_serving_node:
      return "unknown_serving_node";
  }
  return "unknown_result";
}

}  // namespace zerocell::hss
