// SPDX-License-Identifier: Apache-2.0
#include "core/nas/security.hpp"

#include "core/crypto/eps_keys.hpp"

namespace zerocell::nas {

/// The only maker of what was proven or allowed.
class Gate {
 public:
  static VerifiedNas verified(Bytes message, std::uint32_t count, SecurityHeader header) {
    return {message, count, header};
  }
  static PlainNas plain(Bytes message, EmmType type, bool was_protected) {
    return {message, type, was_protected};
  }
};

namespace {

// TS 24.301 §8.2.23: security header and discriminator, MAC, sequence number, then the message.
constexpr std::size_t kMacAt = 1;
constexpr std::size_t kSequenceAt = 5;
constexpr std::size_t kMessageAt = 6;
constexpr std::size_t kEmmHeaderOctets = 2;
constexpr std::size_t kServiceRequestOctets = 4;
constexpr std::size_t kServiceRequestMacAt = 2;
constexpr unsigned kSequenceBits = 8;
constexpr unsigned kShortSequenceBits = 5;  // TS 24.301 §9.9.3.19
constexpr std::uint8_t kNasBearer = 0;      // TS 24.301 §4.4.3.3

// Where CONTROL PLANE SERVICE REQUEST carries what is ciphered, TS 24.301 table 8.2.33.1.
constexpr std::size_t kControlPlaneOptionalAt = 3;
constexpr std::uint8_t kEsmContainerIei = 0x78;
constexpr std::uint8_t kNasContainerIei = 0x67;

Direction received_by(Role role) {
  return role == Role::network ? Direction::uplink : Direction::downlink;
}
Direction sent_by(Role role) {
  return role == Role::network ? Direction::downlink : Direction::uplink;
}

std::uint32_t& count_of(EpsSecurityContext& context, Direction direction) {
  return direction == Direction::uplink ? context.uplink_count : context.downlink_count;
}

/// Whether this context may protect anything at all.
std::expected<void, Refusal> usable(const EpsSecurityContext& context) {
  if (!context.valid()) return std::unexpected(Refusal::no_context);
  if (!context.algorithms.known()) return std::unexpected(Refusal::unknown_algorithm);
  if (context.algorithms.integrity == IntegrityAlgorithm::eia0 && !context.null_integrity)
    return std::unexpected(Refusal::null_integrity);
  return {};
}

/// The first COUNT from `next` on whose lowest `bits` are `sequence`, TS 24.301 §4.4.3.1: so what was used
/// already, or was missed, is never estimated again.
std::expected<std::uint32_t, Refusal> estimate(std::uint32_t next, std::uint8_t sequence, unsigned bits) {
  const std::uint32_t range = 1u << bits;
  std::uint32_t count = (next & ~(range - 1)) | sequence;
  if (count < next) count += range;
  if (count >= kNasCountEnd) return std::unexpected(Refusal::exhausted);
  return count;
}

bool ciphers(SecurityHeader header) {
  return header == SecurityHeader::integrity_ciphered ||
         header == SecurityHeader::integrity_ciphered_new_context;
}

/// The octets of `message` that partial ciphering covers: the value part of the container, TS 24.301 §4.4.5.
/// Lengths stay readable, so sender and receiver find the same ones. Empty where there is no container.
struct Range {
  std::size_t at = 0;
  std::size_t size = 0;
};
std::expected<Range, Refusal> partially_ciphered(Bytes message) {
  Reader in(message);
  in.skip(kControlPlaneOptionalAt);
  Range range;
  const std::uint8_t iei = in.peek();
  if (iei == kEsmContainerIei || iei == kNasContainerIei) {
    in.skip(1);
    range.size = iei == kEsmContainerIei ? in.u16() : in.u8();
    range.at = in.offset();
    in.skip(range.size);
  }
  if (!in.ok()) return std::unexpected(Refusal::truncated);
  return range;
}

bool is_plain(Bytes message, EmmType type) {
  return message.size() >= kEmmHeaderOctets && message[0] == kEmmDiscriminator &&
         message[1] == static_cast<std::uint8_t>(type);
}

std::expected<VerifiedNas, Refusal> open_service_request(EpsSecurityContext& context, Role role,
                                                         const Envelope& envelope, MutableBytes copy) {
  if (role != Role::network) return std::unexpected(Refusal::not_nas);
  if (envelope.ksi != context.ksi) return std::unexpected(Refusal::no_context);
  const auto count = estimate(context.uplink_count, envelope.sequence_number, kShortSequenceBits);
  if (!count) return std::unexpected(count.error());
  const Bytes message = envelope.message;
  const IntegrityKey key(context.algorithms.integrity, context.k_nas_int);
  const std::uint32_t mac =
      key.mac(*count, kNasBearer, Direction::uplink, message.first(kServiceRequestMacAt));
  const auto received = static_cast<std::uint16_t>(message[2] << 8 | message[3]);
  if (received != static_cast<std::uint16_t>(mac)) return std::unexpected(Refusal::bad_mac);
  std::ranges::copy(message, copy.begin());
  context.uplink_count = *count + 1;
  return Gate::verified(copy, *count, envelope.header);
}

/// Messages that the network processes without security, TS 24.301 §4.4.4.3, first list.
bool network_takes_plain(EmmType type, Bytes message) {
  switch (type) {
    case EmmType::attach_request:
    case EmmType::authentication_response:
    case EmmType::authentication_failure:
    case EmmType::security_mode_reject:
    case EmmType::detach_request:
    case EmmType::detach_accept:
    case EmmType::tracking_area_update_request:
      return true;
    case EmmType::identity_response:  // Of an IMSI only.
      return message.size() > 3 && (message[3] & 7) == static_cast<std::uint8_t>(IdentityType::imsi);
    default:
      return false;
  }
}
/// What its second list adds, for messages whose MAC failed or cannot be checked, beside SERVICE REQUEST.
bool network_takes_unverified(EmmType type, Bytes message) {
  return network_takes_plain(type, message) || type == EmmType::extended_service_request ||
         type == EmmType::control_plane_service_request;
}
/// TS 24.301 §4.4.4.2.
bool ue_takes_plain(EmmType type, Bytes message) {
  const std::uint8_t third = message.size() > 2 ? message[2] : std::uint8_t{0};
  switch (type) {
    case EmmType::authentication_request:
    case EmmType::authentication_reject:
    case EmmType::detach_accept:
      return true;
    case EmmType::identity_request:  // For the IMSI only.
      return (third & 7) == static_cast<std::uint8_t>(IdentityType::imsi);
    case EmmType::attach_reject:
    case EmmType::tracking_area_update_reject:
    case EmmType::service_reject:
      return third != static_cast<std::uint8_t>(EmmCause::not_authorized_for_csg);
    default:
      return false;
  }
}

}  // namespace

std::string_view name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::truncated:
      return "truncated";
    case Refusal::not_nas:
      return "no EPS NAS message";
    case Refusal::no_context:
      return "no security context";
    case Refusal::null_integrity:
      return "null integrity";
    case Refusal::unknown_algorithm:
      return "unknown algorithm";
    case Refusal::exhausted:
      return "NAS COUNT exhausted";
    case Refusal::bad_mac:
      return "MAC failure";
    case Refusal::plain_not_allowed:
      return "not protected";
    case Refusal::too_large:
      return "too large";
    case Refusal::wrong_header:
      return "not protected as it should be";
  }
  return "unknown refusal";
}

