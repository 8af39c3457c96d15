// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "lab/handover_containers.hpp"
#include "mme/test_altered_message.hpp"
#include "mme/test_bearing.hpp"
#include "mme/test_raw_enb.hpp"

/// Messages that lack something, or have something that is not understood: TS 36.413 §10.3.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

constexpr Duration kAtOnce = 500ms;  // By far less than s1_response_ms.
const auto kTargetContainer = lab::target_container(1);
constexpr auto kNotify = s1ap::Criticality::notify;
constexpr auto kReject = s1ap::Criticality::reject;

/// A message about the UE, with both its ids.
template <class M>
M about(Attached& t) {
  M message;
  message.mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
  message.enb_ue_s1ap_id = *t.ue.connection();
  return message;
}

s1ap::TransportLayerAddress somewhere() {
  return s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.9.9"));
}

/// The eNodeB sends this, and an IE that there is not. The answer M says so.
template <class M>
void is_told_of_it_in(World& world, lab::Enb& enb, AlteredMessage message, std::uint16_t stream = 1) {
  INFO(s1ap::name(M::kType));
  unsigned answers = 0;
  std::vector<s1ap::CriticalityDiagnosticsIeItem> told;
  enb.on_message = [&](const s1ap::Message& heard) {
    const auto* answer = heard.as<M>();
    if (answer == nullptr) return;
    ++answers;
    if (!answer->criticality_diagnostics) return;
    const auto& ies = answer->criticality_diagnostics->ies_criticality_diagnostics;
    told.assign(ies.begin(), ies.end());
  };
  enb.send_octets(message.with_unknown(kNotify).octets(), stream);
  world.wait(kAtOnce);
  enb.on_message = nullptr;
  CHECK(answers == 1);
  REQUIRE(told.size() == 1);
  CHECK(told[0].ie_id == kUnknownIe);
  CHECK(told[0].ie_criticality == kNotify);
  CHECK(told[0].type_of_error == s1ap::TypeOfError::not_understood);
}

s1ap::HandoverRequired handover_required(Attached& t, const s1ap::TargetEnbId& target) {
  static ByteVector container;
  const Ecgi here{target.global_enb_id.plmn_identity, 0x100};
  container = lab::source_container(target, {&here, 1});
  auto required = about<s1ap::HandoverRequired>(t);
  required.handover_type = s1ap::HandoverType::intra_lte;
  required.cause = s1ap::CauseRadioNetwork::handover_desirable_for_radio_reason;
  required.target_id = target;
  required.source_to_target_transparent_container = container;
  return required;
}

/// The handover of a UE is prepared, and its target has not answered yet.
struct Preparing : Attached {
  Preparing() {
    target.behaviour().ignores_handover_request = true;
    target.on_message = [this](const s1ap::Message& message) {
      if (const auto* request = message.as<s1ap::HandoverRequest>()) leg = request->mme_ue_s1ap_id;
      const auto* command = message.as<s1ap::UeContextReleaseCommand>();
      if (command == nullptr) return;
      released_for = std::string(s1ap::group_name(command->cause)) + ": ";
      released_for += s1ap::name(command->cause);
      if (const auto* pair = std::get_if<s1ap::UeS1apIdPair>(&command->ue_s1ap_ids))
        released_there = pair->enb_ue_s1ap_id;
    };
    world.wait(100ms);
    REQUIRE(leg != 0);
    REQUIRE_FALSE(order.done());
  }
  s1ap::HandoverRequestAcknowledge acknowledge() {
    s1ap::HandoverRequestAcknowledge message;
    message.mme_ue_s1ap_id = leg;
    message.enb_ue_s1ap_id = 44;
    message.erab_admitted_list = {&admitted, 1};
    message.target_to_source_transparent_container = kTargetContainer;
    return message;
  }
  void answer(const AlteredMessage& message) {
    target.send_octets(message.octets(), 1);
    world.wait(kAtOnce);
  }
  /// Nothing of it is left but what a target that answers nothing any more is told.
  void check_refused() {
    REQUIRE(order.done());
    REQUIRE_FALSE(order.result());
    REQUIRE(order.result().error().cause);
    CHECK(s1ap::name(*order.result().error().cause) == "ho-failure-in-target-EPC-eNB-or-target-system");
    CHECK(ue.connected());
  }

