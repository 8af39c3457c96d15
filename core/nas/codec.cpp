// SPDX-License-Identifier: Apache-2.0
#include "core/nas/codec.hpp"

#include "core/nas/ie_table.hpp"

namespace zerocell::nas {

NasDecoded<Peek> peek(Bytes message) {
  if (message.size() < 2) return std::unexpected(ignored(0, "too short for a message type"));
  Peek header;
  header.discriminator = message[0] & 0xF;
  const std::uint8_t upper = message[0] >> 4;
  if (header.discriminator == kEsmDiscriminator) {
    if (message.size() < 3) return std::unexpected(ignored(0, "too short for a message type"));
    header.eps_bearer_identity = upper;
    header.procedure_transaction_identity = message[1];
    header.esm_type = static_cast<EsmType>(message[2]);
    return header;
  }
  if (header.discriminator != kEmmDiscriminator) return std::unexpected(ignored(0, "another protocol"));
  // Table 9.3.1: 13 to 15 are read as 12.
  const auto service_request = static_cast<std::uint8_t>(SecurityHeader::service_request);
  header.security_header = static_cast<SecurityHeader>(std::min(upper, service_request));
  if (header.security_header == SecurityHeader::plain) header.emm_type = static_cast<EmmType>(message[1]);
  if (header.security_header == SecurityHeader::service_request) header.emm_type = EmmType::service_request;
  return header;
}

}  // namespace zerocell::nas
