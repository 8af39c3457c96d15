// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"

/// An eNodeB that answers what it is asked with an Error Indication, TS 36.413 §8.7.2, §10.3: the procedure
/// has failed at once, and not when the answer is overdue.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

constexpr Duration kAtOnce = 500ms;  // By far less than s1_response_ms.

/// One UE whose eNodeB does not understand some of what it is asked.
struct Refusing : Bearing {
  void understands_no(s1ap::MessageType type, bool with_diagnostics = true) {
    enb.behaviour().not_understood = {type};
    enb.behaviour().tells_no_diagnostics = !with_diagnostics;
  }
  /// The eNodeB says this of the UE, out of the blue.
  void indicate(std::optional<s1ap::CriticalityDiagnostics> diagnostics) {
    s1ap::ErrorIndication indication;
    indication.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
    indication.enb_ue_s1ap_id = *ue.connection();
    indication.cause = s1ap::CauseProtocol::semantic_error;
    indication.criticality_diagnostics = diagnostics;
    enb.send(indication, 1);
    world.wait(kAtOnce);
  }
};

s1ap::CriticalityDiagnostics about(s1ap::Procedure procedure, std::optional<s1ap::PduKind> triggered_by =
                                                                  s1ap::PduKind::initiating_message) {
  return {.procedure_code = static_cast<std::uint8_t>(procedure), .triggering_message = triggered_by};
}

}  // namespace

TEST_CASE("bearer_whose_set_up_the_enb_does_not_understand_is_refused_at_once") {
  Refusing t;
  t.understands_no(s1ap::MessageType::erab_setup_request, GENERATE(false, true));
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(kAtOnce);
  REQUIRE(created.done());
  CHECK_FALSE(created.result());
  CHECK(t.bearers_of_record() == 1);
  t.enb.behaviour().not_understood.clear();
  CHECK(t.create());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("change_of_a_bearer_that_the_enb_does_not_understand_fails_at_once_and_leaves_it_as_it_was") {
  Refusing t;
  REQUIRE(t.create());
  t.understands_no(s1ap::MessageType::erab_modify_request, GENERATE(false, true));
  lab::Running updated(t.world.mme->update_bearer(
      {.session = kSession, .imsi = test_imsi(1), .ebi = 6, .qos = voice_qos(128)}));
  t.world.wait(kAtOnce);
  REQUIRE(updated.done());
  CHECK_FALSE(updated.result());
  CHECK(t.kept(6)->qos == voice_qos());
  CHECK(t.world.complaints() == "");
}

TEST_CASE("bearer_whose_release_the_enb_does_not_understand_ends_at_the_ue_all_the_same") {
  Refusing t;
  REQUIRE(t.create());
  t.understands_no(s1ap::MessageType::erab_release_command, GENERATE(false, true));
  lab::Running removed(t.world.mme->delete_bearer({.session = kSession, .imsi = test_imsi(1), .ebi = 6}));
  t.world.wait(std::chrono::milliseconds(t.world.settings.t3495_ms) + kAtOnce);
  REQUIRE(removed.done());
  CHECK(removed.result());
  CHECK(t.ue.bearers().size() == 1);
  CHECK(t.bearers_of_record() == 1);
}

TEST_CASE("context_set_up_that_the_enb_does_not_understand_ends_the_attach_at_once") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  enb.behaviour().not_understood = {s1ap::MessageType::initial_context_setup_request};
  enb.behaviour().tells_no_diagnostics = GENERATE(false, true);
  lab::Running attaching(ue.attach());
  world.wait(kAtOnce);
  CHECK(world.gateway.created == 1);
  CHECK(world.gateway.sessions.empty());
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("context_set_up_that_the_enb_does_not_understand_leaves_a_ue_that_asks_for_service_idle_at_once") {
  Refusing t;
  t.world.go_idle(t.enb, t.ue);
  t.understands_no(s1ap::MessageType::initial_context_setup_request, GENERATE(false, true));
  lab::Running served(t.ue.service_request());
  t.world.wait(kAtOnce);
  CHECK(t.world.mme->connected_ues() == 0);
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
  t.enb.behaviour().not_understood.clear();
  t.world.wait(1min);
  CHECK(*lab::finish(t.world.loop, t.ue.service_request()));
  CHECK(t.world.complaints() == "");
}

TEST_CASE(
    "keys_that_the_enb_does_not_understand_have_the_ue_released_at_once_and_its_ambr_costs_it_nothing") {
  Refusing t;
  t.understands_no(s1ap::MessageType::ue_context_modification_request, GENERATE(false, true));
  hss::InsertSubscriberDataRequest request{.imsi = test_imsi(1)};
  request.change.ue_ambr = gtp::Ambr{3'000'000, 4'000'000};
  REQUIRE(lab::finish(t.world.loop, t.world.mme->insert_subscriber_data(request)));
  t.world.wait(kAtOnce);
  CHECK(t.ue.connected());
  t.ue.settings().network_capability.octets.data[0] = 0xE0;  // New keys for new capabilities.
  const auto updated = lab::finish(t.world.loop, t.ue.tracking_area_update());
  REQUIRE(updated);
  REQUIRE(*updated);
  t.world.wait(kAtOnce);
  CHECK(t.enb.received(s1ap::MessageType::ue_context_modification_request) == 2);
  CHECK_FALSE(t.ue.connected());
  CHECK(t.world.mme->connected_ues() == 0);
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
}

TEST_CASE("release_that_the_enb_does_not_understand_is_over_at_once") {
  Refusing t;
  t.understands_no(s1ap::MessageType::ue_context_release_command, GENERATE(false, true));
  t.enb.request_release(*t.ue.connection());
  t.world.wait(kAtOnce);
  CHECK(t.world.mme->connected_ues() == 0);
  CHECK(t.world.record(1)->emm_state == EmmState::registered);
}

TEST_CASE("handover_that_its_target_does_not_understand_is_refused_at_once") {
  Refusing t;
  auto& target = t.world.add_enb(2);
  target.behaviour().not_understood = {s1ap::MessageType::handover_request};
  target.behaviour().tells_no_diagnostics = GENERATE(false, true);
  lab::Running order(t.enb.prepare_handover(*t.ue.connection(), target.as_target()));
  t.world.wait(kAtOnce);
  REQUIRE(order.done());
  CHECK_FALSE(order.result());
  CHECK(t.ue.connected());
}

TEST_CASE("error_indication_about_something_else_ends_nothing_that_waits") {
  Refusing t;
  auto& stranger = t.world.add_ue(t.enb, 2);
  REQUIRE(t.world.attach(stranger));
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(100ms);
  t.indicate(about(s1ap::Procedure::downlink_nas_transport));
  t.indicate(about(s1ap::Procedure::initial_context_setup));
  t.indicate(about(s1ap::Procedure::erab_release));
  t.indicate(about(s1ap::Procedure::erab_setup, s1ap::PduKind::successful_outcome));
  s1ap::ErrorIndication of_another;
  of_another.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*stranger.connection());
  of_another.enb_ue_s1ap_id = *stranger.connection();
  t.enb.send(of_another, 1);
  s1ap::ErrorIndication of_nobody;
  of_nobody.criticality_diagnostics = about(s1ap::Procedure::erab_setup);
  t.enb.send(of_nobody);
  t.world.wait(kAtOnce);
  CHECK_FALSE(created.done());
  t.indicate(about(s1ap::Procedure::erab_setup, std::nullopt));
  REQUIRE(created.done());
  CHECK_FALSE(created.result());
  CHECK(t.ue.connected());
  CHECK(stranger.connected());
}

