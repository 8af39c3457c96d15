// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mme/test_attached.hpp"
#include "mme/test_raw_enb.hpp"
#include "mme/test_watched_world.hpp"

/// Messages that are understood and fit nothing that goes on, TS 36.413 §10.4.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kNotNow = "message-not-compatible-with-receiver-state";

/// What an eNodeB hears in answer to one message.
class Answer {
 public:
  explicit Answer(lab::Enb& enb) : enb_(enb) {
    enb.on_message = [this](const s1ap::Message& message) {
      ++count;
      type = message.type;
      const auto* indication = message.as<s1ap::ErrorIndication>();
      if (indication == nullptr) return;
      ids = indication->mme_ue_s1ap_id.has_value() + indication->enb_ue_s1ap_id.has_value();
      if (indication->cause) cause = s1ap::name(*indication->cause);
      if (indication->criticality_diagnostics) diagnostics = *indication->criticality_diagnostics;
    };
  }
  ~Answer() { enb_.on_message = nullptr; }

  unsigned count = 0;
  s1ap::MessageType type{};
  int ids = 0;
  std::string cause{};
  s1ap::CriticalityDiagnostics diagnostics{};

 private:
  lab::Enb& enb_;
};

/// Sends M about the UE, or about none where M has no ids.
template <class M, class Fill = decltype([](auto&) {})>
void send(Attached& t, Fill fill = {}) {
  M message;
  if constexpr (requires { message.mme_ue_s1ap_id; })
    message.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
  if constexpr (requires { message.enb_ue_s1ap_id; }) message.enb_ue_s1ap_id = *t.ue.connection();
  fill(message);
  t.enb.send(message, 1);
  t.world.wait(100ms);
}

template <class M, class Fill = decltype([](auto&) {})>
void is_answered_with_an_error(Attached& t, s1ap::Procedure procedure, s1ap::Criticality criticality,
                               Fill fill = {}) {
  INFO(s1ap::name(M::kType));
  Answer answer(t.enb);
  send<M>(t, fill);
  REQUIRE(answer.count == 1);
  CHECK(answer.type == s1ap::MessageType::error_indication);
  CHECK(answer.cause == kNotNow);
  M message;
  CHECK(answer.ids == requires { message.mme_ue_s1ap_id; } + requires { message.enb_ue_s1ap_id; });
  CHECK(answer.diagnostics.procedure_code == static_cast<std::uint8_t>(procedure));
  CHECK(answer.diagnostics.triggering_message == s1ap::PduKind::initiating_message);
  CHECK(answer.diagnostics.procedure_criticality == criticality);
}

template <class M, class Fill = decltype([](auto&) {})>
void is_not_answered(Attached& t, Fill fill = {}) {
  INFO(s1ap::name(M::kType));
  Answer answer(t.enb);
  send<M>(t, fill);
  CHECK(answer.count == 0);
}

const std::array<std::uint8_t, 3> kNas{0x07, 0x60, 0x60};

}  // namespace

