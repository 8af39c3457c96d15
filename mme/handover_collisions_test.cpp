// SPDX-License-Identifier: Apache-2.0
// What an eNodeB refuses, or gives back, since it is about to hand its UE over: TS 23.401 §5.5.1.1.1,
// §5.5.1.2.1, TS 24.301 §5.4.2.7 j, TS 36.413 §8.2.1.4, §8.6.2.4.
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// A UE whose eNodeB is about to hand it over, and the eNodeB that it goes to.
struct Leaving : Bearing {
  lab::Enb& target = world.add_enb(2);

  void busy(s1ap::Cause cause = s1ap::CauseRadioNetwork::x2_handover_triggered) {
    enb.behaviour().busy_with_handover = cause;
  }
  void not_busy() { enb.behaviour().busy_with_handover.reset(); }
  /// The X2 handover, to its end.
  void hand_over() {
    const auto moved = lab::finish(world.loop, target.take_over(enb, *ue.connection()));
    REQUIRE(moved);
    REQUIRE(*moved);
    world.wait(1s);
  }
  /// An S1 handover that its MME refuses: it is over at once.
  void fail_to_hand_over() {
    auto nobody = target.as_target();
    nobody.global_enb_id.enb_id = s1ap::MacroEnbId{0xBEEF};
    const auto order = lab::finish(world.loop, enb.prepare_handover(*ue.connection(), nobody));
    REQUIRE(order);
    REQUIRE_FALSE(*order);
    world.wait(1s);
  }
  std::vector<std::uint8_t> erabs_at(lab::Enb& of) {
    std::vector<std::uint8_t> ids;
    for (const lab::Erab& erab : of.erabs(*ue.connection())) ids.push_back(erab.erab_id);
    return ids;
  }
};

}  // namespace

