// SPDX-License-Identifier: Apache-2.0
#include "lab/ue.hpp"

#include <deque>

#include <catch2/catch.hpp>

#include "core/crypto/eps_keys.hpp"
#include "lab/running.hpp"

using namespace zerocell;
using namespace zerocell::lab;

namespace {

const Tai kArea{*Plmn::parse("001/01"), 1};
const Guti kGuti{{kArea.plmn, 1, 1}, 0xC0FFEE01};

SimCard card() {
  return {*Imsi::parse("001010000000001"), *Key<16>::from_hex("465b5ce8b199b49faa5f0a2ee238a6bc"),
          *Key<16>::from_hex("cd63cb71954a9f4e48a5994e37a02baf")};
}

/// A network that a test plays by hand: it keeps what the UE sends, and sends what the test says.
class Network final : public Radio {
 public:
  void camp(RadioUe& ue) override { ue_ = &ue; }
  void leave(RadioUe&) override {}
  std::optional<Connection> establish(RadioUe&, const Establishment&, Bytes nas) override {
    heard.emplace_back(nas.begin(), nas.end());
    return 1;
  }
  void uplink_nas(Connection, Bytes nas) override { heard.emplace_back(nas.begin(), nas.end()); }
  void forget(Connection) override {}
  Tai tracking_area() const override { return kArea; }

  ByteVector next() {
    REQUIRE_FALSE(heard.empty());
    ByteVector message = std::move(heard.front());
    heard.pop_front();
    return message;
  }
  /// The next uplink message, plain.
  template <class M>
  M next_plain() {
    kept = next();
    const auto message = nas::decode<M>(kept);
    REQUIRE(message);
    return *message;
  }
  /// The next uplink message, which must open under the network's context.
  template <class M>
  M next_protected() {
    const ByteVector message = next();
    kept.assign(message.size(), 0);
    const auto opened = nas::open(context, nas::Role::network, message, kept);
    REQUIRE(opened);
    const auto decoded = nas::decode<M>(opened->message());
    REQUIRE(decoded);
    return *decoded;
  }
  template <class M>
  void send_plain(const M& message) {
    std::array<std::uint8_t, 512> room;
    Writer out(room);
    REQUIRE(nas::encode(message, out));
    ue_->downlink_nas(out.written());
  }
  template <class M>
  ByteVector protect(const M& message, nas::SecurityHeader header) {
    std::array<std::uint8_t, 512> room;
    Writer out(room);
    REQUIRE(nas::encode(message, out));
    ByteVector octets(out.size() + 6);
    REQUIRE(nas::protect(context, nas::Role::network, header, out.written(), octets));
    return octets;
  }
  template <class M>
  void send(const M& message, nas::SecurityHeader header = nas::SecurityHeader::integrity_ciphered) {
    ue_->downlink_nas(protect(message, header));
  }
  RadioUe& ue() { return *ue_; }

  std::deque<ByteVector> heard;
  ByteVector kept;
  nas::EpsSecurityContext context;

 private:
  RadioUe* ue_ = nullptr;
};

struct World {
  VirtualLoop loop{1};
  Network network;
  Ue ue{loop, network, UeSettings{.sim = card()}};
  std::uint64_t sqn = 32;