TEST_CASE("message_that_fits_nothing_is_answered_by_an_error_indication_that_names_its_procedure") {
  Attached t;
  using enum s1ap::Criticality;
  using s1ap::Procedure;
  is_answered_with_an_error<s1ap::UeContextSuspendRequest>(t, Procedure::ue_context_suspend, reject);
  is_answered_with_an_error<s1ap::UeRadioCapabilityIdMappingRequest>(
      t, Procedure::ue_radio_capability_id_mapping, reject, [](auto& m) { m.ue_radio_capability_id = kNas; });
  is_answered_with_an_error<s1ap::RetrieveUeInformation>(t, Procedure::retrieve_ue_information, reject);
  is_answered_with_an_error<s1ap::HandoverNotify>(t, Procedure::handover_notification, ignore, [&](auto& m) {
    m.tai = t.enb.settings().tracking_area;
    m.eutran_cgi = {m.tai.plmn, 256};
  });
  const s1ap::BearersSubjectToStatusTransferItem counts{.erab_id = 5};
  is_answered_with_an_error<s1ap::EnbStatusTransfer>(t, Procedure::enb_status_transfer, ignore, [&](auto& m) {
    m.enb_status_transfer_transparent_container.bearers_subject_to_status_transfer_list = {&counts, 1};
  });
  // Its id is a new one, and none that this MME should know.
  is_answered_with_an_error<s1ap::EnbCpRelocationIndication>(t, Procedure::enb_cp_relocation_indication,
                                                             reject, [&](auto& m) {
                                                               m.enb_ue_s1ap_id = 4711;
                                                               m.tai = t.enb.settings().tracking_area;
                                                               m.eutran_cgi = {m.tai.plmn, 256};
                                                             });
  // What only an MME may say.
  is_answered_with_an_error<s1ap::DownlinkNasTransport>(t, Procedure::downlink_nas_transport, ignore,
                                                        [](auto& m) { m.nas_pdu = kNas; });
  is_answered_with_an_error<s1ap::OverloadStop>(t, Procedure::overload_stop, reject);
  CHECK(t.ue.connected());
  CHECK(t.world.mme->connected_ues() == 1);
}

TEST_CASE("request_that_fits_nothing_is_answered_by_the_failure_that_its_procedure_has") {
  Attached t;
  Answer answer(t.enb);
  send<s1ap::UeContextResumeRequest>(t);
  CHECK(answer.count == 1);
  CHECK(answer.type == s1ap::MessageType::ue_context_resume_failure);
  CHECK(t.ue.connected());
}

TEST_CASE("answers_that_nobody_waits_for_and_error_indications_are_not_answered") {
  Attached t;
  is_not_answered<s1ap::InitialContextSetupFailure>(t);
  is_not_answered<s1ap::UeContextModificationResponse>(t);
  is_not_answered<s1ap::ErabReleaseResponse>(t);
  is_not_answered<s1ap::HandoverCommand>(t, [](auto& m) { m.target_to_source_transparent_container = kNas; });
  is_not_answered<s1ap::UeContextResumeFailure>(t);
  is_not_answered<s1ap::NasDeliveryIndication>(t);
  is_not_answered<s1ap::ErrorIndication>(
      t, [](auto& m) { m.cause = s1ap::CauseProtocol::message_not_compatible_with_receiver_state; });
  CHECK(t.ue.connected());
}

TEST_CASE("lppa_for_a_positioning_server_that_there_is_not_is_ignored") {
  Attached t;
  is_not_answered<s1ap::UplinkUeAssociatedLppaTransport>(t, [](auto& m) { m.lppa_pdu = kNas; });
  is_not_answered<s1ap::UplinkNonUeAssociatedLppaTransport>(t, [](auto& m) { m.lppa_pdu = kNas; });
  CHECK(t.ue.connected());
}

TEST_CASE("request_before_s1_setup_is_answered_by_its_failure_and_an_answer_by_nothing") {
  World world;
  RawEnb early(world, "127.0.2.77");
  s1ap::HandoverRequired required;
  required.mme_ue_s1ap_id = required.enb_ue_s1ap_id = 1;
  required.target_id =
      s1ap::TargetEnbId{{world.network.plmns.front(), s1ap::MacroEnbId{1}}, {world.network.plmns.front(), 7}};
  required.cause = s1ap::CauseRadioNetwork::handover_desirable_for_radio_reason;
  required.source_to_target_transparent_container = kNas;
  early.send(required, 3);
  REQUIRE(early.received().size() == 1);
  CHECK(early.received()[0].type == s1ap::MessageType::handover_preparation_failure);
  CHECK(early.received()[0].stream == 3);
  early.send(s1ap::KillResponse{});
  s1ap::ErabReleaseResponse response;
  response.mme_ue_s1ap_id = response.enb_ue_s1ap_id = 1;
  early.send(response, 1);
  CHECK(early.received().size() == 1);
  s1ap::PwsRestartIndication restarted;
  const Ecgi cell{world.network.plmns.front(), 256};
  const Tai area{world.network.plmns.front(), 7};
  restarted.ecgi_list_for_restart = {&cell, 1};
  restarted.global_enb_id = {world.network.plmns.front(), s1ap::MacroEnbId{1}};
  restarted.tai_list_for_restart = {&area, 1};
  early.send(restarted);
  REQUIRE(early.received().size() == 2);
  CHECK(early.received()[1].type == s1ap::MessageType::error_indication);
  CHECK(early.received()[1].stream == 0);
}

