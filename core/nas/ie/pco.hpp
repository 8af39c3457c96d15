// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/nas/ie/octets.hpp"
#include "core/types/ip.hpp"

namespace zerocell::nas {

/// Identifiers of protocols and of containers, TS 24.008 §10.5.6.3. From the UE most are requests with an
/// empty container; the network answers under the same number.
enum class PcoId : std::uint16_t {
  p_cscf_ipv6 = 0x0001,
  im_cn_subsystem_signalling = 0x0002,
  dns_server_ipv6 = 0x0003,
  policy_control_rejection = 0x0004,
  bearer_control_mode = 0x0005,  ///< From the UE: MS supports network requested bearer control.
  dsmipv6_home_agent = 0x0007,
  dsmipv6_home_network_prefix = 0x0008,
  dsmipv6_ipv4_home_agent = 0x0009,
  ip_address_allocation_via_nas = 0x000A,
  ipv4_address_allocation_via_dhcp = 0x000B,
  p_cscf_ipv4 = 0x000C,
  dns_server_ipv4 = 0x000D,
  msisdn = 0x000E,
  ifom_support = 0x000F,
  ipv4_link_mtu = 0x0010,
  local_address_in_tft = 0x0011,
  p_cscf_reselection = 0x0012,
  nbifom_request = 0x0013,
  nbifom_mode = 0x0014,
  non_ip_link_mtu = 0x0015,
  apn_rate_control = 0x0016,
  ps_data_off = 0x0017,
  reliable_data_service = 0x0018,
  additional_apn_rate_control = 0x0019,
  pdu_session_id = 0x001A,
  ethernet_frame_mtu = 0x0020,
  unstructured_link_mtu = 0x0021,
  five_gsm_cause = 0x0022,
  qos_rules = 0x0023,
  qos_flow_descriptions = 0x0024,
  lcp = 0xC021,
  pap = 0xC023,
  chap = 0xC223,
  ipcp = 0x8021,
};

struct PcoContainer {
  PcoId id{};
  Octets contents{};
  friend bool operator==(const PcoContainer&, const PcoContainer&) = default;
};

/// How a list tells the lengths of its containers. In extended options some have two octets, TS 24.008
/// §10.5.6.3: 0023, 0024, 0030, 0031, 0032 and 0041 from the network, and 0041 from the UE.
enum class PcoLengths : std::uint8_t { one_octet, from_ue, from_network };
/// 1 or 2: octets of the length of this container.
constexpr std::size_t length_octets(PcoId id, PcoLengths lengths) {
  switch (static_cast<std::uint16_t>(id)) {
    case 0x0023:
    case 0x0024:
    case 0x0030:
    case 0x0031:
    case 0x0032:
      return lengths == PcoLengths::from_network ? 2 : 1;
    case 0x0041:
      return lengths == PcoLengths::one_octet ? 1 : 2;
    default:
      return 1;
  }
}

/// Protocol configuration options, TS 24.008 §10.5.6.3 (1 to 251 octets), and extended ones, §10.5.6.3A (up
/// to 65,535): a view, walked in place, so a hostile list costs nothing but the walk. As a member of a
/// message its containers are known to fit their lengths.
class PcoOptions {
 public:
  constexpr PcoOptions() = default;
  constexpr PcoOptions(Octets value, PcoLengths lengths) : value_(value), lengths_(lengths) {}
  /// Every container fits the list. A walk ends at the first that does not.
  bool well_formed() const;

  constexpr Octets value() const { return value_; }
  constexpr PcoLengths lengths() const { return lengths_; }
  /// The first container of this identifier; its contents may be empty.
  std::optional<PcoContainer> find(PcoId id) const;
  bool has(PcoId id) const { return find(id).has_value(); }

  class Iterator {
   public:
    using value_type = PcoContainer;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(Bytes rest, PcoLengths lengths) : reader_(rest), lengths_(lengths) { ++*this; }
    const PcoContainer& operator*() const { return current_; }
    const PcoContainer* operator->() const { return &current_; }
    Iterator& operator++();
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, std::default_sentinel_t) { return a.done_; }

