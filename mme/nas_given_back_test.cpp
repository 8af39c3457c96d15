// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_bearing.hpp"
#include "mme/test_readable.hpp"

/// A NAS message that an eNodeB could not deliver since it hands its UE over is sent once more when that has
/// succeeded or failed: TS 24.301 §5.4.2.7 j, and the same for every other procedure of the network.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// One UE that is registered and connected, and whose eNodeB gives back every NAS message but E-RABs' from
/// some moment on.
struct Leaving : World {
  Leaving() {
    settings.ciphering = {config::Ciphering::eea0};
    enb.on_message = [this](const s1ap::Message& message) {
      if (message.type == s1ap::MessageType::downlink_nas_transport && enb.behaviour().busy_with_handover)
        ++given_back;
    };
    REQUIRE(attach(ue));
    wait(1s);
  }
  void busy() { enb.behaviour().busy_with_handover = s1ap::CauseRadioNetwork::x2_handover_triggered; }
  /// From the UE's next message of this type on.
  void busy_after(nas::EmmType type) {
    ue.behaviour().uplink = [this, type](ByteVector& message) {
      if (is(message, type)) busy();
      return true;
    };
  }
  /// The UE misses the message with which the bearer's E-RAB comes, changes or goes: from then on NAS
  /// messages go alone.
  template <class Type>
  void misses_first(Type type) {
    ue.behaviour().downlink = [this, type, missed = false](Bytes message) mutable {
      if (!is(message, type) || std::exchange(missed, true)) return true;
      busy();
      return false;
    };
  }
  /// On a connection of which it has not said yet which device it is.
  void come_again() {
    go_idle(enb, ue);
    REQUIRE(*lab::finish(loop, ue.service_request()));
    wait(1s);
  }
  sgw::CreateBearerRequest bearer() {
    return {.session = kSession,
            .imsi = test_imsi(1),
            .qos = voice_qos(),
            .tft = tft(),
            .user_plane = {.teid = 0x2000, .v4 = Ipv4Address::parse("10.0.0.1")}};
  }
  /// The X2 handover, to its end.
  void hand_over() {
    const auto moved = lab::finish(loop, target.take_over(enb, *ue.connection()));
    REQUIRE(moved);
    REQUIRE(*moved);
  }
  /// An S1 handover that its MME refuses: it is over at once.
  void fail_to_hand_over() {
    auto nobody = target.as_target();
    nobody.global_enb_id.enb_id = s1ap::MacroEnbId{0xBEEF};
    const auto order = lab::finish(loop, enb.prepare_handover(*ue.connection(), nobody));
    REQUIRE(order);
    REQUIRE_FALSE(*order);
  }
  std::size_t heard(std::variant<nas::EmmType, nas::EsmType> type) const {
    return std::visit([this](auto one) { return ue.received(one); }, type);
  }

  lab::Enb& enb = add_enb(1);
  lab::Enb& target = add_enb(2);
  lab::Ue& ue = add_ue(enb, 1);
  unsigned given_back = 0;
};

Task<bool> attach(Leaving& world) {
  co_return (co_await world.ue.attach()).has_value();
}
Task<bool> update(Leaving& world) {
  co_return (co_await world.ue.tracking_area_update()).has_value();
}
Task<bool> service(Leaving& world) {
  co_return (co_await world.ue.service_request()).has_value();
}
Task<bool> connect(Leaving& world) {
  co_return (co_await world.ue.connect_pdn(Apn::parse("ims"))).has_value();
}
Task<bool> disconnect(Leaving& world) {
  co_return (co_await world.ue.disconnect_pdn(6)).has_value();
}
Task<bool> create(Leaving& world) {
  co_return (co_await world.mme->create_bearer(world.bearer())).has_value();
}
Task<bool> modify(Leaving& world) {
  co_return (co_await world.mme->update_bearer({.session = kSession,
                                                .imsi = test_imsi(1),
                                                .ebi = 6,
                                                .tft = tft(nas::Tft::Operation::replace_filters, 6000)}))
      .has_value();
}
Task<bool> remove(Leaving& world) {
  co_return (co_await world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6}))
      .has_value();
}
Task<bool> detach(Leaving& world) {
  world.mme->detach(*world.mme->directory().find(test_imsi(1)), nas::NetworkDetachType::reattach_not_required,
                    std::nullopt);
  co_return (co_await world.ue.network_detach(1min)).has_value();
}
/// As the UE's own attach would, it says what it wants only when it is asked.
Task<bool> connect_by_esm_information(Leaving& world) {
  world.ue.settings().apn = Apn::parse("ims");
  world.ue.send(nas::EsmMessage(
      nas::PdnConnectivityRequest{.procedure_transaction_identity = 1,
                                  .esm_information_transfer_flag = nas::EsmInformationTransfer::required}));
  for (unsigned waits = 0; waits < 50 && world.ue.bearer(6) == nullptr; ++waits)
    co_await sleep(world.loop, 100ms);
  co_return world.ue.bearer(6) != nullptr;
}

