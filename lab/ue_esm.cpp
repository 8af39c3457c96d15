// SPDX-License-Identifier: Apache-2.0
// Session management of the UE, TS 24.301 clause 6.
#include "lab/ue.hpp"

namespace zerocell::lab {

nas::Octets Ue::requested_options(MutableBytes room) const {
  nas::PcoWriter options(room);
  options.add(nas::PcoId::ip_address_allocation_via_nas);
  if (settings_.pdn_type != nas::PdnType::ipv6)
    options.add(nas::PcoId::dns_server_ipv4).add(nas::PcoId::ipv4_link_mtu);
  if (settings_.pdn_type != nas::PdnType::ipv4) options.add(nas::PcoId::dns_server_ipv6);
  return options.value();
}

/// §6.5.1.2: an APN, and the options with it, wait for security.
ByteVector Ue::pdn_connectivity_request() {
  nas::PdnConnectivityRequest request;
  request.procedure_transaction_identity = transaction_;
  request.pdn_type = settings_.pdn_type;
  request.request_type = settings_.emergency ? nas::RequestType::emergency : settings_.first_request;
  std::array<std::uint8_t, 64> options;
  if (settings_.apn || settings_.esm_information_transfer)
    request.esm_information_transfer_flag = nas::EsmInformationTransfer::required;
  else
    request.protocol_configuration_options = requested_options(options);
  std::array<std::uint8_t, 256> room;
  Writer out(room);
  ZC_ASSERT(nas::encode(request, out));
  return {out.written().begin(), out.written().end()};
}

Bearer* Ue::find(nas::EpsBearerIdentity identity) {
  const auto found = std::ranges::find(bearers_, identity, &Bearer::eps_bearer_identity);
  return found == bearers_.end() ? nullptr : &*found;
}

void Ue::drop_bearers() {
  for (const Bearer& bearer : bearers_)
    if (bearer.erab && on_bearer) on_bearer(bearer, false);
  bearers_.clear();
}

const Bearer& Ue::take(const nas::ActivateDefaultEpsBearerContextRequest& request) {
  Bearer bearer{.eps_bearer_identity = request.eps_bearer_identity,
                .apn = request.access_point_name,
                .pdn_type = request.pdn_address.type,
                .ipv4 = request.pdn_address.ipv4,
                .ipv6_interface_id = request.pdn_address.ipv6_interface_id,
                .qci = request.eps_qos.qci,
                .cause = request.esm_cause,
                .ambr = request.apn_ambr,
                .linked_identity = request.eps_bearer_identity};
  if (request.protocol_configuration_options) {
    for (const nas::PcoContainer& option : *request.protocol_configuration_options) {
      const Bytes contents = option.contents;
      if (option.id == nas::PcoId::dns_server_ipv4 && contents.size() == 4) {
        Ipv4Address address;
        std::ranges::copy(contents, address.octets.begin());
        bearer.dns.emplace_back(address);
      } else if (option.id == nas::PcoId::dns_server_ipv6 && contents.size() == 16) {
        Ipv6Address address;
        std::ranges::copy(contents, address.octets.begin());
        bearer.dns.emplace_back(address);
      } else if (option.id == nas::PcoId::ipv4_link_mtu && contents.size() == 2) {
        bearer.ipv4_mtu = static_cast<std::uint16_t>(contents[0] << 8 | contents[1]);
      }
    }
  }
  const auto erab = std::ranges::find(erabs_, request.eps_bearer_identity, &Erab::erab_id);
  if (erab != erabs_.end()) bearer.erab = *erab;
  std::erase_if(bearers_,
                [&](const Bearer& other) { return other.eps_bearer_identity == bearer.eps_bearer_identity; });
  bearers_.push_back(std::move(bearer));
  if (bearers_.back().erab && on_bearer) on_bearer(bearers_.back(), true);
  return bearers_.back();
}

void Ue::esm(Bytes plain) {
  const auto message = nas::decode_esm(plain, Direction::downlink);
  if (!message) return complain("a downlink ESM message that does not decode: " + to_hex(plain));
  if (trace)
    trace(Direction::downlink,
          nas::name_of(std::visit([](const auto& known) { return known.kType; }, *message)), {});

  const auto type = std::visit([](const auto& known) { return known.kType; }, *message);
  if (std::ranges::find(behaviour_.deaf_to_esm, type) != behaviour_.deaf_to_esm.end()) return;
  ++received_esm_[static_cast<std::uint8_t>(type)];

  if (const auto* asked = std::get_if<nas::EsmInformationRequest>(&*message)) {
    // §6.6.1.2.3.
    nas::EsmInformationResponse response;
    response.procedure_transaction_identity = asked->procedure_transaction_identity;
    if (asked->procedure_transaction_identity != transaction_)
      complain("ESM INFORMATION REQUEST for no transaction of ours, TS 24.301 §7.3.1");
    response.access_point_name = settings_.apn;
    std::array<std::uint8_t, 64> options;
    response.protocol_configuration_options = requested_options(options);
    return send(response);
  }
  if (const auto* activate = std::get_if<nas::ActivateDefaultEpsBearerContextRequest>(&*message))
    answer(*activate);
  else if (const auto* dedicated = std::get_if<nas::ActivateDedicatedEpsBearerContextRequest>(&*message))
    answer(*dedicated);
  else if (const auto* modify = std::get_if<nas::ModifyEpsBearerContextRequest>(&*message))
    answer(*modify);
  else if (const auto* deactivate = std::get_if<nas::DeactivateEpsBearerContextRequest>(&*message))
    answer(*deactivate);
  else if (const auto* status = std::get_if<nas::EsmStatus>(&*message))
    status_cause_ = status->esm_cause;
  offer({.esm = &*message});
}

/// §6.4.1.3.
void Ue::answer(const nas::ActivateDefaultEpsBearerContextRequest& request) {
  if (request.procedure_transaction_identity != transaction_)
    complain("a default bearer for no transaction of ours, TS 24.301 §7.3.1");
  if (behaviour_.refuses_bearers)
    return send(nas::ActivateDefaultEpsBearerContextReject{.eps_bearer_identity = request.eps_bearer_identity,
                                                           .esm_cause = *behaviour_.refuses_bearers});
  (void)take(request);
  send(nas::ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = request.eps_bearer_identity});
}