   private:
    friend class PcoOptions;
    Reader reader_{Bytes()};
    PcoContainer current_;
    PcoLengths lengths_{};
    bool done_ = false;
  };
  Iterator begin() const { return {value_.empty() ? Bytes() : value_.subspan(1), lengths_}; }
  std::default_sentinel_t end() const { return {}; }
  friend bool operator==(const PcoOptions& a, const PcoOptions& b) { return a.value_ == b.value_; }

 private:
  Octets value_;
  PcoLengths lengths_{};
};

/// Protocol configuration options and extended ones are two types, since they stand in one message.
struct Pco : PcoOptions {
  constexpr Pco() = default;
  constexpr Pco(Octets value)
      : PcoOptions(value, PcoLengths::one_octet) {}  // NOLINT: the value is the options.
};
struct ExtendedPco : PcoOptions {
  constexpr ExtendedPco() = default;
  constexpr ExtendedPco(Octets value, PcoLengths lengths = PcoLengths::from_network)  // NOLINT
      : PcoOptions(value, lengths) {}
};

/// Writes a list of options, container by container, into memory of the caller, who then puts `value()` into
/// a message. A container that does not fit is left out, with all that come after it.
class PcoWriter {
 public:
  explicit PcoWriter(MutableBytes room, PcoLengths lengths = PcoLengths::one_octet);
  PcoWriter& add(PcoId id, Bytes contents = {});
  PcoWriter& dns(const Ipv4Address& address);
  PcoWriter& dns(const Ipv6Address& address);
  PcoWriter& p_cscf(const Ipv4Address& address);
  PcoWriter& p_cscf(const Ipv6Address& address);
  PcoWriter& ipv4_link_mtu(std::uint16_t octets);
  PcoWriter& non_ip_link_mtu(std::uint16_t octets);
  /// Uplink messages per `unit` (0 none, 1 minute, 2 hour, 3 day, 4 week), TS 24.008 table 10.5.154.
  PcoWriter& apn_rate_control(std::uint8_t unit, bool additional_exception_reports, std::uint32_t maximum);
  Octets value() const;

 private:
  Writer out_;
  PcoLengths lengths_;
  bool full_ = false;
};

/// DNS servers of an IPCP (RFC 1877) packet; a request has 0.0.0.0 in the options it asks for.
struct Ipcp {
  std::uint8_t code = 0;  ///< 1 Configure-Request, 2 Ack, 3 Nak, 4 Reject.
  std::uint8_t identifier = 0;
  std::optional<Ipv4Address> primary_dns{};
  std::optional<Ipv4Address> secondary_dns{};
  friend bool operator==(const Ipcp&, const Ipcp&) = default;
};
std::optional<Ipcp> decode_ipcp(Bytes contents);
void encode_ipcp(const Ipcp& ipcp, Writer& out);

/// PAP Authenticate-Request, RFC 1334 §2.2.1.
struct PapRequest {
  std::uint8_t identifier = 0;
  Octets peer{};
  Octets password{};
  friend bool operator==(const PapRequest&, const PapRequest&) = default;
};
std::optional<PapRequest> decode_pap_request(Bytes contents);
void encode_pap_request(const PapRequest& request, Writer& out);
/// Authenticate-Ack (code 2) or Nak (code 3) without a message.
void encode_pap_answer(bool accepted, std::uint8_t identifier, Writer& out);

/// CHAP Challenge (code 1) or Response (code 2), RFC 1994 §4.1.
struct Chap {
  std::uint8_t code = 0;
  std::uint8_t identifier = 0;
  Octets value{};
  Octets name{};
  friend bool operator==(const Chap&, const Chap&) = default;
};
std::optional<Chap> decode_chap(Bytes contents);
void encode_chap(const Chap& chap, Writer& out);

bool decode_value(Bytes value, Pco& out);
void encode_value(const Pco& options, Writer& out);
/// `out` says by which lengths its containers are to be read.
bool decode_value(Bytes value, ExtendedPco& out);
void encode_value(const ExtendedPco& options, Writer& out);

}  // namespace zerocell::nas