void needs_new_keys(Leaving& world) {
  world.ue.settings().network_capability.octets.data[0] = 0xE0;
}

struct GivenBack {
  const char* name;
  std::variant<nas::EmmType, nas::EsmType> type;
  void (*prepare)(Leaving& world);
  Task<bool> (*run)(Leaving& world);
  bool may_leave = true;
  bool waits = true;  ///< What was run is not over without it.
};

const GivenBack kGivenBack[] = {
    {"authentication: 5.4.2.7 j", nas::EmmType::authentication_request,
     [](Leaving& world) {
       needs_new_keys(world);
       world.busy();
     },
     update},
    {"security mode control: 5.4.3.7", nas::EmmType::security_mode_command,
     [](Leaving& world) {
       needs_new_keys(world);
       world.busy_after(nas::EmmType::authentication_response);
     },
     update},
    {"identification: 5.4.4.6", nas::EmmType::identity_request,
     [](Leaving& world) {
       ImeiLock lock{.on_mismatch = ImeiMismatch::reject};
       REQUIRE(parse_imei_lock(world.ue.settings().imei.text().substr(0, 8), lock));
       world.hss.imei_locks[test_imsi(1)] = lock;
       world.come_again();
       world.busy();
     },
     connect},
    {"GUTI reallocation: 5.4.1.6", nas::EmmType::guti_reallocation_command,
     [](Leaving& world) {
       world.go_idle(world.enb, world.ue);
       world.settings.guti_services_max = 1;
       world.busy();
     },
     service, true, false},
    {"tracking area update accept: 5.5.3.2.7", nas::EmmType::tracking_area_update_accept,
     [](Leaving& world) { world.busy(); }, update},
    // Where a UE goes before its attach is complete: moved_between_answers_test.cpp.
    {"attach accept", nas::EmmType::attach_accept,
     [](Leaving& world) { world.misses_first(nas::EmmType::attach_accept); }, attach, false},
    {"detach: 5.5.2.3.5", nas::EmmType::detach_request, [](Leaving& world) { world.busy(); }, detach},
    {"ESM information: 6.6.1.2.6", nas::EsmType::esm_information_request,
     [](Leaving& world) { world.busy(); }, connect_by_esm_information},
    {"default bearer: 6.4.1.6", nas::EsmType::activate_default_eps_bearer_context_request,
     [](Leaving& world) { world.misses_first(nas::EsmType::activate_default_eps_bearer_context_request); },
     connect},
    {"dedicated bearer: 6.4.2.6", nas::EsmType::activate_dedicated_eps_bearer_context_request,
     [](Leaving& world) { world.misses_first(nas::EsmType::activate_dedicated_eps_bearer_context_request); },
     create},
    {"modification: 6.4.3.6", nas::EsmType::modify_eps_bearer_context_request,
     [](Leaving& world) {
       REQUIRE(*lab::finish(world.loop, create(world)));
       world.busy();
     },
     modify},
    {"deactivation by the network: 6.4.4.5", nas::EsmType::deactivate_eps_bearer_context_request,
     [](Leaving& world) {
       REQUIRE(*lab::finish(world.loop, create(world)));
       world.misses_first(nas::EsmType::deactivate_eps_bearer_context_request);
     },
     remove},
    {"deactivation by the UE: 6.4.4.5", nas::EsmType::deactivate_eps_bearer_context_request,
     [](Leaving& world) {
       REQUIRE(*lab::finish(world.loop, connect(world)));
       world.misses_first(nas::EsmType::deactivate_eps_bearer_context_request);
     },
     disconnect},
};

}  // namespace

TEST_CASE("5_4_2_7_j_every_request_that_is_given_back_for_a_handover_is_sent_again_once_when_that_is_over") {
  for (const GivenBack& row : kGivenBack)
    for (const bool arrives : {true, false}) {
      if (arrives && !row.may_leave) continue;
      INFO(row.name << (arrives ? ", and the UE arrives" : ", and the handover fails"));
      Leaving world;
      row.prepare(world);
      const std::size_t before = world.heard(row.type);
      lab::Running running(row.run(world));
      REQUIRE(world.loop.run_until([&world] { return world.given_back == 1; }, 10s));
      world.wait(100ms);
      CHECK(world.given_back == 1);
      CHECK(world.heard(row.type) == before);
      CHECK(running.done() != row.waits);

      world.enb.behaviour().busy_with_handover.reset();
      arrives ? world.hand_over() : world.fail_to_hand_over();
      world.wait(1s);
      CHECK(world.heard(row.type) == before + 1);
      REQUIRE(running.done());
      CHECK(running.result());
      world.wait(1min);
      CHECK(world.heard(row.type) == before + 1);
      CHECK(world.complaints() == "");
    }
}
