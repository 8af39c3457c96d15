// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gtp/fteid.hpp"
#include "core/gtp/session_types.hpp"
#include "core/state/record_table.hpp"
#include "mme/ue_record.hpp"
#include "sgw/s11.hpp"

namespace zerocell::mme {

/// An EPS bearer, as the MME keeps it (TS 23.401 table 5.7.2-1), in a list of its UE's. The default bearer
/// stands for its PDN connection.
struct BearerRecord {
  static constexpr std::uint32_t kLayoutVersion = 4;
  static constexpr const char* kName = "bearer";

  sgw::SessionId session{};  ///< The PDN connection at the gateways.
  gtp::Fteid user_plane;     ///< Where the eNodeB sends uplink packets: S-GW address and TEID for S1-U.
  gtp::Ambr ambr;            ///< APN-AMBR; of the default bearer.
  gtp::BearerQos qos;
  std::uint32_t next = UeRecord::kNoBearer;  ///< The UE's next bearer.
  std::uint16_t apn = 0;                     ///< Number in the MME's list of access points.
  std::uint8_t ebi = 0;
  std::uint8_t linked_ebi = 0;  ///< Of the default bearer of the same PDN connection: its own for that one.
  gtp::PdnType pdn_type = gtp::PdnType::ipv4;        ///< Of the default bearer; so below.
  gtp::PdnType pdn_type_asked = gtp::PdnType::ipv4;  ///< The UE may have got another one.
  bool emergency = false;                            ///< Of the PDN connection for emergency bearer services.
  std::uint8_t apn_restriction = 0;                  ///< Of the default bearer.

  bool is_default() const { return ebi == linked_ebi; }
};

/// The bearers of all UEs. References to records stay valid until the record is removed.
class Bearers {
 public:
  using Records = RecordTable<BearerRecord>;
  static constexpr std::uint8_t kFirstEbi = 5;
  static constexpr std::uint8_t kLastEbi = 15;

  explicit Bearers(Records records) : records_(std::move(records)) {}

  /// Every bearer of a UE, in ascending order of EBI: `for (BearerRecord& bearer : bearers.of(ue))`. The
  /// current one may be removed only after the step to the next.
  class List {
   public:
    class Iterator {
     public:
      Iterator(Records* records, std::uint32_t index) : records_(records), index_(index) {}
      BearerRecord& operator*() const { return (*records_)[index_]; }
      Iterator& operator++() {
        index_ = (*records_)[index_].next;
        return *this;
      }
      bool operator==(const Iterator& other) const { return index_ == other.index_; }

     private:
      Records* records_;
      std::uint32_t index_;
    };
    List(Records& records, std::uint32_t first) : records_(&records), first_(first) {}
    Iterator begin() const { return {records_, first_}; }
    Iterator end() const { return {records_, UeRecord::kNoBearer}; }
    bool empty() const { return first_ == UeRecord::kNoBearer; }

   private:
    Records* records_;
    std::uint32_t first_;
  };
  List of(const UeRecord& ue) { return {records_, ue.first_bearer}; }

  /// A PDN connection, by its session and its default bearer.
  struct Connection {
    sgw::SessionId session{};
    std::uint8_t ebi = 0;
    bool emergency = false;
  };
  using Connections = InlineList<Connection, sgw::kBearersMax>;
  /// Those of a UE. A copy: its bearers may change while it is walked.
  Connections connections_of(const UeRecord& ue);

  /// Null when the UE has no such bearer.
  BearerRecord* find(const UeRecord& ue, std::uint8_t ebi);
  /// The default bearer of a session; null when the UE has none.
  BearerRecord* default_of(const UeRecord& ue, sgw::SessionId session);
  /// The default bearer of the PDN connection for emergency bearer services; null when the UE has none.
  const BearerRecord* emergency_of(const UeRecord& ue) const;
  /// The lowest EBI that the UE does not use, TS 24.007 §11.2.3.1.5; nothing when all eleven are in use.
  std::optional<std::uint8_t> free_ebi(const UeRecord& ue);
  /// A new bearer of the UE, which must not have one of this EBI; null when the table is full.
  BearerRecord* add(UeRecord& ue, std::uint8_t ebi, std::uint8_t linked_ebi);
  void remove(UeRecord& ue, std::uint8_t ebi);
  /// Every bearer of the PDN connection whose default bearer this is. A UE whose emergency connection is the
  /// only one left is attached for nothing else from then on (TS 24.301 §6.4.4.2, §6.5.2.3).
  void remove_connection(UeRecord& ue, std::uint8_t linked_ebi);
  /// The same for itself, of a UE for which it was not to hold yet when its connection was removed.
  void note_emergency_alone(UeRecord& ue);
  /// The bearer; where it is a default bearer, its whole PDN connection.
  void remove_with_connection(UeRecord& ue, const BearerRecord& bearer);
  void remove_all(UeRecord& ue);

  std::size_t size() const { return records_.size(); }
  std::size_t pdn_connections(const UeRecord& ue);
  /// Maximum APN Restriction, TS 23.401 table 5.7.2-1: the most stringent of the UE's PDN connections.
  std::uint8_t maximum_apn_restriction(const UeRecord& ue);
  /// UE-AMBR that the eNodeB enforces: the subscribed one, or the sum of the APN-AMBRs in use where that is
  /// lower (TS 23.401 §4.7.3).
  gtp::Ambr used_ue_ambr(const UeRecord& ue);

 private:
  Records records_;
};

}  // namespace zerocell::mme
