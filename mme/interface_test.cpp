// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/test_world.hpp"

/// The interface to eNodeBs itself, TS 36.413 §8.7, and what passes over it about no UE or about one.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

s1ap::GlobalEnbId enb_id(std::uint32_t number) {
  return {*Plmn::parse("00101"), s1ap::MacroEnbId{number}};
}

/// How many RIM messages went nowhere, by what their routing address names.
unsigned rim_to(std::string_view address) {
  const std::string text = prometheus_text();
  const std::string key = "zerocell_mme_direct_information_total{address=\"" + std::string(address) + "\"} ";
  const auto at = text.find(key);
  ZC_ASSERT(at != std::string::npos);
  return static_cast<unsigned>(std::stoul(text.substr(at + key.size())));
}

/// A second association of an eNodeB that has one already: it restarted, and SCTP has not noticed.
struct Restarted {
  Restarted(World& world, const lab::Enb& before) : radio(world.net.make_transport()) {
    lab::EnbSettings described = before.settings();
    described.local = {{*IpAddress::parse("127.0.3.1"), 36412}};
    enb = std::make_unique<lab::Enb>(world.loop, *radio, described);
  }
  std::unique_ptr<net::SctpTransport> radio;
  std::unique_ptr<lab::Enb> enb;
};

}  // namespace

TEST_CASE("reset_by_the_mme_ends_the_ues_of_that_enb_and_no_others") {
  World world;
  auto& first = world.add_enb(1);
  auto& second = world.add_enb(2);
  auto& ue = world.add_ue(first, 1);
  auto& other = world.add_ue(second, 2);
  REQUIRE(world.attach(ue));
  REQUIRE(world.attach(other));
  REQUIRE(world.mme->reset_enb(enb_id(1), s1ap::CauseMisc::om_intervention));
  CHECK_FALSE(world.mme->reset_enb(enb_id(9), s1ap::CauseMisc::om_intervention));
  world.wait(20s);
  CHECK(first.received(s1ap::MessageType::reset) == 1);
  CHECK_FALSE(ue.connected());
  CHECK(other.connected());
  CHECK(world.mme->connected_ues() == 1);
  CHECK(first.associated());
  CHECK(world.complaints() == "");
}

TEST_CASE("partial_reset_by_the_mme_names_its_ues_by_both_ids") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  auto& other = world.add_ue(enb, 2);
  REQUIRE(world.attach(ue));
  REQUIRE(world.attach(other));
  REQUIRE(world.mme->reset_ues(enb_id(1), {test_imsi(1)}, s1ap::CauseMisc::om_intervention));
  CHECK_FALSE(world.mme->reset_ues(enb_id(1), {test_imsi(77)}, s1ap::CauseMisc::om_intervention));
  world.wait(20s);
  CHECK_FALSE(ue.connected());
  CHECK(other.connected());
  CHECK(enb.connections() == 1);
  CHECK(world.record(1)->emm_state == EmmState::registered);
}

TEST_CASE("enb_that_answers_no_reset_is_asked_three_times_and_then_let_go") {
  World world;
  auto& enb = world.add_enb(1);
  enb.behaviour().ignores_reset = true;
  REQUIRE(world.mme->reset_enb(enb_id(1), s1ap::CauseMisc::om_intervention));
  world.wait(12s);
  CHECK(enb.associated());
  world.wait(10s);
  CHECK(enb.received(s1ap::MessageType::reset) == 3);
  CHECK(world.mme->enbs() == 0);
}

TEST_CASE("configuration_update_reaches_every_enb_and_is_repeated_when_it_wants_to_wait") {
  World world;
  auto& enb = world.add_enb(1);
  world.network.more_codes = {0x1B};
  world.network.more_group_ids = {0x8002};
  enb.behaviour().refuses_configuration = 1;
  std::size_t codes = 0;
  enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* update = message.as<s1ap::MmeConfigurationUpdate>())
      codes = update->served_gummeis[0].served_mmecs.size();
  };
  world.mme->update_configuration();
  world.wait(30s);
  CHECK(enb.received(s1ap::MessageType::mme_configuration_update) == 2);
  CHECK(codes == 2);
  CHECK(world.complaints() == "");
}

