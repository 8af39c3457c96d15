// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mme/test_attached.hpp"

namespace zerocell::mme {

/// A UE whose NAS messages can be read on their way, and what it hears.
struct Overheard : World {
  Overheard() {
    settings.ciphering = {config::Ciphering::eea0};
    ue.behaviour().downlink = [this](Bytes octets) {
      const auto envelope = nas::read_envelope(octets);
      if (!envelope) return true;
      const Bytes plain = envelope->message;
      if (const auto status = nas::decode<nas::EmmStatus>(plain)) emm_status = status->emm_cause;
      if (const auto challenge = nas::decode<nas::AuthenticationRequest>(plain))
        key_set = challenge->nas_key_set_identifier.value;
      if (const auto detach = nas::decode<nas::DetachRequestUeTerminated>(plain))
        detached = detach->detach_type;
      return !on_downlink || on_downlink(plain);
    };
  }
  void attach_ue() {
    REQUIRE(attach(ue));
    wait(std::chrono::seconds(1));
  }
  /// The UE says these plain octets, under its keys.
  void say(Bytes plain, nas::SecurityHeader header = nas::SecurityHeader::integrity_ciphered) {
    ByteVector room(plain.size() + 16);
    const auto octets = nas::protect(ue.security_mutable(), nas::Role::ue, header, plain, room);
    REQUIRE(octets);
    ue.send_octets(*octets);
    wait(std::chrono::milliseconds(500));
  }
  void say(const char* hex) { say(*from_hex(hex)); }
  EmmState state() { return record(1)->emm_state; }

  lab::Enb& enb = add_enb();
  lab::Ue& ue = add_ue(enb, 1);
  std::function<bool(Bytes plain)> on_downlink{};  ///< False: the UE does not hear it.
  std::optional<nas::EmmCause> emm_status{};
  std::optional<std::uint8_t> key_set{};  ///< That the last challenge named.
  std::optional<nas::NetworkDetachType> detached{};
};

inline ByteVector octets_of_plain(const PlainMessage& message) {
  return {message.bytes().begin(), message.bytes().end()};
}

/// ATTACH COMPLETE with this ESM message inside.
template <class M>
ByteVector attach_complete(const M& inner) {
  const PlainMessage container(inner);
  return octets_of_plain(PlainMessage(nas::AttachComplete{nas::Octets(container.bytes())}));
}

}  // namespace zerocell::mme