  lab::Enb& target = world.add_enb(2);
  std::uint32_t leg = 0;  ///< MME UE S1AP ID of the connection at the target.
  std::string released_for{};
  std::optional<std::uint32_t> released_there{};  ///< The id that the target had given.
  s1ap::ErabAdmittedItem admitted{5, somewhere(), 1, {}, {}, {}, {}};
  lab::Running<lab::EnbResult<lab::HandoverOrder>> order{
      enb.prepare_handover(*ue.connection(), target.as_target(), true)};
};

constexpr const char* kAnsweredWrongly = "protocol: unspecified";

}  // namespace

TEST_CASE("10_3_5_answer_that_lacks_one_of_the_ues_ids_is_taken_by_the_other") {
  Bearing t;
  const auto missing = GENERATE(s1ap::IeId::mme_ue_s1ap_id, s1ap::IeId::enb_ue_s1ap_id);
  t.enb.behaviour().ignores_erab_requests = true;
  lab::Running created(t.world.mme->create_bearer(t.create_request()));
  t.world.wait(100ms);
  const s1ap::ErabItem failed{6, s1ap::CauseRadioNetwork::radio_resources_not_available};
  auto response = about<s1ap::ErabSetupResponse>(t);
  response.erab_failed_to_setup_list = {&failed, 1};
  t.enb.send_octets(AlteredMessage(response).without(missing).octets(), 1);
  t.world.wait(kAtOnce);
  REQUIRE(created.done());
  CHECK_FALSE(created.result());
  CHECK(t.ue.connected());
  CHECK(t.enb.received(s1ap::MessageType::error_indication) == 0);
}

TEST_CASE("10_3_5_release_complete_that_lacks_one_of_the_ues_ids_ends_the_release_at_once") {
  Attached t;
  const auto missing = GENERATE(s1ap::IeId::mme_ue_s1ap_id, s1ap::IeId::enb_ue_s1ap_id);
  t.enb.behaviour().ignores_release_command = true;
  const auto complete = about<s1ap::UeContextReleaseComplete>(t);
  t.enb.request_release(*t.ue.connection());
  t.world.wait(1s);
  REQUIRE(t.enb.received(s1ap::MessageType::ue_context_release_command) == 1);
  CHECK(t.world.mme->connected_ues() == 1);
  t.enb.send_octets(AlteredMessage(complete).without(missing).octets(), 1);
  t.world.wait(kAtOnce);
  CHECK(t.world.mme->connected_ues() == 0);
}

TEST_CASE("10_6_answer_with_one_id_that_is_not_known_is_an_error_in_that_id") {
  Attached t;
  const bool by_enb_id = GENERATE(false, true);
  std::string cause;
  t.enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* indication = message.as<s1ap::ErrorIndication>()) cause = s1ap::name(*indication->cause);
  };
  s1ap::ErabReleaseResponse response;
  response.mme_ue_s1ap_id = response.enb_ue_s1ap_id = 4711;
  AlteredMessage message(response);
  message.without(by_enb_id ? s1ap::IeId::mme_ue_s1ap_id : s1ap::IeId::enb_ue_s1ap_id);
  t.enb.send_octets(message.octets(), 1);
  t.world.wait(kAtOnce);
  CHECK(cause == (by_enb_id ? "unknown-enb-ue-s1ap-id" : "unknown-mme-ue-s1ap-id"));
  CHECK(t.ue.connected());
}

TEST_CASE("10_3_5_acknowledge_of_a_handover_without_the_targets_id_takes_nobody_there") {
  Preparing t;
  t.answer(AlteredMessage(t.acknowledge()).without(s1ap::IeId::enb_ue_s1ap_id));
  t.check_refused();
  CHECK(t.released_for == kAnsweredWrongly);
  CHECK_FALSE(t.released_there);
}

TEST_CASE("10_3_4_2_acknowledge_of_a_handover_that_is_not_understood_has_the_target_released_by_both_ids") {
  Preparing t;
  t.answer(AlteredMessage(t.acknowledge()).with_unknown(kReject));
  t.check_refused();
  CHECK(t.released_for == kAnsweredWrongly);
  CHECK(t.released_there == 44);
}

