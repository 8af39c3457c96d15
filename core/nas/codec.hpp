// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "core/nas/emm.hpp"
#include "core/nas/esm.hpp"

namespace zerocell::nas {

/// Why a message is no message, and what TS 24.301 §7 wants done about it.
struct Fault : DecodeError {
  /// 96 invalid mandatory information (§7.5.1), 97 message type non-existent (§7.4), 95 semantically
  /// incorrect message (§7.8), 100 conditional IE error (§7.7.2); 0: the message is ignored without an answer
  /// (§7.2.1). EMM and ESM number these alike.
  std::uint8_t cause = 0;

  bool ignore() const { return cause == 0; }
  EmmCause emm_cause() const { return static_cast<EmmCause>(cause); }
  EsmCause esm_cause() const { return static_cast<EsmCause>(cause); }
};

template <class T>
using NasDecoded = std::expected<T, Fault>;

/// Decodes a plain EMM message (its first octet is security header 0 and the discriminator) or ESM message
/// that the caller knows to be an M. Views in the result point into `message`. Total: any octets give a value
/// or a fault. Optional IEs that are unknown, repeated, out of sequence or badly formed are left out as
/// TS 24.301 §7.6 and §7.7.1 want; an unknown one that asks for comprehension is a fault.
template <class M>
NasDecoded<M> decode(Bytes message);

/// Appends the plain message. False when a value does not fit its IE or the writer is full; what was written
/// is then worthless.
template <class M>
[[nodiscard]] bool encode(const M& message, Writer& out);

/// What a message says of itself before anything of it is decoded or believed.
struct Peek {
  std::uint8_t discriminator = 0;
  SecurityHeader security_header{};  ///< Of an EMM message.
  EmmType emm_type{};                ///< Of a plain EMM message, or SERVICE REQUEST.
  EsmType esm_type{};                ///< Of an ESM message.
  EpsBearerIdentity eps_bearer_identity = 0;
  ProcedureTransactionIdentity procedure_transaction_identity = 0;
};
/// A fault for what is too short to have a type, or of another protocol.
NasDecoded<Peek> peek(Bytes message);

using EmmMessage =
    std::variant<AttachRequest, AttachAccept, AttachComplete, AttachReject, AuthenticationFailure,
                 AuthenticationReject, AuthenticationRequest, AuthenticationResponse, CsServiceNotification,
                 DetachAccept, DetachRequestUeOriginating, DetachRequestUeTerminated, DownlinkNasTransport,
                 EmmInformation, EmmStatus, ExtendedServiceRequest, GutiReallocationCommand,
                 GutiReallocationComplete, IdentityRequest, IdentityResponse, SecurityModeCommand,
                 SecurityModeComplete, SecurityModeReject, ServiceReject, TrackingAreaUpdateAccept,
                 TrackingAreaUpdateComplete, TrackingAreaUpdateReject, TrackingAreaUpdateRequest,
                 UplinkNasTransport, DownlinkGenericNasTransport, UplinkGenericNasTransport,
                 ControlPlaneServiceRequest, ServiceAccept, ServiceRequest>;

using EsmMessage =
    std::variant<ActivateDedicatedEpsBearerContextAccept, ActivateDedicatedEpsBearerContextReject,
                 ActivateDedicatedEpsBearerContextRequest, ActivateDefaultEpsBearerContextAccept,
                 ActivateDefaultEpsBearerContextReject, ActivateDefaultEpsBearerContextRequest,
                 BearerResourceAllocationReject, BearerResourceAllocationRequest,
                 BearerResourceModificationReject, BearerResourceModificationRequest,
                 DeactivateEpsBearerContextAccept, DeactivateEpsBearerContextRequest, EsmDummyMessage,
                 EsmInformationRequest, EsmInformationResponse, EsmStatus, ModifyEpsBearerContextAccept,
                 ModifyEpsBearerContextReject, ModifyEpsBearerContextRequest, Notification,
                 PdnConnectivityReject, PdnConnectivityRequest, PdnDisconnectReject, PdnDisconnectRequest,
                 RemoteUeReport, RemoteUeReportResponse, EsmDataTransport>;

/// Decodes any plain EMM message, or SERVICE REQUEST, that goes in `direction`. A type that does not exist or
/// goes the other way is a fault with cause 97.
NasDecoded<EmmMessage> decode_emm(Bytes message, Direction direction);
NasDecoded<EsmMessage> decode_esm(Bytes message, Direction direction);
[[nodiscard]] bool encode(const EmmMessage& message, Writer& out);
[[nodiscard]] bool encode(const EsmMessage& message, Writer& out);

}  // namespace zerocell::nas