TEST_CASE("guti_of_an_mme_that_this_one_replaces_finds_its_ue") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  world.network.more_codes = {0x77};
  world.network.mme_code = 0x77;
  REQUIRE(world.attach(ue));
  REQUIRE(lab::finish(world.loop, ue.detach(true)));
  world.wait(1s);
  world.network.mme_code = 0x1A;
  const unsigned vectors = world.hss.vectors_given;
  REQUIRE(world.attach(ue));
  CHECK(world.hss.vectors_given == vectors);
  CHECK(ue.guti()->gummei.code == 0x1A);
}

TEST_CASE("enb_that_comes_while_the_core_is_overloaded_is_told_so") {
  World world;
  auto& first = world.add_enb(1);
  std::optional<std::uint8_t> reduction;
  first.on_message = [&](const s1ap::Message& message) {
    if (const auto* start = message.as<s1ap::OverloadStart>())
      reduction = start->traffic_load_reduction_indication;
  };
  world.mme->congestion().start_overload(s1ap::OverloadAction::reject_non_emergency_mo_dt, 40);
  world.wait(100ms);
  CHECK(reduction == 40);
  auto& second = world.add_enb(2);
  world.wait(100ms);
  CHECK(second.overloaded());
  world.mme->congestion().stop_overload();
  auto& third = world.add_enb(3);
  world.wait(100ms);
  CHECK_FALSE((first.overloaded() || second.overloaded() || third.overloaded()));
}

TEST_CASE("enb_that_sets_up_s1_again_on_another_association_loses_the_old_one_and_its_ues_go_idle") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.net.vanish(*enb.association());
  Restarted again(world, enb);
  const auto connected = lab::finish(world.loop, again.enb->connect());
  REQUIRE((connected && *connected));
  world.wait(1s);
  CHECK(world.mme->enbs() == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1)->emm_state == EmmState::registered);
  CHECK_FALSE(world.gateway.sessions.begin()->second.access);
}

TEST_CASE("enb_that_falls_silent_is_noticed_by_its_heartbeats") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.net.vanish(*enb.association());
  world.wait(10min);
  CHECK(world.mme->enbs() == 0);
  CHECK(world.mme->connected_ues() == 0);
  CHECK_FALSE(world.gateway.sessions.begin()->second.access);
}

TEST_CASE("son_transfer_reaches_its_target_and_nobody_speaks_in_anothers_name") {
  World world;
  auto& first = world.add_enb(1);
  auto& second = world.add_enb(2);
  s1ap::SonConfigurationTransfer son;
  son.target_enb_id = second.as_target();
  son.source_enb_id = {enb_id(1), first.settings().tracking_area};
  son.son_information = s1ap::SonInformationRequest::x2_tnl_configuration_info;
  s1ap::EnbConfigurationTransfer transfer;
  transfer.son_configuration_transfer_ect = son;
  first.send(transfer);
  world.wait(100ms);
  CHECK(second.received(s1ap::MessageType::mme_configuration_transfer) == 1);
  // In the name of another eNodeB; to one that is not there; with nothing in it (R4).
  second.send(transfer);
  transfer.son_configuration_transfer_ect->target_enb_id.global_enb_id = enb_id(55);
  first.send(transfer);
  first.send(s1ap::EnbConfigurationTransfer{});
  world.wait(100ms);
  CHECK(second.received(s1ap::MessageType::mme_configuration_transfer) == 1);
  CHECK(first.received(s1ap::MessageType::mme_configuration_transfer) == 0);
  CHECK((first.associated() && second.associated()));
}

