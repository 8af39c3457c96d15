// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/messages.hpp"
#include "mme/test_bearing.hpp"

/// What crosses from the source of an S1 handover to its target, and what goes on there: TS 36.413 §8.4.2,
/// §8.4.6, §8.4.9, §8.10, §8.11.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// One UE with two bearers, and where it can go.
struct TwoCells : Bearing {
  lab::Enb& target = world.add_enb(2);

  TwoCells() { REQUIRE(create()); }
  /// Everything of it, from its preparation to the release of the source.
  void hand_over(lab::Enb& from, lab::Enb& to) {
    const auto at_source = *ue.connection();
    const auto order = lab::finish(world.loop, from.prepare_handover(at_source, to.as_target(), true));
    REQUIRE(order);
    REQUIRE(*order);
    to.notify_arrival(from, at_source, (*order)->connection);
    world.wait(3s);
    CHECK(from.connections() == 0);
  }
  std::uint32_t mme_id(lab::Enb& at) { return *at.mme_ue_s1ap_id(*ue.connection()); }
};

s1ap::RequestType location_request(s1ap::EventType type) {
  return {.event_type = type, .report_area = s1ap::ReportArea::ecgi};
}

}  // namespace

TEST_CASE("handover_request_says_which_trace_goes_on_with_its_area_and_its_collector") {
  TwoCells t;
  const std::vector<Ecgi> cells{{t.world.network.plmns.front(), 257}, {t.world.network.plmns.front(), 513}};
  const std::string uri = "https://trace.example/";
  {
    s1ap::TraceActivation activation;
    activation.eutran_trace_id = {1, 2, 3, 4, 5, 6, 7, 8};
    activation.interfaces_to_trace = 0xA0;
    activation.trace_depth = s1ap::TraceDepth::medium;
    activation.trace_collection_entity_ip_address =
        s1ap::TransportLayerAddress::of(*IpAddress::parse("10.9.9.9"));
    activation.mdt_configuration.emplace();
    activation.mdt_configuration->mdt_activation = s1ap::MdtActivation::immediate_mdt_and_trace;
    activation.mdt_configuration->area_scope_of_mdt = s1ap::CellBasedMdt{{cells.data(), cells.size()}};
    activation.trace_collection_entity_uri = uri;
    REQUIRE(t.world.mme->observation().start_trace(test_imsi(1), activation));
  }
  unsigned asked = 0;
  t.target.on_message = [&](const s1ap::Message& message) {
    const auto* request = message.as<s1ap::HandoverRequest>();
    if (request == nullptr) return;
    ++asked;
    REQUIRE(request->trace_activation);
    const auto& trace = *request->trace_activation;
    CHECK(trace.eutran_trace_id == TraceId{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(trace.interfaces_to_trace == 0xA0);
    CHECK(trace.trace_depth == s1ap::TraceDepth::medium);
    CHECK(trace.trace_collection_entity_ip_address.v4() == Ipv4Address::parse("10.9.9.9"));
    CHECK(trace.trace_collection_entity_uri == uri);
    REQUIRE(trace.mdt_configuration);
    CHECK(trace.mdt_configuration->mdt_activation == s1ap::MdtActivation::immediate_mdt_and_trace);
    const auto* area = std::get_if<s1ap::CellBasedMdt>(&trace.mdt_configuration->area_scope_of_mdt);
    REQUIRE(area != nullptr);
    CHECK(std::ranges::equal(area->cell_id_list_for_mdt, cells));
  };
  t.hand_over(t.enb, t.target);
  CHECK(asked == 1);
  // It was begun by that: not once more, and it is ended where the UE is.
  CHECK(t.target.received(s1ap::MessageType::trace_start) == 0);
  CHECK(t.world.mme->observation().deactivate_trace(test_imsi(1), {1, 2, 3, 4, 5, 6, 7, 8}));
  t.world.wait(100ms);
  CHECK(t.target.received(s1ap::MessageType::deactivate_trace) == 1);
  unsigned traced = 0;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::HandoverRequest>())
      traced += request->trace_activation ? 1 : 0;
  };
  t.hand_over(t.target, t.enb);
  CHECK(traced == 0);
  CHECK(t.enb.received(s1ap::MessageType::handover_request) == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("direct_location_reporting_is_one_report_and_goes_nowhere_else") {
  TwoCells t;
  std::vector<LocationReported> told;
  t.world.mme->observers().location = [&](const LocationReported& report) { told.push_back(report); };
  std::optional<s1ap::RequestType> asked;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* control = message.as<s1ap::LocationReportingControl>()) asked = control->request_type;
  };
  REQUIRE(t.world.mme->observation().control_location_reporting(test_imsi(1),
                                                                location_request(s1ap::EventType::direct)));
  t.world.wait(1s);
  REQUIRE(asked);
  CHECK(asked->event_type == s1ap::EventType::direct);
  REQUIRE(told.size() == 1);
  CHECK(told[0].imsi == test_imsi(1));
  CHECK(told[0].ecgi.cell == (1u << 8 | 1));
  CHECK(told[0].tai == t.enb.settings().tracking_area);
  t.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::HandoverRequest>()) CHECK_FALSE(request->request_type);
  };
  t.hand_over(t.enb, t.target);
  CHECK(t.target.received(s1ap::MessageType::handover_request) == 1);
  CHECK(t.target.received(s1ap::MessageType::location_reporting_control) == 0);
  t.world.go_idle(t.target, t.ue);
  REQUIRE(*lab::finish(t.world.loop, t.ue.service_request()));
  t.world.wait(1s);
  CHECK(told.size() == 1);
  CHECK(t.world.complaints() == "");
}