EpsSecurityContext new_context(KeyView<32> k_asme, std::uint8_t ksi, NasSecurityAlgorithms algorithms) {
  EpsSecurityContext context;
  context.k_asme = StoredKey<32>(k_asme.reveal());
  context.ksi = ksi;
  change_algorithms(context, algorithms);
  return context;
}

void change_algorithms(EpsSecurityContext& context, NasSecurityAlgorithms algorithms) {
  context.algorithms = algorithms;
  context.k_nas_int = k_nas_int(context.k_asme, algorithms.integrity).stored();
  context.k_nas_enc = k_nas_enc(context.k_asme, algorithms.ciphering).stored();
}

void wipe(EpsSecurityContext& context) {
  context.k_asme.wipe();
  context.k_nas_int.wipe();
  context.k_nas_enc.wipe();
  context.ksi = NasKeySetIdentifier::kNoKey;
}

std::expected<Envelope, Refusal> read_envelope(Bytes message) {
  if (message.size() < kEmmHeaderOctets) return std::unexpected(Refusal::truncated);
  if ((message[0] & 0xF) != kEmmDiscriminator) return std::unexpected(Refusal::not_nas);
  const std::uint8_t upper = message[0] >> 4;
  Envelope envelope{.message = message};
  if (upper >= static_cast<std::uint8_t>(SecurityHeader::service_request)) {
    if (message.size() < kServiceRequestOctets) return std::unexpected(Refusal::truncated);
    envelope.header = SecurityHeader::service_request;
    envelope.ksi = message[1] >> 5;
    envelope.sequence_number = message[1] & 0x1F;
    envelope.message = message.first(kServiceRequestOctets);
    return envelope;
  }
  if (upper > static_cast<std::uint8_t>(SecurityHeader::integrity_partially_ciphered))
    return std::unexpected(Refusal::not_nas);
  envelope.header = static_cast<SecurityHeader>(upper);
  if (envelope.header == SecurityHeader::plain) return envelope;
  if (message.size() < kMessageAt + kEmmHeaderOctets) return std::unexpected(Refusal::truncated);
  envelope.sequence_number = message[kSequenceAt];
  envelope.message = message.subspan(kMessageAt);
  return envelope;
}

