// SPDX-License-Identifier: Apache-2.0
#include "mme/plain_message.hpp"

#include "core/telemetry/log.hpp"

namespace zerocell::mme {

void PlainMessage::log_not_encoded() {
  log::error("nas_message_not_encoded", {{"octets_max", std::tuple_size_v<decltype(octets_)>}});
}

}  // namespace zerocell::mme
