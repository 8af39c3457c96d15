// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/straight.hpp"

#include <bit>

#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/enumerations.hpp"
#include "asn1/s1ap/ie_id.hpp"
#include "asn1/s1ap/values.hpp"

// References are to X.691; the types are those of TS 36.413 §9.3.5.
namespace zerocell::s1ap {
namespace {

constexpr std::size_t kShortLengthMax = 127;     // §10.9.3.6: the length in one octet.
constexpr std::size_t kMediumLengthMax = 16383;  // §10.9.3.7: in two.

template <std::size_t kOctets>
std::uint64_t load(const std::uint8_t* from) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kOctets; ++i) value = value << 8 | from[i];
  return value;
}
template <std::size_t kOctets>
std::uint8_t* store(std::uint8_t* to, std::uint64_t value) {
  for (std::size_t i = kOctets; i-- > 0; value >>= 8) to[i] = static_cast<std::uint8_t>(value);
  return to + kOctets;
}
std::uint8_t* store(std::uint8_t* to, Bytes octets) {
  if (!octets.empty()) std::memcpy(to, octets.data(), octets.size());
  return to + octets.size();
}

unsigned octets_of(std::uint64_t value) {
  return value == 0 ? 1 : (static_cast<unsigned>(std::bit_width(value)) + 7) / 8;
}
/// `value` in `octets` octets; up to 8 octets from `to` on are written.
std::uint8_t* store_number(std::uint8_t* to, std::uint64_t value, unsigned octets) {
  store<8>(to, value << (64 - 8 * octets));
  return to + octets;
}

/// INTEGER from 0 up to what needs `kOctetsMax` octets, §10.5.7.4: octets less one in two bits, then the
/// number.
template <unsigned kOctetsMax>
bool read_id(Bytes octets, void* target) {
  if (octets.empty()) return false;
  const unsigned count = (octets[0] >> 6) + 1u;
  if (count > kOctetsMax || octets.size() < 1 + count) return false;
  std::uint32_t value = 0;
  for (unsigned i = 1; i <= count; ++i) value = value << 8 | octets[i];
  *static_cast<std::uint32_t*>(target) = value;
  return true;
}
template <unsigned kOctetsMax>
std::size_t write_id(const void* source, MutableBytes out) {
  const std::uint32_t value = *static_cast<const std::uint32_t*>(source);
  const unsigned count = octets_of(value);
  if (count > kOctetsMax || out.size() < 9) return 0;
  out[0] = static_cast<std::uint8_t>((count - 1) << 6);
  store_number(out.data() + 1, value, count);
  return 1 + count;
}

/// OCTET STRING of any size, §16.8.
bool read_octets(Bytes octets, void* target) {
  if (octets.empty()) return false;
  std::size_t size = octets[0];
  std::size_t start = 1;
  if (size > kShortLengthMax) {
    if (size > (kMediumLengthMax >> 8 | 0x80) || octets.size() < 2) return false;
    size = (size & 0x3F) << 8 | octets[1];
    start = 2;
  }
  if (octets.size() - start < size) return false;
  *static_cast<Bytes*>(target) = octets.subspan(start, size);
  return true;
}
std::size_t octets_with_length(std::size_t size) {
  return size + (size > kShortLengthMax ? 2 : 1);
}
std::uint8_t* store_with_length(std::uint8_t* to, Bytes octets) {
  to = octets.size() > kShortLengthMax ? store<2>(to, 0x8000 | octets.size()) : store<1>(to, octets.size());
  return store(to, octets);
}
std::size_t write_octets(const void* source, MutableBytes out) {
  const Bytes octets = *static_cast<const Bytes*>(source);
  const std::size_t whole = octets_with_length(octets.size());
  if (octets.size() > kMediumLengthMax || out.size() < whole) return 0;
  store_with_length(out.data(), octets);
  return whole;
}

/// The first octet of a SEQUENCE that is extended by nothing: its extension bit and `kOptionals` presence
/// bits.
template <unsigned kOptionals>
bool ordinary(std::uint8_t first) {
  return first >> (7 - kOptionals) == 0;
}

bool read_tai(Bytes octets, void* target) {
  if (octets.size() < 6 || !ordinary<1>(octets[0])) return false;
  *static_cast<Tai*>(target) = {.plmn = Plmn({octets[1], octets[2], octets[3]}),
                                .tac = static_cast<std::uint16_t>(load<2>(&octets[4]))};
  return true;
}
std::size_t write_tai(const void* source, MutableBytes out) {
  if (out.size() < 6) return 0;
  const Tai& tai = *static_cast<const Tai*>(source);
  out[0] = 0;
  store<2>(store(&out[1], tai.plmn.octets()), tai.tac);
  return 6;
}