std::expected<VerifiedNas, Refusal> open(EpsSecurityContext& context, Role role, Bytes message,
                                         MutableBytes scratch) {
  const auto envelope = read_envelope(message);
  if (!envelope) return std::unexpected(envelope.error());
  if (envelope->header == SecurityHeader::plain) return std::unexpected(Refusal::plain_not_allowed);
  if (const auto ready = usable(context); !ready) return std::unexpected(ready.error());
  if (scratch.size() < envelope->message.size()) return std::unexpected(Refusal::too_large);
  const MutableBytes opened = scratch.first(envelope->message.size());
  if (envelope->header == SecurityHeader::service_request)
    return open_service_request(context, role, *envelope, opened);

  const Direction direction = received_by(role);
  std::uint32_t& next = count_of(context, direction);
  const auto count = estimate(next, envelope->sequence_number, kSequenceBits);
  if (!count) return std::unexpected(count.error());
  const std::uint32_t mac = Reader(message.subspan(kMacAt)).u32();
  const IntegrityKey integrity(context.algorithms.integrity, context.k_nas_int);
  if (!integrity.verifies(*count, kNasBearer, direction, message.subspan(kSequenceAt), mac))
    return std::unexpected(Refusal::bad_mac);

  Range range{0, 0};
  if (ciphers(envelope->header)) range.size = envelope->message.size();
  if (envelope->header == SecurityHeader::integrity_partially_ciphered) {
    if (!is_plain(envelope->message, EmmType::control_plane_service_request))
      return std::unexpected(Refusal::not_nas);
    const auto partial = partially_ciphered(envelope->message);
    if (!partial) return std::unexpected(partial.error());
    range = *partial;
  }
  std::ranges::copy(envelope->message, opened.begin());
  if (range.size != 0 && context.algorithms.ciphering != CipheringAlgorithm::eea0) {
    const CipheringKey ciphering(context.algorithms.ciphering, context.k_nas_enc);
    ciphering.apply(*count, kNasBearer, direction, opened.subspan(range.at, range.size));
  }
  next = *count + 1;
  return Gate::verified(opened, *count, envelope->header);
}

std::expected<PlainNas, Refusal> admit(Role role, Bytes message, bool secure_exchange) {
  const auto envelope = read_envelope(message);
  if (!envelope) return std::unexpected(envelope.error());
  if (secure_exchange) return std::unexpected(Refusal::plain_not_allowed);
  const bool was_protected = envelope->header != SecurityHeader::plain;
  if (was_protected && role == Role::ue) return std::unexpected(Refusal::plain_not_allowed);
  if (envelope->header == SecurityHeader::service_request)
    return Gate::plain(envelope->message, EmmType::service_request, was_protected);
  const Bytes inner = envelope->message;
  // What is ciphered as a whole cannot be read without its context.
  if (ciphers(envelope->header) || inner[0] != kEmmDiscriminator)
    return std::unexpected(Refusal::plain_not_allowed);
  const auto type = static_cast<EmmType>(inner[1]);
  const bool allowed = role == Role::ue ? ue_takes_plain(type, inner)
                       : was_protected  ? network_takes_unverified(type, inner)
                                        : network_takes_plain(type, inner);
  if (!allowed) return std::unexpected(Refusal::plain_not_allowed);
  return Gate::plain(inner, type, was_protected);
}