TEST_CASE("what_is_about_a_ue_is_answered_on_its_stream_and_the_rest_on_stream_0") {
  World world;
  RawEnb enb(world, "127.0.2.77");
  enb.set_up(77);
  s1ap::PathSwitchRequest request;
  request.enb_ue_s1ap_id = 1;
  request.source_mme_ue_s1ap_id = 12345;
  const s1ap::ErabToBeSwitchedDlItem item{5, s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.2.77")),
                                          1};
  request.erab_to_be_switched_dl_list = {&item, 1};
  request.tai = {world.network.plmns.front(), 7};
  request.eutran_cgi = {world.network.plmns.front(), 256};
  enb.send(request, 3);
  s1ap::UeContextReleaseRequest release;
  release.mme_ue_s1ap_id = release.enb_ue_s1ap_id = 9;
  release.cause = s1ap::CauseRadioNetwork::user_inactivity;
  enb.send(release, 2);
  const auto& received = enb.received();
  REQUIRE(received.size() == 3);
  CHECK(received[0].type == s1ap::MessageType::s1_setup_response);
  CHECK(received[0].stream == 0);
  CHECK(received[1].type == s1ap::MessageType::path_switch_request_failure);
  CHECK(received[1].stream == 3);
  CHECK(received[2].type == s1ap::MessageType::error_indication);
  CHECK(received[2].stream == 2);
  for (const auto& one : received) CHECK(one.ppid == 18);
}

TEST_CASE("reset_before_s1_setup_is_none") {
  World world;
  RawEnb enb(world, "127.0.2.77");
  s1ap::Reset reset;
  reset.cause = s1ap::CauseMisc::unspecified;
  reset.reset_type = s1ap::ResetAll::reset_all;
  enb.send(reset, 0);
  REQUIRE(enb.received().size() == 1);
  CHECK(enb.received()[0].type == s1ap::MessageType::error_indication);
}

TEST_CASE("context_that_an_enb_modified_is_confirmed_and_nobody_is_member_of_a_csg") {
  Attached t;
  for (const bool asked : {false, true}) {
    std::optional<s1ap::UeContextModificationConfirm> confirmed;
    t.enb.on_message = [&](const s1ap::Message& message) {
      if (const auto* confirm = message.as<s1ap::UeContextModificationConfirm>()) confirmed = *confirm;
    };
    send<s1ap::UeContextModificationIndication>(t, [&](auto& m) {
      if (asked) m.csg_membership_info = s1ap::CsgMembershipInfo{.csg_id = 7};
    });
    REQUIRE(confirmed);
    CHECK(confirmed->csg_membership_status.has_value() == asked);
    if (asked) CHECK(confirmed->csg_membership_status == s1ap::CsgMembershipStatus::not_member);
  }
}

TEST_CASE("message_of_another_payload_protocol_does_nothing") {
  World world;
  RawEnb enb(world, "127.0.2.77");
  enb.set_up(77);
  REQUIRE(enb.received().size() == 1);
  for (const std::uint32_t ppid : {0u, 17u, 60u, 0x12000000u}) {
    s1ap::Reset reset;
    reset.cause = s1ap::CauseMisc::unspecified;
    reset.reset_type = s1ap::ResetAll::reset_all;
    enb.send(reset, 0, ppid);
  }
  CHECK(enb.received().size() == 1);
  CHECK(enb.up());
}

