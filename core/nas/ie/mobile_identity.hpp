// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "core/types/identity.hpp"

namespace zerocell::nas {

/// EPS mobile identity, TS 24.301 §9.9.3.12: an IMSI, a GUTI or an IMEI. As decoded it is a claim.
class EpsMobileIdentity {
 public:
  constexpr EpsMobileIdentity() = default;
  constexpr EpsMobileIdentity(Imsi imsi) : value_(imsi) {}  // NOLINT: each of them is an identity.
  constexpr EpsMobileIdentity(Guti guti) : value_(guti) {}  // NOLINT
  constexpr EpsMobileIdentity(Imei imei) : value_(imei) {}  // NOLINT

  constexpr const Imsi* imsi() const { return std::get_if<Imsi>(&value_); }
  constexpr const Guti* guti() const { return std::get_if<Guti>(&value_); }
  constexpr const Imei* imei() const { return std::get_if<Imei>(&value_); }
  friend constexpr bool operator==(const EpsMobileIdentity&, const EpsMobileIdentity&) = default;

 private:
  std::variant<Imsi, Guti, Imei> value_;
};

/// TMSI, P-TMSI or M-TMSI: four octets without structure for the receiver.
struct Tmsi {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(const Tmsi&, const Tmsi&) = default;
};

/// Mobile identity, TS 24.008 §10.5.1.4: "no identity", IMSI, IMEI or IMEISV, or a TMSI. (A TMGI, which EPS
/// NAS has no use for, is an error.)
class MobileIdentity {
 public:
  constexpr MobileIdentity() = default;
  constexpr MobileIdentity(Imsi imsi) : value_(imsi) {}  // NOLINT: each of them is an identity.
  constexpr MobileIdentity(Imei imei) : value_(imei) {}  // NOLINT
  constexpr MobileIdentity(Tmsi tmsi) : value_(tmsi) {}  // NOLINT

  constexpr bool none() const { return value_.index() == 0; }
  constexpr const Imsi* imsi() const { return std::get_if<Imsi>(&value_); }
  /// An IMEI, or an IMEISV when its software version is known.
  constexpr const Imei* imei() const { return std::get_if<Imei>(&value_); }
  constexpr const Tmsi* tmsi() const { return std::get_if<Tmsi>(&value_); }
  friend constexpr bool operator==(const MobileIdentity&, const MobileIdentity&) = default;

 private:
  std::variant<std::monostate, Imsi, Imei, Tmsi> value_;
};

bool decode_value(Bytes value, EpsMobileIdentity& out);
void encode_value(const EpsMobileIdentity& identity, Writer& out);
bool decode_value(Bytes value, MobileIdentity& out);
void encode_value(const MobileIdentity& identity, Writer& out);

}  // namespace zerocell::nas