std::expected<Bytes, Refusal> claimed_security_mode_command(Bytes message) {
  const auto envelope = read_envelope(message);
  if (!envelope) return std::unexpected(envelope.error());
  if (envelope->header != SecurityHeader::integrity_new_context ||
      !is_plain(envelope->message, EmmType::security_mode_command))
    return std::unexpected(Refusal::plain_not_allowed);
  return envelope->message;
}

std::expected<Bytes, Refusal> protect(EpsSecurityContext& context, Role role, SecurityHeader header,
                                      Bytes plain, MutableBytes out) {
  if (const auto ready = usable(context); !ready) return std::unexpected(ready.error());
  if (header == SecurityHeader::plain || header > SecurityHeader::integrity_partially_ciphered)
    return std::unexpected(Refusal::not_nas);
  if (plain.size() < kEmmHeaderOctets) return std::unexpected(Refusal::truncated);
  if (kMessageAt + plain.size() > std::min(out.size(), kProtectedOctetsMax))
    return std::unexpected(Refusal::too_large);
  Range range{0, ciphers(header) ? plain.size() : 0};
  if (header == SecurityHeader::integrity_partially_ciphered) {
    if (role != Role::ue || !is_plain(plain, EmmType::control_plane_service_request))
      return std::unexpected(Refusal::not_nas);
    const auto partial = partially_ciphered(plain);
    if (!partial) return std::unexpected(partial.error());
    range = *partial;
  }
  const Direction direction = sent_by(role);
  std::uint32_t& next = count_of(context, direction);
  if (next >= kNasCountEnd) return std::unexpected(Refusal::exhausted);
  const std::uint32_t count = next++;

  const MutableBytes message = out.first(kMessageAt + plain.size());
  std::ranges::copy(plain, message.begin() + kMessageAt);
  if (range.size != 0 && context.algorithms.ciphering != CipheringAlgorithm::eea0) {
    const CipheringKey ciphering(context.algorithms.ciphering, context.k_nas_enc);
    ciphering.apply(count, kNasBearer, direction, message.subspan(kMessageAt + range.at, range.size));
  }
  message[kSequenceAt] = static_cast<std::uint8_t>(count);
  const IntegrityKey integrity(context.algorithms.integrity, context.k_nas_int);
  const std::uint32_t mac = integrity.mac(count, kNasBearer, direction, message.subspan(kSequenceAt));
  Writer head(message);
  head.u8(static_cast<std::uint8_t>(static_cast<unsigned>(header) << 4 | kEmmDiscriminator));
  head.u32(mac);
  return message;
}

std::expected<std::array<std::uint8_t, 4>, Refusal> protect_service_request(EpsSecurityContext& context) {
  if (const auto ready = usable(context); !ready) return std::unexpected(ready.error());
  if (context.uplink_count >= kNasCountEnd) return std::unexpected(Refusal::exhausted);
  const std::uint32_t count = context.uplink_count++;
  std::array<std::uint8_t, 4> message{};
  message[0] = static_cast<std::uint8_t>(static_cast<unsigned>(SecurityHeader::service_request) << 4 |
                                         kEmmDiscriminator);
  message[1] = static_cast<std::uint8_t>(context.ksi << 5 | (count & 0x1F));
  const IntegrityKey integrity(context.algorithms.integrity, context.k_nas_int);
  const std::uint32_t mac =
      integrity.mac(count, kNasBearer, Direction::uplink, Bytes(message).first(kServiceRequestMacAt));
  message[2] = static_cast<std::uint8_t>(mac >> 8);
  message[3] = static_cast<std::uint8_t>(mac);
  return message;
}

}  // namespace zerocell::nas