TEST_CASE("bearer_that_an_enb_refuses_for_a_handover_comes_up_at_the_target") {
  Leaving t;
  t.busy(GENERATE(as<s1ap::Cause>(), s1ap::CauseRadioNetwork::x2_handover_triggered,
                  s1ap::CauseRadioNetwork::s1_intra_system_handover_triggered,
                  s1ap::CauseRadioNetwork::s1_inter_system_handover_triggered,
                  s1ap::CauseRadioNetwork::interaction_with_other_procedure));
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  REQUIRE_FALSE(created.done());
  t.hand_over();
  REQUIRE(created.done());
  REQUIRE(created.result());
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  CHECK(created.result()->access.v4 == t.target.settings().gtpu_v4);
  REQUIRE(t.ue.bearer(6));
  CHECK(t.ue.received(nas::EsmType::activate_dedicated_eps_bearer_context_request) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("what_an_enb_refused_for_a_handover_is_asked_again_when_that_has_failed_or_never_came") {
  Leaving t;
  t.busy();
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  REQUIRE_FALSE(created.done());
  t.not_busy();
  SECTION("it has failed") {
    t.fail_to_hand_over();
  }
  SECTION("it never came") {
    t.world.wait(std::chrono::milliseconds(t.world.settings.handover_completion_ms));
  }
  REQUIRE(created.done());
  REQUIRE(created.result());
  CHECK(t.erabs() == 2);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("enb_that_refuses_for_a_handover_for_ever_is_not_asked_for_ever") {
  Leaving t;
  t.busy(GENERATE(as<s1ap::Cause>(), s1ap::CauseRadioNetwork::x2_handover_triggered,
                  s1ap::CauseRadioNetwork::s1_intra_system_handover_triggered));
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(2min);
  REQUIRE(created.done());
  REQUIRE_FALSE(created.result());
  // The gateway tries again when the UE's bearers come up next.
  CHECK(created.result().error() == gtp::Cause::temporarily_rejected_due_to_handover);
  CHECK(t.enb.received(s1ap::MessageType::erab_setup_request) < 8);
  CHECK(t.bearers_of_record() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("bearer_that_was_asked_of_an_enb_which_the_ue_has_left_is_asked_of_the_next") {
  Leaving t;
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(1s);
  t.hand_over();
  REQUIRE(created.done());
  REQUIRE(created.result());
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  CHECK(t.world.complaints() == "");
}

TEST_CASE("pdn_connection_that_meets_a_handover_comes_up_at_the_target") {
  Leaving t;
  t.busy();
  lab::Running connected(t.ue.connect_pdn(Apn::parse("ims")));
  t.world.wait(1s);
  REQUIRE_FALSE(connected.done());
  t.hand_over();
  REQUIRE(connected.done());
  REQUIRE(connected.result());
  CHECK(t.erabs_at(t.target) == std::vector<std::uint8_t>{5, 6});
  CHECK(t.ue.received(nas::EsmType::pdn_connectivity_reject) == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("qos_that_an_enb_refuses_to_change_for_a_handover_changes_at_the_target") {
  Leaving t;
  REQUIRE(t.create());
  t.busy();
  lab::Running updated(t.world.mme->update_bearer(
      {.session = kSession, .imsi = test_imsi(1), .ebi = 6, .qos = voice_qos(128)}));
  t.world.wait(1s);
  REQUIRE_FALSE(updated.done());
  t.hand_over();
  REQUIRE(updated.done());
  CHECK(updated.result());
  CHECK(t.kept(6)->qos.gbr.uplink_kbps == 128);
  CHECK(t.ue.bearer(6)->rates->gbr_uplink == 128);
  CHECK(t.target.received(s1ap::MessageType::erab_modify_request) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("bearer_that_ends_while_its_ue_is_handed_over_ends_at_the_ue_too") {
  Leaving t;
  REQUIRE(t.create());
  t.busy();
  lab::Running removed(t.world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6}));
  t.world.wait(1s);
  REQUIRE_FALSE(removed.done());
  lab::Enb* at = &t.target;
  SECTION("it arrives") {
    t.hand_over();
  }
  SECTION("it stays") {
    t.not_busy();
    t.fail_to_hand_over();
    at = &t.enb;
  }
  REQUIRE(removed.done());
  CHECK(removed.result());
  CHECK(t.erabs_at(*at) == std::vector<std::uint8_t>{5});
  CHECK(t.ue.received(nas::EsmType::deactivate_eps_bearer_context_request) == 1);
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_ambr_that_an_enb_refuses_for_a_handover_is_told_again_when_that_has_failed") {
  Leaving t;
  t.busy();
  hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
  request.change.ue_ambr = gtp::Ambr{3'000'000, 4'000'000};
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(request)));
  t.world.wait(1s);
  const auto told = t.enb.received(s1ap::MessageType::ue_context_modification_request);
  t.not_busy();
  std::optional<std::uint64_t> ambr;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* again = message.as<s1ap::UeContextModificationRequest>())
      ambr = again->ue_aggregate_maximum_bitrate->ue_aggregate_maximum_bit_rate_ul;
  };
  t.fail_to_hand_over();
  t.enb.on_message = nullptr;
  CHECK(t.enb.received(s1ap::MessageType::ue_context_modification_request) == told + 1);
  CHECK(ambr == 3'000'000);
}

TEST_CASE("nas_message_that_an_enb_gives_back_for_a_handover_is_sent_at_its_end") {
  Leaving t;
  // Nothing repeats this one, but the UE itself after eight seconds.
  t.world.settings.handover_completion_ms = 3000;
  t.busy();
  lab::Running connected(t.ue.connect_pdn(Apn::parse("nowhere")));
  t.world.wait(1s);
  REQUIRE_FALSE(connected.done());
  CHECK(t.ue.received(nas::EsmType::pdn_connectivity_reject) == 0);
  SECTION("the UE has gone to the target") {
    t.hand_over();
  }
  SECTION("the handover has failed") {
    t.not_busy();
    t.fail_to_hand_over();
  }
  SECTION("the handover never came") {
    t.not_busy();
    t.world.wait(std::chrono::milliseconds(t.world.settings.handover_completion_ms));
  }
  REQUIRE(connected.done());
  REQUIRE_FALSE(connected.result());
  CHECK(connected.result().error().esm_cause == nas::EsmCause::missing_or_unknown_apn);
  CHECK(t.ue.received(nas::EsmType::pdn_connectivity_reject) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("nas_message_that_was_never_sent_is_not_sent_when_an_enb_gives_it_back") {
  Leaving t;
  const auto give_back = [&](ByteVector pdu) {
    s1ap::NasNonDeliveryIndication indication;
    indication.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
    indication.enb_ue_s1ap_id = *t.ue.connection();
    indication.nas_pdu = pdu;
    indication.cause = s1ap::CauseRadioNetwork::x2_handover_triggered;
    t.enb.send(indication, 1);
    t.world.wait(100ms);
  };
  const auto sent = t.enb.received(s1ap::MessageType::downlink_nas_transport);
  give_back({});
  give_back({0x07});
  give_back({0x07, 0x45, 0x09});                                // Plain: nobody sent it.
  give_back({0x27, 0x01, 0x02, 0x03, 0x04, 0x03, 0x07, 0x45});  // Under keys of nobody.
  t.hand_over();
  CHECK(t.enb.received(s1ap::MessageType::downlink_nas_transport) == sent);
  CHECK(t.target.received(s1ap::MessageType::downlink_nas_transport) == 0);
  CHECK(t.ue.registered());
}

TEST_CASE("nas_message_that_was_given_back_and_repeated_by_its_timer_is_not_sent_once_more") {
  Leaving t;
  REQUIRE(t.create());
  t.world.settings.t3486_ms = 2000;
  t.busy();
  const ByteVector filters = tft(nas::Tft::Operation::replace_filters, 6000);
  lab::Running updated(
      t.world.mme->update_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6, .tft = filters}));
  t.world.wait(1s);
  REQUIRE_FALSE(updated.done());
  t.not_busy();
  t.world.wait(2s);
  REQUIRE(updated.done());
  CHECK(updated.result());
  // What it says may have been overtaken by now.
  t.world.wait(1min);
  CHECK(t.ue.received(nas::EsmType::modify_eps_bearer_context_request) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("enb_that_gives_everything_back_for_handovers_that_never_come_is_not_sent_it_for_ever") {
  Leaving t;
  t.busy(GENERATE(as<s1ap::Cause>(), s1ap::CauseRadioNetwork::x2_handover_triggered,
                  s1ap::CauseRadioNetwork::s1_intra_system_handover_triggered));
  const auto sent = t.enb.received(s1ap::MessageType::downlink_nas_transport);
  // Answered with ESM STATUS, which nothing repeats.
  t.ue.send(nas::EsmMessage(nas::EsmInformationResponse{.procedure_transaction_identity = 9}));
  t.world.wait(5min);
  const auto times = t.enb.received(s1ap::MessageType::downlink_nas_transport) - sent;
  CHECK(times > 1);
  CHECK(times <= 5);
  CHECK(t.ue.registered());
}

TEST_CASE("enb_whose_handovers_came_at_last_is_believed_again_that_another_is_coming") {
  Leaving t;
  t.busy();
  const auto ask_for_status = [&] {
    t.ue.send(nas::EsmMessage(nas::EsmInformationResponse{.procedure_transaction_identity = 9}));
    t.world.wait(1s);
  };
  ask_for_status();
  t.world.wait(5min);
  // It has cried wolf too often: what it gives back now is given up.
  const auto sent = t.enb.received(s1ap::MessageType::downlink_nas_transport);
  ask_for_status();
  t.world.wait(1min);
  CHECK(t.enb.received(s1ap::MessageType::downlink_nas_transport) == sent + 1);
  t.not_busy();
  t.hand_over();
  t.target.behaviour().busy_with_handover = s1ap::CauseRadioNetwork::s1_intra_system_handover_triggered;
  ask_for_status();
  t.target.behaviour().busy_with_handover.reset();
  CHECK_FALSE(t.ue.status_cause());
  t.world.wait(std::chrono::milliseconds(t.world.settings.handover_completion_ms));
  CHECK(t.ue.status_cause());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("handover_that_was_announced_and_never_came_holds_nothing_back_that_comes_later") {
  Leaving t;
  REQUIRE(t.create());
  t.busy(s1ap::CauseRadioNetwork::s1_intra_system_handover_triggered);
  std::optional<lab::Running<sgw::Answer<void>>> updated;
  bool asks_status = false;
  std::optional<std::uint64_t> ambr;
  SECTION("announced for an E-RAB") {
    updated.emplace(t.world.mme->update_bearer(
        {.session = kSession, .imsi = test_imsi(1), .ebi = 6, .qos = voice_qos(128)}));
  }
  SECTION("announced for a NAS message") {
    asks_status = true;
    t.ue.send(nas::EsmMessage(nas::EsmInformationResponse{.procedure_transaction_identity = 9}));
  }
  SECTION("announced for the UE-AMBR") {
    hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
    request.change.ue_ambr = gtp::Ambr{3'000'000, 4'000'000};
    REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(request)));
    ambr = 3'000'000;
  }
  t.world.wait(1s);
  t.not_busy();
  std::optional<std::uint64_t> told;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* change = message.as<s1ap::UeContextModificationRequest>())
      told = change->ue_aggregate_maximum_bitrate->ue_aggregate_maximum_bit_rate_ul;
  };
  // A handover takes no longer than this (the target's own wait for the UE).
  t.world.wait(std::chrono::milliseconds(t.world.settings.handover_completion_ms));
  if (updated) {
    REQUIRE(updated->done());
    CHECK(updated->result());
  }
  CHECK(t.ue.status_cause().has_value() == asks_status);
  CHECK(told == ambr);
  t.enb.on_message = nullptr;
  const auto connected = lab::finish(t.world.loop, t.ue.connect_pdn(Apn::parse("ims")), 1s);
  REQUIRE(connected);
  CHECK(*connected);
  CHECK(t.world.mme->waits() == 0);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("ue_ambr_that_waits_for_the_end_of_a_handover_goes_along_with_another_key") {
  Leaving t;
  t.busy();
  hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
  request.change.ue_ambr = gtp::Ambr{3'000'000, 4'000'000};
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(request)));
  t.world.wait(1s);
  t.not_busy();
  unsigned alone = 0;
  unsigned with_key = 0;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* change = message.as<s1ap::UeContextModificationRequest>())
      ++(change->security_key && change->ue_aggregate_maximum_bitrate ? with_key : alone);
  };
  t.ue.settings().network_capability.octets.data[0] = 0xE0;
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update());
  REQUIRE(updated);
  REQUIRE(*updated);
  t.world.wait(1min);
  t.enb.on_message = nullptr;
  CHECK(with_key == 1);
  CHECK(alone == 0);
  CHECK(t.world.complaints() == "");
}
