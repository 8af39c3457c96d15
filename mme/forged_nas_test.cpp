// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_watched_world.hpp"

/// Messages in a UE's name that it did not send, in each of its states: nothing of it changes, byte for byte.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

ByteVector octets_of_plain(const PlainMessage& message) {
  return {message.bytes().begin(), message.bytes().end()};
}

/// What somebody sends who knows the names of the victim, and no key of it.
std::vector<ByteVector> forgeries(const Guti& guti, const Imsi& imsi, std::uint8_t sequence) {
  std::vector<ByteVector> plain;
  nas::AttachRequest attach;
  attach.eps_mobile_identity = guti;
  attach.ue_network_capability = nas::UeNetworkCapability{{.data = {0xF0, 0x70}, .size = 2}};
  const PlainMessage esm(nas::PdnConnectivityRequest{.procedure_transaction_identity = 1});
  attach.esm_message_container = nas::Octets(esm.bytes());
  plain.push_back(octets_of_plain(PlainMessage(attach)));
  attach.eps_mobile_identity = imsi;
  plain.push_back(octets_of_plain(PlainMessage(attach)));
  nas::TrackingAreaUpdateRequest update;
  update.old_guti = guti;
  plain.push_back(octets_of_plain(PlainMessage(update)));
  nas::DetachRequestUeOriginating detach;
  detach.eps_mobile_identity = guti;
  plain.push_back(octets_of_plain(PlainMessage(detach)));
  for (const ByteVector& message : plain) REQUIRE_FALSE(message.empty());

  std::vector<ByteVector> forged = plain;
  // With each kind of protection, and a MAC that nobody computed: of null integrity, and of anything.
  for (const std::uint8_t header : {0x17, 0x27, 0x37, 0x47})
    for (const std::uint8_t mac : {0x00, 0xA5})
      for (const ByteVector& message : plain) {
        ByteVector octets{header, mac, mac, mac, mac, sequence};
        octets.insert(octets.end(), message.begin(), message.end());
        forged.push_back(octets);
      }
  for (const std::uint8_t ksi_and_sequence : {0x00, 0x1F, 0xE0})
    forged.push_back({0xC7, ksi_and_sequence, 0x12, 0x34});
  return forged;
}

/// Sends them as first messages at another eNodeB, with the S-TMSI of the victim.
void forge(Watched& world, const Guti& guti, const Imsi& imsi, std::uint8_t sequence) {
  std::uint32_t connection = 5000;
  for (const ByteVector& nas : forgeries(guti, imsi, sequence)) {
    s1ap::InitialUeMessage message;
    message.enb_ue_s1ap_id = ++connection;
    message.nas_pdu = nas;
    message.tai = world.other_enb.settings().tracking_area;
    message.eutran_cgi = {message.tai.plmn, 2 << 8 | 1};
    message.s_tmsi = STmsi{guti.gummei.code, guti.m_tmsi};
    world.other_enb.send(message, 1);
    world.wait(50ms);
  }
  world.wait(30s);
}

}  // namespace

TEST_CASE("forged_first_messages_change_nothing_of_a_registered_ue_idle_or_connected") {
  for (const bool connected : {false, true}) {
    Watched world;
    auto& victim = world.add_ue(world.enb, 1);
    REQUIRE(world.attach(victim));
    world.wait(1s);
    if (!connected) world.enb.request_release(*victim.connection());
    world.wait(5s);
    const ByteVector before = octets_of(world.record(1));
    const auto sessions = world.gateway.sessions.size();
    forge(world, *victim.guti(), test_imsi(1), static_cast<std::uint8_t>(victim.security().uplink_count));
    CHECK(octets_of(world.record(1)) == before);
    CHECK(world.gateway.sessions.size() == sessions);
    CHECK(world.gateway.sessions.rbegin()->second.access.has_value() == connected);
    CHECK(victim.connected() == connected);
    CHECK(world.mme->connected_ues() == (connected ? 1 : 0));
    CHECK(world.bystander_unchanged());
    // And the UE goes on as if nothing had been.
    CHECK(lab::finish(world.loop, victim.tracking_area_update())->has_value());
  }
}

