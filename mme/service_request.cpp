// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/access.hpp"
#include "mme/lost_bearers.hpp"
#include "mme/procedures.hpp"
#include "mme/radio_bearers.hpp"

namespace zerocell::mme {
namespace {

Counter services{"zerocell_mme_service_requests_total", "Service request procedures that began."};
Counter services_accepted{"zerocell_mme_service_requests_accepted_total",
                          "Service request procedures whose bearers were set up."};
Counter services_refused{"zerocell_mme_service_requests_refused_total", "SERVICE REJECT messages."};
Histogram service_seconds{"zerocell_mme_service_request_seconds", "Service Request to bearers set up.",
                          kSecondsBounds};

/// What EXTENDED SERVICE REQUEST asks for, TS 24.301 §5.6.1.5: there is no CS domain to fall back to.
std::optional<nas::EmmCause> refused_service(nas::ServiceType type) {
  if (nas::as_network_reads(type) == nas::ServiceType::packet_services_via_s1) return std::nullopt;
  return nas::EmmCause::cs_domain_not_available;
}

}  // namespace

void Mme::begin_service_request(Ue& ue, const UeEvent& event) {
  if (ue.runs(ProcedureKind::s1_release)) return;
  // §5.5.2.3.5 d: what ends the registration goes on.
  if (ue.runs(ProcedureKind::detach)) return;
  const bool proven = event.verified && ue.record;
  if (const auto unserved = network_refusal(network(), ue.tai)) {
    if (proven) deregister_for(ue, *unserved, bearers_.emergency_of(ue.stored()) != nullptr);
    return refuse_service(ue, *unserved);
  }
  if (!proven) return refuse_service(ue, nas::EmmCause::ue_identity_cannot_be_derived);
  std::optional<nas::EpsBearerContextStatus> status;
  bool low_priority = ue.stored().low_priority;
  if (event.is(nas::EmmType::extended_service_request)) {
    const auto request = nas::decode<nas::ExtendedServiceRequest>(event.nas);
    // §5.6.1.7 b.
    if (!request) return refuse_service(ue, request.error().emm_cause());
    if (const auto cause = refused_service(request->service_type)) return refuse_service(ue, *cause);
    status = request->eps_bearer_context_status;
    if (request->device_properties)
      low_priority = request->device_properties == nas::DeviceProperties::low_priority;
  } else if (event.is(nas::EmmType::control_plane_service_request)) {
    return refuse_service(ue, nas::EmmCause::protocol_error_unspecified);
  }
  if (ue.stored().emm_state != EmmState::registered || bearers_.of(ue.stored()).empty())
    return refuse_service(ue, nas::EmmCause::implicitly_detached);
  const BearerRecord* emergency = bearers_.emergency_of(ue.stored());
  const bool has_emergency = emergency != nullptr && (!status || status->active(emergency->ebi));
  const auto forbidden = access_refusal(settings(), ue.stored(), *ue.enb, ue.tai);
  if (forbidden && !has_emergency) {
    deregister_for(ue, *forbidden, has_emergency);
    // §5.6.1.5 has no #14: the UE attaches, and hears it then.
    const bool unsaid = *forbidden == nas::EmmCause::eps_services_not_allowed_in_plmn;
    return refuse_service(ue, unsaid ? nas::EmmCause::implicitly_detached : *forbidden);
  }
  // With another procedure running, or with its bearers there, the UE has what it asks for.
  if (ue.procedure.busy() || ue.active_bearers != 0) return;
  // §5.6.1.5: whoever was not paged may be sent away, unless it calls for help.
  if (!has_emergency && congestion_.refuses(ue, low_priority) && !paging_.wanted(*ue.record) &&
      !ue.answers_page())
    return refuse_service(ue, nas::EmmCause::congestion);
  // §5.6.1.4: here it has its emergency bearers alone.
  if (forbidden) end_normal_connections(ue.stored());
  run(ue, ProcedureKind::service_request, service_request(ue, status));
}

void Mme::refuse_service(Ue& ue, nas::EmmCause cause) {
  services_refused.add();
  log::info("service_rejected", {.imsi = ue.imsi(), .procedure = "service_request"},
            {{"cause", nas::name_of(cause)}, {"enb", *ue.enb}});
  nas::ServiceReject reject{.emm_cause = cause};
  if (cause == nas::EmmCause::congestion) reject.t3346_value = congestion_.t3346(ue);
  send_nas(ue, ue.header(), PlainMessage(reject).bytes());
  // A UE that is served otherwise keeps its connection.
  if (!ue.procedure.busy() && ue.active_bearers == 0) begin_release(ue, s1ap::CauseNas::normal_release);
}

void Mme::set_up_bearers(Ue& ue) {
  run(ue, ProcedureKind::service_request, service_request(ue, std::nullopt));
}

Task<Next> service_request(Ue& ue, std::optional<nas::EpsBearerContextStatus> status) {
  services.add();
  const Time begun = ue.mme.loop().now();
  UeRecord& record = ue.stored();
  record.tai = ue.tai;
  record.ecgi = ue.ecgi;

  // TS 24.301 §5.6.1.4: what the UE has no more, the network forgets too.
  if (status) forget_bearers_without(ue, *status);
  if (ue.mme.bearers().of(record).empty()) {
    ue.mme.deregister(record);
    ue.mme.refuse_service(ue, nas::EmmCause::implicitly_detached);
    co_return Next::release(s1ap::CauseNas::normal_release);
  }

  // 4-5. Initial Context Setup: it is the answer to the UE.
  const auto access = co_await set_up_context(ue, {});
  if (!access) co_return Next::release(access.error());

  // §5.3.4.1: bearers without a radio side end, here and at the gateway; those of a lost default bearer too.
  release_bearers_not_in(ue, *access);
  if (ue.mme.bearers().of(record).empty()) {
    ue.mme.deregister(record);
    co_return co_await detach_by_network(ue, nas::NetworkDetachType::reattach_required, std::nullopt);
  }

  // 8-12.
  if (!co_await connect_bearers(ue, *access))
    co_return Next::release(s1ap::CauseTransport::transport_resource_unavailable);
  services_accepted.add();
  service_seconds.observe(std::chrono::duration<double>(ue.mme.loop().now() - begun).count());
  // A name that is told to every cell for long lets its owner be followed (TS 24.301 §5.4.1.1).
  const std::uint32_t services_max = ue.mme.settings().guti_services_max;
  const bool due = services_max != 0 && ++record.guti_services >= services_max;
  // §5.4.1.6 a: one that did not reach it is given again.
  if (std::exchange(ue.guti_not_taken, false) || due) co_return co_await reallocate_guti(ue);
  co_return Next::stay();
}

}  // namespace zerocell::mme
