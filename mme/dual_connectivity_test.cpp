// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/test_world.hpp"

/// The security capabilities of a UE for NR as secondary radio access (EN-DC): what the UE sends, what is
/// replayed to it, and what its eNodeBs are told. TS 33.401 annex E.3, TS 24.301 §5.4.3, TS 36.413
/// §9.2.1.127.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;
using Nr = std::optional<s1ap::NrUeSecurityCapabilities>;

namespace {

constexpr nas::UeNetworkCapability kDualConnectivity{
    {.data = {0xF0, 0x70, 0, 0, 0, 0, 0x10}, .size = 7}};  // DCNR.
/// 5G-EA0 to 3 and 15, 5G-IA0 to 3.
constexpr nas::UeAdditionalSecurityCapability kAll{.ea = 0xF001, .ia = 0xF000};
constexpr std::array<std::uint8_t, 6> kSent{0x6F, 4, 0xF0, 0x01, 0xF0, 0x00};
constexpr s1ap::NrUeSecurityCapabilities kToldOfAll{0xE002, 0xE000};
/// Without 5G-EA2 and 5G-IA2.
constexpr nas::UeAdditionalSecurityCapability kLess{.ea = 0xD001, .ia = 0xD000};
constexpr s1ap::NrUeSecurityCapabilities kToldOfLess{0xA002, 0xA000};

/// Two eNodeBs, a UE that can use NR too, and what is told of it.
class DualConnectivity : public World {
 public:
  DualConnectivity() {
    second.settings_mutable().tracking_area.tac = 8;
    ZC_ASSERT(lab::finish(loop, second.setup()).has_value());
    ue.settings().network_capability = kDualConnectivity;
    ue.settings().additional_security_capability = kAll;
    for (lab::Enb* enb : {&first, &second})
      enb->on_message = [this](const s1ap::Message& message) { note(message); };
    ue.behaviour().downlink = [this](Bytes message) {
      if (const auto claimed = nas::claimed_security_mode_command(message))
        if (const auto command = nas::decode<nas::SecurityModeCommand>(*claimed))
          replayed = command->replayed_ue_additional_security_capability;
      return true;
    };
  }
  void attach() {
    REQUIRE(World::attach(ue));
    wait(1s);
  }
  auto x2(lab::PathSwitchLies lies = {}) {
    return lab::finish(loop, second.take_over(first, *ue.connection(), lies));
  }
  /// The next request of the UE loses all algorithms for NR but the null ones.
  void bid_down_on_the_way() {
    ue.behaviour().uplink = [this, changed = false](ByteVector& message) mutable {
      if (message.size() == 3 && message[1] == 0x5F) refused = message[2];  // SECURITY MODE REJECT.
      const auto found = std::ranges::search(message, kSent);
      if (!changed && !found.empty()) {
        std::ranges::copy(std::array<std::uint8_t, 4>{0x80, 0, 0x80, 0}, found.begin() + 2);
        changed = true;
      }
      return true;
    };
  }
  /// How often somebody was alarmed.
  static unsigned long alarms() {
    const std::string all = prometheus_text();
    const std::string name = "\nzerocell_mme_path_switch_capabilities_differed_total ";
    return std::stoul(all.substr(all.find(name) + name.size()));
  }

  lab::Enb& first = add_enb(1);
  lab::Enb& second = add_enb(2);
  lab::Ue& ue = add_ue(first, 1);
  /// Of the last message of its kind.
  std::optional<nas::UeAdditionalSecurityCapability> replayed{};
  std::optional<std::uint8_t> refused{};  ///< Cause of the UE's SECURITY MODE REJECT.
  Nr told_at_setup{}, told_at_modification{}, told_at_handover{}, told_after_switch{};

 private:
  void note(const s1ap::Message& message) {
    if (const auto* setup = message.as<s1ap::InitialContextSetupRequest>())
      told_at_setup = setup->nr_ue_security_capabilities;
    if (const auto* modification = message.as<s1ap::UeContextModificationRequest>())
      told_at_modification = modification->nr_ue_security_capabilities;
    if (const auto* handover = message.as<s1ap::HandoverRequest>())
      told_at_handover = handover->nr_ue_security_capabilities;
    if (const auto* acknowledge = message.as<s1ap::PathSwitchRequestAcknowledge>())
      told_after_switch = acknowledge->nr_ue_security_capabilities;
  }
};

}  // namespace

