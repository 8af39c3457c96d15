// SPDX-License-Identifier: Apache-2.0
// What is asked of eNodeBs about one connected UE: TS 36.413 §8.3.6, §8.10, §8.11.
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

TEST_CASE("location_reports_are_told_and_go_on_at_the_target_of_a_handover") {
  World world;
  auto& enb = world.add_enb(1);
  auto& target = world.add_enb(2);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  std::vector<LocationReported> told;
  world.mme->observers().location = [&](const LocationReported& report) { told.push_back(report); };
  s1ap::RequestType request;
  request.event_type = s1ap::EventType::change_of_serve_cell;
  REQUIRE(world.mme->observation().control_location_reporting(test_imsi(1), request));
  CHECK_FALSE(world.mme->observation().control_location_reporting(test_imsi(2), request));
  world.wait(100ms);
  REQUIRE(told.size() == 1);
  CHECK(told[0].imsi == test_imsi(1));
  CHECK(told[0].ecgi.cell == (1u << 8 | 1));
  bool asked_again = false;
  target.on_message = [&](const s1ap::Message& message) {
    if (const auto* handover = message.as<s1ap::HandoverRequest>())
      asked_again = handover->request_type.has_value();
  };
  REQUIRE(lab::finish(world.loop, enb.prepare_handover(*ue.connection(), target.as_target(), true)));
  CHECK(asked_again);
  s1ap::LocationReportingFailureIndication failure;
  failure.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  failure.enb_ue_s1ap_id = *ue.connection();
  failure.cause = s1ap::CauseRadioNetwork::unspecified;
  enb.send(failure, 1);
  world.wait(100ms);
  REQUIRE(told.size() == 2);
  CHECK(told[1].failure);
}

TEST_CASE("trace_is_started_ended_and_told_with_the_sim_that_it_is_about") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  std::vector<TraceReported> told;
  world.mme->observers().trace = [&](const TraceReported& report) { told.push_back(report); };
  s1ap::TraceActivation activation;
  activation.eutran_trace_id = {1, 2, 3, 4, 5, 6, 7, 8};
  activation.trace_collection_entity_ip_address =
      s1ap::TransportLayerAddress::of(*IpAddress::parse("10.9.9.9"));
  REQUIRE(world.mme->observation().start_trace(test_imsi(1), activation));
  s1ap::CellTrafficTrace trace;
  trace.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  trace.enb_ue_s1ap_id = *ue.connection();
  trace.eutran_trace_id = activation.eutran_trace_id;
  trace.eutran_cgi = {*Plmn::parse("00101"), 1 << 8 | 1};
  trace.trace_collection_entity_ip_address = activation.trace_collection_entity_ip_address;
  enb.send(trace, 1);
  s1ap::TraceFailureIndication failure;
  failure.mme_ue_s1ap_id = trace.mme_ue_s1ap_id;
  failure.enb_ue_s1ap_id = trace.enb_ue_s1ap_id;
  failure.eutran_trace_id = activation.eutran_trace_id;
  failure.cause = s1ap::CauseRadioNetwork::unspecified;
  enb.send(failure, 1);
  world.wait(100ms);
  REQUIRE(told.size() == 2);
  CHECK(told[0].imsi == test_imsi(1));
  CHECK(told[0].trace == activation.eutran_trace_id);
  CHECK(told[0].ecgi);
  CHECK(told[1].failure);
  REQUIRE(world.mme->observation().deactivate_trace(test_imsi(1), activation.eutran_trace_id));
  world.wait(100ms);
  CHECK(enb.received(s1ap::MessageType::trace_start) == 1);
  CHECK(enb.received(s1ap::MessageType::deactivate_trace) == 1);
}

