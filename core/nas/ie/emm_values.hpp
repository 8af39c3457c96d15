// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/crypto/eps_algorithms.hpp"
#include "core/nas/ie/octets.hpp"

namespace zerocell::nas {

// Values of half an octet or a little more that EMM messages carry. What the tables of TS 24.301 §9.9.3 leave
// unused can still stand in an enumeration: the codec keeps it, the validator and the handler judge it.

enum class EpsAttachType : std::uint8_t { eps = 1, combined = 2, rlos = 3, emergency = 6, reserved = 7 };
/// As the network reads it: what is unused means `eps`, §9.9.3.11.
constexpr EpsAttachType as_network_reads(EpsAttachType type) {
  switch (type) {
    case EpsAttachType::combined:
    case EpsAttachType::rlos:
    case EpsAttachType::emergency:
    case EpsAttachType::reserved:
      return type;
    default:
      return EpsAttachType::eps;
  }
}
enum class EpsAttachResult : std::uint8_t { eps_only = 1, combined = 2 };

/// EPS update type, §9.9.3.14.
struct EpsUpdateType {
  enum class Value : std::uint8_t {
    ta_updating = 0,
    combined = 1,
    combined_with_imsi_attach = 2,
    periodic = 3
  };
  Value value{};
  bool active = false;  ///< The UE asks for its bearers.
  friend constexpr bool operator==(const EpsUpdateType&, const EpsUpdateType&) = default;
};
enum class EpsUpdateResult : std::uint8_t {
  ta_updated = 0,
  combined = 1,
  ta_updated_isr = 4,
  combined_isr = 5
};

/// NAS key set identifier, §9.9.3.21.
struct NasKeySetIdentifier {
  static constexpr std::uint8_t kNoKey = 7;
  std::uint8_t value = kNoKey;  ///< 0 to 6, or kNoKey.
  bool mapped = false;          ///< TSC: a mapped context (KSI_SGSN), else a native one (KSI_ASME).
  friend constexpr bool operator==(const NasKeySetIdentifier&, const NasKeySetIdentifier&) = default;
};

/// Detach type as the UE sends it, §9.9.3.7.
struct UeDetachType {
  enum class Value : std::uint8_t { eps = 1, imsi = 2, combined = 3 };
  Value value = Value::eps;
  bool switch_off = false;
  friend constexpr bool operator==(const UeDetachType&, const UeDetachType&) = default;
};
/// Detach type as the network sends it, §9.9.3.7.
enum class NetworkDetachType : std::uint8_t {
  reattach_required = 1,
  reattach_not_required = 2,
  imsi_detach = 3
};

/// Identity type 2, TS 24.008 §10.5.5.9. What is unused is read as imsi.
enum class IdentityType : std::uint8_t { imsi = 1, imei = 2, imeisv = 3, tmsi = 4 };

/// NAS security algorithms, §9.9.3.23. From the wire each can be 0 to 7, of which 4 to 7 are nobody's.
struct NasSecurityAlgorithms {
  CipheringAlgorithm ciphering{};
  IntegrityAlgorithm integrity{};
  constexpr bool known() const {
    return ciphering <= CipheringAlgorithm::eea3 && integrity <= IntegrityAlgorithm::eia3;
  }
  friend constexpr bool operator==(const NasSecurityAlgorithms&, const NasSecurityAlgorithms&) = default;
};

enum class ServiceType : std::uint8_t {
  mobile_originating_cs_fallback = 0,
  mobile_terminating_cs_fallback = 1,
  mobile_originating_cs_fallback_emergency = 2,
  packet_services_via_s1 = 8,
};
/// As the network reads it, §9.9.3.27: what is unused means CS fallback below `packet_services_via_s1`, and
/// packet services above.
constexpr ServiceType as_network_reads(ServiceType type) {
  const auto value = static_cast<std::uint8_t>(type);
  if (value > 8 && value < 12) return ServiceType::packet_services_via_s1;
  return type;
}
/// Control plane service type, §9.9.3.47.
struct ControlPlaneServiceType {
  bool mobile_terminating = false;
  bool active = false;  ///< The UE asks for its bearers.
  friend constexpr bool operator==(const ControlPlaneServiceType&, const ControlPlaneServiceType&) = default;
};

/// Additional update type, §9.9.3.0B.
struct AdditionalUpdateType {
  enum class Ciot : std::uint8_t { none = 0, control_plane = 1, user_plane = 2, reserved = 3 };
  bool sms_only = false;
  bool signalling_active = false;  ///< SAF: keep the signalling connection after the update.
  Ciot preferred_ciot{};
  friend constexpr bool operator==(const AdditionalUpdateType&, const AdditionalUpdateType&) = default;
};
enum class AdditionalUpdateResult : std::uint8_t { none = 0, cs_fallback_not_preferred = 1, sms_only = 2 };

enum class TmsiStatus : std::uint8_t { no_valid_tmsi = 0, valid_tmsi = 1 };
enum class GutiType : std::uint8_t { native = 0, mapped = 1 };
enum class DeviceProperties : std::uint8_t { not_low_priority = 0, low_priority = 1 };
/// Bit 1: the MS supports the extended periodic timer.
enum class MsNetworkFeatureSupport : std::uint8_t { none = 0, extended_periodic_timers = 1 };
enum class ImeisvRequest : std::uint8_t { not_requested = 0, requested = 1 };
enum class SmsServicesStatus : std::uint8_t {
  not_available = 0,
  not_available_in_plmn = 1,
  network_failure = 2,
  congestion = 3,
};
enum class Non3gppPolicies : std::uint8_t { emergency_not_supported = 0, emergency_supported = 1 };
enum class NetworkPolicy : std::uint8_t {
  redirection_allowed = 0,
  unsecured_redirection_to_geran_not_allowed = 1
};
enum class CsfbResponse : std::uint8_t { rejected = 0, accepted = 1 };
enum class RadioCapabilityUpdate : std::uint8_t { not_needed = 0, needed = 1 };
enum class RadioCapabilityIdDeletion : std::uint8_t { not_requested = 0, network_assigned = 1 };
/// GPRS ciphering key sequence number, TS 24.008 §10.5.1.2: 0 to 6, or 7 for no key.
enum class CipheringKeySequenceNumber : std::uint8_t { no_key = 7 };

/// Paging identity, §9.9.3.25A.
enum class PagingIdentity : std::uint8_t { imsi = 0, tmsi = 1 };
/// Generic message container type, §9.9.3.42.
enum class GenericContainerType : std::uint8_t { lpp = 1, location_services = 2 };

/// Extended EMM cause, §9.9.3.26A.
struct ExtendedEmmCause {
  bool e_utran_not_allowed = false;
  bool eps_optimization_not_supported = false;
  bool nb_iot_not_allowed = false;
  friend constexpr bool operator==(const ExtendedEmmCause&, const ExtendedEmmCause&) = default;
};

/// RES, TS 24.301 §9.9.3.4: 4 to 16 octets.
struct AuthenticationResponseParameter {
  ShortOctets<16> res{};
  friend constexpr bool operator==(const AuthenticationResponseParameter&,
                                   const AuthenticationResponseParameter&) = default;
};

/// EPS bearer context status, §9.9.2.1: which of the identities 1 to 15 are active.
struct EpsBearerContextStatus {
  std::uint16_t bits = 0;  ///< Bit n: EPS bearer identity n.
  constexpr bool active(unsigned eps_bearer_identity) const { return bits >> eps_bearer_identity & 1; }
  constexpr void set(unsigned eps_bearer_identity) {
    bits = static_cast<std::uint16_t>(bits | 1u << eps_bearer_identity);
  }
  friend constexpr bool operator==(const EpsBearerContextStatus&, const EpsBearerContextStatus&) = default;
};

/// EPS network feature support, §9.9.3.12A.
struct EpsNetworkFeatureSupport {
  bool ims_voice_over_ps = false;
  bool emergency_bearers = false;
  bool location_services_epc = false;
  std::uint8_t location_services_cs = 0;  ///< 0 no information, 1 supported, 2 not supported.
  bool extended_service_request_ps = false;
  bool attach_without_pdn = false;  ///< ERw/oPDN.
  bool control_plane_ciot = false;
  bool user_plane_ciot = false;
  bool s1_u_data = false;
  bool header_compression_control_plane = false;
  bool extended_pco = false;
  bool restrict_enhanced_coverage = false;
  bool restrict_dual_connectivity_nr = false;
  bool interworking_without_n26 = false;
  bool fifteen_bearers = false;
  std::uint8_t octet_5 = 0;  ///< Release 16 and 17 features, as on the wire.
  friend constexpr bool operator==(const EpsNetworkFeatureSupport&,
                                   const EpsNetworkFeatureSupport&) = default;
};

bool decode_value(Bytes value, NasSecurityAlgorithms& out);
void encode_value(const NasSecurityAlgorithms& algorithms, Writer& out);
bool decode_value(Bytes value, AuthenticationResponseParameter& out);
void encode_value(const AuthenticationResponseParameter& parameter, Writer& out);
bool decode_value(Bytes value, EpsBearerContextStatus& out);
void encode_value(const EpsBearerContextStatus& status, Writer& out);
bool decode_value(Bytes value, EpsNetworkFeatureSupport& out);
void encode_value(const EpsNetworkFeatureSupport& support, Writer& out);

}  // namespace zerocell::nas
