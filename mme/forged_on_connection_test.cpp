// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/messages.hpp"
#include "mme/every_uplink_message.hpp"
#include "mme/test_procedures.hpp"
#include "mme/test_watched_world.hpp"

/// Whoever can send on a UE's own connection, and has no key of it: TS 24.301 §4.4.4.3, TS 33.401 §8.1.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

constexpr unsigned kStranger = 777;

struct Forger : ProcedureWorld {
  Forger() {
    ue.behaviour().uplink = [this](ByteVector& message) {
      const auto envelope = nas::read_envelope(message);
      if (!ue.connected()) secure = false;
      if (envelope && envelope->header != nas::SecurityHeader::plain) {
        secure = true;
        said.push_back(message);
      }
      return true;
    };
  }
  void say(Bytes octets) {
    if (ue.connection()) at().uplink_nas(*ue.connection(), octets);
  }
  /// Everything that can be said without a key, and everything that was said before.
  void forge_all() {
    const SpokenOf of{ue.guti().value_or(Guti{}), test_imsi(kStranger)};
    const auto sequence = static_cast<std::uint8_t>(ue.security().uplink_count);
    for (const UplinkMessage& one : every_uplink_message(of)) {
      if (secure || !one.taken_without_proof) say(one.plain);
      for (const std::uint8_t header : {1, 2, 3, 4}) {
        // §4.4.4.3: what is not ciphered may be processed in spite of its MAC.
        const bool readable = header == 1 || header == 3;
        if (!secure && readable && (one.taken_without_proof || one.taken_with_wrong_mac)) continue;
        for (const std::uint8_t mac : {0x00, 0xA5}) say(with_mac(one.plain, header, mac, sequence));
      }
    }
    if (!secure) return;
    const auto ksi_and_sequence = static_cast<std::uint8_t>(ue.security().ksi << 5 | (sequence & 0x1F));
    say(ByteVector{0xC7, ksi_and_sequence, 0x00, 0x00});
    say(ByteVector{0xC7, ksi_and_sequence, 0xA5, 0xA5});
    for (const ByteVector& before : said) say(before);
  }

  std::vector<ByteVector> said{};  ///< By the UE, all that was protected.
  bool secure = false;             ///< Something protected was said on this connection.
};

enum class Begins { attach, update };

/// A registered UE that has lost its keys attaches, and its name too, or updates: one message is put into its
/// mouth.
struct Unproven : Watched {
  explicit Unproven(Begins begins_) : begins(begins_) {
    REQUIRE(attach(victim));
    wait(1s);
    go_idle(enb, victim);
    wait(5s);
    guti = *victim.guti();
    victim.security_mutable() = {};
    if (begins == Begins::attach) victim.set_guti(Guti{guti.gummei, guti.m_tmsi ^ 0xFFFF});
    before = octets_of(record(1));
    victim.behaviour().uplink = [this](ByteVector& message) {
      const auto envelope = nas::read_envelope(message);
      secure = secure || (envelope && envelope->header != nas::SecurityHeader::plain);
      return true;
    };
    net.faults().delay_min = net.faults().delay_max = 1ms;
  }

  Task<bool> procedure() {
    if (begins == Begins::attach) co_return (co_await victim.attach()).has_value();
    co_return (co_await victim.tracking_area_update({.active = true})).has_value();
  }

  Begins begins;
  lab::Ue& victim = add_ue(enb, 1);
  Guti guti;
  ByteVector before;
  bool secure = false;
};

/// At which milliseconds of the procedure the message ends it, and with "!" where it ends the registration
/// too. Nothing else may come of it, and the UE attaches then.
std::string ended_by(const ByteVector& message, Begins begins) {
  std::string steps;
  for (unsigned step_ms = 0; step_ms < 100; ++step_ms) {
    INFO("at " << step_ms << " ms");
    Unproven world(begins);
    lab::Running running(world.procedure());
    world.wait(std::chrono::milliseconds(step_ms));
    if (world.secure) return steps;
    if (!world.enb.mme_ue_s1ap_id(*world.victim.connection())) continue;
    world.enb.uplink_nas(*world.victim.connection(), message);
    world.wait(60s);
    REQUIRE(running.done());
    if (!running.result()) {
      const bool registered = world.record(1)->emm_state == EmmState::registered;
      steps += std::to_string(step_ms) + (registered ? " " : "! ");
      CHECK((octets_of(world.record(1)) == world.before) == registered);
      CHECK(world.gateway.sessions.size() == (registered ? 2 : 1));
      CHECK(world.mme->connected_ues() == 0);
    }
    CHECK(world.record(kStranger) == nullptr);
    CHECK(world.attach(world.victim));
    world.wait(1s);
    CHECK(world.record(1)->emm_state == EmmState::registered);
    CHECK(world.gateway.sessions.size() == 2);
    CHECK(world.bystander_unchanged());
  }
  return steps + "never secure";
}

}  // namespace

TEST_CASE("4_4_4_3_what_may_be_unproven_on_a_ues_own_connection_ends_at_most_what_proves_nothing_yet") {
  // In the attach the challenge waits for its answer at 2 and 3 ms, SECURITY MODE COMMAND at 4 and 5; in the
  // update, before which nobody asks for the IMSI, that command does at 2 and 3.
  struct Ends {
    std::string attach;
    std::string update;
  };
  const std::map<std::string, Ends> expected{
      {"ATTACH REQUEST", {"2 3 4 5 ", "2 3 "}},  // Of another SIM, which this one is none.
      // Of a registered UE, which would answer in good faith whatever it was asked for it.
      {"DETACH REQUEST", {"", ""}},
      {"DETACH REQUEST, switch off", {"2 3 4 5 ", "2 3 "}},
      {"DETACH ACCEPT", {"", ""}},
      {"TRACKING AREA UPDATE REQUEST", {"", ""}},
      {"EXTENDED SERVICE REQUEST", {"", ""}},
      {"CONTROL PLANE SERVICE REQUEST", {"", ""}},
      {"AUTHENTICATION RESPONSE", {"2 3 ", ""}},
      {"AUTHENTICATION FAILURE", {"2 3 ", ""}},
      {"IDENTITY RESPONSE, IMSI", {"", ""}},  // The UE's own comes first.
      {"SECURITY MODE REJECT", {"4 5 ", "2 3 "}},
  };
  for (const Begins begins : {Begins::attach, Begins::update}) {
    const Guti guti = Unproven(begins).guti;
    std::size_t rows = 0;
    for (const UplinkMessage& one : every_uplink_message({guti, test_imsi(kStranger)})) {
      if (!one.taken_with_wrong_mac) continue;
      ++rows;
      INFO(one.name << (begins == Begins::attach ? " in an attach" : " in an update"));
      const Ends& ends = expected.at(one.name);
      const std::string& steps = begins == Begins::attach ? ends.attach : ends.update;
      if (one.taken_without_proof) CHECK(ended_by(one.plain, begins) == steps);
      CHECK(ended_by(with_mac(one.plain, 1, 0, 0), begins) == steps);
      CHECK(ended_by(with_mac(one.plain, 3, 0xA5, 0), begins) == steps);
    }
    CHECK(rows == expected.size());
    CHECK(ended_by({0xC7, 0x00, 0x12, 0x34}, begins) == "");
  }
}

TEST_CASE("nothing_that_is_forged_or_replayed_on_a_ues_own_connection_does_anything_in_any_state") {
  disturb_every_procedure<Forger>([](Forger& world) {
    world.forge_all();
    CHECK(world.record(kStranger) == nullptr);
  });
}