TEST_CASE("location_reporting_and_trace_begin_again_with_each_connection_until_they_are_ended") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  s1ap::RequestType request;
  request.event_type = s1ap::EventType::change_of_serve_cell;
  s1ap::TraceActivation activation;
  activation.eutran_trace_id = {1, 2, 3, 4, 5, 6, 7, 8};
  activation.trace_collection_entity_ip_address =
      s1ap::TransportLayerAddress::of(*IpAddress::parse("10.9.9.9"));
  // Before anybody has seen the SIM.
  CHECK_FALSE(world.mme->observation().control_location_reporting(test_imsi(1), request));
  CHECK_FALSE(world.mme->observation().start_trace(test_imsi(1), activation));
  std::size_t reports = 0;
  world.mme->observers().location = [&](const LocationReported&) { ++reports; };
  std::size_t traced = 0;
  enb.on_message = [&](const s1ap::Message& message) {
    const auto* setup = message.as<s1ap::InitialContextSetupRequest>();
    if (setup == nullptr || !setup->trace_activation) return;
    CHECK(setup->trace_activation->eutran_trace_id == activation.eutran_trace_id);
    ++traced;
  };
  REQUIRE(world.attach(ue));
  world.wait(1s);
  CHECK(reports == 1);
  CHECK(traced == 1);
  world.go_idle(enb, ue);
  REQUIRE(lab::finish(world.loop, ue.service_request())->has_value());
  world.wait(1s);
  CHECK(reports == 2);
  CHECK(traced == 2);
  request.event_type = s1ap::EventType::stop_change_of_serve_cell;
  CHECK(world.mme->observation().control_location_reporting(test_imsi(1), request));
  CHECK(world.mme->observation().deactivate_trace(test_imsi(1), activation.eutran_trace_id));
  world.go_idle(enb, ue);
  REQUIRE(lab::finish(world.loop, ue.service_request())->has_value());
  world.wait(1s);
  CHECK(reports == 2);
  CHECK(traced == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("trace_goes_on_at_the_next_enb_with_all_that_it_was_begun_with") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  {
    const std::vector<Ecgi> cells{{world.network.plmns.front(), 257}};
    const std::string uri = "https://trace.example/";
    s1ap::TraceActivation activation;
    activation.eutran_trace_id = {1, 2, 3, 4, 5, 6, 7, 8};
    activation.trace_collection_entity_ip_address =
        s1ap::TransportLayerAddress::of(*IpAddress::parse("10.9.9.9"));
    activation.mdt_configuration.emplace();
    activation.mdt_configuration->area_scope_of_mdt = s1ap::CellBasedMdt{{cells.data(), cells.size()}};
    activation.trace_collection_entity_uri = uri;
    REQUIRE(world.mme->observation().start_trace(test_imsi(1), activation));
  }
  std::size_t seen = 0;
  enb.on_message = [&](const s1ap::Message& message) {
    const auto* setup = message.as<s1ap::InitialContextSetupRequest>();
    if (setup == nullptr) return;
    REQUIRE(setup->trace_activation);
    REQUIRE(setup->trace_activation->mdt_configuration);
    const auto* area =
        std::get_if<s1ap::CellBasedMdt>(&setup->trace_activation->mdt_configuration->area_scope_of_mdt);
    REQUIRE(area != nullptr);
    REQUIRE(area->cell_id_list_for_mdt.size() == 1);
    CHECK(area->cell_id_list_for_mdt[0].cell == 257);
    CHECK(setup->trace_activation->trace_collection_entity_uri == "https://trace.example/");
    ++seen;
  };
  world.go_idle(enb, ue);
  REQUIRE(lab::finish(world.loop, ue.service_request())->has_value());
  CHECK(seen == 1);
}

TEST_CASE("radio_capability_match_is_asked_and_its_answer_kept") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  CHECK_FALSE(world.mme->observation().voice_support_match(test_imsi(1)));
  REQUIRE(world.mme->observation().match_radio_capability(test_imsi(1)));
  world.wait(100ms);
  CHECK(world.mme->observation().voice_support_match(test_imsi(1)) == true);
}

TEST_CASE("radio_that_does_not_match_for_voice_is_known_and_the_ue_hears_it_with_its_next_update") {
  World world;
  world.settings.ims_voice_over_ps = true;
  world.settings.ciphering = {config::Ciphering::eea0};
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  std::optional<bool> voice;
  ue.behaviour().downlink = [&](Bytes message) {
    const auto envelope = nas::read_envelope(message);
    if (const auto accept = nas::decode<nas::TrackingAreaUpdateAccept>(envelope->message))
      voice = accept->eps_network_feature_support->ims_voice_over_ps;
    if (const auto accept = nas::decode<nas::AttachAccept>(envelope->message))
      voice = accept->eps_network_feature_support->ims_voice_over_ps;
    return true;
  };
  REQUIRE(world.attach(ue));
  world.wait(1s);
  CHECK(voice == true);
  enb.behaviour().not_understood = {s1ap::MessageType::ue_radio_capability_match_request};
  REQUIRE(world.mme->observation().match_radio_capability(test_imsi(1)));
  world.wait(100ms);
  CHECK_FALSE(world.mme->observation().voice_support_match(test_imsi(1)));
  for (const bool matches : {false, true}) {
    s1ap::UeRadioCapabilityMatchResponse response;
    response.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
    response.enb_ue_s1ap_id = *ue.connection();
    response.voice_support_match_indicator = matches ? s1ap::VoiceSupportMatchIndicator::supported
                                                     : s1ap::VoiceSupportMatchIndicator::not_supported;
    enb.send(response, 1);
    world.wait(100ms);
    CHECK(world.mme->observation().voice_support_match(test_imsi(1)) == matches);
    // TS 23.401 §4.3.5.8.
    REQUIRE(*lab::finish(world.loop, ue.tracking_area_update()));
    world.wait(1s);
    CHECK(voice == matches);
  }
  // What was found holds for that connection.
  world.go_idle(enb, ue);
  CHECK_FALSE(world.mme->observation().voice_support_match(test_imsi(1)));
  CHECK(world.complaints() == "");
}