TEST_CASE("reports_of_changed_cells_go_on_at_the_target_until_they_are_stopped_and_not_at_the_next_enb") {
  TwoCells t;
  std::vector<LocationReported> told;
  t.world.mme->observers().location = [&](const LocationReported& report) { told.push_back(report); };
  REQUIRE(t.world.mme->observation().control_location_reporting(
      test_imsi(1), location_request(s1ap::EventType::change_of_serve_cell)));
  t.world.wait(100ms);
  REQUIRE(told.size() == 1);
  std::optional<s1ap::RequestType> asked;
  t.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::HandoverRequest>()) asked = request->request_type;
  };
  t.hand_over(t.enb, t.target);
  REQUIRE(asked);
  CHECK(asked->event_type == s1ap::EventType::change_of_serve_cell);
  CHECK(asked->report_area == s1ap::ReportArea::ecgi);
  // It changes its cell there.
  const auto before = told.size();
  s1ap::LocationReport report;
  report.mme_ue_s1ap_id = t.mme_id(t.target);
  report.enb_ue_s1ap_id = *t.ue.connection();
  report.tai = t.target.settings().tracking_area;
  report.eutran_cgi = {report.tai.plmn, 2u << 8 | 7};
  report.request_type = *asked;
  t.target.send(report, 1);
  t.world.wait(100ms);
  REQUIRE(told.size() == before + 1);
  CHECK(told.back().imsi == test_imsi(1));
  CHECK(told.back().ecgi.cell == (2u << 8 | 7));
  CHECK_FALSE(told.back().failure);
  CHECK(t.world.record(1)->ecgi.cell == (2u << 8 | 7));

  std::vector<s1ap::EventType> controls;
  t.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* control = message.as<s1ap::LocationReportingControl>())
      controls.push_back(control->request_type.event_type);
  };
  REQUIRE(t.world.mme->observation().control_location_reporting(
      test_imsi(1), location_request(s1ap::EventType::stop_change_of_serve_cell)));
  t.world.wait(100ms);
  CHECK(controls == std::vector{s1ap::EventType::stop_change_of_serve_cell});
  const auto controlled = t.enb.received(s1ap::MessageType::location_reporting_control);
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* request = message.as<s1ap::HandoverRequest>()) CHECK_FALSE(request->request_type);
  };
  t.hand_over(t.target, t.enb);
  CHECK(t.enb.received(s1ap::MessageType::handover_request) == 1);
  CHECK(t.enb.received(s1ap::MessageType::location_reporting_control) == controlled);
  CHECK(told.size() == before + 1);
  CHECK(t.world.complaints() == "");
}

