// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/descriptors.hpp"
#include "core/types/bytes.hpp"

/// Short cuts for the values that most messages are made of. A value in its ordinary form has fixed places
/// for its bits, so that it is read and written without walking its descriptor. Whatever is not ordinary
/// (extensions, sizes of a later version, anything malformed) is left to the walk, which alone decides about
/// it: both ways give the same value and the same octets, and a test holds them to it.
namespace zerocell::s1ap {

struct Straight {
  /// Reads the contents of an open type; false, with nothing promised about `target`, when the walk must.
  bool (*read)(Bytes octets, void* target) = nullptr;
  /// Writes the contents of an open type, aligned; how many octets, or 0 when the walk must.
  std::size_t (*write)(const void* value, MutableBytes out) = nullptr;
};

/// The short cut of an ASN.1 type; null for most.
template <const aper::Descriptor& kType>
constexpr const Straight* straight = nullptr;

#define ZC_STRAIGHT(asn_type, name) \
  extern const Straight name;       \
  template <>                       \
  inline constexpr const Straight* straight<asn_DEF_##asn_type> = &name

ZC_STRAIGHT(MME_UE_S1AP_ID, straight_mme_ue_s1ap_id);
ZC_STRAIGHT(ENB_UE_S1AP_ID, straight_enb_ue_s1ap_id);
ZC_STRAIGHT(NAS_PDU, straight_nas_pdu);
ZC_STRAIGHT(TAI, straight_tai);
ZC_STRAIGHT(EUTRAN_CGI, straight_eutran_cgi);
ZC_STRAIGHT(RRC_Establishment_Cause, straight_rrc_establishment_cause);
ZC_STRAIGHT(S_TMSI, straight_s_tmsi);
ZC_STRAIGHT(UEAggregateMaximumBitrate, straight_ue_aggregate_maximum_bitrate);
ZC_STRAIGHT(UESecurityCapabilities, straight_ue_security_capabilities);
ZC_STRAIGHT(SecurityKey, straight_security_key);
ZC_STRAIGHT(E_RABToBeSetupListCtxtSUReq, straight_erab_to_be_setup_list_ctxt_su_req);

#undef ZC_STRAIGHT

}  // namespace zerocell::s1ap