namespace {

s1ap::TraceActivation trace_of(std::uint8_t number) {
  s1ap::TraceActivation activation;
  activation.eutran_trace_id = {number, 2, 3, 4, 5, 6, 7, 8};
  activation.trace_collection_entity_ip_address =
      s1ap::TransportLayerAddress::of(*IpAddress::parse("10.9.9.9"));
  return activation;
}

/// What an eNodeB is asked to observe, in words.
std::string observation_in(const s1ap::Message& message) {
  if (const auto* start = message.as<s1ap::TraceStart>())
    return "trace " + std::to_string(start->trace_activation.eutran_trace_id[0]) + ";";
  if (const auto* end = message.as<s1ap::DeactivateTrace>())
    return "no trace " + std::to_string(end->eutran_trace_id[0]) + ";";
  if (const auto* control = message.as<s1ap::LocationReportingControl>())
    return control->request_type.event_type == s1ap::EventType::change_of_serve_cell ? "location;"
                                                                                     : "no location;";
  return {};
}

/// Another SIM in the same device, which attaches on the connection of the first. Other capabilities have
/// its challenge begin at once.
void change_sim(lab::Ue& ue, unsigned number) {
  ue.settings().sim = test_sim(number);
  ue.usim() = lab::Usim(test_sim(number));
  ue.settings().network_capability.octets.data[0] = 0xE0;
}

}  // namespace

TEST_CASE("what_is_asked_about_a_sim_ends_when_another_takes_its_connection_and_begins_for_that_one") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  std::string asked;
  enb.on_message = [&](const s1ap::Message& message) { asked += observation_in(message); };
  s1ap::RequestType request;
  request.event_type = s1ap::EventType::change_of_serve_cell;
  const bool observed = GENERATE(true, false);
  REQUIRE(world.mme->observation().control_location_reporting(test_imsi(1), request));
  REQUIRE(world.mme->observation().start_trace(test_imsi(1), trace_of(1)));
  if (observed) {
    CHECK_FALSE(world.mme->observation().control_location_reporting(test_imsi(2), request));
    CHECK_FALSE(world.mme->observation().start_trace(test_imsi(2), trace_of(2)));
  }
  world.wait(100ms);
  CHECK(asked == "location;trace 1;");
  asked.clear();
  change_sim(ue, 2);
  REQUIRE(world.attach(ue, lab::UeIdentity::imsi));
  world.wait(1s);
  CHECK(asked == (observed ? "no trace 1;no location;location;trace 2;" : "no trace 1;no location;"));
  CHECK(enb.received(s1ap::MessageType::initial_context_setup_request) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("cell_traffic_trace_is_told_with_the_sim_that_is_on_the_connection_and_with_none_once_it_is_gone") {
  World world;
  auto& enb = world.add_enb();
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  std::vector<TraceReported> told;
  world.mme->observers().trace = [&](const TraceReported& report) { told.push_back(report); };
  s1ap::CellTrafficTrace trace;
  trace.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  trace.enb_ue_s1ap_id = *ue.connection();
  trace.eutran_trace_id = {1, 2, 3, 4, 5, 6, 7, 8};
  trace.eutran_cgi = {*Plmn::parse("00101"), 1 << 8 | 1};
  trace.trace_collection_entity_ip_address = s1ap::TransportLayerAddress::of(*IpAddress::parse("10.9.9.9"));
  // Before the new SIM has proven who it is, and after.
  change_sim(ue, 2);
  ue.behaviour().deaf_to = {nas::EmmType::security_mode_command};
  lab::Running attaching(ue.attach(lab::UeIdentity::imsi));
  world.wait(100ms);
  enb.send(trace, 1);
  world.wait(100ms);
  REQUIRE(told.size() == 1);
  CHECK(told[0].imsi == test_imsi(1));
  ue.behaviour().deaf_to.clear();
  world.wait(10s);
  REQUIRE(attaching.done());
  REQUIRE(attaching.result());
  trace.enb_ue_s1ap_id = *ue.connection();
  trace.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  enb.send(trace, 1);
  world.wait(100ms);
  REQUIRE(told.size() == 2);
  CHECK(told[1].imsi == test_imsi(2));
  CHECK(world.complaints() == "");

  world.go_idle(enb, ue);
  const auto errors = enb.received(s1ap::MessageType::error_indication);
  enb.send(trace, 1);
  world.wait(100ms);
  CHECK(told.size() == 2);
  CHECK(enb.received(s1ap::MessageType::error_indication) == errors + 1);
}
