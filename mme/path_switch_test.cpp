// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/test_altered_message.hpp"
#include "mme/test_world.hpp"

/// X2 handover as the MME sees it, TS 23.401 §5.5.1.1 and TS 36.413 §8.4.4.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

std::string text(const s1ap::Cause& cause) {
  return std::string(s1ap::name(cause));
}
template <class T>
std::string refusal(const std::optional<lab::EnbResult<T>>& outcome) {
  REQUIRE(outcome);
  REQUIRE_FALSE(*outcome);
  REQUIRE(outcome->error().cause);
  return text(*outcome->error().cause);
}

/// Two eNodeBs and a UE at the first.
class TwoCells : public World {
 public:
  TwoCells() : first(add_enb(1)), second(add_enb(2)), ue(add_ue(first, 1)) {
    second.settings_mutable().tracking_area.tac = 8;
    ZC_ASSERT(lab::finish(loop, second.setup()).has_value());
    ZC_ASSERT(attach(ue).has_value());
    wait(1s);
  }
  auto x2(lab::Enb& from, lab::Enb& to, lab::PathSwitchLies lies = {}) {
    return lab::finish(loop, to.take_over(from, *ue.connection(), lies));
  }
  const TestGateway::Session& session() { return gateway.sessions.begin()->second; }
  std::optional<gtp::Fteid> access() { return session().access; }

  lab::Enb& first;
  lab::Enb& second;
  lab::Ue& ue;
};

/// Notes what a message to an eNodeB said.
template <class M>
struct Last {
  explicit Last(lab::Enb& enb) : enb_(enb) {
    enb.on_message = [this](const s1ap::Message& message) {
      if (const auto* found = message.as<M>()) {
        ++count;
        note(*found);
      }
    };
  }
  ~Last() { enb_.on_message = nullptr; }
  std::function<void(const M&)> note = [](const M&) {};
  unsigned count = 0;

 private:
  lab::Enb& enb_;
};

}  // namespace

TEST_CASE("x2_handover_moves_the_path_the_connection_and_the_location") {
  TwoCells world;
  const auto before = world.access();
  const auto switched = world.x2(world.first, world.second);
  REQUIRE((switched && *switched));
  REQUIRE(world.access());
  CHECK(world.access() != before);
  CHECK(world.access()->v4 == world.second.settings().gtpu_v4);
  CHECK(world.gateway.path_switches == 1);
  CHECK(world.record(1)->tai.tac == 8);
  REQUIRE(world.gateway.location);
  CHECK(world.gateway.location->tai.tac == 8);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.first.connections() == 0);
  // What comes and goes takes the new way: the release reaches the UE over the second eNodeB.
  world.second.request_release(*world.ue.connection());
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK_FALSE(world.ue.connected());
  CHECK(world.complaints() == "");
}

TEST_CASE("next_hop_chain_is_the_ues_own_through_many_handovers") {
  TwoCells world;
  lab::Enb& third = world.add_enb(3);
  const std::array<lab::Enb*, 3> enbs{&world.first, &world.second, &third};
  // Eleven handovers take the chaining count around its three bits. The UE compares every key.
  for (unsigned i = 0; i < 11; ++i) {
    Last<s1ap::PathSwitchRequestAcknowledge> last(*enbs[(i + 1) % 3]);
    std::uint8_t count = 0xFF;
    last.note = [&](const auto& acknowledge) {
      count = acknowledge.security_context.next_hop_chaining_count;
    };
    const auto switched = world.x2(*enbs[i % 3], *enbs[(i + 1) % 3]);
    REQUIRE((switched && *switched));
    CHECK(count == (i + 2) % 8);
  }
  CHECK(world.complaints() == "");
}

TEST_CASE("path_switch_to_another_serving_gateway_tells_the_enb_its_new_uplink_endpoints") {
  TwoCells world;
  world.gateway.moved_user_plane = gtp::Fteid{.teid = 0x7777, .v4 = Ipv4Address::parse("10.0.0.9")};
  const auto switched = world.x2(world.first, world.second);
  REQUIRE((switched && *switched));
  const auto erabs = world.second.erabs(**switched);
  REQUIRE(erabs.size() == 1);
  CHECK(erabs.front().uplink_teid == 0x7777);
  CHECK(erabs.front().core_v4 == Ipv4Address::parse("10.0.0.9"));
  // With the same gateway the list is absent.
  Last<s1ap::PathSwitchRequestAcknowledge> last(world.first);
  last.note = [](const auto& acknowledge) { CHECK(acknowledge.erab_to_be_switched_ul_list.empty()); };
  REQUIRE(world.x2(world.second, world.first)->has_value());
  CHECK(last.count == 1);
}