TEST_CASE("association_without_s1_setup_is_ended_and_one_that_is_set_up_stays") {
  World world;
  RawEnb idle(world, "127.0.2.77");
  RawEnb refused(world, "127.0.2.78");
  RawEnb served(world, "127.0.2.79");
  served.set_up(79);
  world.wait(110s);
  world.s1ap.allowed_enb_ids = {79};
  refused.set_up(78);  // It may wait as long as it is told to, and come again.
  CHECK(refused.received(s1ap::MessageType::s1_setup_failure) == 1);
  CHECK((idle.up() && refused.up() && served.up()));
  world.wait(20s);
  CHECK_FALSE(idle.up());
  CHECK((refused.up() && served.up()));
  world.wait(120s);
  CHECK_FALSE(refused.up());
  CHECK(served.up());
  CHECK(world.mme->enbs() == 1);
}

TEST_CASE("associations_without_s1_setup_are_few_for_one_address_and_keep_no_enb_out") {
  World world;
  world.s1ap.enbs_max = 2;
  std::vector<std::unique_ptr<RawEnb>> idle;
  for (std::size_t i = 0; i < kNotSetUpPerPeerMax; ++i)
    idle.push_back(std::make_unique<RawEnb>(world, "127.0.3.1", static_cast<std::uint16_t>(40000 + i)));
  for (const auto& each : idle) CHECK(each->up());
  RawEnb one_more(world, "127.0.3.1", 50000);
  CHECK_FALSE(one_more.up());
  auto& first = world.add_enb(1);
  auto& second = world.add_enb(2);
  CHECK((first.associated() && second.associated()));
  // The limit of eNodeBs is at S1 Setup, and does not count an eNodeB's own older association.
  RawEnb third(world, "127.0.2.77");
  third.set_up(77);
  CHECK(third.received(s1ap::MessageType::s1_setup_failure) == 1);
  RawEnb again(world, "127.0.2.78");
  again.set_up(2);
  CHECK(again.received(s1ap::MessageType::s1_setup_response) == 1);
  CHECK_FALSE(second.associated());
}

TEST_CASE("what_the_operator_asks_of_enbs_outlives_the_cores_own_load") {
  Attached t;
  t.world.mme->congestion().start_overload(s1ap::OverloadAction::reject_rrc_cr_signalling);
  t.world.wait(100ms);
  CHECK(t.enb.overloaded());
  t.world.net.faults().waiting = 10s;
  (void)t.world.attach(t.world.add_ue(t.enb, 2));
  CHECK(t.world.mme->congestion().load() == Load::all_refused);
  t.world.net.faults().waiting = 0ms;
  t.world.wait(10s);
  CHECK(t.world.mme->congestion().load() == Load::normal);
  CHECK(t.enb.overloaded());
  CHECK(t.enb.received(s1ap::MessageType::overload_stop) == 0);
  t.world.mme->congestion().stop_overload();
  t.world.wait(100ms);
  CHECK_FALSE(t.enb.overloaded());
  // And the other way round: the load goes on when the operator has had enough.
  t.world.mme->congestion().start_overload(s1ap::OverloadAction::reject_rrc_cr_signalling);
  t.world.net.faults().waiting = 10s;
  (void)t.world.attach(t.world.add_ue(t.enb, 3));
  t.world.mme->congestion().stop_overload();
  t.world.wait(100ms);
  CHECK(t.enb.overloaded());
}

TEST_CASE("enbs_hear_the_cores_own_load_where_it_asks_for_more_than_the_operator") {
  Attached t;
  std::vector<s1ap::OverloadAction> told;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* start = message.as<s1ap::OverloadStart>())
      told.push_back(std::get<s1ap::OverloadAction>(start->overload_response));
  };
  using enum s1ap::OverloadAction;
  t.world.mme->congestion().start_overload(reject_non_emergency_mo_dt, 10);
  t.world.net.faults().waiting = 10s;
  (void)t.world.attach(t.world.add_ue(t.enb, 2));
  REQUIRE(t.world.mme->congestion().load() == Load::all_refused);
  t.world.net.faults().waiting = 0ms;
  t.world.wait(10s);
  CHECK(told ==
        std::vector{reject_non_emergency_mo_dt, reject_rrc_cr_signalling, reject_non_emergency_mo_dt});
  CHECK(t.enb.received(s1ap::MessageType::overload_stop) == 0);
}