TEST_CASE("10_3_4_2_failure_of_a_handover_that_is_not_understood_is_one_all_the_same") {
  Preparing t;
  s1ap::HandoverFailure failure;
  failure.mme_ue_s1ap_id = t.leg;
  failure.cause = s1ap::CauseRadioNetwork::unspecified;
  t.answer(AlteredMessage(failure).with_unknown(kReject));
  t.check_refused();
  CHECK(t.released_for == "");
  CHECK(t.world.mme->connected_ues() == 1);
}

TEST_CASE("target_that_indicates_an_error_is_released_for_another_reason_than_one_that_is_silent") {
  Preparing t;
  if (GENERATE(false, true)) {
    s1ap::ErrorIndication indication;
    indication.mme_ue_s1ap_id = t.leg;
    indication.cause = s1ap::CauseProtocol::semantic_error;
    t.answer(AlteredMessage(indication));
    CHECK(t.released_for == kAnsweredWrongly);
  } else {
    t.world.wait(10s);
    CHECK(t.released_for == "radioNetwork: tS1relocprep-expiry");
  }
  t.check_refused();
}

TEST_CASE("10_3_4_2_answer_about_the_interface_that_is_not_understood_ends_its_procedure_at_once") {
  World world;
  RawEnb enb(world, "127.0.2.77");
  enb.set_up(77);
  const auto answer = [&](const auto& message) {
    enb.send_octets(AlteredMessage(message).with_unknown(kReject).octets());
  };
  SECTION("reset: the association ends, since it may have reset nothing") {
    REQUIRE(world.mme->reset_enb({world.network.plmns.front(), s1ap::MacroEnbId{77}},
                                 s1ap::CauseMisc::om_intervention));
    world.wait(kAtOnce);
    answer(s1ap::ResetAcknowledge{});
    CHECK_FALSE(enb.up());
    CHECK(enb.received(s1ap::MessageType::reset) == 1);
  }
  SECTION("configuration update: it is not sent again") {
    world.mme->update_configuration();
    world.wait(kAtOnce);
    SECTION("acknowledged") {
      answer(s1ap::MmeConfigurationUpdateAcknowledge{});
    }
    SECTION("refused") {
      s1ap::MmeConfigurationUpdateFailure failure;
      failure.cause = s1ap::CauseMisc::unspecified;
      answer(failure);
    }
    world.wait(1min);
    CHECK(enb.received(s1ap::MessageType::mme_configuration_update) == 1);
  }
  SECTION("warning: it is not waited for") {
    lab::Running warned(world.mme->warnings().broadcast(
        {.message_identifier = 4371, .serial_number = 1, .contents = ByteVector(84, 1)}));
    world.wait(kAtOnce);
    s1ap::WriteReplaceWarningResponse response;
    response.message_identifier = 4371;
    response.serial_number = 1;
    answer(response);
    REQUIRE(warned.done());
    REQUIRE(warned.result().size() == 1);
    CHECK(warned.result()[0].not_understood);
  }
  SECTION("end of a warning: neither is it") {
    lab::Running killed(world.mme->warnings().cancel(4371, 1));
    world.wait(kAtOnce);
    s1ap::KillResponse response;
    response.message_identifier = 4371;
    response.serial_number = 1;
    answer(response);
    REQUIRE(killed.done());
    REQUIRE(killed.result().size() == 1);
    CHECK(killed.result()[0].not_understood);
  }
}

TEST_CASE("10_3_4_2_what_was_not_understood_of_a_request_about_the_interface_is_told_with_its_answer") {
  World world;
  lab::Enb& enb = world.add_enb();
  SECTION("reset") {
    const std::vector<s1ap::UeAssociatedLogicalS1ConnectionItem> nobody{{4711, 1}};
    s1ap::Reset reset;
    reset.cause = s1ap::CauseMisc::unspecified;
    reset.reset_type = s1ap::PartOfS1Interface{nobody};
    is_told_of_it_in<s1ap::ResetAcknowledge>(world, enb, AlteredMessage(reset), 0);
  }
  SECTION("configuration update") {
    s1ap::EnbConfigurationUpdate update;
    update.enb_name = "renamed";
    is_told_of_it_in<s1ap::EnbConfigurationUpdateAcknowledge>(world, enb, AlteredMessage(update), 0);
  }
  SECTION("configuration update that is refused") {
    const std::vector<Plmn> foreign{*Plmn::parse("99999")};
    const s1ap::SupportedTasItem area{7, foreign, {}};
    s1ap::EnbConfigurationUpdate update;
    update.supported_tas = {&area, 1};
    is_told_of_it_in<s1ap::EnbConfigurationUpdateFailure>(world, enb, AlteredMessage(update), 0);
  }
  SECTION("configuration update before S1 Setup") {
    lab::EnbSettings described = enb.settings();
    described.local = {{*IpAddress::parse("127.0.2.77"), 36412}};
    const auto radio = world.net.make_transport();
    lab::Enb early(world.loop, *radio, described);
    REQUIRE(lab::finish(world.loop, early.associate()));
    is_told_of_it_in<s1ap::EnbConfigurationUpdateFailure>(world, early,
                                                          AlteredMessage(s1ap::EnbConfigurationUpdate{}), 0);
  }
}

