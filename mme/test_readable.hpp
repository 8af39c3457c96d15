// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

namespace zerocell::mme {

/// The plain message, where it can be read: it is plain, or under EEA0.
inline Bytes readable(Bytes message) {
  const auto envelope = nas::read_envelope(message);
  return envelope ? envelope->message : message;
}
inline bool is(Bytes message, nas::EmmType type) {
  const auto peeked = nas::peek(readable(message));
  return peeked && peeked->emm_type == type;
}
inline bool is(Bytes message, nas::EsmType type) {
  const auto peeked = nas::peek(readable(message));
  return peeked && peeked->esm_type == type;
}

/// One eNodeB, one UE, and NAS messages that can be read on their way.
struct Readable : World {
  Readable() {
    settings.ciphering = {config::Ciphering::eea0};
    // Five expiries within the UE's T3410 of 15 s, after which it gives up and begins anew.
    settings.t3450_ms = settings.t3460_ms = settings.t3470_ms = 1000;
    ue.settings().apn = Apn::parse("internet");
  }
  /// Loses so many of the UE's downlink messages of this type.
  template <class Type>
  void lose(Type type, unsigned count) {
    left = count;
    ue.behaviour().downlink = [this, type](Bytes message) {
      if (!is(message, type)) return true;
      ++seen;
      seen_at.push_back(loop.now());
      const Bytes plain = readable(message);
      last.assign(plain.begin(), plain.end());
      return !(left > 0 && left-- > 0);
    };
  }
  void hears_all() { left = 0; }
  lab::Enb& enb = add_enb();
  lab::Ue& ue = add_ue(enb, 1);
  unsigned left = 0;
  unsigned seen = 0;            ///< Messages of the type that is lost, lost ones included.
  std::vector<Time> seen_at{};  ///< The same.
  ByteVector last{};            ///< The last of them, plain.
};

/// How long after the first of them each came, in tenths of a second.
inline std::vector<long> tenths_after_first(const std::vector<Time>& times) {
  std::vector<long> all;
  for (const Time at : times)
    all.push_back(std::lround(std::chrono::duration<double>(at - times.front()).count() * 10));
  return all;
}

}  // namespace zerocell::mme
