// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

#include "asn1/s1ap/enumerations.hpp"
#include "core/types/bytes.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

namespace zerocell::lab {

/// A radio bearer and the S1-U tunnel behind it.
struct Erab {
  std::uint8_t erab_id = 0;  ///< The EPS bearer identity.
  std::uint8_t qci = 0;
  std::optional<Ipv4Address> core_v4;  ///< Where uplink packets go: either or both families.
  std::optional<Ipv6Address> core_v6;
  std::uint32_t uplink_teid = 0;
  std::uint32_t downlink_teid = 0;
};

/// The key of a UE at the eNodeB that it goes to, and what RRC tells the UE about it, TS 33.401 §7.2.8.4.
struct HandoverKey {
  std::uint8_t chaining_count = 0;  ///< NCC, 0 to 7.
  std::uint16_t physical_cell = 0;
  std::uint32_t earfcn = 0;
  std::array<std::uint8_t, 32> k_enb{};
};

class Radio;

/// What RRC tells a UE.
class RadioUe {
 public:
  /// A NAS message for the UE; valid during the call.
  virtual void downlink_nas(Bytes nas) = 0;
  /// AS security begins with this K_eNB: false when the UE's own is another, and no bearer is set up.
  virtual bool secure_radio(Bytes k_enb) = 0;
  virtual void erab_up(const Erab& erab) = 0;
  /// Every bearer of this setting up that there is to be is up: what has none now, has none.
  virtual void context_set_up() {}
  virtual void erab_down(std::uint8_t erab_id) = 0;
  /// The UE is at another eNodeB now, under this connection; what becomes of its bearers follows.
  virtual void handed_over(Radio& /*to*/, std::uint32_t /*connection*/, const HandoverKey& /*key*/) {}
  /// A radio bearer is gone and no NAS message tells why: its bearer context goes too (TS 24.301 §6.4.4.6).
  virtual void erab_lost(std::uint8_t erab_id) { erab_down(erab_id); }
  /// The connection is gone, and so are its bearers. The last call of a connection.
  virtual void radio_released() = 0;
  /// Somebody in the cell is paged: the UE, when the S-TMSI is its own.
  virtual void paged(const STmsi& s_tmsi) = 0;

 protected:
  ~RadioUe() = default;
};

/// What RRC does for a UE, without the radio: the eNodeB's side of the UE's connections.
class Radio {
 public:
  using Connection = std::uint32_t;  ///< eNB UE S1AP ID.

  struct Establishment {
    s1ap::RrcEstablishmentCause cause = s1ap::RrcEstablishmentCause::mo_signalling;
    std::optional<STmsi> s_tmsi;           ///< The UE is registered in a tracking area of this cell.
    std::optional<Gummei> registered_mme;  ///< Else the MME that gave the GUTI.
  };

  /// From here on the UE hears the pages of the cell, until it leaves.
  virtual void camp(RadioUe& ue) = 0;
  virtual void leave(RadioUe& ue) = 0;
  /// Sets up an RRC connection whose first message is `nas`. Nothing when the eNodeB has no MME.
  virtual std::optional<Connection> establish(RadioUe& ue, const Establishment& establishment, Bytes nas) = 0;
  virtual void uplink_nas(Connection connection, Bytes nas) = 0;
  /// The UE is gone without a word. No call comes for the connection any more; the MME learns nothing yet.
  virtual void forget(Connection connection) = 0;
  /// The PLMN that the cell broadcasts, and its tracking area.
  virtual Tai tracking_area() const = 0;

 protected:
  ~Radio() = default;
};

}  // namespace zerocell::lab