TEST_CASE("ue_in_an_area_that_is_not_served_is_told_so_in_nas_and_let_go") {
  const auto plmn = *Plmn::parse("00101");
  const auto foreign = *Plmn::parse("99999");
  const struct {
    Tai area;
    nas::EmmCause cause;
  } rows[] = {{{plmn, 1000}, nas::EmmCause::no_suitable_cells_in_tracking_area},
              {{foreign, 7}, nas::EmmCause::plmn_not_allowed}};
  for (const auto& row : rows) {
    World world;
    auto& enb = world.add_enb(1);
    const Tai served = enb.settings().tracking_area;
    auto& stranger = world.add_ue(enb, 1);
    auto& mover = world.add_ue(enb, 2);
    auto& caller = world.add_ue(enb, 3);
    for (lab::Ue* ue : {&mover, &caller}) {
      REQUIRE(world.attach(*ue));
      enb.request_release(*ue->connection());
    }
    world.wait(5s);
    const ByteVector before = octets_of(world.record(2));
    enb.settings_mutable().tracking_area = row.area;
    const auto attached = world.attach(stranger);
    REQUIRE_FALSE(attached);
    CHECK(attached.error().emm_cause == row.cause);
    const auto updated = lab::finish(world.loop, mover.tracking_area_update());
    REQUIRE(updated);
    REQUIRE_FALSE(*updated);
    CHECK(updated->error().emm_cause == row.cause);
    const auto service = lab::finish(world.loop, caller.service_request());
    REQUIRE(service);
    REQUIRE_FALSE(*service);
    CHECK(service->error().emm_cause == row.cause);
    world.wait(10s);
    CHECK(world.mme->connected_ues() == 0);
    CHECK(enb.connections() == 0);
    CHECK(enb.received(s1ap::MessageType::error_indication) == 0);
    CHECK(world.record(2)->tai == served);
    // Who hears that it may not be in this PLMN at all is not registered any more. Outside of its areas a UE
    // that asks for service does not say who it is.
    const bool registered = row.cause != nas::EmmCause::plmn_not_allowed;
    CHECK((world.record(2)->emm_state == EmmState::registered) == registered);
    CHECK(world.record(3)->emm_state == EmmState::registered);
    CHECK(world.gateway.sessions.size() == (registered ? 2 : 1));
    CHECK(world.complaints() == "");
  }
}

TEST_CASE("initial_message_from_a_served_area_that_its_enb_never_told_of_is_an_error_of_the_enb") {
  World world;
  auto& enb = world.add_enb(1);
  enb.settings_mutable().tracking_area.tac = 9;
  Answer answer(enb);
  auto& ue = world.add_ue(enb, 1);
  lab::Running running(ue.attach());
  world.wait(100ms);
  CHECK(answer.type == s1ap::MessageType::error_indication);
  CHECK(answer.cause == "semantic-error");
  CHECK(answer.diagnostics.procedure_code == static_cast<std::uint8_t>(s1ap::Procedure::initial_ue_message));
  CHECK(world.mme->connected_ues() == 0);
}

