// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "mme/test_bearing.hpp"

/// TS 24.301 §4.4.5, TS 33.401 §8.2: from SECURITY MODE COMMAND on no message leaves readable.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A UE of a network with ciphering, which looks at each downlink message before it opens it.
struct Ciphered : World {
  Ciphered() {
    settings.ciphering = config::Mme{}.ciphering;  // As operators get it.
    ue.behaviour().downlink = [this](Bytes message) {
      judge(message);
      return true;
    };
  }
  void judge(Bytes message) {
    const auto envelope = nas::read_envelope(message);
    REQUIRE(envelope);
    if (envelope->header == nas::SecurityHeader::plain) {
      const auto peeked = nas::peek(message);
      REQUIRE(peeked);
      INFO(nas::name_of(peeked->emm_type));
      CHECK_FALSE(secured);
      return;
    }
    if (nas::claimed_security_mode_command(message)) {
      secured = true;
      seen.insert("security mode command");
      return;
    }
    nas::EpsSecurityContext keys = ue.security();
    ByteVector room(message.size());
    const auto opened = nas::open(keys, nas::Role::ue, message, room);
    REQUIRE(opened);
    const Bytes plain = opened->message();
    const auto peeked = nas::peek(plain);
    REQUIRE(peeked);
    const std::string name(peeked->discriminator == nas::kEsmDiscriminator ? nas::name_of(peeked->esm_type)
                                                                           : nas::name_of(peeked->emm_type));
    INFO(name);
    CHECK(envelope->header == nas::SecurityHeader::integrity_ciphered);
    CHECK(std::ranges::search(message, plain).empty());
    seen.insert(name);
  }
  /// The UE says these plain octets, under its keys.
  void say(const PlainMessage& plain) {
    ByteVector room(plain.bytes().size() + 16);
    const auto octets = nas::protect(ue.security_mutable(), nas::Role::ue,
                                     nas::SecurityHeader::integrity_ciphered, plain.bytes(), room);
    REQUIRE(octets);
    ue.send_octets(*octets);
    wait(500ms);
  }
  void attach_ue() {
    REQUIRE(attach(ue));
    wait(1s);
    CHECK(ue.security().algorithms.ciphering == CipheringAlgorithm::eea2);
  }

  lab::Enb& enb = add_enb(1);
  lab::Enb& other = add_enb(2);
  lab::Ue& ue = add_ue(enb, 1);
  std::set<std::string> seen{};  ///< Under keys, or to take them.
  bool secured = false;
};

}  // namespace

TEST_CASE("NAS_confidentiality_protection_covers_every_message_of_every_procedure") {
  Ciphered world;
  world.other.settings_mutable().tracking_area.tac = 9;
  REQUIRE(lab::finish(world.loop, world.other.setup()));
  world.settings.guti_services_max = 1;
  world.attach_ue();

  // Sessions and bearers.
  REQUIRE(*lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims"))));
  CHECK_FALSE(*lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("nowhere"))));
  const auto created = lab::finish(
      world.loop,
      world.mme->create_bearer({.session = kSession,
                                .imsi = test_imsi(1),
                                .qos = voice_qos(),
                                .tft = tft(),
                                .user_plane = {.teid = 7, .v4 = Ipv4Address::parse("10.0.0.1")}}));
  REQUIRE((created && *created));
  const std::uint8_t dedicated = (*created)->ebi;
  REQUIRE(*lab::finish(
      world.loop, world.mme->update_bearer(
                      {.session = kSession, .imsi = test_imsi(1), .ebi = dedicated, .qos = voice_qos(128)})));
  REQUIRE(*lab::finish(
      world.loop, world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = dedicated})));
  REQUIRE(*lab::finish(world.loop, world.ue.disconnect_pdn(6)));
  world.wait(1s);
  CHECK_FALSE(*lab::finish(world.loop, world.ue.disconnect_pdn(5)));
  world.gateway.refuses = gtp::Cause::no_resources_available;
  CHECK_FALSE(*lab::finish(world.loop, world.ue.allocate_resource(5, tft(), {.qci = 8})));
  world.gateway.refuses.reset();

  // What it says that nobody waits for.
  world.say(PlainMessage(nas::EsmInformationResponse{.procedure_transaction_identity = 99}));
  world.say(PlainMessage(nas::GutiReallocationComplete{}));
  const ByteVector two{1, 2};
  world.say(PlainMessage(nas::UplinkNasTransport{nas::Octets(Bytes(two))}));

  // Mobility.
  world.go_idle(world.enb, world.ue);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  REQUIRE(
      *lab::finish(world.loop, world.ue.extended_service_request(nas::ServiceType::packet_services_via_s1)));
  world.wait(1s);
  world.go_idle(world.enb, world.ue);
  CHECK_FALSE(*lab::finish(
      world.loop, world.ue.extended_service_request(nas::ServiceType::mobile_originating_cs_fallback)));
  world.wait(1s);
  if (world.ue.connected()) world.go_idle(world.enb, world.ue);
  world.ue.move_to(world.other);
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update({.active = true})));
  world.wait(1s);

  // Both detaches.
  REQUIRE(*lab::finish(world.loop, world.ue.detach()));
  world.wait(1s);
  world.attach_ue();
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    std::nullopt);
  world.wait(1s);

  const char* expected[] = {"security mode command",
                            "attach accept",
                            "EMM information",
                            "activate default EPS bearer context request",
                            "PDN connectivity reject",
                            "activate dedicated EPS bearer context request",
                            "modify EPS bearer context request",
                            "deactivate EPS bearer context request",
                            "PDN disconnect reject",
                            "bearer resource allocation reject",
                            "ESM status",
                            "EMM status",
                            "GUTI reallocation command",
                            "service reject",
                            "tracking area update accept",
                            "detach accept",
                            "detach request"};
  for (const char* name : expected) {
    INFO(name);
    CHECK(world.seen.contains(name));
  }
  CHECK(world.complaints() == "");
}
