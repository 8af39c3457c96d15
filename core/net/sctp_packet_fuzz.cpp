// SPDX-License-Identifier: Apache-2.0
// Whatever arrives on a raw socket, from length 0: nothing is read outside of it, and what is written back is
// a packet.
#include "core/net/sctp_packet.hpp"
#include "core/types/assert.hpp"

using namespace zerocell;
using namespace zerocell::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)read_sctp_packet({data, size});
  // With a right checksum the rest of the reading is reached.
  ByteVector packet(data, data + size);
  if (packet.size() < kSctpHeaderOctets) return 0;
  seal_sctp_packet(packet);
  const auto header = read_sctp_packet(packet);
  std::size_t offset = kSctpHeaderOctets;
  std::array<IpAddress, kSctpPeerAddressesMax> addresses;
  while (const auto chunk = next_chunk(packet, offset)) {
    ZC_ASSERT(offset <= packet.size());
    (void)read_init_addresses(chunk->value, addresses);
  }
  if (!header) return 0;
  std::array<std::uint8_t, 16> out;
  const auto said = answer_out_of_the_blue(packet, *header, out);
  ZC_ASSERT(said.empty() || read_sctp_packet(said));
  const std::size_t length = packet.size();
  packet.resize(length + 64);
  const std::array<IpAddress, 2> added = {Ipv4Address{{127, 0, 0, 1}}, Ipv6Address{}};
  const std::size_t grown = append_init_addresses(packet, length, added);
  packet.resize(grown);
  if (grown != length) {
    seal_sctp_packet(packet);
    ZC_ASSERT(read_sctp_packet(packet));
  }
  return 0;
}
