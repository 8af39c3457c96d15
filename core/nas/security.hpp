// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/crypto/key.hpp"
#include "core/nas/ie/capability.hpp"
#include "core/nas/ie/cause.hpp"
#include "core/nas/ie/emm_values.hpp"
#include "core/nas/ie/message_type.hpp"
#include "core/nas/ie/octets.hpp"

namespace zerocell::nas {

/// NAS COUNTs have 24 bits, TS 24.301 §4.4.3.1. A context whose next COUNT is this is used up: it protects
/// and accepts nothing more.
constexpr std::uint32_t kNasCountEnd = 1u << 24;
/// From this on the network should authenticate again, TS 24.301 §4.4.3.5 ("close to wrap around").
constexpr std::uint32_t kNasCountRenewal = kNasCountEnd - 0x10000;

/// Whose side of the connection: the network receives uplink and sends downlink.
enum class Role : std::uint8_t { network, ue };

/// An EPS NAS security context, TS 24.301 §4.4.2: plain data, which lives in a UE's record. Each COUNT is the
/// next one of its direction; it only grows, and each value protects or opens one message.
struct EpsSecurityContext {
  StoredKey<32> k_asme{};
  StoredKey<16> k_nas_int{};
  StoredKey<16> k_nas_enc{};
  std::uint32_t uplink_count = 0;    ///< 0 to kNasCountEnd.
  std::uint32_t downlink_count = 0;  ///< 0 to kNasCountEnd.
  std::uint8_t ksi = NasKeySetIdentifier::kNoKey;
  NasSecurityAlgorithms algorithms{};  ///< EIA0 opens and protects nothing unless null_integrity is set.
  bool null_integrity =
      false;  ///< An emergency attach without authentication, TS 33.401 §15.2.2; nobody else.

  bool valid() const { return ksi != NasKeySetIdentifier::kNoKey; }
  bool near_exhaustion() const {
    return uplink_count >= kNasCountRenewal || downlink_count >= kNasCountRenewal;
  }
};
static_assert(sizeof(EpsSecurityContext) <= 128);

/// A context taken into use after authentication: both COUNTs are 0 and the NAS keys follow from K_ASME, TS
/// 33.401 annex A.7.
EpsSecurityContext new_context(KeyView<32> k_asme, std::uint8_t ksi, NasSecurityAlgorithms algorithms);
/// New algorithms for the K_ASME that is there; COUNTs go on, TS 24.301 §4.4.3.1.
void change_algorithms(EpsSecurityContext& context, NasSecurityAlgorithms algorithms);
/// Overwrites the keys.
void wipe(EpsSecurityContext& context);

/// Why the gate let nothing through, or protected nothing.
enum class Refusal : std::uint8_t {
  truncated,          ///< Too short for what its header says: N1, N2, N5.
  not_nas,            ///< Another protocol discriminator, or an unknown security header.
  no_context,         ///< No valid context to check with.
  null_integrity,     ///< EIA0 in a context that may not use it.
  unknown_algorithm,  ///< The context names an algorithm that nobody has.
  exhausted,          ///< No COUNT is left.
  bad_mac,            ///< Forged, replayed, or protected with other keys.
  plain_not_allowed,  ///< A plain message that is not on the list.
  too_large,          ///< The message does not fit where it should go.
  wrong_header,       ///< Verified, but not ciphered where it should be, or under another context's header.
};
std::string_view name_of(Refusal refusal);

/// An EMM or ESM message whose integrity was verified, with the COUNT it used up. Only `open` makes one.
class VerifiedNas {
 public:
  /// The plain message, for the codec. For SERVICE REQUEST the four octets of it.
  Bytes message() const { return message_; }
  std::uint32_t count() const { return count_; }
  SecurityHeader security_header() const { return header_; }

 private:
  friend class Gate;
  VerifiedNas(Bytes message, std::uint32_t count, SecurityHeader header)
      : message_(message), count_(count), header_(header) {}
  Bytes message_;
  std::uint32_t count_;
  SecurityHeader header_;
};

/// An EMM message whose sender proved nothing, of a type that may be processed all the same. What it claims
/// changes nothing before authentication. Only `admit` makes one.
class PlainNas {
 public:
  /// A view into what was received.
  Bytes message() const { return message_; }
  EmmType type() const { return type_; }
  /// It came with a MAC that failed or that nobody could check.
  bool was_protected() const { return was_protected_; }

 private:
  friend class Gate;
  PlainNas(Bytes message, EmmType type, bool was_protected)
      : message_(message), type_(type), was_protected_(was_protected) {}
  Bytes message_;
  EmmType type_;
  bool was_protected_;
};

/// The outer header of a received message, before anything is believed.
struct Envelope {
  SecurityHeader header{};
  std::uint8_t sequence_number = 0;  ///< 0 to 255; of SERVICE REQUEST 0 to 31.
  std::uint8_t ksi = 0;              ///< Of SERVICE REQUEST.
  Bytes message{};                   ///< Plain: all of it; protected: what follows the sequence number.
};
std::expected<Envelope, Refusal> read_envelope(Bytes message);

/// Opens a protected message: estimates its COUNT, verifies the MAC, deciphers, and only then commits the
/// COUNT, so a forgery or a replay changes nothing (TS 24.301 §4.4.3.2, TS 33.401 §8). The result points into
/// `scratch`, which must be as long as `message` and apart from it.
std::expected<VerifiedNas, Refusal> open(EpsSecurityContext& context, Role role, Bytes message,
                                         MutableBytes scratch);

/// Lets a message pass that is not, or not provably, protected: only certain types, and none once
/// `secure_exchange` of NAS messages is established on the signalling connection. For the network, TS 24.301
/// §4.4.4.3: a plain message of the first list, or one of the second list under a MAC that failed or could
/// not be checked. For the UE, §4.4.4.2: a plain message of its list.
std::expected<PlainNas, Refusal> admit(Role role, Bytes message, bool secure_exchange);

/// For the UE: the plain SECURITY MODE COMMAND inside a message that claims to be one under a new context,
/// read before it can be verified, to learn the algorithms. It must then be opened.
std::expected<Bytes, Refusal> claimed_security_mode_command(Bytes message);

/// Protects `plain` for the other side and uses up one COUNT. `header` says how: integrity,
/// integrity_ciphered, and the two with a new context; integrity_partially_ciphered is for CONTROL PLANE
/// SERVICE REQUEST (TS 24.301 §4.4.5). Result: the octets written into `out`, which needs plain.size() + 6.
std::expected<Bytes, Refusal> protect(EpsSecurityContext& context, Role role, SecurityHeader header,
                                      Bytes plain, MutableBytes out);

/// For the UE: the four octets of SERVICE REQUEST, TS 24.301 §8.2.25 and §9.9.3.28.
std::expected<std::array<std::uint8_t, 4>, Refusal> protect_service_request(EpsSecurityContext& context);

}  // namespace zerocell::nas