TEST_CASE("NR_capabilities_of_a_ue_are_replayed_to_it_and_told_to_its_enb") {
  DualConnectivity world;
  world.attach();
  CHECK(world.replayed == kAll);
  CHECK(world.told_at_setup == kToldOfAll);
  CHECK(world.record(1)->additional_capability == kAll);
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_that_sends_no_NR_capabilities_has_none_replayed_and_none_derived_for_it") {
  DualConnectivity world;
  world.ue.settings().additional_security_capability.reset();
  if (GENERATE(true, false)) world.ue.settings().network_capability = {{.data = {0xF0, 0x70}, .size = 2}};
  world.attach();
  CHECK(world.first.received(s1ap::MessageType::initial_context_setup_request) == 1);
  CHECK_FALSE(world.replayed);
  CHECK_FALSE(world.told_at_setup);
  CHECK_FALSE(world.record(1)->additional_capability);
  CHECK(world.complaints() == "");
}

TEST_CASE("NR_capabilities_are_told_again_with_each_context") {
  DualConnectivity world;
  world.attach();
  world.told_at_setup.reset();
  world.go_idle(world.first, world.ue);
  REQUIRE(*lab::finish(world.loop, world.ue.service_request()));
  CHECK(world.told_at_setup == kToldOfAll);
  CHECK(world.hss.vectors_given == 1);
}

TEST_CASE("Bidding_down_prevention_changed_NR_capabilities_are_found_by_the_ue") {
  DualConnectivity world;
  world.bid_down_on_the_way();
  CHECK_FALSE(world.World::attach(world.ue));
  CHECK(world.replayed == nas::UeAdditionalSecurityCapability{.ea = 0x8000, .ia = 0x8000});
  CHECK(world.refused == 23);
  world.wait(60s);
  CHECK(world.mme->connected_ues() == 0);
  CHECK(world.record(1) == nullptr);
}

TEST_CASE("NR_capabilities_that_the_ue_has_not_confirmed_are_not_kept") {
  DualConnectivity world;
  world.attach();
  world.go_idle(world.first, world.ue);
  world.bid_down_on_the_way();
  CHECK_FALSE(world.World::attach(world.ue));
  CHECK(world.refused == 23);
  CHECK(world.record(1)->additional_capability == kAll);
}

TEST_CASE("NR_capabilities_that_were_lost_on_their_way_are_found_by_the_hash_of_the_request") {
  DualConnectivity world;
  bool lost = false;
  world.ue.behaviour().uplink = [&](ByteVector& message) {
    const auto found = std::ranges::search(message, kSent);
    if (lost || found.empty()) return true;
    message.erase(found.begin(), found.end());
    return lost = true;
  };
  world.attach();
  CHECK(lost);
  CHECK_FALSE(world.replayed);
  CHECK(world.told_at_setup == kToldOfAll);
  CHECK(world.complaints() == "");
}

TEST_CASE("changed_NR_capabilities_are_bound_to_new_keys") {
  DualConnectivity world;
  world.attach();
  const bool connected = GENERATE(false, true);
  const bool attaches = GENERATE(false, true);
  if (!connected) world.go_idle(world.first, world.ue);
  world.told_at_setup.reset();
  world.ue.settings().additional_security_capability = kLess;
  if (attaches)
    world.attach();
  else
    REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update({.active = true})));
  world.wait(1s);
  CHECK(world.hss.vectors_given == 2);
  CHECK(world.replayed == kLess);
  CHECK(world.record(1)->additional_capability == kLess);
  CHECK((connected ? world.told_at_modification : world.told_at_setup) == kToldOfLess);
  CHECK(world.complaints() == "");
}