std::optional<nas::EsmCause> Ue::tft_error(const nas::TftView& tft) {
  const auto decoded = nas::decode_tft(tft.octets);
  if (!decoded) return decoded.error().cause;
  if (const auto wrong = nas::rule_error(*decoded)) return wrong->cause;
  return std::nullopt;
}

/// §6.4.2.3, §6.4.2.4.
void Ue::answer(const nas::ActivateDedicatedEpsBearerContextRequest& request) {
  const auto linked = static_cast<nas::EpsBearerIdentity>(request.linked_eps_bearer_identity);
  std::optional<nas::EsmCause> refusal = behaviour_.refuses_bearers;
  if (!refusal) refusal = tft_error(request.tft);
  if (!refusal && !find(linked)) {
    complain("a dedicated bearer of no PDN connection that there is");
    refusal = nas::EsmCause::invalid_eps_bearer_identity;
  }
  if (refusal)
    return send(nas::ActivateDedicatedEpsBearerContextReject{
        .eps_bearer_identity = request.eps_bearer_identity, .esm_cause = *refusal});
  const Bearer& main = *find(linked);
  Bearer bearer{.eps_bearer_identity = request.eps_bearer_identity,
                .apn = main.apn,
                .pdn_type = main.pdn_type,
                .ipv4 = main.ipv4,
                .ipv6_interface_id = main.ipv6_interface_id,
                .qci = request.eps_qos.qci,
                .linked_identity = linked,
                .tft = ByteVector(request.tft.octets.begin(), request.tft.octets.end()),
                .rates = request.eps_qos.rates};
  const auto erab = std::ranges::find(erabs_, request.eps_bearer_identity, &Erab::erab_id);
  if (erab != erabs_.end()) bearer.erab = *erab;
  std::erase_if(bearers_,
                [&](const Bearer& other) { return other.eps_bearer_identity == bearer.eps_bearer_identity; });
  bearers_.push_back(std::move(bearer));
  if (bearers_.back().erab && on_bearer) on_bearer(bearers_.back(), true);
  send(nas::ActivateDedicatedEpsBearerContextAccept{.eps_bearer_identity = request.eps_bearer_identity});
}

/// §6.4.3.3, §6.4.3.4.
void Ue::answer(const nas::ModifyEpsBearerContextRequest& request) {
  Bearer* const bearer = find(request.eps_bearer_identity);
  std::optional<nas::EsmCause> refusal = behaviour_.refuses_bearers;
  if (!refusal && !bearer) refusal = nas::EsmCause::invalid_eps_bearer_identity;
  if (!refusal && request.tft) refusal = tft_error(*request.tft);
  if (refusal)
    return send(nas::ModifyEpsBearerContextReject{.eps_bearer_identity = request.eps_bearer_identity,
                                                  .esm_cause = *refusal});
  if (request.new_eps_qos) {
    bearer->qci = request.new_eps_qos->qci;
    bearer->rates = request.new_eps_qos->rates;
  }
  if (request.tft) bearer->tft.assign(request.tft->octets.begin(), request.tft->octets.end());
  if (request.apn_ambr) bearer->ambr = request.apn_ambr;
  send(nas::ModifyEpsBearerContextAccept{.eps_bearer_identity = request.eps_bearer_identity});
}

/// §6.4.4.3.
void Ue::answer(const nas::DeactivateEpsBearerContextRequest& request) {
  deactivation_cause_ = request.esm_cause;
  end_bearer(request.eps_bearer_identity);
  send(nas::DeactivateEpsBearerContextAccept{.eps_bearer_identity = request.eps_bearer_identity});
}

void Ue::end_bearer(nas::EpsBearerIdentity identity) {
  const Bearer* ended = find(identity);
  if (!ended) return;
  const bool whole = ended->linked_identity == identity;
  std::erase_if(bearers_, [&](const Bearer& bearer) {
    const bool ends = whole ? bearer.linked_identity == identity : bearer.eps_bearer_identity == identity;
    if (ends && bearer.erab && on_bearer) on_bearer(bearer, false);
    return ends;
  });
}

}  // namespace zerocell::lab