TEST_CASE("error_indication_after_the_enb_has_answered_does_not_end_an_attach") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  ue.behaviour().withholds_attach_complete = true;
  lab::Running attaching(ue.attach());
  world.wait(100ms);
  s1ap::ErrorIndication indication;
  indication.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  indication.enb_ue_s1ap_id = *ue.connection();
  for (const bool with_diagnostics : {false, true}) {
    if (with_diagnostics) indication.criticality_diagnostics = about(s1ap::Procedure::initial_context_setup);
    enb.send(indication, 1);
    world.wait(kAtOnce);
    CHECK(world.gateway.sessions.size() == 1);
    CHECK(world.mme->connected_ues() == 1);
  }
}

TEST_CASE("reset_that_the_enb_does_not_understand_ends_its_association_at_once") {
  Refusing t;
  t.understands_no(s1ap::MessageType::reset);
  REQUIRE(t.world.mme->reset_enb(t.enb.global_id(), s1ap::CauseMisc::om_intervention));
  t.world.wait(kAtOnce);
  CHECK(t.enb.received(s1ap::MessageType::reset) == 1);
  CHECK(t.world.mme->enbs() == 0);
}

TEST_CASE("configuration_update_that_the_enb_does_not_understand_is_not_sent_again") {
  Refusing t;
  t.understands_no(s1ap::MessageType::mme_configuration_update);
  t.world.mme->update_configuration();
  t.world.wait(1min);
  CHECK(t.enb.received(s1ap::MessageType::mme_configuration_update) == 1);
  CHECK(t.enb.associated());
}

TEST_CASE("warning_that_an_enb_does_not_understand_is_not_waited_for") {
  Refusing t;
  t.world.add_enb(2);
  t.understands_no(s1ap::MessageType::write_replace_warning_request);
  lab::Running warned(t.world.mme->warnings().broadcast(
      {.message_identifier = 4371, .serial_number = 1, .contents = ByteVector(84, 1)}));
  t.world.wait(kAtOnce);
  REQUIRE(warned.done());
  REQUIRE(warned.result().size() == 2);
  for (const WarningAnswer& answer : warned.result()) {
    CHECK(answer.answered == (answer.enb != t.enb.global_id()));
    CHECK(answer.not_understood == (answer.enb == t.enb.global_id()));
  }
  t.understands_no(s1ap::MessageType::kill_request);
  lab::Running killed(t.world.mme->warnings().cancel(4371, 1));
  t.world.wait(kAtOnce);
  REQUIRE(killed.done());
  CHECK(std::ranges::count_if(killed.result(), &WarningAnswer::answered) == 1);
}

TEST_CASE("location_reporting_that_the_enb_does_not_understand_has_failed_and_is_asked_for_again_elsewhere") {
  Refusing t;
  auto& target = t.world.add_enb(2);
  std::vector<LocationReported> told;
  t.world.mme->observers().location = [&](const LocationReported& report) { told.push_back(report); };
  t.understands_no(s1ap::MessageType::location_reporting_control);
  s1ap::RequestType request;
  request.event_type = s1ap::EventType::change_of_serve_cell;
  REQUIRE(t.world.mme->observation().control_location_reporting(test_imsi(1), request));
  t.world.wait(kAtOnce);
  REQUIRE(told.size() == 1);
  CHECK(told[0].failure);
  bool asked_again = false;
  target.on_message = [&](const s1ap::Message& message) {
    if (const auto* handover = message.as<s1ap::HandoverRequest>())
      asked_again = handover->request_type.has_value();
  };
  REQUIRE(*lab::finish(t.world.loop, t.enb.prepare_handover(*t.ue.connection(), target.as_target(), true)));
  CHECK(asked_again);
}
