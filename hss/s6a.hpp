// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "core/crypto/authentication.hpp"
#include "core/runtime/task.hpp"
#include "hss/subscription.hpp"

/// Reference point S6a between MME and HSS, TS 29.272 §5 and §7. Clauses below are of that specification.
/// In process the calls are direct; on the wire they are Diameter commands of the same names.
namespace zerocell::hss {

// ---- results --------------------------------------------------------------------------------------------

/// Why a request failed: Result-Code (RFC 6733 §7.1) and Experimental-Result-Code (§7.4) values.
enum class S6aResult : std::uint16_t {
  unable_to_deliver = 3002,  ///< No answer from the peer in time, too.
  too_busy = 3004,
  authentication_data_unavailable = 4181,  ///< Transient: try again later.
  user_unknown = 5001,
  authorization_rejected = 5003,
  roaming_not_allowed = 5004,
  unable_to_comply = 5012,
  unknown_eps_subscription = 5420,
  rat_not_allowed = 5421,
  unknown_serving_node = 5423,
};
std::string_view to_string(S6aResult result);

/// Error-Diagnostic, §7.3.128: refines unknown_eps_subscription and roaming_not_allowed.
enum class ErrorDiagnostic : std::uint8_t {
  gprs_data_subscribed = 0,
  no_gprs_data_subscribed = 1,
  odb_all_apn = 2,
  odb_hplmn_apn = 3,
  odb_vplmn_apn = 4,
};

struct S6aError {
  S6aResult result = S6aResult::unable_to_comply;
  std::optional<ErrorDiagnostic> diagnostic{};
  /// The UE is turned away for now, and need not try again before; 0: the MME decides. Ours alone.
  std::uint32_t retry_after_seconds = 0;
  friend bool operator==(const S6aError&, const S6aError&) = default;
};

template <class T>
using S6aAnswer = std::expected<T, S6aError>;

// ---- MME to HSS -----------------------------------------------------------------------------------------

/// Re-Synchronization-Info, §7.3.15.
struct Resynchronization {
  Rand rand{};  ///< Of the challenge that the UE answered.
  Auts auts{};
};

/// Authentication-Information-Request, §5.2.3.1.
struct AuthenticationInformationRequest {
  Imsi imsi{};
  Plmn visited_plmn{};       ///< Serving network: K_ASME is bound to it.
  std::uint8_t vectors = 1;  ///< 1 to kVectorsMax; more are not given.
  bool immediate_response_preferred = false;
  std::optional<Resynchronization> resynchronization{};
};

constexpr std::size_t kVectorsMax = 5;

/// Authentication-Information-Answer: vectors in the order in which they are to be used. A resynchronisation
/// whose MAC-S is wrong changes nothing and is answered with authentication_data_unavailable.
struct AuthenticationInformationAnswer {
  std::array<EpsVector, kVectorsMax> vectors{};
  std::uint8_t count = 0;
};

/// ULR-Flags, §7.3.7.
enum class UlrFlag : std::uint8_t {
  single_registration = 0,
  s6a_s6d_indicator = 1,     ///< Set on S6a.
  skip_subscriber_data = 2,  ///< The MME has the data already.
  gprs_subscription_data = 3,
  node_type = 4,
  initial_attach = 5,  ///< The UE attaches; another node's registration ends with initial_attach_procedure.
  ps_lcs_not_supported = 6,
  sms_only = 7,
  dual_registration_5g = 8,
};

/// Update-Location-Request, §5.2.1.1.
struct UpdateLocationRequest {
  Imsi imsi{};
  Plmn visited_plmn{};
  RatType rat = RatType::eutran;
  Flags<UlrFlag> flags{UlrFlag::s6a_s6d_indicator};
  Imei terminal{};  ///< Terminal-Information; unknown where the UE was not asked.
};

/// ULA-Flags, §7.3.8.
enum class UlaFlag : std::uint8_t { separation = 0, mme_registered_for_sms = 1 };

/// Update-Location-Answer: this MME serves the UE now.
struct UpdateLocationAnswer {
  Flags<UlaFlag> flags{};
  std::optional<SubscriptionData> subscription{};  ///< Absent with skip_subscriber_data.
};

/// PUR-Flags, §7.3.149.
enum class PurFlag : std::uint8_t { purged_in_mme = 0, purged_in_sgsn = 1 };

/// Purge-UE-Request, §5.2.1.3: the MME has deleted the context of a UE that was long detached.
struct PurgeUeRequest {
  Imsi imsi{};
  Flags<PurFlag> flags{PurFlag::purged_in_mme};
};

struct PurgeUeAnswer {
  bool freeze_m_tmsi = false;  ///< PUA-Flags bit 0, §7.3.48: do not give the M-TMSI to anybody else yet.
};

/// NOR-Flags, §7.3.49.
enum class NorFlag : std::uint8_t {
  single_registration = 0,
  sgsn_area_restricted = 1,
  ready_for_sm_from_sgsn = 2,
  ue_reachable_from_mme = 3,
  ue_reachable_from_sgsn = 5,
  ready_for_sm_from_mme = 6,
  homogeneous_ims_voice = 7,
  s6a_s6d_indicator = 8,
  removal_of_sms_registration = 9,
};

/// Alert-Reason, §7.3.83.
enum class AlertReason : std::uint8_t { ue_present = 0, ue_memory_available = 1 };

/// Notify-Request, §5.2.5.1.
struct NotifyRequest {
  Imsi imsi{};
  Flags<NorFlag> flags{NorFlag::s6a_s6d_indicator};
  Imei terminal{};  ///< Known: the UE's terminal changed.
  std::optional<AlertReason> alert{};
};

struct NotifyAnswer {};

/// What an MME asks of the HSS. One object for each MME: who calls is known by the object. All calls on its
/// loop's thread. A task that is destroyed takes back nothing that the HSS has already made durable.
class S6a {
 public:
  virtual ~S6a() = default;
  virtual Task<S6aAnswer<AuthenticationInformationAnswer>> authentication_information(
      AuthenticationInformationRequest request) = 0;
  virtual Task<S6aAnswer<UpdateLocationAnswer>> update_location(UpdateLocationRequest request) = 0;
  virtual Task<S6aAnswer<PurgeUeAnswer>> purge_ue(PurgeUeRequest request) = 0;
  virtual Task<S6aAnswer<NotifyAnswer>> notify(NotifyRequest request) = 0;
};

// ---- HSS to MME -----------------------------------------------------------------------------------------

/// Cancellation-Type, §7.3.24.
enum class CancellationType : std::uint8_t {
  mme_update_procedure = 0,
  sgsn_update_procedure = 1,
  subscription_withdrawal = 2,  ///< Detach the UE.
  update_procedure_iwf = 3,
  initial_attach_procedure = 4,
};

/// CLR-Flags, §7.3.152.
enum class ClrFlag : std::uint8_t { s6a_s6d_indicator = 0, reattach_required = 1 };

/// Cancel-Location-Request, §5.2.1.2.
struct CancelLocationRequest {
  Imsi imsi{};
  CancellationType type = CancellationType::subscription_withdrawal;
  Flags<ClrFlag> flags{ClrFlag::s6a_s6d_indicator};
};

struct CancelLocationAnswer {};

/// IDR-Flags, §7.3.103.
enum class IdrFlag : std::uint8_t {
  ue_reachability = 0,
  t_ads_data = 1,
  eps_user_state = 2,
  eps_location_information = 3,
  current_location = 4,
  local_time_zone = 5,
  remove_sms_registration = 6,
  rat_type = 7,
  p_cscf_restoration = 8,
};

/// Insert-Subscriber-Data-Request, §5.2.2.1. Without changes and with flags it only asks.
struct InsertSubscriberDataRequest {
  Imsi imsi{};
  SubscriptionChange change{};
  Flags<IdrFlag> flags{};
};

/// EPS-User-State, §7.3.110: User-State of the MME.
enum class UserState : std::uint8_t {
  detached = 0,
  attached_not_reachable_for_paging = 1,
  attached_reachable_for_paging = 2,
  connected_not_reachable_for_paging = 3,
  connected_reachable_for_paging = 4,
};

/// EPS-Location-Information of the MME, §7.3.111.
struct EpsLocation {
  Ecgi ecgi{};
  Tai tai{};
  std::chrono::minutes age{};
};

struct InsertSubscriberDataAnswer {
  std::optional<UserState> user_state{};  ///< Where eps_user_state asked.
  std::optional<EpsLocation> location{};  ///< Where eps_location_information asked.
  std::optional<RatType> rat{};
};

/// DSR-Flags, §7.3.25; those that concern what SubscriptionData carries.
enum class DsrFlag : std::uint8_t {
  regional_subscription = 0,
  complete_apn_configuration_profile = 1,
  charging_characteristics = 2,
  pdn_subscription_contexts = 3,  ///< Those of `contexts`.
  rau_tau_timer = 14,
};

/// Delete-Subscriber-Data-Request, §5.2.2.2.
struct DeleteSubscriberDataRequest {
  Imsi imsi{};
  Flags<DsrFlag> flags{};
  std::vector<std::uint32_t> contexts{};  ///< Context identifiers of APN configurations.
};

struct DeleteSubscriberDataAnswer {};

/// Reset-Request, §5.2.4.1: the HSS lost what it knew of where its UEs are. The MME updates the location of
/// each at its next attach or tracking area update.
struct ResetRequest {
  std::vector<Imsi> user_ids{};  ///< User-Id: leading digits of IMSIs; empty: all UEs of this HSS.
};

struct ResetAnswer {};

/// What the HSS asks of an MME. The MME implements it; the HSS calls on the MME's loop.
class S6aMme {
 public:
  virtual ~S6aMme() = default;
  virtual Task<S6aAnswer<CancelLocationAnswer>> cancel_location(CancelLocationRequest request) = 0;
  virtual Task<S6aAnswer<InsertSubscriberDataAnswer>> insert_subscriber_data(
      InsertSubscriberDataRequest request) = 0;
  virtual Task<S6aAnswer<DeleteSubscriberDataAnswer>> delete_subscriber_data(
      DeleteSubscriberDataRequest request) = 0;
  virtual Task<S6aAnswer<ResetAnswer>> reset(ResetRequest request) = 0;
};

}  // namespace zerocell::hss