TEST_CASE("unknown_bearers_of_a_path_switch_are_listed_for_release_and_the_rest_goes_on") {
  TwoCells world;
  Last<s1ap::PathSwitchRequestAcknowledge> last(world.second);
  std::vector<std::pair<std::uint8_t, std::string>> released;
  last.note = [&](const auto& acknowledge) {
    for (const auto& item : acknowledge.erab_to_be_released_list)
      released.emplace_back(item.erab_id, text(item.cause));
  };
  const auto switched = world.x2(world.first, world.second, {.also = {9, 12}});
  REQUIRE((switched && *switched));
  REQUIRE(released.size() == 2);
  CHECK(released[0] == std::pair<std::uint8_t, std::string>(9, "unknown-E-RAB-ID"));
  CHECK(released[1].first == 12);
}

TEST_CASE("duplicate_bearer_in_a_path_switch_fails_it_and_changes_nothing") {
  TwoCells world;
  const auto before = world.access();
  const auto mme_id = *world.first.mme_ue_s1ap_id(*world.ue.connection());
  CHECK(refusal(world.x2(world.first, world.second, {.also = {5}})) == "multiple-E-RAB-ID-instances");
  CHECK(world.access() == before);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.record(1)->tai.tac == 7);
  (void)mme_id;
}

TEST_CASE("dedicated_bearer_that_the_target_did_not_take_is_released_by_the_network") {
  TwoCells world;
  const auto index = *world.mme->directory().find(test_imsi(1));
  UeRecord& record = world.mme->directory()[index];
  BearerRecord* dedicated = world.mme->bearers().add(record, 6, 5);
  REQUIRE(dedicated);
  dedicated->session = world.mme->bearers().find(record, 5)->session;
  // The first handover lists it: from here on it is active.
  REQUIRE(world.x2(world.first, world.second, {.also = {6}})->has_value());
  CHECK(world.gateway.lost.empty());
  REQUIRE(world.x2(world.second, world.first)->has_value());
  REQUIRE(world.gateway.lost.size() == 1);
  REQUIRE(world.gateway.lost[0].ebis.size() == 1);
  CHECK(world.gateway.lost[0].ebis[0] == 6);
  CHECK(world.mme->bearers().find(record, 6) == nullptr);
  CHECK(world.gateway.sessions.size() == 1);
}

TEST_CASE("dedicated_bearer_whose_connection_ends_with_a_path_switch_is_released_at_the_target") {
  // TS 36.413 §8.4.4.2, TS 23.401 §5.5.1.1.2.
  TwoCells world;
  const auto index = *world.mme->directory().find(test_imsi(1));
  UeRecord& record = world.mme->directory()[index];
  const auto session = world.mme->bearers().find(record, 5)->session;
  REQUIRE(*lab::finish(world.loop, world.ue.connect_pdn(Apn::parse("ims"))));
  world.wait(100ms);
  BearerRecord* dedicated = world.mme->bearers().add(record, 7, 5);
  REQUIRE(dedicated);
  dedicated->session = session;
  REQUIRE(world.x2(world.first, world.second, {.also = {7}})->has_value());
  world.first.behaviour().not_admitted = {5};
  Last<s1ap::PathSwitchRequestAcknowledge> last(world.first);
  std::vector<std::uint8_t> released;
  last.note = [&](const auto& acknowledge) {
    for (const auto& item : acknowledge.erab_to_be_released_list) released.push_back(item.erab_id);
  };
  REQUIRE(world.x2(world.second, world.first, {.also = {7}})->has_value());
  CHECK(released == std::vector<std::uint8_t>{7});
  CHECK(world.mme->bearers().find(record, 5) == nullptr);
  CHECK(world.mme->bearers().find(record, 6) != nullptr);
  CHECK(world.mme->bearers().find(record, 7) == nullptr);
}

TEST_CASE("pdn_connection_that_the_gateway_refuses_to_move_ends_and_the_other_goes_on") {
  TwoCells world;
  const auto index = *world.mme->directory().find(test_imsi(1));
  UeRecord& record = world.mme->directory()[index];
  BearerRecord* second = world.mme->bearers().add(record, 7, 7);
  REQUIRE(second);
  second->session = sgw::SessionId{4711};  // The gateway does not know it.
  Last<s1ap::PathSwitchRequestAcknowledge> last(world.second);
  std::vector<std::uint8_t> released;
  last.note = [&](const auto& acknowledge) {
    for (const auto& item : acknowledge.erab_to_be_released_list) released.push_back(item.erab_id);
  };
  REQUIRE(world.x2(world.first, world.second, {.also = {7}})->has_value());
  CHECK(released == std::vector<std::uint8_t>{7});
  CHECK(world.mme->bearers().find(record, 7) == nullptr);
  CHECK(world.mme->bearers().find(record, 5) != nullptr);
}

