// SPDX-License-Identifier: Apache-2.0
#include "core/nas/codec.hpp"
#include "core/nas/security.hpp"
#include "core/types/assert.hpp"

using namespace zerocell;
using namespace zerocell::nas;

namespace {

struct Side {
  Role role;
  EpsSecurityContext context;
};

std::uint32_t received(const Side& side) {
  return side.role == Role::network ? side.context.uplink_count : side.context.downlink_count;
}
std::uint32_t sent(const Side& side) {
  return side.role == Role::network ? side.context.downlink_count : side.context.uplink_count;
}
bool same_keys(const EpsSecurityContext& a, const EpsSecurityContext& b) {
  return a.k_asme == b.k_asme && a.k_nas_int == b.k_nas_int && a.k_nas_enc == b.k_nas_enc && a.ksi == b.ksi;
}

/// Whatever arrives: only a message that opens moves the COUNT, to one behind its own, and it opens once.
bool deliver(Side& side, Bytes message) {
  std::array<std::uint8_t, 1024> scratch;
  const Side before = side;
  const auto opened = open(side.context, side.role, message, scratch);
  ZC_ASSERT(same_keys(before.context, side.context));
  ZC_ASSERT(sent(before) == sent(side));
  if (!opened) {
    ZC_ASSERT(received(before) == received(side));
    return false;
  }
  ZC_ASSERT(opened->count() >= received(before));
  ZC_ASSERT(received(side) == opened->count() + 1 && received(side) <= kNasCountEnd);
  ZC_ASSERT(opened->message().size() <= message.size());
  (void)decode_emm(opened->message(), side.role == Role::network ? Direction::uplink : Direction::downlink);
  ZC_ASSERT(!open(side.context, side.role, message, scratch) || message[0] >> 4 >= 12);
  return true;
}

void admit_both(Bytes message) {
  for (const Role role : {Role::network, Role::ue}) {
    ZC_ASSERT(!admit(role, message, true).has_value());
    if (const auto plain = admit(role, message, false)) {
      ZC_ASSERT(plain->message().size() >= 2);
      (void)decode_emm(plain->message(), role == Role::network ? Direction::uplink : Direction::downlink);
    }
  }
  if (const auto command = claimed_security_mode_command(message))
    (void)decode<SecurityModeCommand>(*command);
}

}  // namespace

/// The input is a script for two sides that share a context: messages protected and delivered, lost, replayed
/// and forged, in any order, with the state kept throughout.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Reader script({data, size});
  const std::uint8_t algorithms = script.u8();
  const std::uint8_t start = script.u8();
  static const Key<32> key =
      *Key<32>::from_hex("00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef");
  EpsSecurityContext context =
      new_context(key, 1,
                  {.ciphering = static_cast<CipheringAlgorithm>(algorithms & 3),
                   .integrity = static_cast<IntegrityAlgorithm>(algorithms >> 2 & 3)});
  if (start & 0x80) context.uplink_count = context.downlink_count = kNasCountEnd - (start & 0x7F);
  Side network{Role::network, context};
  Side ue{Role::ue, context};
  std::array<std::uint8_t, 512> room;
  ByteVector last;
  for (int steps = 0; steps < 64 && !script.empty(); ++steps) {
    const std::uint8_t step = script.u8();
    Side& from = step & 0x80 ? network : ue;
    Side& to = step & 0x80 ? ue : network;
    const Bytes octets = script.take(std::min<std::size_t>(script.u8(), script.remaining()));
    switch (step & 7) {
      case 0:
      case 1: {
        const auto header = static_cast<SecurityHeader>(step >> 3 & 7);
        const std::uint32_t gap = received(to) <= sent(from) ? sent(from) - received(to) : 256;
        const auto message = protect(from.context, from.role, header, octets, room);
        if (!message) break;
        last.assign(message->begin(), message->end());
        if ((step & 7) == 1) break;  // Lost on the way.
        const bool opened = deliver(to, last);
        // A plain message that only claims to be a CONTROL PLANE SERVICE REQUEST may still be refused inside.
        ZC_ASSERT(opened || gap >= 256 || header == SecurityHeader::integrity_partially_ciphered);
        break;
      }
      case 2:
        deliver(to, octets);
        break;
      case 3:
        deliver(to, last);
        break;
      case 4:
        admit_both(octets);
        break;
      case 5:
        if (const auto request = protect_service_request(ue.context)) deliver(network, *request);
        break;
      case 6:
        for (std::size_t i = 0; i + 1 < octets.size() && !last.empty(); i += 2)
          last[octets[i] % last.size()] ^= octets[i + 1];
        deliver(to, last);
        break;
      default:
        admit_both(last);
        break;
    }
  }
  return 0;
}
