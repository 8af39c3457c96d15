// SPDX-License-Identifier: Apache-2.0
#include "mme/pdn_connection.hpp"

#include "mme/access.hpp"
#include "mme/attach_messages.hpp"

namespace zerocell::mme {
namespace {

nas::PdnAddress pdn_address(const gtp::PdnAddress& given) {
  nas::PdnAddress address;
  address.type = static_cast<nas::PdnType>(given.type);
  if (gtp::has_ipv4(given.type)) address.ipv4 = given.v4;
  if (gtp::has_ipv6(given.type))
    std::ranges::copy(Bytes(given.v6.octets).last(8), address.ipv6_interface_id.begin());
  return address;
}

}  // namespace

Task<std::expected<hss::SubscriptionData, Rejection>> update_location(Ue& ue, bool initial_attach) {
  hss::UpdateLocationRequest request{
      .imsi = ue.stored().imsi, .visited_plmn = ue.tai.plmn, .rat = rat_of(*ue.enb, ue.tai)};
  if (initial_attach) request.flags.set(hss::UlrFlag::initial_attach);
  // With a context that was kept, the SIM may have moved to another device since it was asked.
  if (ue.equipment_read) request.terminal = ue.stored().imei;
  const std::uint8_t resets = ue.mme.hss_resets();
  if (ue.stored().located_in != request.visited_plmn) ue.stored().located_in = {};
  auto answer = co_await ue.mme.hss().update_location(request);
  if (!answer)
    co_return std::unexpected(rejection_of(answer.error(), request.imsi, ue.mme.network(), ue.mme.random()));
  ue.stored().located_in = request.visited_plmn;
  ue.stored().hss_resets = resets;
  if (!answer->subscription) co_return std::unexpected(Rejection{nas::EmmCause::network_failure});
  const auto refused =
      access_refusal(ue.mme.settings(), *answer->subscription, rat_of(*ue.enb, ue.tai), ue.tai);
  if (refused) co_return std::unexpected(Rejection{*refused});
  if (keep_access(ue.mme.settings(), ue.stored(), *answer->subscription))
    ue.restrictions_changed = ue.context_set_up;
  co_return std::move(*answer->subscription);
}

std::optional<nas::EsmCause> request_type_error(const config::Mme& settings, nas::RequestType type) {
  const bool emergency_off = settings.emergency_attach == config::EmergencyAttach::off;
  switch (type) {
    case nas::RequestType::emergency:
      return emergency_off ? std::optional(nas::EsmCause::service_option_not_supported) : std::nullopt;
    case nas::RequestType::rlos:
      return nas::EsmCause::service_option_not_supported;
    case nas::RequestType::handover_of_emergency:
      if (emergency_off) return nas::EsmCause::service_option_not_supported;
      [[fallthrough]];
    case nas::RequestType::handover:
      // There is no other access that it could come from.
      return nas::EsmCause::pdn_connection_does_not_exist;
    default:
      return std::nullopt;
  }
}

std::optional<Apn> subscribed_name(const hss::ApnConfigurationProfile& subscribed,
                                   const std::optional<Apn>& wanted, const Imsi& imsi, const Plmn& serving) {
  if (wanted && std::ranges::find(subscribed.configurations, *wanted, &hss::ApnConfiguration::apn) !=
                    subscribed.configurations.end())
    return wanted;
  constexpr std::string_view kPattern = ".mncNNN.mccNNN.gprs";
  if (!wanted || wanted->text().size() <= kPattern.size()) return wanted;
  const std::size_t at = wanted->text().size() - kPattern.size();
  const std::string_view identifier = wanted->text().substr(at);
  const std::string_view mnc = identifier.substr(4, 3);
  const std::string_view mcc = identifier.substr(11, 3);
  for (std::size_t i = 0; i < kPattern.size(); ++i)
    if (kPattern[i] != 'N' && kPattern[i] != identifier[i]) return wanted;
  const auto is_of = [&](const std::optional<Plmn>& plmn) {
    return plmn && (*plmn == serving || plmn->is_home_of(imsi));
  };
  // An MNC of two digits stands behind a 0.
  const std::string code(mcc);
  const bool known = is_of(Plmn::parse(code + std::string(mnc))) ||
                     (mnc.starts_with('0') && is_of(Plmn::parse(code + std::string(mnc.substr(1)))));
  return known ? Apn::parse(wanted->text().substr(0, at)) : wanted;
}

std::expected<const hss::ApnConfiguration*, nas::EsmCause> choose_apn(
    const hss::ApnConfigurationProfile& subscribed, const std::optional<Apn>& wanted) {
  const auto* chosen = wanted ? subscribed.by_apn(*wanted) : subscribed.default_configuration();
  if (chosen == nullptr)
    return std::unexpected(wanted ? nas::EsmCause::missing_or_unknown_apn
                                  : nas::EsmCause::requested_service_option_not_subscribed);
  if (chosen->wildcard() && !wanted) return std::unexpected(nas::EsmCause::missing_or_unknown_apn);
  return chosen;
}

Task<std::expected<PdnConnection, Rejection>> create_pdn_connection(Ue& ue, std::uint8_t ebi,
                                                                    const hss::SubscriptionData& subscription,
                                                                    const ConnectivityWanted& wanted) {
  const auto asked_apn = subscribed_name(*subscription.apns, wanted.apn, ue.stored().imsi, ue.tai.plmn);
  const auto chosen = choose_apn(*subscription.apns, asked_apn);
  if (!chosen) co_return std::unexpected(Rejection::esm(chosen.error(), wanted.transaction));
  const hss::ApnConfiguration& apn = **chosen;
  const auto type = subscribed_type(wanted.type, apn.pdn_type);
  if (!type) co_return std::unexpected(Rejection::esm(type.error(), wanted.transaction));

  PdnConnection connection;
  connection.apn = asked_apn.value_or(apn.apn);
  connection.asked = wanted.type;
  connection.esm_cause = type->reason;
  connection.emergency = wanted.request == nas::RequestType::emergency;
  const UeRecord& record = ue.stored();
  // TS 23.401 §4.3.12.1: who calls for help does so whatever else it has.
  const std::uint8_t restriction =
      connection.emergency ? 0 : ue.mme.bearers().maximum_apn_restriction(record);
  sgw::CreateSessionRequest request{.imsi = record.imsi,
                                    .msisdn = subscription.msisdn,
                                    .imei = record.imei,
                                    .serving_network = ue.tai.plmn,
                                    .location = {ue.tai, ue.ecgi},
                                    .apn = connection.apn,
                                    .pdn_type = type->type,
                                    .static_ipv4 = apn.static_ipv4,
                                    .static_ipv6_prefix = apn.static_ipv6_prefix,
                                    .ambr = apn.ambr,
                                    .ue_ambr = subscription.ue_ambr,
                                    .ebi = ebi,
                                    .qos = {apn.qci, apn.arp},
                                    .pco = wanted.pco,
                                    .extended_pco = wanted.extended_pco,
                                    .policy_group = std::string(subscription.policy_group.text()),
                                    .emergency = connection.emergency,
                                    .quarantined = subscription.imei_lock.quarantines(record.imei),
                                    .framed_routes = apn.framed_routes,
                                    .bearers = apn.bearers,
                                    .maximum_apn_restriction = restriction};
  auto created = co_await ue.mme.gateway().create_session(request);
  // TS 23.401 §5.3.1.1: of two single types that are subscribed, the one that the access point has.
  const bool either = wanted.type == gtp::PdnType::ipv4v6 && apn.pdn_type == hss::PdnType::ipv4_or_ipv6;
  if (!created && either && created.error() == gtp::Cause::preferred_pdn_type_not_supported) {
    request.pdn_type = gtp::PdnType::ipv6;
    connection.esm_cause = nas::EsmCause::pdn_type_ipv6_only_allowed;
    created = co_await ue.mme.gateway().create_session(request);
  }
  if (!created)
    co_return std::unexpected(Rejection::esm(esm_cause(created.error(), type->type), wanted.transaction));
  if (const auto reason = reason_of(*created)) connection.esm_cause = reason;
  connection.session = std::move(*created);
  co_return connection;
}

bool keep_pdn_connection(Ue& ue, std::uint8_t ebi, const PdnConnection& connection) {
  BearerRecord* kept = ue.mme.bearers().add(ue.stored(), ebi, ebi);
  if (kept == nullptr) return false;
  kept->session = connection.session.session;
  kept->user_plane = connection.session.user_plane;
  kept->ambr = connection.session.ambr;
  kept->qos = connection.session.qos;
  kept->apn = ue.mme.access_point(connection.apn);
  kept->pdn_type = connection.session.address.type;
  kept->pdn_type_asked = connection.asked;
  kept->emergency = connection.emergency;
  kept->apn_restriction = connection.emergency ? 0 : connection.session.apn_restriction;
  return true;
}

PlainMessage activate_default_request(std::uint8_t ebi, const ConnectivityWanted& wanted,
                                      const PdnConnection& connection) {
  const sgw::CreateSessionResponse& session = connection.session;
  nas::ActivateDefaultEpsBearerContextRequest activate;
  activate.eps_bearer_identity = ebi;
  activate.procedure_transaction_identity = wanted.transaction;
  activate.eps_qos.qci = session.qos.qci;
  activate.access_point_name = connection.apn;
  activate.pdn_address = pdn_address(session.address);
  set_apn_ambr(activate, session.ambr);
  activate.esm_cause = connection.esm_cause;
  if (!session.pco.empty()) {
    if (wanted.extended_pco)
      activate.extended_protocol_configuration_options = nas::ExtendedPco(Bytes(session.pco));
    else
      activate.protocol_configuration_options = nas::Pco(Bytes(session.pco));
  }
  return PlainMessage(activate);
}

BearerRollback::BearerRollback(Ue& ue, const BearerRecord& bearer)
    : mme_(&ue.mme), record_(*ue.record), session_(bearer.session), ebi_(bearer.ebi) {}

BearerRollback::~BearerRollback() {
  if (mme_ == nullptr || !mme_->directory().records().live(record_)) return;
  // Whoever ended the procedure may have taken care of it, and given the identity to another one.
  UeRecord& record = mme_->directory()[record_];
  const BearerRecord* bearer = mme_->bearers().find(record, ebi_);
  if (bearer == nullptr || bearer->session != session_) return;
  if (bearer->is_default()) mme_->delete_session(session_);
  mme_->bearers().remove_with_connection(record, *bearer);
}

}  // namespace zerocell::mme
