// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/sctp_packet.hpp"
#include "core/net/sctp_raw.hpp"

namespace zerocell::net {

/// Where a packet leaves and goes.
struct SctpPath {
  const SctpRawSocket* socket = nullptr;
  IpAddress local;  ///< The source address, where the socket is on all addresses; else unused.
  IpAddress peer;
};

/// Collects the packets of one turn of a loop and sends them in one system call. Packets of one association
/// that hold only SACK and DATA become one packet as far as they fit (bundling, RFC 9260 §6.10): the newest
/// SACK, then all DATA in order. No allocation.
class SctpSender {
 public:
  /// The largest packet that bundling makes, without the IP header; stays below the path MTU of tunnels.
  static constexpr std::size_t kPacketOctets = 1280;

  SctpSender();
  ~SctpSender();
  SctpSender(const SctpSender&) = delete;
  SctpSender& operator=(const SctpSender&) = delete;

  /// Takes a copy; the checksum is filled in later. `link` is any number that stands for the association and
  /// is not 0, or 0 for a packet that belongs to none.
  void queue(const SctpPath& path, std::uint32_t link, Bytes packet);
  /// Sends what was queued. What the kernel does not take is lost, as on a full link.
  void flush();
  bool empty() const { return used_ == 0; }

 private:
  static constexpr std::size_t kSlots = 64;
  static constexpr std::size_t kSackOctetsMax = 64;
  static constexpr std::size_t kFront = kSctpHeaderOctets + kSackOctetsMax;
  static constexpr std::size_t kDataOctets = 2048;

  /// The packet ends at `data_end`; in front of its DATA lie the SACK and the header, moved there at the end.
  struct Slot {
    const SctpRawSocket* socket = nullptr;
    SocketAddress to;
    IpAddress from;
    std::uint32_t link = 0;
    bool bundles = false;
    std::uint16_t sack_octets = 0;
    std::uint16_t data_end = 0;
    std::array<std::uint8_t, kSctpHeaderOctets> header;
    std::array<std::uint8_t, kSackOctetsMax> sack;
    std::array<std::uint8_t, kFront + kDataOctets> octets;
  };
  struct Memory;

  bool bundle(Slot& slot, Bytes packet, std::size_t sack_octets);
  MutableBytes seal(Slot& slot);

  std::unique_ptr<Memory> memory_;
  std::size_t used_ = 0;
};

}  // namespace zerocell::net
