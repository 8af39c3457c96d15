// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"
#include "mme/test_readable.hpp"

/// Every timer of TS 24.301 tables 10.2.2 and 10.3.2 by which the network repeats itself: at which intervals,
/// how often, and what it gives up with the last expiry.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// One UE that hears nothing of one kind of message.
struct Silent : World {
  Silent() { settings.ciphering = {config::Ciphering::eea0}; }

  template <class Type>
  void never_hears(Type type) {
    ue.behaviour().downlink = [this, type](Bytes message) {
      if (!is(message, type)) return true;
      asked.push_back(loop.now());
      return false;
    };
  }
  void register_ue() {
    REQUIRE(attach(ue));
    wait(1s);
    guti = ue.guti()->m_tmsi;
  }
  /// As far as the network lets it, without the UE's own timers.
  template <class T>
  void begin(Task<T> procedure) {
    const lab::Running running(std::move(procedure));
    wait(500ms);
  }
  void begin_bearer() {
    created.emplace(
        mme->create_bearer({.session = kSession,
                            .imsi = test_imsi(1),
                            .qos = voice_qos(),
                            .tft = tft(),
                            .user_plane = {.teid = 0x2000, .v4 = Ipv4Address::parse("10.0.0.1")}}));
    wait(500ms);
  }
  void have_bearer() {
    begin_bearer();
    REQUIRE(created->done());
    REQUIRE(created->result());
  }
  bool has_bearer(std::uint8_t ebi) { return mme->bearers().find(*record(1), ebi) != nullptr; }
  bool knows(std::uint32_t m_tmsi) { return mme->directory().find_by_m_tmsi(m_tmsi).has_value(); }
  std::size_t erabs() { return enb.erabs(*ue.connection()).size(); }

  lab::Enb& enb = add_enb();
  lab::Ue& ue = add_ue(enb, 1);
  std::vector<Time> asked{};
  std::uint32_t guti = 0;  ///< The one that it has, by its M-TMSI.
  std::optional<lab::Running<sgw::Answer<sgw::CreateBearerResponse>>> created{};
  std::optional<lab::Running<sgw::Answer<void>>> changed{};
};

bool is_gone(Silent& world) {
  return world.mme->connected_ues() == 0;
}

struct NetworkTimer {
  const char* name;
  std::uint32_t config::Mme::* value_ms;
  Duration value;  ///< As the tables have it; of T3413 ours.
  unsigned sent;   ///< In all: the last expiry is of the last one.
  /// The UE is asked for the first time.
  void (*begin)(Silent& world);
  /// What peers see of its end.
  bool (*given_up)(Silent& world);
  /// What is left once it was given up.
  void (*check)(Silent& world);
};

