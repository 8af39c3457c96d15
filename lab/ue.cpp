// SPDX-License-Identifier: Apache-2.0
#include "lab/ue.hpp"

#include "core/crypto/eps_keys.hpp"
#include "core/nas/ie/cause.hpp"

namespace zerocell::lab {
namespace {

constexpr std::size_t kNasOctetsMax = 8188;  // TS 36.323 §4.3.1

nas::EmmType type_of(const nas::EmmMessage& message) {
  return std::visit([](const auto& known) { return known.kType; }, message);
}

}  // namespace

std::string UeFailure::text() const {
  constexpr std::array<std::string_view, 6> kTexts = {
      "no radio", "no answer", "rejected", "authentication rejected", "released", "misunderstood"};
  std::string text(kTexts[static_cast<std::size_t>(kind)]);
  if (emm_cause)
    text += ": #" + std::to_string(static_cast<unsigned>(*emm_cause)) + " " +
            std::string(nas::name_of(*emm_cause));
  if (esm_cause)
    text += ", #" + std::to_string(static_cast<unsigned>(*esm_cause)) + " " +
            std::string(nas::name_of(*esm_cause));
  return text;
}

Ue::Ue(Loop& loop, Radio& radio, UeSettings settings)
    : loop_(loop), radio_(&radio), settings_(std::move(settings)), usim_(settings_.sim) {
  radio_->camp(*this);
}

Ue::~Ue() {
  lose_radio();
  radio_->leave(*this);
}

std::size_t Ue::received(nas::EmmType type) const {
  return received_[static_cast<std::uint8_t>(type)];
}

void Ue::move_to(Radio& radio) {
  lose_radio();
  radio_->leave(*this);
  radio_ = &radio;
  radio_->camp(*this);
}

void Ue::lose_radio() {
  if (!connection_) return;
  radio_->forget(*connection_);
  radio_released();
}

// Uplink.

void Ue::send(const nas::EmmMessage& message, std::optional<nas::SecurityHeader> header) {
  std::array<std::uint8_t, kNasOctetsMax> room;
  Writer out(room);
  if (!nas::encode(message, out)) return complain("a message of our own does not encode");
  note(Direction::uplink, message);
  (void)transmit(out.written(), header);
}

void Ue::send(const nas::EsmMessage& message, std::optional<nas::SecurityHeader> header) {
  std::array<std::uint8_t, kNasOctetsMax> room;
  Writer out(room);
  if (!nas::encode(message, out)) return complain("a message of our own does not encode");
  if (trace)
    trace(Direction::uplink, nas::name_of(std::visit([](const auto& known) { return known.kType; }, message)),
          {});
  if (updating_ && !header)
    suspended_esm_.emplace_back(out.written().begin(), out.written().end());
  else
    (void)transmit(out.written(), header);
}

void Ue::send_octets(Bytes octets) {
  (void)leave(octets);
}

void Ue::repeat_request() {
  if (!attach_request_.empty()) (void)transmit(attach_request_, {});
}

bool Ue::transmit(Bytes plain, std::optional<nas::SecurityHeader> header) {
  if (!header) {
    // §4.4.5: what opens a connection is never ciphered, since the network must learn whose it is.
    if (!security_.valid() || (connection_ && !secure_exchange_))
      header = nas::SecurityHeader::plain;
    else if (!connection_)
      header = nas::SecurityHeader::integrity;
    else
      header = nas::SecurityHeader::integrity_ciphered;
    if (behaviour_.plain_after_security && secure_exchange_) header = nas::SecurityHeader::plain;
  }
  if (*header == nas::SecurityHeader::plain) return leave(plain);

  if (!connection_) k_enb_count_ = security_.uplink_count;
  ByteVector room(plain.size() + 6);
  const auto message = nas::protect(security_, nas::Role::ue, *header, plain, room);
  if (!message) {
    complain("cannot protect: " + std::string(nas::name_of(message.error())));
    return false;
  }
  if (behaviour_.wrong_mac) room[1] ^= 0x55;
  const bool sent = leave(*message);
  if (behaviour_.replays && sent) (void)leave(*message);
  return sent;
}

bool Ue::leave(Bytes octets) {
  ByteVector message(octets.begin(), octets.end());
  if (behaviour_.uplink && !behaviour_.uplink(message)) return true;
  if (connection_) {
    radio_->uplink_nas(*connection_, message);
    return true;
  }
  Radio::Establishment establishment;
  establishment.cause = std::exchange(establishment_cause_, s1ap::RrcEstablishmentCause::mo_signalling);
  if (behaviour_.establishment_cause) establishment.cause = *behaviour_.establishment_cause;
  if (guti_) {
    // TS 24.301 §5.3.1.1: the S-TMSI where it is registered, else the MME that may know it.
    if (tai_list_.contains(radio_->tracking_area()))
      establishment.s_tmsi = STmsi{guti_->gummei.code, guti_->m_tmsi};
    establishment.registered_mme = guti_->gummei;
  }
  secure_exchange_ = false;
  connection_ = radio_->establish(*this, establishment, message);
  return connection_.has_value();
}

// Downlink.

void Ue::downlink_nas(Bytes received) {
  if (behaviour_.downlink && !behaviour_.downlink(received)) return;
  const auto envelope = nas::read_envelope(received);
  if (!envelope) return complain("downlink NAS: " + std::string(nas::name_of(envelope.error())));

  if (envelope->header == nas::SecurityHeader::integrity_new_context) return security_mode(received);
  if (envelope->header == nas::SecurityHeader::plain) {
    const auto plain = nas::admit(nas::Role::ue, received, secure_exchange_);
    if (!plain)
      return complain("a plain message that a UE may not process, TS 24.301 §4.4.4.2: " + to_hex(received));
    return deliver_emm(plain->message());
  }
  // A copy: the procedure that hears it may leave, and a UE of a test receives while it receives.
  ByteVector scratch(received.size());
  const auto opened = nas::open(security_, nas::Role::ue, received, scratch);
  if (!opened)
    return complain("a downlink message that does not open: " + std::string(nas::name_of(opened.error())));
  secure_exchange_ = true;
  const auto peeked = nas::peek(opened->message());
  if (peeked && peeked->discriminator == nas::kEsmDiscriminator) return esm(opened->message());
  deliver_emm(opened->message());
}

void Ue::deliver_emm(Bytes plain) {
  const auto message = nas::decode_emm(plain, Direction::downlink);
  if (!message) return complain("a downlink message that does not decode: " + to_hex(plain));
  if (std::ranges::find(behaviour_.deaf_to, type_of(*message)) != behaviour_.deaf_to.end()) return;
  note(Direction::downlink, *message);
  if (common_procedure(*message)) return;
  offer({.emm = &*message});
}

void Ue::note(Direction direction, const nas::EmmMessage& message) {
  const nas::EmmType type = type_of(message);
  if (direction == Direction::downlink) ++received_[static_cast<std::uint8_t>(type)];
  if (!trace) return;
  std::string detail;
  if (const auto* command = std::get_if<nas::SecurityModeCommand>(&message))
    detail =
        "EEA" + std::to_string(static_cast<unsigned>(command->selected_nas_security_algorithms.ciphering)) +
        ", EIA" + std::to_string(static_cast<unsigned>(command->selected_nas_security_algorithms.integrity));
  if (const auto* reject = std::get_if<nas::AttachReject>(&message))
    detail = "#" + std::to_string(static_cast<unsigned>(reject->emm_cause)) + " " +
             std::string(nas::name_of(reject->emm_cause));
  if (const auto* request = std::get_if<nas::AttachRequest>(&message))
    detail = request->eps_mobile_identity.guti()   ? "by GUTI"
             : request->eps_mobile_identity.imsi() ? "IMSI " + settings_.sim.imsi.text()
                                                   : "by IMEI";
  if (const auto* information = std::get_if<nas::EmmInformation>(&message);
      information && information->full_name_for_network)
    detail = information->full_name_for_network->to_text();
  trace(direction, nas::name_of(type), std::move(detail));
}

// What RRC tells.

bool Ue::secure_radio(Bytes k_enb) {
  if (behaviour_.wrong_k_enb) return false;
  if (!security_.valid()) {
    complain("AS security without a NAS security context, TS 33.401 §7.2.4.5");
    return false;
  }
  const Key<32> own = zerocell::k_enb(security_.k_asme, k_enb_count_);
  access_keys_ = {.k_enb = own, .next_hop = next_hop(security_.k_asme, own), .next_hop_count = 1};
  const bool same = equal(own.reveal(), k_enb);
  if (!same) complain("another K_eNB than the UE derives, TS 33.401 §7.2.6.2");
  return same;
}

/// TS 33.401 §7.2.8.4.4: the same count goes on from the key in use, another one from its next hop.
void Ue::handed_over(Radio& to, Radio::Connection connection, const HandoverKey& key) {
  radio_->leave(*this);
  radio_ = &to;
  radio_->camp(*this);
  connection_ = connection;
  AccessKeys& keys = access_keys_;
  if (key.chaining_count != keys.chaining_count) {
    for (unsigned step = 0; step < 8 && keys.next_hop_count != key.chaining_count; ++step) {
      keys.next_hop = next_hop(security_.k_asme, keys.next_hop);
      keys.next_hop_count = (keys.next_hop_count + 1) % 8;
    }
    keys.k_enb = keys.next_hop;
    keys.chaining_count = key.chaining_count;
  }
  keys.k_enb = k_enb_star(keys.k_enb, key.physical_cell, key.earfcn);
  if (!equal(keys.k_enb.reveal(), key.k_enb))
    complain("another key at the target of a handover than the UE derives, TS 33.401 §7.2.8");
}

void Ue::erab_up(const Erab& erab) {
  std::erase_if(erabs_, [&erab](const Erab& other) { return other.erab_id == erab.erab_id; });
  erabs_.push_back(erab);
  if (Bearer* bearer = find(erab.erab_id)) {
    bearer->erab = erab;
    if (on_bearer) on_bearer(*bearer, true);
  }
}

void Ue::context_set_up() {
  offer({.context_set_up = true});
}

void Ue::erab_down(std::uint8_t erab_id) {
  std::erase_if(erabs_, [erab_id](const Erab& erab) { return erab.erab_id == erab_id; });
  Bearer* bearer = find(erab_id);
  if (!bearer || !bearer->erab) return;
  if (on_bearer) on_bearer(*bearer, false);
  bearer->erab.reset();
}

void Ue::erab_lost(std::uint8_t erab_id) {
  erab_down(erab_id);
  end_bearer(erab_id);
}

void Ue::radio_released() {
  while (!erabs_.empty()) erab_down(erabs_.back().erab_id);
  connection_.reset();
  secure_exchange_ = false;
  offer({.released = true});
}

void Ue::paged(const STmsi& s_tmsi) {
  if (connection_ || !guti_ || s_tmsi != STmsi{guti_->gummei.code, guti_->m_tmsi}) return;
  ++pages_;
  offer({.paged = true});
}

void Ue::deregister() {
  registered_ = false;
  drop_bearers();
}

void Ue::forget_registration() {
  deregister();
  guti_.reset();
  tai_list_ = {};
  nas::wipe(security_);
  security_ = {};
  challenged_.reset();
}

}  // namespace zerocell::lab