TEST_CASE("path_switch_that_no_bearer_survives_fails_and_detaches_the_ue") {
  TwoCells world;
  world.gateway.refuses_modify = gtp::Cause::no_resources_available;
  CHECK(refusal(world.x2(world.first, world.second)) == "transport-resource-unavailable");
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1)->emm_state == EmmState::deregistered);
  CHECK(world.gateway.sessions.empty());
}

TEST_CASE("nas_messages_wait_while_the_path_moves_and_then_take_the_new_way") {
  TwoCells world;
  world.gateway.modify_delay = 2s;
  lab::Running moving(world.second.take_over(world.first, *world.ue.connection()));
  world.wait(500ms);
  lab::Running cancelling(world.mme->cancel_location(
      {.imsi = test_imsi(1), .type = hss::CancellationType::subscription_withdrawal}));
  world.wait(1s);
  CHECK(world.ue.received(nas::EmmType::detach_request) == 0);
  world.wait(10s);
  CHECK(moving.done());
  CHECK(world.ue.received(nas::EmmType::detach_request) == 1);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("second_path_switch_overtakes_one_that_still_waits_for_the_gateway") {
  TwoCells world;
  lab::Enb& third = world.add_enb(3);
  world.gateway.modify_delay = 2s;
  const auto mme_id = *world.first.mme_ue_s1ap_id(*world.ue.connection());
  lab::Running first_move(world.second.take_over(world.first, *world.ue.connection()));
  world.wait(500ms);
  s1ap::ErabToBeSwitchedDlItem item;
  item.erab_id = 5;
  item.transport_layer_address = s1ap::TransportLayerAddress::of(IpAddress(*third.settings().gtpu_v4));
  item.gtp_teid = 99;
  s1ap::PathSwitchRequest request;
  request.enb_ue_s1ap_id = 44;
  request.erab_to_be_switched_dl_list = {&item, 1};
  request.source_mme_ue_s1ap_id = mme_id;
  request.tai = third.settings().tracking_area;
  request.eutran_cgi = {request.tai.plmn, 3 << 8};
  request.ue_security_capabilities = {0xE000, 0xE000};
  third.send(request, 1);
  world.wait(10s);
  CHECK(third.received(s1ap::MessageType::path_switch_request_acknowledge) == 1);
  CHECK(world.second.received(s1ap::MessageType::path_switch_request_acknowledge) == 0);
  REQUIRE(world.access());
  CHECK(world.access()->teid == 99);
}

TEST_CASE("R18_path_switch_for_a_ue_that_may_not_move_is_refused_in_every_state") {
  TwoCells world;
  // Nobody's id; and ids of UEs in the midst of an attach, at each of its steps.
  const auto unknown = world.x2(world.first, world.second, {.source_mme_ue_s1ap_id = 0x12345678});
  CHECK(refusal(unknown) == "unknown-mme-ue-s1ap-id");
  world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
  lab::Enb& attacker = world.add_enb(3);
  unsigned refused = 0;
  for (unsigned step_ms = 1; step_ms < 16; ++step_ms) {
    auto& victim = world.add_ue(world.first, 100 + step_ms);
    std::optional<std::uint32_t> mme_id;
    world.first.on_message = [&](const s1ap::Message& message) {
      if (const auto* transport = message.as<s1ap::DownlinkNasTransport>())
        mme_id = transport->mme_ue_s1ap_id;
    };
    // From the request for its context on the UE may have moved.
    const auto contexts = world.first.received(s1ap::MessageType::initial_context_setup_request);
    lab::Running attaching(victim.attach());
    world.wait(std::chrono::milliseconds(step_ms));
    world.first.on_message = nullptr;
    if (!mme_id || attaching.done()) continue;
    const auto context_asked_for = [&] {
      return world.first.received(s1ap::MessageType::initial_context_setup_request) != contexts;
    };
    if (context_asked_for()) break;
    s1ap::ErabToBeSwitchedDlItem item;
    item.erab_id = 5;
    item.transport_layer_address = s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.2.3"));
    item.gtp_teid = 66;
    s1ap::PathSwitchRequest request;
    request.enb_ue_s1ap_id = step_ms;
    request.erab_to_be_switched_dl_list = {&item, 1};
    request.source_mme_ue_s1ap_id = *mme_id;
    request.tai = attacker.settings().tracking_area;
    request.eutran_cgi = {request.tai.plmn, 3 << 8};
    std::string cause;
    attacker.on_message = [&](const s1ap::Message& message) {
      if (const auto* failure = message.as<s1ap::PathSwitchRequestFailure>())
        cause = s1ap::name(failure->cause);
    };
    attacker.send(request, 1);
    world.wait(2ms);
    const bool crossed = context_asked_for();
    if (!crossed) world.wait(60s);
    attacker.on_message = nullptr;
    if (crossed) break;
    ++refused;
    CHECK(cause == "message-not-compatible-with-receiver-state");
    REQUIRE(attaching.done());
    CHECK(attaching.result());
    CHECK(attacker.received(s1ap::MessageType::path_switch_request_acknowledge) == 0);
  }
  CHECK(refused >= 2);
}

TEST_CASE("Bidding_down_in_X2_handover_the_ues_own_capabilities_are_kept_and_sent_back") {
  TwoCells world;
  const auto before = world.record(1)->ue_network_capability;
  Last<s1ap::PathSwitchRequestAcknowledge> last(world.second);
  std::optional<s1ap::UeSecurityCapabilities> told;
  last.note = [&](const auto& acknowledge) { told = acknowledge.ue_security_capabilities; };
  const auto switched =
      world.x2(world.first, world.second, {.capabilities = s1ap::UeSecurityCapabilities{0, 0x8000}});
  REQUIRE((switched && *switched));
  REQUIRE(told);
  CHECK(*told == s1ap::UeSecurityCapabilities{0xE000, 0xE000});
  CHECK(world.record(1)->ue_network_capability == before);
}

TEST_CASE("10_3_5_path_switch_without_the_ues_capabilities_gets_them_and_is_no_alarm") {
  TwoCells world;
  const auto alarms = [] {
    const std::string all = prometheus_text();
    const std::string name = "\nzerocell_mme_path_switch_capabilities_differed_total ";
    return std::stoul(all.substr(all.find(name) + name.size()));
  };
  const auto before = alarms();
  Last<s1ap::PathSwitchRequestAcknowledge> last(world.second);
  std::optional<s1ap::UeSecurityCapabilities> told;
  last.note = [&](const auto& acknowledge) { told = acknowledge.ue_security_capabilities; };
  s1ap::ErabToBeSwitchedDlItem item;
  item.erab_id = 5;
  item.transport_layer_address = s1ap::TransportLayerAddress::of(IpAddress(*world.second.settings().gtpu_v4));
  item.gtp_teid = 99;
  s1ap::PathSwitchRequest request;
  request.enb_ue_s1ap_id = 44;
  request.erab_to_be_switched_dl_list = {&item, 1};
  request.source_mme_ue_s1ap_id = *world.first.mme_ue_s1ap_id(*world.ue.connection());
  request.tai = world.second.settings().tracking_area;
  request.eutran_cgi = {request.tai.plmn, 2 << 8};
  const auto octets = AlteredMessage(request).without(s1ap::IeId::ue_security_capabilities).octets();
  world.second.send_octets(octets, 1);
  world.wait(1s);
  CHECK(last.count == 1);
  CHECK(told == s1ap::UeSecurityCapabilities{0xE000, 0xE000});
  CHECK(alarms() == before);
}

TEST_CASE("path_switch_from_an_area_that_the_enb_does_not_serve_is_refused") {
  TwoCells world;
  world.second.settings_mutable().tracking_area.tac = 9;  // Not what its S1 Setup said.
  CHECK(refusal(world.x2(world.first, world.second)) == "ho-target-not-allowed");
  CHECK(world.record(1)->tai.tac == 7);
  CHECK(world.mme->connected_ues() == 1);
}

TEST_CASE("enb_that_lost_its_ue_to_another_cannot_touch_it_any_more") {
  TwoCells world;
  const auto old_connection = *world.ue.connection();
  const auto mme_id = *world.first.mme_ue_s1ap_id(old_connection);
  REQUIRE(world.x2(world.first, world.second)->has_value());
  const auto errors = world.first.received(s1ap::MessageType::error_indication);
  s1ap::UeContextReleaseRequest release;
  release.mme_ue_s1ap_id = mme_id;
  release.enb_ue_s1ap_id = old_connection;
  release.cause = s1ap::CauseRadioNetwork::user_inactivity;
  world.first.send(release, 1);
  world.wait(1s);
  CHECK(world.first.received(s1ap::MessageType::error_indication) == errors + 1);
  CHECK(world.ue.connected());
  world.first.abort();
  world.wait(1s);
  CHECK(world.mme->connected_ues() == 1);
  CHECK(world.access());
}