TEST_CASE("place_that_an_enb_tells_with_its_release_is_the_ues_last_one_unless_it_is_not_its_own") {
  for (const std::uint16_t tac : {std::uint16_t{7}, std::uint16_t{9}}) {
    Attached t;
    const auto plmn = t.world.network.plmns.front();
    t.enb.behaviour().ignores_release_command = true;
    s1ap::UeContextReleaseComplete complete;
    complete.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
    complete.enb_ue_s1ap_id = *t.ue.connection();
    complete.user_location_information.emplace();
    complete.user_location_information->tai = {plmn, tac};
    complete.user_location_information->eutran_cgi = {plmn, 1 << 8 | 33};
    t.enb.request_release(*t.ue.connection());
    t.world.wait(1s);
    t.enb.send(complete, 1);
    t.world.wait(1s);
    CHECK(t.world.mme->connected_ues() == 0);
    CHECK(t.world.record(1)->tai.tac == 7);
    CHECK(t.world.record(1)->ecgi.cell == (1u << 8 | (tac == 7 ? 33u : 1u)));
  }
}

TEST_CASE("early_status_transfer_goes_on_to_the_target_once_the_ue_was_told_to_go") {
  Attached t;
  auto& target = t.world.add_enb(2);
  std::size_t forwarded = 0;
  target.on_message = [&](const s1ap::Message& message) {
    if (message.as<s1ap::MmeEarlyStatusTransfer>()) ++forwarded;
  };
  REQUIRE(lab::finish(t.world.loop, t.enb.prepare_handover(*t.ue.connection(), target.as_target(), true)));
  const s1ap::BearersSubjectToEarlyStatusTransferItem counts{.erab_id = 5};
  is_not_answered<s1ap::EnbEarlyStatusTransfer>(t, [&](auto& m) {
    m.enb_early_status_transfer_transparent_container.bearers_subject_to_early_status_transfer_list = {
        &counts, 1};
  });
  CHECK(forwarded == 1);
}

TEST_CASE("signalling_of_each_ue_keeps_to_one_stream_whatever_streams_its_enb_uses") {
  World world;
  auto& enb = world.add_enb(1);
  auto& target = world.add_enb(2);
  for (lab::Enb* one : {&enb, &target}) {
    one->settings_mutable().streams = 5;
    one->behaviour().changes_streams = true;
  }
  for (unsigned number = 1; number <= 6; ++number) {
    auto& ue = world.add_ue(enb, number);
    REQUIRE(world.attach(ue));
    world.wait(1s);
    REQUIRE(*lab::finish(world.loop, ue.connect_pdn(Apn::parse("ims"))));
    // What cannot be done is answered where the rest is, and not on the stream that it came on.
    for (unsigned i = 0; i < 3; ++i) {
      s1ap::UeContextResumeRequest request;
      request.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
      request.enb_ue_s1ap_id = *ue.connection();
      enb.send(request);
      world.wait(100ms);
    }
    CHECK(enb.received(s1ap::MessageType::ue_context_resume_failure) == 3 * number);
  }
  // At another eNodeB it has another stream, and keeps to that.
  auto& ue = *world.ues.front();
  REQUIRE(*lab::finish(world.loop, target.take_over(enb, *ue.connection())));
  world.wait(1s);
  REQUIRE(*lab::finish(world.loop, ue.detach()));
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 5);
  CHECK(world.complaints() == "");
}

TEST_CASE("ues_are_spread_over_the_streams_of_their_enb") {
  World world;
  RawEnb enb(world, "127.0.2.77");
  enb.set_up(77);
  const ByteVector request = attach_request(test_imsi(1));
  for (std::uint32_t id = 1; id <= 40; ++id) {
    s1ap::InitialUeMessage message;
    message.enb_ue_s1ap_id = id;
    message.nas_pdu = request;
    message.tai = {world.network.plmns.front(), 7};
    message.eutran_cgi = {world.network.plmns.front(), 77 << 8};
    message.rrc_establishment_cause = s1ap::RrcEstablishmentCause::mo_signalling;
    enb.send(message, 1);
  }
  std::map<std::uint16_t, unsigned> streams;
  for (const auto& one : enb.received())
    if (one.type == s1ap::MessageType::downlink_nas_transport) ++streams[one.stream];
  CHECK_FALSE(streams.contains(0));
  CHECK(streams.size() > 3);
}
