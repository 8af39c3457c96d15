// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_procedures.hpp"

/// R17: a UE's ids are valid on the association that owns them, in every state of the UE. Another eNodeB that
/// knows both of them sends every message that it could, at every step.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

/// Sends with the ids of a UE that is not its own whatever an eNodeB may send about a UE.
class Attacker {
 public:
  explicit Attacker(lab::Enb& enb) : enb_(enb) {}

  /// How many messages went out.
  unsigned attack(std::uint32_t mme_id, std::uint32_t enb_id) {
    mme_id_ = mme_id;
    enb_id_ = enb_id;
    sent_ = 0;
    const std::array<std::uint8_t, 3> nas{0x07, 0x45, 0x01};
    const Tai tai = enb_.settings().tracking_area;
    const Ecgi cell{tai.plmn, enb_.settings().enb_id << 8};
    const auto address = s1ap::TransportLayerAddress::of(*IpAddress::parse("127.0.2.9"));
    const s1ap::Cause cause = s1ap::CauseRadioNetwork::user_inactivity;
    send<s1ap::UplinkNasTransport>([&](auto& m) {
      m.nas_pdu = nas;
      m.tai = tai;
      m.eutran_cgi = cell;
    });
    send<s1ap::NasNonDeliveryIndication>([&](auto& m) {
      m.nas_pdu = nas;
      m.cause = cause;
    });
    send<s1ap::UeContextReleaseRequest>([&](auto& m) { m.cause = cause; });
    send<s1ap::UeCapabilityInfoIndication>([&](auto& m) { m.ue_radio_capability = nas; });
    const s1ap::ErabSetupItemCtxtSuRes set_up{5, address, 666};
    send<s1ap::InitialContextSetupResponse>([&](auto& m) { m.erab_setup_list = {&set_up, 1}; });
    send<s1ap::InitialContextSetupFailure>([&](auto& m) { m.cause = cause; });
    const s1ap::ErabItem released{5, cause};
    send<s1ap::ErabReleaseIndication>([&](auto& m) { m.erab_released_list = {&released, 1}; });
    send<s1ap::HandoverRequired>([&](auto& m) {
      m.cause = cause;
      m.target_id = enb_.as_target();
      m.source_to_target_transparent_container = nas;
    });
    const s1ap::ErabAdmittedItem admitted{5, address, 666, {}, {}, {}, {}};
    send<s1ap::HandoverRequestAcknowledge>([&](auto& m) {
      m.erab_admitted_list = {&admitted, 1};
      m.target_to_source_transparent_container = nas;
    });
    send<s1ap::HandoverNotify>([&](auto& m) {
      m.tai = tai;
      m.eutran_cgi = cell;
    });
    send<s1ap::HandoverCancel>([&](auto& m) { m.cause = cause; });
    const s1ap::BearersSubjectToStatusTransferItem counts{.erab_id = 5};
    send<s1ap::EnbStatusTransfer>([&](auto& m) {
      m.enb_status_transfer_transparent_container.bearers_subject_to_status_transfer_list = {&counts, 1};
    });
    send<s1ap::LocationReport>([&](auto& m) {
      m.tai = tai;
      m.eutran_cgi = cell;
    });
    send<s1ap::UeRadioCapabilityMatchResponse>([](auto&) {});
    return sent_;
  }

 private:
  template <class M, class Fill>
  void send(Fill fill) {
    M message;
    message.mme_ue_s1ap_id = mme_id_;
    message.enb_ue_s1ap_id = enb_id_;
    fill(message);
    enb_.send(message, 1);
    ++sent_;
  }

  lab::Enb& enb_;
  std::uint32_t mme_id_ = 0;
  std::uint32_t enb_id_ = 0;
  unsigned sent_ = 0;
};

}  // namespace

TEST_CASE("R17_another_enbs_ue_id_does_nothing_at_any_step_of_an_attach") {
  for (unsigned step_ms = 1; step_ms <= 20; step_ms += 2) {
    World world;
    world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
    auto& enb = world.add_enb(1);
    auto& other = world.add_enb(2);
    Attacker attacker(other);
    std::optional<std::uint32_t> mme_id;
    enb.on_message = [&](const s1ap::Message& message) {
      if (const auto* transport = message.as<s1ap::DownlinkNasTransport>())
        mme_id = transport->mme_ue_s1ap_id;
    };
    auto& ue = world.add_ue(enb, 1);
    lab::Running attaching(ue.attach());
    world.wait(std::chrono::milliseconds(step_ms));
    if (!mme_id) continue;
    const unsigned sent = attacker.attack(*mme_id, *ue.connection());
    world.wait(30s);
    CHECK(other.received(s1ap::MessageType::error_indication) == sent);
    REQUIRE(attaching.done());
    CHECK(attaching.result());
    CHECK(world.record(1)->emm_state == EmmState::registered);
    CHECK(world.gateway.sessions.begin()->second.access->v4 == enb.settings().gtpu_v4);
    CHECK(enb.complaints().empty());
    CHECK(ue.complaints().empty());
  }
}

TEST_CASE("R17_another_enbs_ue_id_does_nothing_at_any_step_of_a_handover") {
  for (unsigned step_ms = 0; step_ms <= 10; ++step_ms)
    for (const bool of_target : {false, true}) {
      World world;
      auto& source = world.add_enb(1);
      auto& target = world.add_enb(2);
      auto& other = world.add_enb(3);
      auto& ue = world.add_ue(source, 1);
      REQUIRE(world.attach(ue));
      world.wait(1s);
      world.net.faults().delay_min = world.net.faults().delay_max = 1ms;
      const auto at_source = *ue.connection();
      std::uint32_t mme_id = *source.mme_ue_s1ap_id(at_source);
      target.on_message = [&](const s1ap::Message& message) {
        if (const auto* request = message.as<s1ap::HandoverRequest>())
          if (of_target) mme_id = request->mme_ue_s1ap_id;
      };
      lab::Running preparing(source.prepare_handover(at_source, target.as_target(), true));
      world.wait(std::chrono::milliseconds(step_ms));
      const unsigned sent = Attacker(other).attack(mme_id, of_target ? 1 : at_source);
      world.wait(1s);
      REQUIRE(preparing.done());
      REQUIRE(preparing.result());
      target.notify_arrival(source, at_source, preparing.result()->connection);
      world.wait(10s);
      CHECK(other.received(s1ap::MessageType::error_indication) == sent);
      CHECK(world.mme->connected_ues() == 1);
      CHECK(world.gateway.sessions.begin()->second.access->v4 == target.settings().gtpu_v4);
      CHECK(world.complaints() == "");
    }
}

TEST_CASE("R17_another_enbs_ue_id_does_nothing_at_any_step_of_any_procedure") {
  disturb_every_procedure<ProcedureWorld>([](ProcedureWorld& world) {
    const auto connection = world.ue.connection();
    const auto mme_id = connection ? world.at().mme_ue_s1ap_id(*connection) : std::nullopt;
    if (!mme_id) return;
    const unsigned sent = Attacker(world.stranger).attack(*mme_id, *connection);
    world.wait(3ms);
    CHECK(world.stranger.received(s1ap::MessageType::error_indication) == sent);
  });
}