TEST_CASE("update_that_says_the_same_NR_capabilities_or_nothing_of_them_needs_no_keys") {
  DualConnectivity world;
  world.attach();
  const auto type = GENERATE(nas::EpsUpdateType::Value::ta_updating, nas::EpsUpdateType::Value::periodic);
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update({.type = type})));
  world.wait(1s);
  CHECK(world.hss.vectors_given == 1);
  CHECK(world.record(1)->additional_capability == kAll);
}

TEST_CASE("update_that_says_what_the_ue_can_and_nothing_of_NR_takes_its_NR_capabilities_away") {
  DualConnectivity world;
  world.attach();
  world.ue.settings().additional_security_capability.reset();
  REQUIRE(*lab::finish(world.loop, world.ue.tracking_area_update()));
  world.wait(1s);
  CHECK(world.hss.vectors_given == 2);
  CHECK_FALSE(world.record(1)->additional_capability);
}

TEST_CASE(
    "subscription_that_forbids_NR_says_so_by_its_restriction_and_the_capabilities_are_told_all_the_same") {
  DualConnectivity world;
  world.hss.restrictions.set(hss::AccessRestriction::nr_as_secondary_rat);
  bool restricted = false;
  world.first.on_message = [&](const s1ap::Message& message) {
    const auto* setup = message.as<s1ap::InitialContextSetupRequest>();
    if (!setup) return;
    world.told_at_setup = setup->nr_ue_security_capabilities;
    restricted = setup->handover_restriction_list &&
                 setup->handover_restriction_list->nr_restriction_in_eps_as_secondary_rat.has_value();
  };
  world.attach();
  CHECK(restricted);
  CHECK(world.told_at_setup == kToldOfAll);
}

TEST_CASE("Bidding_down_in_X2_handover_the_ues_own_NR_capabilities_are_kept_and_sent_back_with_an_alarm") {
  DualConnectivity world;
  world.attach();
  const auto before = world.alarms();
  REQUIRE(world.x2({.nr_capabilities = s1ap::NrUeSecurityCapabilities{0, 0x8000}})->has_value());
  CHECK(world.told_after_switch == kToldOfAll);
  CHECK(world.alarms() == before + 1);
  CHECK(world.record(1)->additional_capability == kAll);
  CHECK(world.complaints() == "");
}

TEST_CASE("path_switch_that_tells_the_ues_own_NR_capabilities_gets_none_back") {
  DualConnectivity world;
  world.attach();
  const auto before = world.alarms();
  REQUIRE(world.x2()->has_value());
  CHECK(world.second.received(s1ap::MessageType::path_switch_request_acknowledge) == 1);
  CHECK_FALSE(world.told_after_switch);
  CHECK(world.alarms() == before);
}

TEST_CASE("path_switch_from_an_enb_that_tells_no_NR_capabilities_gets_them_without_an_alarm") {
  DualConnectivity world;
  world.attach();
  const auto before = world.alarms();
  REQUIRE(world.x2({.keeps_nr_capabilities = true})->has_value());
  CHECK(world.told_after_switch == kToldOfAll);
  CHECK(world.alarms() == before);
}

TEST_CASE("S1_handover_takes_the_NR_capabilities_along") {
  DualConnectivity world;
  world.attach();
  const auto connection = *world.ue.connection();
  const auto order =
      lab::finish(world.loop, world.first.prepare_handover(connection, world.second.as_target(), true));
  REQUIRE((order && *order));
  CHECK(world.told_at_handover == kToldOfAll);
  world.second.notify_arrival(world.first, connection, (*order)->connection);
  world.wait(1s);
  CHECK(world.ue.connected());
  CHECK(world.complaints() == "");
}

TEST_CASE("ue_without_keys_is_left_no_algorithm_for_NR_but_the_null_ones") {
  DualConnectivity world;
  world.settings.emergency_attach = config::EmergencyAttach::any;
  world.hss.refused[test_imsi(1)] = {hss::S6aResult::user_unknown};
  world.ue.settings().emergency = true;
  world.attach();
  CHECK(world.replayed == kAll);
  CHECK(world.told_at_setup == s1ap::NrUeSecurityCapabilities{0, 0});
  CHECK(world.complaints() == "");
}