namespace {

/// What is said of PDCP, in words.
std::string words(const s1ap::CountValue& count) {
  return std::to_string(count.pdcp_sn) + "/" + std::to_string(count.hfn);
}
std::string words(const s1ap::CountValueExtended& count) {
  return std::to_string(count.pdcp_sn_extended) + "/" + std::to_string(count.hfn_modified);
}
std::string words(const s1ap::CountValuePdcpSnLength18& count) {
  return std::to_string(count.pdcp_sn_length18) + "/" + std::to_string(count.hfn_for_pdcp_sn_length18);
}
std::string words(const s1ap::BitString& bits) {
  return std::to_string(bits.bits) + ":" + to_hex(bits.octets);
}
template <class Count>
std::string words(const std::optional<Count>& count) {
  return count ? words(*count) : "-";
}
std::string words(const s1ap::EnbStatusTransferTransparentContainer& container) {
  std::string text;
  for (const auto& item : container.bearers_subject_to_status_transfer_list)
    text += std::to_string(item.erab_id) + " up " + words(item.ul_count_value) + " down " +
            words(item.dl_count_value) + " received " + words(item.receive_status_of_ul_pdcp_sdus) +
            " extended " + words(item.ul_count_value_extended) + " " + words(item.dl_count_value_extended) +
            " long " + words(item.ul_count_value_pdcp_sn_length18) + " " +
            words(item.dl_count_value_pdcp_sn_length18) + "; ";
  return text;
}
std::string words(const s1ap::EnbEarlyStatusTransferTransparentContainer& container) {
  std::string text;
  for (const auto& item : container.bearers_subject_to_early_status_transfer_list)
    text += std::to_string(item.erab_id) + " down " + std::to_string(item.dl_count_pdcp_sn_length.index()) +
            " " + std::visit([](const auto& count) { return words(count); }, item.dl_count_pdcp_sn_length) +
            "; ";
  return text;
}

}  // namespace

TEST_CASE("target_gets_the_pdcp_counts_and_the_receive_status_of_every_bearer_as_the_source_said_them") {
  TwoCells t;
  const auto at_source = *t.ue.connection();
  const auto order = lab::finish(t.world.loop, t.enb.prepare_handover(at_source, t.target.as_target(), true));
  REQUIRE(order);
  REQUIRE(*order);
  std::string status;
  std::string early;
  std::uint32_t named = 0;
  t.target.on_message = [&](const s1ap::Message& message) {
    if (const auto* got = message.as<s1ap::MmeStatusTransfer>()) {
      status += words(got->enb_status_transfer_transparent_container);
      named = got->enb_ue_s1ap_id;
    }
    if (const auto* got = message.as<s1ap::MmeEarlyStatusTransfer>()) {
      early += words(got->enb_early_status_transfer_transparent_container);
      named = got->enb_ue_s1ap_id;
    }
  };
  ByteVector received(512);
  for (std::size_t i = 0; i < received.size(); ++i) received[i] = static_cast<std::uint8_t>(i * 37 + 1);
  const s1ap::BearersSubjectToStatusTransferItem items[] = {
      {.erab_id = 5,
       .ul_count_value = {4095, 1048575},
       .dl_count_value = {1, 0},
       .receive_status_of_ul_pdcp_sdus = s1ap::BitString{received, 4096}},
      {.erab_id = 6,
       .ul_count_value = {17, 40},
       .dl_count_value = {4000, 99999},
       .ul_count_value_extended = s1ap::CountValueExtended{32767, 131071},
       .dl_count_value_extended = s1ap::CountValueExtended{5, 6},
       .ul_count_value_pdcp_sn_length18 = s1ap::CountValuePdcpSnLength18{262143, 16383},
       .dl_count_value_pdcp_sn_length18 = s1ap::CountValuePdcpSnLength18{7, 8}}};
  s1ap::EnbStatusTransfer transfer;
  transfer.mme_ue_s1ap_id = t.mme_id(t.enb);
  transfer.enb_ue_s1ap_id = at_source;
  transfer.enb_status_transfer_transparent_container.bearers_subject_to_status_transfer_list = items;
  t.enb.send(transfer, 1);
  t.world.wait(100ms);
  CHECK(named == (*order)->connection);
  CHECK(status == words(transfer.enb_status_transfer_transparent_container));
  CHECK(status.size() > 1024);

  named = 0;
  const s1ap::BearersSubjectToEarlyStatusTransferItem early_items[] = {
      {.erab_id = 5, .dl_count_pdcp_sn_length = s1ap::CountValue{4095, 1048575}},
      {.erab_id = 6, .dl_count_pdcp_sn_length = s1ap::CountValuePdcpSnLength18{262143, 16383}}};
  s1ap::EnbEarlyStatusTransfer before;
  before.mme_ue_s1ap_id = t.mme_id(t.enb);
  before.enb_ue_s1ap_id = at_source;
  before.enb_early_status_transfer_transparent_container.bearers_subject_to_early_status_transfer_list =
      early_items;
  t.enb.send(before, 1);
  t.world.wait(100ms);
  CHECK(named == (*order)->connection);
  CHECK(early == words(before.enb_early_status_transfer_transparent_container));
  CHECK(early.size() > 20);
  CHECK(t.world.complaints() == "");
}