TEST_CASE("forged_first_messages_disturb_no_procedure_of_the_ue_at_any_of_its_steps") {
  struct Row {
    const char* name;
    bool idle;  ///< At its beginning.
    std::function<Task<bool>(lab::Ue&)> procedure;
  };
  const Row rows[] = {
      {"attach again", true, [](lab::Ue& ue) -> Task<bool> { co_return (co_await ue.attach()).has_value(); }},
      {"service request", true,
       [](lab::Ue& ue) -> Task<bool> { co_return (co_await ue.service_request()).has_value(); }},
      {"tracking area update", true,
       [](lab::Ue& ue) -> Task<bool> { co_return (co_await ue.tracking_area_update()).has_value(); }},
      {"PDN connection", false,
       [](lab::Ue& ue) -> Task<bool> { co_return (co_await ue.connect_pdn(Apn::parse("ims"))).has_value(); }},
      {"detach", false, [](lab::Ue& ue) -> Task<bool> { co_return (co_await ue.detach()).has_value(); }}};
  for (const Row& row : rows)
    for (unsigned step_ms = 0; step_ms <= 16; step_ms += 4) {
      INFO(row.name << " at " << step_ms << " ms");
      Watched world;
      auto& victim = world.add_ue(world.enb, 1);
      REQUIRE(world.attach(victim));
      world.wait(1s);
      if (row.idle) world.enb.request_release(*victim.connection());
      world.wait(5s);
      const Guti guti = *victim.guti();
      world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
      lab::Running running(row.procedure(victim));
      world.wait(std::chrono::milliseconds(step_ms));
      forge(world, guti, test_imsi(1), static_cast<std::uint8_t>(victim.security().uplink_count));
      world.wait(30s);
      REQUIRE(running.done());
      CHECK(running.result());
      CHECK(victim.complaints().empty());
      CHECK(world.enb.complaints().empty());
      CHECK(world.bystander_unchanged());
    }
}

namespace {

/// One message of a UE that is secure, and says nonsense.
void say(Watched& world, lab::Ue& ue, Bytes plain) {
  ByteVector room(plain.size() + 64);
  const auto octets = nas::protect(ue.security_mutable(), nas::Role::ue,
                                   nas::SecurityHeader::integrity_ciphered, plain, room);
  REQUIRE(octets);
  ue.send_octets(*octets);
  world.wait(100ms);
}

/// Says all of it, each in an attach's container too; afterwards the UE, and everybody else, is as before.
void survives(const std::vector<const char*>& messages) {
  Watched world;
  unsigned number = 10;
  for (const char* hex : messages) {
    INFO(hex);
    const ByteVector message = *from_hex(hex);
    auto& ue = world.add_ue(world.enb, ++number);
    REQUIRE(world.attach(ue));
    world.wait(1s);
    say(world, ue, message);
    world.wait(30s);
    REQUIRE(world.record(number));
    CHECK(world.record(number)->emm_state == EmmState::registered);
    if (!ue.connected()) continue;
    CHECK(lab::finish(world.loop, ue.detach())->has_value());
    nas::AttachRequest request;
    request.eps_mobile_identity = test_imsi(500 + number);
    request.ue_network_capability = nas::UeNetworkCapability{{.data = {0xF0, 0x70}, .size = 2}};
    request.esm_message_container = nas::Octets(Bytes(message));
    const PlainMessage attach(request);
    world.first_message(500 + number, attach.bytes());
    world.wait(60s);
    CHECK(world.enb.associated());
  }
  CHECK(world.attach(world.add_ue(world.enb, 2)));
  CHECK(world.bystander_unchanged());
}

}  // namespace

TEST_CASE("N11_pdn_connectivity_request_with_a_type_that_there_is_not_is_survived") {
  survives({"0201d071", "0202d001", "0203d0f1", "0204d017"});
}

TEST_CASE("N12_access_point_names_whose_labels_do_not_fit_are_survived") {
  survives(
      {"0201d0112804ff616263", "0202d01128036162", "0203d0112800", "0204d01128020061", "0205d011280a40"});
}

TEST_CASE("N13_protocol_configuration_options_that_do_not_fit_are_survived") {
  std::string many =
      "0204d0112779"
      "80";
  for (int i = 0; i < 40; ++i) many += "000d00";
  survives({"0201d01127ff80", "0202d011270480000d05", "0203d011270101", many.c_str(), "0205d0117bffff80"});
}

TEST_CASE("N15_N16_emergency_number_lists_and_bodies_of_another_protocol_are_survived") {
  survives({"0201d0113403ffffff", "0202d01134ff01", "07d00111", "0203d0", "0200410000", "0200520000",
            "02ffff", "5200c1", "0755d0", "075e0000", "0748ffffff"});
}