const NetworkTimer kNetworkTimers[] = {
    {"T3413, paging: 5.6.2.3", &config::Mme::t3413_ms, 6s, 3,
     [](Silent& world) {
       world.register_ue();
       world.go_idle(world.enb, world.ue);
       world.enb.on_message = [&world](const s1ap::Message& message) {
         if (message.type == s1ap::MessageType::paging) world.asked.push_back(world.loop.now());
       };
       world.downlink_packet(1);
       world.wait(500ms);
     },
     [](Silent& world) { return world.gateway.sessions.at(1).failed; },
     [](Silent& world) {
       CHECK(world.record(1)->emm_state == EmmState::registered);
       CHECK(world.mme->paging().size() == 0);
     }},
    {"T3422, detach: 5.5.2.3.5 a", &config::Mme::t3422_ms, 6s, 5,
     [](Silent& world) {
       world.register_ue();
       world.never_hears(nas::EmmType::detach_request);
       world.mme->detach(*world.mme->directory().find(test_imsi(1)),
                         nas::NetworkDetachType::reattach_not_required, std::nullopt);
       world.wait(500ms);
     },
     is_gone,
     [](Silent& world) {
       CHECK(world.record(1)->emm_state == EmmState::deregistered);
       CHECK(world.gateway.sessions.empty());
     }},
    {"T3450, attach accept: 5.5.1.2.7 c", &config::Mme::t3450_ms, 6s, 5,
     [](Silent& world) {
       world.never_hears(nas::EmmType::attach_accept);
       world.begin(world.ue.attach());
     },
     is_gone,
     [](Silent& world) {
       CHECK(world.record(1)->emm_state == EmmState::deregistered);
       CHECK(world.knows(world.record(1)->m_tmsi));
       CHECK(world.gateway.sessions.empty());
     }},
    {"T3450, tracking area update accept: 5.5.3.2.7 c", &config::Mme::t3450_ms, 6s, 5,
     [](Silent& world) {
       world.register_ue();
       world.never_hears(nas::EmmType::tracking_area_update_accept);
       world.begin(world.ue.tracking_area_update());
     },
     is_gone,
     [](Silent& world) {
       CHECK(world.record(1)->emm_state == EmmState::registered);
       CHECK(world.record(1)->m_tmsi != world.guti);
       CHECK(world.knows(world.guti));
       CHECK(world.knows(world.record(1)->m_tmsi));
       CHECK(world.gateway.sessions.size() == 1);
     }},
    {"T3450, GUTI reallocation: 5.4.1.6 b", &config::Mme::t3450_ms, 6s, 5,
     [](Silent& world) {
       world.register_ue();
       world.go_idle(world.enb, world.ue);
       world.settings.guti_services_max = 1;
       world.never_hears(nas::EmmType::guti_reallocation_command);
       REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
       world.begin_bearer();  // It waits for its turn.
     },
     [](Silent& world) { return world.created->done(); },
     [](Silent& world) {
       CHECK(world.ue.connected());
       CHECK(world.record(1)->m_tmsi != world.guti);
       CHECK(world.knows(world.guti));
       CHECK(world.knows(world.record(1)->m_tmsi));
       CHECK(world.created->result());
     }},
    {"T3460, authentication: 5.4.2.7 b", &config::Mme::t3460_ms, 6s, 5,
     [](Silent& world) {
       world.never_hears(nas::EmmType::authentication_request);
       world.begin(world.ue.attach());
     },
     is_gone,
     [](Silent& world) {
       CHECK(world.record(1) == nullptr);
       CHECK(world.hss.vectors_given == 1);
     }},
    {"T3460, security mode control: 5.4.3.7 b", &config::Mme::t3460_ms, 6s, 5,
     [](Silent& world) {
       world.never_hears(nas::EmmType::security_mode_command);
       world.begin(world.ue.attach());
     },
     is_gone, [](Silent& world) { CHECK(world.record(1) == nullptr); }},
    {"T3470, identification: 5.4.4.6 b", &config::Mme::t3470_ms, 6s, 5,
     [](Silent& world) {
       world.ue.set_guti(Guti{{*Plmn::parse("00101"), 0x8001, 0x1A}, 0x12345678});
       world.never_hears(nas::EmmType::identity_request);
       world.begin(world.ue.attach());
     },
     is_gone,
     [](Silent& world) {
       CHECK(world.record(1) == nullptr);
       CHECK(world.hss.vectors_given == 0);
     }},
    {"T3485, default bearer: 6.4.1.6 a", &config::Mme::t3485_ms, 8s, 5,
     [](Silent& world) {
       world.register_ue();
       world.never_hears(nas::EsmType::activate_default_eps_bearer_context_request);
       world.begin(world.ue.connect_pdn(Apn::parse("ims")));
       REQUIRE(world.gateway.sessions.size() == 2);
     },
     [](Silent& world) { return world.gateway.sessions.size() == 1; },
     [](Silent& world) {
       CHECK(world.gateway.sessions.contains(1));
       CHECK_FALSE(world.has_bearer(6));
       CHECK(world.erabs() == 1);
     }},
    {"T3485, dedicated bearer: 6.4.2.6 a", &config::Mme::t3485_ms, 8s, 5,
     [](Silent& world) {
       world.register_ue();
       world.never_hears(nas::EsmType::activate_dedicated_eps_bearer_context_request);
       world.begin_bearer();
     },
     [](Silent& world) { return world.created->done(); },
     [](Silent& world) {
       CHECK(world.created->result().error() == gtp::Cause::ue_not_responding);
       CHECK_FALSE(world.has_bearer(6));
       CHECK(world.erabs() == 1);
     }},
    {"T3486, modification: 6.4.3.6 a", &config::Mme::t3486_ms, 8s, 5,
     [](Silent& world) {
       world.register_ue();
       world.have_bearer();
       world.never_hears(nas::EsmType::modify_eps_bearer_context_request);
       world.changed.emplace(
           world.mme->update_bearer({.session = kSession,
                                     .imsi = test_imsi(1),
                                     .ebi = 6,
                                     .tft = tft(nas::Tft::Operation::replace_filters, 6000)}));
       world.wait(500ms);
     },
     [](Silent& world) { return world.changed->done(); },
     [](Silent& world) {
       CHECK(world.changed->result().error() == gtp::Cause::ue_not_responding);
       CHECK(world.has_bearer(6));
       CHECK(world.erabs() == 2);
     }},
    {"T3489, within an attach: 6.6.1.2.6 a", &config::Mme::t3489_ms, 4s, 3,
     [](Silent& world) {
       world.ue.settings().apn = Apn::parse("internet");
       world.never_hears(nas::EsmType::esm_information_request);
       world.begin(world.ue.attach());
     },
     is_gone,
     [](Silent& world) {
       CHECK(world.ue.received(nas::EmmType::attach_reject) == 1);
       CHECK(world.gateway.created == 0);
     }},
    {"T3489, for another PDN connection: 6.6.1.2.6 a", &config::Mme::t3489_ms, 4s, 3,
     [](Silent& world) {
       world.register_ue();
       world.never_hears(nas::EsmType::esm_information_request);
       world.ue.send(nas::EsmMessage(nas::PdnConnectivityRequest{
           .procedure_transaction_identity = 9,
           .esm_information_transfer_flag = nas::EsmInformationTransfer::required}));
       world.wait(500ms);
     },
     [](Silent& world) { return world.ue.received(nas::EsmType::pdn_connectivity_reject) == 1; },
     [](Silent& world) {
       CHECK(world.gateway.created == 1);
       CHECK(world.ue.registered());
     }},
    {"T3495, by the network: 6.4.4.5 a", &config::Mme::t3495_ms, 8s, 5,
     [](Silent& world) {
       world.register_ue();
       world.have_bearer();
       world.never_hears(nas::EsmType::deactivate_eps_bearer_context_request);
       world.changed.emplace(world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6}));
       world.wait(500ms);
     },
     [](Silent& world) { return world.changed->done(); },
     [](Silent& world) {
       CHECK(world.changed->result());
       CHECK_FALSE(world.has_bearer(6));
       CHECK(world.erabs() == 1);
     }},
    {"T3495, by the UE: 6.4.4.5 a", &config::Mme::t3495_ms, 8s, 5,
     [](Silent& world) {
       world.register_ue();
       REQUIRE(*lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims"))));
       world.never_hears(nas::EsmType::deactivate_eps_bearer_context_request);
       world.begin(world.ue.disconnect_pdn(6));
       world.begin_bearer();  // It waits for its turn.
     },
     [](Silent& world) { return world.created->done(); },
     [](Silent& world) {
       CHECK(world.gateway.sessions.size() == 1);
       CHECK(world.created->result());
       CHECK(world.erabs() == 2);
     }},
};

}  // namespace

TEST_CASE("10_2_10_3_every_timer_of_the_network_repeats_and_gives_up_as_its_clause_says") {
  constexpr Duration kSlack = 100ms;
  for (const NetworkTimer& timer : kNetworkTimers) {
    INFO(timer.name);
    Silent world;
    CHECK(std::chrono::milliseconds(world.settings.*timer.value_ms) == timer.value);
    timer.begin(world);
    REQUIRE(world.asked.size() == 1);

    const Time last_expiry = world.asked.front() + timer.value * timer.sent;
    world.wait(last_expiry - kSlack - world.loop.now());
    CHECK(world.asked.size() == timer.sent);
    CHECK_FALSE(timer.given_up(world));
    world.wait(2 * kSlack);
    CHECK(timer.given_up(world));

    world.wait(3 * timer.value);
    CHECK(world.asked.size() == timer.sent);
    for (std::size_t i = 1; i < world.asked.size(); ++i) {
      const Duration late = world.asked[i] - world.asked[i - 1] - timer.value;
      CHECK((late >= Duration::zero() && late < kSlack));
    }
    timer.check(world);
    CHECK(world.complaints() == "");
  }
}