  EpsVector challenge() {
    const SimCard sim = card();
    Rand rand;
    rand.fill(static_cast<std::uint8_t>(sqn));
    const EpsVector vector = make_eps_vector(Milenage(sim.k, sim.op_c), rand, Sqn(sqn += 32), kArea.plmn);
    network.send_plain(nas::AuthenticationRequest{{.value = 3}, vector.rand, vector.autn});
    return vector;
  }
  /// Up to the point where a security mode command is due.
  EpsVector authenticated() {
    const EpsVector vector = challenge();
    const auto response = network.next_plain<nas::AuthenticationResponse>();
    REQUIRE(vector.xres.matches(response.authentication_response_parameter.res.bytes()));
    network.context = nas::new_context(
        vector.k_asme, 3, {.ciphering = CipheringAlgorithm::eea2, .integrity = IntegrityAlgorithm::eia2});
    return vector;
  }
  nas::SecurityModeCommand command() const {
    nas::SecurityModeCommand command;
    command.selected_nas_security_algorithms = network.context.algorithms;
    command.nas_key_set_identifier.value = 3;
    (void)command.replayed_ue_security_capabilities.octets.assign(std::array<std::uint8_t, 2>{0xF0, 0x70});
    return command;
  }
  void command(const nas::SecurityModeCommand& command) {
    network.send(command, nas::SecurityHeader::integrity_new_context);
  }
  void accept(nas::ProcedureTransactionIdentity transaction) {
    nas::ActivateDefaultEpsBearerContextRequest bearer;
    bearer.eps_bearer_identity = 5;
    bearer.procedure_transaction_identity = transaction;
    bearer.access_point_name = *Apn::parse("internet");
    bearer.pdn_address.ipv4 = {{10, 45, 0, 2}};
    std::array<std::uint8_t, 256> room;
    Writer out(room);
    REQUIRE(nas::encode(bearer, out));
    nas::AttachAccept accept;
    accept.tai_list = {kArea};
    accept.guti = kGuti;
    accept.esm_message_container = nas::Octets(out.written());
    network.send(accept);
  }
  nas::ProcedureTransactionIdentity transaction(const nas::AttachRequest& request) {
    const auto pdn = nas::decode<nas::PdnConnectivityRequest>(request.esm_message_container);
    REQUIRE(pdn);
    return pdn->procedure_transaction_identity;
  }
};

using Attaching = Running<UeResult<Registration>>;

}  // namespace

TEST_CASE("ue_attaches_and_derives_the_network's_k_enb") {
  World world;
  Attaching attaching(world.ue.attach());
  const auto request = world.network.next_plain<nas::AttachRequest>();
  REQUIRE(request.eps_mobile_identity.imsi());
  CHECK(*request.eps_mobile_identity.imsi() == card().imsi);
  const auto transaction = world.transaction(request);
  const EpsVector vector = world.authenticated();
  nas::SecurityModeCommand command = world.command();
  command.imeisv_request = nas::ImeisvRequest::requested;
  world.command(command);
  const auto complete = world.network.next_protected<nas::SecurityModeComplete>();
  REQUIRE(complete.imeisv);
  CHECK(*complete.imeisv->imei() == world.ue.settings().imei);
  CHECK_FALSE(complete.replayed_nas_message_container);
  // TS 33.401 §7.2.6.2: the uplink COUNT of SECURITY MODE COMPLETE, 0.
  CHECK(world.network.ue().secure_radio(k_enb(vector.k_asme, 0).reveal()));
  world.accept(transaction);
  (void)world.network.next_protected<nas::AttachComplete>();
  REQUIRE(attaching.done());
  REQUIRE(attaching.result());
  CHECK(attaching.result()->guti == kGuti);
  CHECK(attaching.result()->bearer.ipv4.text() == "10.45.0.2");
  CHECK(world.ue.complaints().empty());
}

TEST_CASE("command_that_replays_other_capabilities_is_rejected_with_cause_23") {
  World world;
  Attaching attaching(world.ue.attach());
  (void)world.network.next();
  (void)world.authenticated();
  nas::SecurityModeCommand command = world.command();
  // Bidding down: only EEA0 is replayed.
  command.replayed_ue_security_capabilities.octets.data[0] = 0x80;
  world.command(command);
  CHECK(world.network.next_plain<nas::SecurityModeReject>().emm_cause ==
        nas::EmmCause::ue_security_capabilities_mismatch);
  CHECK_FALSE(world.ue.security().valid());
}

TEST_CASE("command_that_replays_other_capabilities_for_NR_is_rejected_with_cause_23") {
  World world;
  world.ue.settings().additional_security_capability = {.ea = 0xF000, .ia = 0xF000};
  Attaching attaching(world.ue.attach());
  (void)world.network.next();
  (void)world.authenticated();
  nas::SecurityModeCommand command = world.command();
  command.replayed_ue_additional_security_capability = {.ea = 0x8000, .ia = 0xF000};
  world.command(command);
  CHECK(world.network.next_plain<nas::SecurityModeReject>().emm_cause ==
        nas::EmmCause::ue_security_capabilities_mismatch);
  CHECK_FALSE(world.ue.security().valid());
}