bool read_eutran_cgi(Bytes octets, void* target) {
  if (octets.size() < 8 || !ordinary<1>(octets[0])) return false;
  *static_cast<Ecgi*>(target) = {.plmn = Plmn({octets[1], octets[2], octets[3]}),
                                 .cell = static_cast<std::uint32_t>(load<4>(&octets[4]) >> 4)};
  return true;
}
std::size_t write_eutran_cgi(const void* source, MutableBytes out) {
  const Ecgi& cgi = *static_cast<const Ecgi*>(source);
  if (out.size() < 8 || cgi.cell >> 28 != 0) return 0;
  out[0] = 0;
  store<4>(store(&out[1], cgi.plmn.octets()), cgi.cell << 4);
  return 8;
}

bool read_rrc_establishment_cause(Bytes octets, void* target) {
  // The extension bit, then three bits for the five values of the root.
  constexpr auto kLast = static_cast<std::uint8_t>(RrcEstablishmentCause::mo_data);
  if (octets.empty() || octets[0] >> 4 > kLast) return false;
  *static_cast<RrcEstablishmentCause*>(target) = static_cast<RrcEstablishmentCause>(octets[0] >> 4);
  return true;
}

bool read_s_tmsi(Bytes octets, void* target) {
  // Extension bit, presence bit, the eight bits of the MME code; then aligned the M-TMSI.
  if (octets.size() < 6 || !ordinary<1>(octets[0])) return false;
  *static_cast<STmsi*>(target) = {.mme_code = static_cast<std::uint8_t>(load<2>(octets.data()) >> 6),
                                  .m_tmsi = static_cast<std::uint32_t>(load<4>(&octets[2]))};
  return true;
}

std::size_t write_ue_aggregate_maximum_bitrate(const void* source, MutableBytes out) {
  constexpr std::uint64_t kBitRateMax = 10'000'000'000;
  const auto& ambr = *static_cast<const UeAggregateMaximumBitrate*>(source);
  const std::uint64_t down = ambr.ue_aggregate_maximum_bit_rate_dl;
  const std::uint64_t up = ambr.ue_aggregate_maximum_bit_rate_ul;
  if (ambr.extended_ue_aggregate_maximum_bit_rate_dl || ambr.extended_ue_aggregate_maximum_bit_rate_ul ||
      down > kBitRateMax || up > kBitRateMax || out.size() < 20)
    return 0;
  const unsigned down_octets = octets_of(down);
  const unsigned up_octets = octets_of(up);
  // Two bits of the SEQUENCE, three of the length, and the second length begins an octet.
  std::uint8_t* to = out.data();
  *to++ = static_cast<std::uint8_t>((down_octets - 1) << 3);
  to = store_number(to, down, down_octets);
  *to++ = static_cast<std::uint8_t>((up_octets - 1) << 5);
  to = store_number(to, up, up_octets);
  return static_cast<std::size_t>(to - out.data());
}

std::size_t write_ue_security_capabilities(const void* source, MutableBytes out) {
  if (out.size() < 5) return 0;
  const auto& capabilities = *static_cast<const UeSecurityCapabilities*>(source);
  // Two bits of the SEQUENCE; a bit for the size, and 16 bits, twice.
  store<5>(out.data(), std::uint64_t{capabilities.encryption_algorithms} << 21 |
                           std::uint64_t{capabilities.integrity_protection_algorithms} << 4);
  return 5;
}

std::size_t write_security_key(const void* source, MutableBytes out) {
  constexpr std::size_t kOctets = 32;
  if (out.size() < kOctets) return 0;
  std::memcpy(out.data(), source, kOctets);
  return kOctets;
}