TEST_CASE("configuration_transfer_with_a_part_for_each_of_two_enbs_reaches_both") {
  World world;
  auto& first = world.add_enb(1);
  auto& second = world.add_enb(2);
  auto& third = world.add_enb(3);
  s1ap::EnbConfigurationTransfer transfer;
  transfer.son_configuration_transfer_ect.emplace();
  transfer.son_configuration_transfer_ect->target_enb_id = second.as_target();
  transfer.son_configuration_transfer_ect->source_enb_id = {enb_id(1), first.settings().tracking_area};
  transfer.son_configuration_transfer_ect->son_information =
      s1ap::SonInformationRequest::x2_tnl_configuration_info;
  s1ap::EnDcTransferTypeReply reply;
  reply.source_en_gnb.global_en_gnb_id = {*Plmn::parse("00101"), {.value = 5, .bits = 22}};
  reply.target_enb = {enb_id(3), third.settings().tracking_area};
  transfer.en_dc_son_configuration_transfer_ect.emplace();
  transfer.en_dc_son_configuration_transfer_ect->transfer_type = {reply};
  first.send(transfer);
  world.wait(100ms);
  CHECK(second.received(s1ap::MessageType::mme_configuration_transfer) == 1);
  CHECK(third.received(s1ap::MessageType::mme_configuration_transfer) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("en_dc_transfer_in_the_name_of_another_enb_goes_nowhere") {
  World world;
  auto& first = world.add_enb(1);
  auto& second = world.add_enb(2);
  s1ap::EnDcTransferTypeRequest asks;
  asks.source_enb = {enb_id(1), first.settings().tracking_area};
  asks.target_en_gnb.global_en_gnb_id = {*Plmn::parse("00101"), {.value = 5, .bits = 22}};
  asks.target_enb = s1ap::EnDcSonEnbIdentification{enb_id(2), second.settings().tracking_area};
  s1ap::EnbConfigurationTransfer transfer;
  transfer.en_dc_son_configuration_transfer_ect.emplace();
  transfer.en_dc_son_configuration_transfer_ect->transfer_type = {asks};
  second.send(transfer);
  world.wait(100ms);
  CHECK(second.received(s1ap::MessageType::mme_configuration_transfer) == 0);
  first.send(transfer);
  world.wait(100ms);
  CHECK(second.received(s1ap::MessageType::mme_configuration_transfer) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("direct_information_for_other_radio_access_is_counted_by_its_address_and_reaches_no_enb") {
  World world;
  auto& enb = world.add_enb(1);
  auto& other = world.add_enb(2);
  const s1ap::Lai area{*Plmn::parse("00101"), 7};
  const ByteVector pdu = *from_hex("7001");
  const std::pair<const char*, std::optional<s1ap::RimRoutingAddress>> addresses[] = {
      {"geran_cell", s1ap::GeranCellId{.lai = area, .rac = 1, .ci = 2}},
      {"rnc", s1ap::TargetRncId{.lai = area, .rnc_id = 5}},
      {"ehrpd_sector", s1ap::EhrpdSectorId{}},
      {"none", std::nullopt}};
  for (const auto& [name, address] : addresses) {
    const unsigned before = rim_to(name);
    s1ap::EnbDirectInformationTransfer transfer;
    transfer.inter_system_information_transfer_type_edt =
        s1ap::RimTransfer{.rim_information = pdu, .rim_routing_address = address};
    enb.send(transfer);
    world.wait(100ms);
    CHECK(rim_to(name) == before + 1);
  }
  CHECK(enb.received(s1ap::MessageType::mme_direct_information_transfer) == 0);
  CHECK(other.received(s1ap::MessageType::mme_direct_information_transfer) == 0);
  CHECK(enb.received(s1ap::MessageType::error_indication) == 0);
  CHECK(enb.associated());
}

TEST_CASE("R3_R4_direct_information_and_configuration_transfer_without_their_contents_are_survived") {
  World world;
  auto& enb = world.add_enb(1);
  // Procedures 37 and 40, each with no IE at all.
  for (const auto* hex : {"0025400300000000", "00254003000000", "0028400300000000", "00284003000000"})
    enb.send_octets(*from_hex(hex));
  world.wait(1s);
  CHECK(enb.associated());
  CHECK(world.mme->enbs() == 1);
  auto& ue = world.add_ue(enb, 1);
  CHECK(world.attach(ue));
}

TEST_CASE("error_indication_about_a_ue_ends_its_connection_by_either_id_and_touches_no_other") {
  for (const int ids : {1, 2, 3}) {
    World world;
    auto& enb = world.add_enb(1);
    auto& stranger = world.add_enb(2);
    auto& ue = world.add_ue(enb, 1);
    REQUIRE(world.attach(ue));
    s1ap::ErrorIndication indication;
    if (ids & 1) indication.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
    if (ids & 2) indication.enb_ue_s1ap_id = *ue.connection();
    indication.cause = s1ap::CauseRadioNetwork::unknown_pair_ue_s1ap_id;
    stranger.send(indication);
    world.wait(1s);
    CHECK(world.mme->connected_ues() == 1);
    enb.send(indication);
    world.wait(1s);
    CHECK(world.mme->connected_ues() == 0);
    CHECK(world.record(1)->emm_state == EmmState::registered);
    // Error Indications are not answered.
    CHECK(enb.received(s1ap::MessageType::error_indication) == 0);
    CHECK(stranger.received(s1ap::MessageType::error_indication) == 0);
  }
}

TEST_CASE("error_indication_without_ids_or_with_another_cause_ends_nothing") {
  World world;
  auto& enb = world.add_enb(1);
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  s1ap::ErrorIndication indication;
  enb.send(indication);
  indication.cause = s1ap::CauseProtocol::semantic_error;
  enb.send(indication);
  indication.mme_ue_s1ap_id = *enb.mme_ue_s1ap_id(*ue.connection());
  indication.enb_ue_s1ap_id = *ue.connection();
  enb.send(indication);
  world.wait(1s);
  CHECK(ue.connected());
  CHECK(world.mme->connected_ues() == 1);
}

TEST_CASE("warning_reaches_the_enbs_of_its_area_and_their_answers_are_collected") {
  World world;
  auto& first = world.add_enb(1);
  auto& second = world.add_enb(2);
  auto& silent = world.add_enb(3);
  silent.behaviour().ignores_warnings = true;
  const auto count = [](lab::Enb& enb) {
    return enb.received(s1ap::MessageType::write_replace_warning_request);
  };
  const Warning everywhere{
      .message_identifier = 4371, .serial_number = 1, .contents = ByteVector(84, 1), .concurrent = true};
  auto answers = lab::finish(world.loop, world.mme->warnings().broadcast(everywhere));
  REQUIRE(answers);
  REQUIRE(answers->size() == 3);
  CHECK(std::ranges::count_if(*answers, &WarningAnswer::answered) == 2);
  // By cell, by tracking area, by eNodeB.
  Warning narrow = everywhere;
  narrow.serial_number = 2;
  narrow.area.cells = {{*Plmn::parse("00101"), 2 << 8 | 1}};
  answers = lab::finish(world.loop, world.mme->warnings().broadcast(narrow));
  REQUIRE((answers && answers->size() == 1));
  CHECK(answers->front().enb == enb_id(2));
  CHECK(answers->front().cells.size() == 1);
  CHECK(count(first) == 1);
  CHECK(count(second) == 2);
  narrow.area = {.tracking_areas = {{*Plmn::parse("00101"), 9}}};
  answers = lab::finish(world.loop, world.mme->warnings().broadcast(narrow));
  CHECK((answers && answers->empty()));
  narrow.area = {.enbs = {enb_id(1)}};
  answers = lab::finish(world.loop, world.mme->warnings().broadcast(narrow));
  CHECK((answers && answers->size() == 1));
  const auto killed = lab::finish(world.loop, world.mme->warnings().cancel(4371, 2, {.enbs = {enb_id(1)}}));
  REQUIRE((killed && killed->size() == 1));
  CHECK(killed->front().answered);
  CHECK(killed->front().broadcasts == 3);
  CHECK(world.complaints() == "");
}

TEST_CASE("warning_that_is_sent_twice_at_once_gets_its_answers_twice") {
  World world;
  auto& first = world.add_enb(1);
  world.add_enb(2);
  first.behaviour().ignores_warnings = true;
  const Warning warning{.message_identifier = 4371, .serial_number = 1, .contents = ByteVector(84, 1)};
  lab::Running before(world.mme->warnings().broadcast(warning));
  world.wait(1s);
  lab::Running after(world.mme->warnings().broadcast(warning));
  world.wait(1min);
  for (auto* running : {&before, &after}) {
    REQUIRE(running->done());
    CHECK(std::ranges::count_if(running->result(), &WarningAnswer::answered) == 1);
  }
}

TEST_CASE("warning_may_be_repeated_after_hours_and_all_of_an_area_are_killed_at_once") {
  World world;
  auto& enb = world.add_enb(1);
  std::uint16_t period = 0;
  std::optional<std::uint32_t> extended;
  bool all = false;
  enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::WriteReplaceWarningRequest>()) {
      period = request->repetition_period;
      extended = request->extended_repetition_period;
    }
    if (const auto* request = message.as<s1ap::KillRequest>())
      all = request->kill_all_warning_messages.has_value();
  };
  Warning warning{.message_identifier = 4371,
                  .serial_number = 1,
                  .repetition_seconds = 4095,
                  .contents = ByteVector(84, 1)};
  REQUIRE(lab::finish(world.loop, world.mme->warnings().broadcast(warning)));
  CHECK(period == 4095);
  CHECK_FALSE(extended);
  warning.serial_number = 2;
  warning.repetition_seconds = 100'000;
  REQUIRE(lab::finish(world.loop, world.mme->warnings().broadcast(warning)));
  CHECK(extended == 100'000);
  REQUIRE(lab::finish(world.loop, world.mme->warnings().cancel(4371, 2)));
  CHECK_FALSE(all);
  const auto killed = lab::finish(world.loop, world.mme->warnings().cancel_all());
  REQUIRE((killed && killed->size() == 1));
  CHECK(killed->front().answered);
  CHECK(all);
  CHECK(world.complaints() == "");
}

TEST_CASE("cells_that_lost_their_warnings_are_told_to_who_asked_for_them") {
  World world;
  auto& enb = world.add_enb(1);
  std::vector<WarningsLost> told;
  world.mme->observers().warnings_lost = [&](const WarningsLost& lost) { told.push_back(lost); };
  const Ecgi cell{*Plmn::parse("00101"), 1 << 8 | 1};
  const Tai tai{*Plmn::parse("00101"), 7};
  s1ap::PwsRestartIndication restarted;
  restarted.ecgi_list_for_restart = {&cell, 1};
  restarted.global_enb_id = enb_id(1);
  restarted.tai_list_for_restart = {&tai, 1};
  enb.send(restarted);
  s1ap::PwsFailureIndication failed;
  failed.pws_failed_ecgi_list = {&cell, 1};
  failed.global_enb_id = enb_id(1);
  enb.send(failed);
  world.wait(100ms);
  REQUIRE(told.size() == 2);
  CHECK_FALSE(told[0].failed);
  CHECK(told[1].failed);
  CHECK(told[0].cells == std::vector<Ecgi>{cell});
}

TEST_CASE("shared_network_serves_each_ue_under_the_plmn_that_it_selected") {
  // MOCN, TS 23.251 §4.2: the selected PLMN stands in the TAI of the first message.
  World world;
  const Plmn partner = *Plmn::parse("00102");
  world.network.plmns.push_back(partner);
  auto& enb = world.add_enb(1);
  enb.settings_mutable().broadcast_plmns = world.network.plmns;
  REQUIRE(lab::finish(world.loop, enb.setup())->has_value());
  auto& first = world.add_ue(enb, 1);
  REQUIRE(world.attach(first));
  CHECK(first.guti()->gummei.plmn == world.network.plmns.front());
  enb.settings_mutable().tracking_area.plmn = partner;
  auto& second = world.add_ue(enb, 2);
  REQUIRE(world.attach(second));
  CHECK(second.guti()->gummei.plmn == partner);
  CHECK(world.record(2)->tai.plmn == partner);
  CHECK(world.complaints() == "");
}