TEST_CASE("command_that_does_not_replay_the_capabilities_for_NR_is_taken_with_a_complaint") {
  World world;
  world.ue.settings().additional_security_capability = {.ea = 0xF000, .ia = 0xF000};
  Attaching attaching(world.ue.attach());
  (void)world.network.next();
  (void)world.authenticated();
  world.command(world.command());
  CHECK(world.ue.security().valid());
  CHECK(world.ue.complaints().size() == 1);
}

TEST_CASE("command_that_chooses_null_integrity_is_rejected") {
  World world;
  Attaching attaching(world.ue.attach());
  (void)world.network.next();
  (void)world.authenticated();
  world.network.context.algorithms.integrity = IntegrityAlgorithm::eia0;
  world.network.context.null_integrity = true;
  world.command(world.command());
  (void)world.network.next_plain<nas::SecurityModeReject>();
}

TEST_CASE("hash_of_another_request_brings_the_whole_request_again_protected") {
  World world;
  Attaching attaching(world.ue.attach());
  const ByteVector request = world.network.next();
  (void)world.authenticated();
  nas::SecurityModeCommand command = world.command();
  command.hash_mme = hash_mme(std::array<std::uint8_t, 3>{1, 2, 3});
  world.command(command);
  const auto complete = world.network.next_protected<nas::SecurityModeComplete>();
  REQUIRE(complete.replayed_nas_message_container);
  CHECK(equal(*complete.replayed_nas_message_container, request));
}

TEST_CASE("command_with_a_wrong_mac_is_not_answered") {
  World world;
  Attaching attaching(world.ue.attach());
  (void)world.network.next();
  (void)world.authenticated();
  ByteVector command = world.network.protect(world.command(), nas::SecurityHeader::integrity_new_context);
  command[2] ^= 1;
  world.network.ue().downlink_nas(command);
  CHECK(world.network.heard.empty());
  CHECK(world.ue.complaints().size() == 1);
}

TEST_CASE("plain_message_after_security_is_not_processed") {
  World world;
  Attaching attaching(world.ue.attach());
  (void)world.network.next();
  (void)world.authenticated();
  world.command(world.command());
  (void)world.network.next_protected<nas::SecurityModeComplete>();
  world.network.send_plain(nas::IdentityRequest{nas::IdentityType::imsi});
  CHECK(world.network.heard.empty());
  CHECK(world.ue.complaints().size() == 1);
}

TEST_CASE("repeated_challenge_gets_the_same_answer_without_the_usim") {
  World world;
  Attaching attaching(world.ue.attach());
  (void)world.network.next();
  const EpsVector vector = world.challenge();
  const ByteVector first = world.network.next();
  world.network.send_plain(nas::AuthenticationRequest{{.value = 3}, vector.rand, vector.autn});
  CHECK(world.network.next() == first);
}

TEST_CASE("attach_request_by_guti_has_a_mac_and_is_readable") {
  World world;
  Attaching attaching(world.ue.attach());
  const auto transaction = world.transaction(world.network.next_plain<nas::AttachRequest>());
  (void)world.authenticated();
  world.command(world.command());
  (void)world.network.next_protected<nas::SecurityModeComplete>();
  world.accept(transaction);
  (void)world.network.next();
  world.ue.lose_radio();
  Attaching again(world.ue.attach());
  const ByteVector request = world.network.next();
  CHECK(request[0] == 0x17);
  const auto inner = nas::decode<nas::AttachRequest>(Bytes(request).subspan(6));
  REQUIRE(inner);
  CHECK(*inner->eps_mobile_identity.guti() == kGuti);
}

TEST_CASE("ue_that_nobody_answers_gives_up_after_t3410") {
  World world;
  const auto outcome = finish(world.loop, world.ue.attach());
  REQUIRE(outcome);
  REQUIRE_FALSE(*outcome);
  CHECK(outcome->error().kind == UeFailure::Kind::timeout);
  CHECK(world.loop.now() - Time() >= std::chrono::seconds(15));
}