TEST_CASE("10_3_4_2_what_was_not_understood_of_a_request_about_a_ue_is_told_with_its_answer") {
  Attached t;
  lab::Enb& target = t.world.add_enb(2);
  SECTION("handover that is refused at once") {
    auto unknown = target.as_target();
    unknown.global_enb_id.enb_id = s1ap::MacroEnbId{0xBEEF};
    is_told_of_it_in<s1ap::HandoverPreparationFailure>(t.world, t.enb,
                                                       AlteredMessage(handover_required(t, unknown)));
  }
  SECTION("handover that its target refuses") {
    target.behaviour().refuses_handover = true;
    is_told_of_it_in<s1ap::HandoverPreparationFailure>(
        t.world, t.enb, AlteredMessage(handover_required(t, target.as_target())));
  }
  SECTION("handover that goes on") {
    is_told_of_it_in<s1ap::HandoverCommand>(t.world, t.enb,
                                            AlteredMessage(handover_required(t, target.as_target())));
  }
  SECTION("cancel") {
    auto cancel = about<s1ap::HandoverCancel>(t);
    cancel.cause = s1ap::CauseRadioNetwork::handover_cancelled;
    is_told_of_it_in<s1ap::HandoverCancelAcknowledge>(t.world, t.enb, AlteredMessage(cancel));
  }
  SECTION("bearers that move to a secondary node") {
    const s1ap::ErabToBeModifiedItemBearerModInd moved{5, somewhere(), 1};
    auto indication = about<s1ap::ErabModificationIndication>(t);
    indication.erab_to_be_modified_list = {&moved, 1};
    is_told_of_it_in<s1ap::ErabModificationConfirm>(t.world, t.enb, AlteredMessage(indication));
  }
  SECTION("what is no procedure of this MME") {
    is_told_of_it_in<s1ap::UeContextResumeFailure>(t.world, t.enb,
                                                   AlteredMessage(about<s1ap::UeContextResumeRequest>(t)));
  }
}

TEST_CASE("10_3_4_2_what_was_not_understood_of_a_path_switch_is_told_with_its_answer") {
  Attached t;
  lab::Enb& target = t.world.add_enb(2);
  const s1ap::ErabToBeSwitchedDlItem item{5, somewhere(), 1, {}};
  s1ap::PathSwitchRequest request;
  request.enb_ue_s1ap_id = 44;
  request.erab_to_be_switched_dl_list = {&item, 1};
  request.source_mme_ue_s1ap_id = *t.enb.mme_ue_s1ap_id(*t.ue.connection());
  request.tai = target.settings().tracking_area;
  request.eutran_cgi = {request.tai.plmn, 2 << 8};
  request.ue_security_capabilities = {0xE000, 0xE000};
  SECTION("that is done") {
    is_told_of_it_in<s1ap::PathSwitchRequestAcknowledge>(t.world, target, AlteredMessage(request));
  }
  SECTION("that is refused at once") {
    request.source_mme_ue_s1ap_id = 4711;
    is_told_of_it_in<s1ap::PathSwitchRequestFailure>(t.world, target, AlteredMessage(request));
  }
  SECTION("that the gateway refuses") {
    t.world.gateway.modify_delay = 100ms;
    t.world.gateway.refuses_modify = gtp::Cause::no_resources_available;
    is_told_of_it_in<s1ap::PathSwitchRequestFailure>(t.world, target, AlteredMessage(request));
  }
}