/// A bearer without GBR information and extensions, on an address of whole octets.
bool ordinary_bearer(const ErabToBeSetupItemCtxtSuReq& item) {
  const ErabLevelQosParameters& qos = item.erab_level_qos_parameters;
  const unsigned address_bits = item.transport_layer_address.bits;
  return item.erab_id <= 15 && !item.correlation_id && !item.sipto_correlation_id && !item.bearer_type &&
         !item.ethernet_type && !item.security_indication && !qos.gbr_qos_information &&
         !qos.downlink_packet_loss_rate && !qos.uplink_packet_loss_rate &&
         qos.allocation_retention_priority.priority_level <= 15 &&
         qos.allocation_retention_priority.pre_emption_capability <=
             PreEmptionCapability::may_trigger_pre_emption &&
         qos.allocation_retention_priority.pre_emption_vulnerability <=
             PreEmptionVulnerability::pre_emptable &&
         address_bits % 8 == 0 && address_bits != 0 && address_bits <= 160;
}

std::uint8_t* store_bearer(std::uint8_t* to, const ErabToBeSetupItemCtxtSuReq& item) {
  const ErabLevelQosParameters& qos = item.erab_level_qos_parameters;
  const AllocationAndRetentionPriority& priority = qos.allocation_retention_priority;
  // Extension bit, two presence bits; extension bit and four bits of the E-RAB ID.
  *to++ = static_cast<std::uint8_t>((item.nas_pdu ? 0x40 : 0) | item.erab_id);
  // E-RABlevelQoSParameters: three bits; QCI begins an octet (§10.5.7.2).
  *to++ = 0;
  *to++ = qos.qci;
  // Two bits, then 4 + 1 + 1.
  *to++ = static_cast<std::uint8_t>(priority.priority_level << 2 |
                                    static_cast<unsigned>(priority.pre_emption_capability) << 1 |
                                    static_cast<unsigned>(priority.pre_emption_vulnerability));
  // Extension bit, and eight bits of the length less one.
  const unsigned address_bits = item.transport_layer_address.bits;
  to = store<2>(to, (address_bits - 1) << 7);
  to = store(to, Bytes(item.transport_layer_address.storage).first(address_bits / 8));
  to = store<4>(to, item.gtp_teid);
  return item.nas_pdu ? store_with_length(to, *item.nas_pdu) : to;
}

std::size_t write_erab_to_be_setup_list(const void* source, MutableBytes out) {
  constexpr std::size_t kBearersMax = 256;       // maxnoofE-RABs
  constexpr std::size_t kOctetsWithoutNas = 32;  // The largest bearer, its container and its length.
  const auto& items = *static_cast<const List<ErabToBeSetupItemCtxtSuReq>*>(source);
  if (items.empty() || items.size() > kBearersMax) return 0;
  std::size_t most = 1;
  for (const auto& item : items) {
    if (!ordinary_bearer(item)) return 0;
    const std::size_t nas = item.nas_pdu ? octets_with_length(item.nas_pdu->size()) : 0;
    if (nas > kMediumLengthMax - kOctetsWithoutNas) return 0;
    most += kOctetsWithoutNas + nas;
  }
  if (most > out.size()) return 0;
  std::uint8_t* to = store<1>(out.data(), items.size() - 1);
  for (const auto& item : items) {
    to = store<2>(to, static_cast<std::uint16_t>(IeId::erab_to_be_setup_item_ctxt_su_req));
    to = store<1>(to, 0);  // Criticality: reject.
    const std::size_t octets = 10 + item.transport_layer_address.bits / 8 +
                               (item.nas_pdu ? octets_with_length(item.nas_pdu->size()) : 0);
    to = octets > kShortLengthMax ? store<2>(to, 0x8000 | octets) : store<1>(to, octets);
    to = store_bearer(to, item);
  }
  return static_cast<std::size_t>(to - out.data());
}

}  // namespace

const Straight straight_mme_ue_s1ap_id{.read = read_id<4>, .write = write_id<4>};
const Straight straight_enb_ue_s1ap_id{.read = read_id<3>, .write = write_id<3>};
const Straight straight_nas_pdu{.read = read_octets, .write = write_octets};
const Straight straight_tai{.read = read_tai, .write = write_tai};
const Straight straight_eutran_cgi{.read = read_eutran_cgi, .write = write_eutran_cgi};
const Straight straight_rrc_establishment_cause{.read = read_rrc_establishment_cause};
const Straight straight_s_tmsi{.read = read_s_tmsi};
const Straight straight_ue_aggregate_maximum_bitrate{.write = write_ue_aggregate_maximum_bitrate};
const Straight straight_ue_security_capabilities{.write = write_ue_security_capabilities};
const Straight straight_security_key{.write = write_security_key};
const Straight straight_erab_to_be_setup_list_ctxt_su_req{.write = write_erab_to_be_setup_list};

}  // namespace zerocell::s1ap
