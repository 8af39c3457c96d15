// SPDX-License-Identifier: Apache-2.0
#include "core/nas/security.hpp"

#include <catch2/catch.hpp>

#include "core/nas/examples/examples.hpp"

namespace zerocell::nas {
namespace {

using examples::octets_of;

ByteVector hex(std::string_view text) {
  return from_hex(text).value();
}

const Key<32> kAsme = *Key<32>::from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

EpsSecurityContext context(CipheringAlgorithm ciphering = CipheringAlgorithm::eea2,
                           IntegrityAlgorithm integrity = IntegrityAlgorithm::eia2) {
  return new_context(kAsme, 3, {.ciphering = ciphering, .integrity = integrity});
}

/// Byte for byte, so that nothing at all may have moved.
bool same(const EpsSecurityContext& a, const EpsSecurityContext& b) {
  return a.uplink_count == b.uplink_count && a.downlink_count == b.downlink_count && a.k_asme == b.k_asme &&
         a.k_nas_int == b.k_nas_int && a.k_nas_enc == b.k_nas_enc && a.ksi == b.ksi &&
         a.algorithms == b.algorithms && a.null_integrity == b.null_integrity;
}

struct Pair {
  EpsSecurityContext network = context();
  EpsSecurityContext ue = context();
  std::array<std::uint8_t, 8200> sent{};
  std::array<std::uint8_t, 8200> scratch{};

  ByteVector from_ue(SecurityHeader header, Bytes plain) {
    const auto message = protect(ue, Role::ue, header, plain, sent);
    REQUIRE(message.has_value());
    return {message->begin(), message->end()};
  }
  ByteVector from_network(SecurityHeader header, Bytes plain) {
    const auto message = protect(network, Role::network, header, plain, sent);
    REQUIRE(message.has_value());
    return {message->begin(), message->end()};
  }
  std::expected<VerifiedNas, Refusal> at_network(Bytes message) {
    return open(network, Role::network, message, scratch);
  }
  std::expected<VerifiedNas, Refusal> at_ue(Bytes message) { return open(ue, Role::ue, message, scratch); }
};

TEST_CASE("what_one_side_protects_the_other_opens") {
  const auto ciphering = GENERATE(CipheringAlgorithm::eea0, CipheringAlgorithm::eea1,
                                  CipheringAlgorithm::eea2, CipheringAlgorithm::eea3);
  const auto integrity =
      GENERATE(IntegrityAlgorithm::eia1, IntegrityAlgorithm::eia2, IntegrityAlgorithm::eia3);
  const auto header =
      GENERATE(SecurityHeader::integrity, SecurityHeader::integrity_ciphered,
               SecurityHeader::integrity_new_context, SecurityHeader::integrity_ciphered_new_context);
  Pair pair{.network = context(ciphering, integrity), .ue = context(ciphering, integrity)};
  const ByteVector plain = octets_of(examples::ordinary_attach_request());
  for (std::uint32_t count = 0; count < 3; ++count) {
    const ByteVector up = pair.from_ue(header, plain);
    const bool hidden = header == SecurityHeader::integrity_ciphered ||
                        header == SecurityHeader::integrity_ciphered_new_context;
    CHECK(equal(Bytes(up).subspan(6), plain) == !(hidden && ciphering != CipheringAlgorithm::eea0));
    const auto opened = pair.at_network(up);
    REQUIRE(opened.has_value());
    CHECK(equal(opened->message(), plain));
    CHECK(opened->count() == count);
    CHECK(opened->security_header() == header);
    const auto down = pair.at_ue(pair.from_network(header, plain));
    REQUIRE(down.has_value());
    CHECK(equal(down->message(), plain));
  }
  CHECK(pair.network.uplink_count == 3);
  CHECK(pair.network.downlink_count == 3);
}

TEST_CASE("replayed_message_leaves_the_count_unmoved") {
  Pair pair;
  const ByteVector first = pair.from_ue(SecurityHeader::integrity_ciphered, octets_of(DetachAccept{}));
  REQUIRE(pair.at_network(first).has_value());
  const EpsSecurityContext before = pair.network;
  const auto again = pair.at_network(first);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error() == Refusal::bad_mac);
  CHECK(same(pair.network, before));
}

TEST_CASE("forged_message_leaves_the_count_unmoved_whatever_its_sequence_number") {
  Pair pair;
  pair.network.uplink_count = 0x1280;
  const EpsSecurityContext before = pair.network;
  ByteVector forged = pair.from_ue(SecurityHeader::integrity, octets_of(DetachAccept{}));
  for (unsigned sequence = 0; sequence < 256; ++sequence) {
    forged[5] = static_cast<std::uint8_t>(sequence);
    CHECK_FALSE(pair.at_network(forged).has_value());
  }
  CHECK(same(pair.network, before));
}

TEST_CASE("any_bit_that_changes_on_the_way_fails_the_mac") {
  Pair pair;
  const ByteVector sent =
      pair.from_ue(SecurityHeader::integrity_ciphered, octets_of(EmmStatus{EmmCause::congestion}));
  const EpsSecurityContext before = pair.network;
  for (std::size_t bit = 8; bit < sent.size() * 8; ++bit) {
    ByteVector message = sent;
    message[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    CHECK_FALSE(pair.at_network(message).has_value());
  }
  CHECK(same(pair.network, before));
  CHECK(pair.at_network(sent).has_value());
}

TEST_CASE("message_of_one_direction_does_not_open_in_the_other") {
  Pair pair;
  const ByteVector sent = pair.from_network(SecurityHeader::integrity, octets_of(DetachAccept{}));
  const auto reflected = pair.at_network(sent);
  REQUIRE_FALSE(reflected.has_value());
  CHECK(reflected.error() == Refusal::bad_mac);
}

TEST_CASE("count_is_estimated_over_lost_messages_and_over_the_wrap_of_the_sequence_number") {
  Pair pair;
  for (const std::uint32_t gap : {0u, 1u, 5u, 254u, 100u, 255u}) {
    pair.ue.uplink_count += gap;
    const std::uint32_t count = pair.ue.uplink_count;
    const auto opened =
        pair.at_network(pair.from_ue(SecurityHeader::integrity_ciphered, octets_of(DetachAccept{})));
    REQUIRE(opened.has_value());
    CHECK(opened->count() == count);
  }
  // 256 lost in a row cannot be told from none: the estimate is behind, and the MAC says so.
  pair.ue.uplink_count += 256;
  CHECK(pair.at_network(pair.from_ue(SecurityHeader::integrity, octets_of(DetachAccept{}))).error() ==
        Refusal::bad_mac);
}

TEST_CASE("exhausted_count_fails_closed_on_both_sides") {
  Pair pair;
  pair.ue.uplink_count = kNasCountEnd - 1;
  pair.network.uplink_count = kNasCountEnd - 1;
  const ByteVector last = pair.from_ue(SecurityHeader::integrity_ciphered, octets_of(DetachAccept{}));
  REQUIRE(pair.at_network(last).has_value());
  CHECK(pair.network.uplink_count == kNasCountEnd);
  CHECK(pair.network.near_exhaustion());
  CHECK(pair.at_network(last).error() == Refusal::exhausted);
  CHECK(protect(pair.ue, Role::ue, SecurityHeader::integrity, octets_of(DetachAccept{}), pair.sent).error() ==
        Refusal::exhausted);
  CHECK(protect_service_request(pair.ue).error() == Refusal::exhausted);
  CHECK(pair.ue.uplink_count == kNasCountEnd);
}

TEST_CASE("estimate_beyond_the_last_count_is_refused_and_never_wraps") {
  Pair pair;
  pair.network.uplink_count = kNasCountEnd - 0x10;
  ByteVector message = pair.from_ue(SecurityHeader::integrity, octets_of(DetachAccept{}));
  message[5] = 0x05;
  CHECK(pair.at_network(message).error() == Refusal::exhausted);
  CHECK(pair.network.uplink_count == kNasCountEnd - 0x10);
}

TEST_CASE("null_integrity_opens_and_protects_nothing_for_a_normal_ue") {
  EpsSecurityContext normal = context(CipheringAlgorithm::eea0, IntegrityAlgorithm::eia0);
  std::array<std::uint8_t, 64> room{};
  CHECK(protect(normal, Role::network, SecurityHeader::integrity, octets_of(DetachAccept{}), room).error() ==
        Refusal::null_integrity);
  CHECK(open(normal, Role::network, hex("17 00000000 00 0746"), room).error() == Refusal::null_integrity);
  normal.null_integrity = true;  // An emergency attach without authentication.
  CHECK(open(normal, Role::network, hex("17 00000000 00 0746"), room).has_value());
}

TEST_CASE("context_that_is_not_valid_or_names_no_algorithm_does_nothing") {
  std::array<std::uint8_t, 64> room{};
  EpsSecurityContext none;
  CHECK(open(none, Role::network, hex("17 00000000 00 0746"), room).error() == Refusal::no_context);
  CHECK(protect(none, Role::network, SecurityHeader::integrity, hex("0746"), room).error() ==
        Refusal::no_context);
  EpsSecurityContext odd = context();
  odd.algorithms.integrity = static_cast<IntegrityAlgorithm>(5);
  CHECK(open(odd, Role::network, hex("17 00000000 00 0746"), room).error() == Refusal::unknown_algorithm);
}

TEST_CASE("service_request_opens_once_and_only_for_its_key_set") {
  Pair pair;
  pair.ue.uplink_count = pair.network.uplink_count = 0x1FE;
  const auto first = protect_service_request(pair.ue);
  REQUIRE(first.has_value());
  CHECK((*first)[0] == 0xC7);
  CHECK((*first)[1] == (3 << 5 | 0x1E));
  const auto opened = pair.at_network(*first);
  REQUIRE(opened.has_value());
  CHECK(opened->count() == 0x1FE);
  CHECK(opened->security_header() == SecurityHeader::service_request);
  CHECK(pair.at_network(*first).error() == Refusal::bad_mac);

  // The five bits wrap; a few lost ones are bridged.
  pair.ue.uplink_count += 20;
  const auto later = protect_service_request(pair.ue);
  REQUIRE(pair.at_network(*later).has_value());
  CHECK(pair.network.uplink_count == 0x1FF + 21);

  auto other_key_set = *protect_service_request(pair.ue);
  other_key_set[1] = static_cast<std::uint8_t>(other_key_set[1] ^ 0x20);
  CHECK(pair.at_network(other_key_set).error() == Refusal::no_context);
  CHECK(pair.at_ue(*later).error() == Refusal::not_nas);
}

TEST_CASE("control_plane_service_request_ciphers_only_the_value_of_its_container") {
  Pair pair;
  const ByteVector esm =
      octets_of(EsmDataTransport{.eps_bearer_identity = 5, .user_data_container = kAsme.reveal()});
  ControlPlaneServiceRequest request{.nas_key_set_identifier = {.value = 3},
                                     .esm_message_container = esm,
                                     .eps_bearer_context_status = EpsBearerContextStatus{0x20}};
  const bool sms = GENERATE(false, true);
  if (sms) {
    request.nas_message_container = request.esm_message_container;
    request.esm_message_container.reset();
  }
  const ByteVector plain = octets_of(request);
  const ByteVector sent = pair.from_ue(SecurityHeader::integrity_partially_ciphered, plain);
  const Bytes inner = Bytes(sent).subspan(6);
  const std::size_t at = sms ? 5 : 6;
  CHECK(equal(inner.first(at), Bytes(plain).first(at)));
  CHECK_FALSE(equal(inner.subspan(at, esm.size()), esm));
  CHECK(equal(inner.subspan(at + esm.size()), Bytes(plain).subspan(at + esm.size())));

  const auto opened = pair.at_network(sent);
  REQUIRE(opened.has_value());
  CHECK(*decode<ControlPlaneServiceRequest>(opened->message()) == request);
}

TEST_CASE("partial_ciphering_is_refused_for_other_messages_and_other_sides") {
  Pair pair;
  CHECK(protect(pair.ue, Role::ue, SecurityHeader::integrity_partially_ciphered, octets_of(DetachAccept{}),
                pair.sent)
            .error() == Refusal::not_nas);
  CHECK(protect(pair.network, Role::network, SecurityHeader::integrity_partially_ciphered,
                octets_of(ControlPlaneServiceRequest{}), pair.sent)
            .error() == Refusal::not_nas);
  CHECK(pair.ue.uplink_count == 0);
}

TEST_CASE("N1_nas_pdu_of_length_zero_is_refused") {
  Pair pair;
  CHECK(pair.at_network({}).error() == Refusal::truncated);
  CHECK(admit(Role::network, {}, false).error() == Refusal::truncated);
  CHECK(admit(Role::ue, {}, false).error() == Refusal::truncated);
  CHECK(read_envelope({}).error() == Refusal::truncated);
  CHECK(decode_emm({}, Direction::uplink).error().ignore());
  CHECK(decode_esm({}, Direction::uplink).error().ignore());
}

TEST_CASE("N2_service_request_of_two_octets_is_refused") {
  Pair pair;
  const EpsSecurityContext before = pair.network;
  CHECK(pair.at_network(hex("C700")).error() == Refusal::truncated);
  CHECK(admit(Role::network, hex("C700"), false).error() == Refusal::truncated);
  CHECK(decode_emm(hex("C700"), Direction::uplink).error().ignore());
  CHECK(decode_emm(hex("C70000"), Direction::uplink).error().ignore());
  CHECK(same(pair.network, before));
}

TEST_CASE("N5_ciphered_message_without_a_payload_is_refused") {
  Pair pair;
  const EpsSecurityContext before = pair.network;
  for (std::size_t size = 1; size < 8; ++size) {
    ByteVector message(size, 0);
    message[0] = 0x27;
    CHECK(pair.at_network(message).error() == Refusal::truncated);
    CHECK_FALSE(admit(Role::network, message, false).has_value());
  }
  CHECK(same(pair.network, before));
}

TEST_CASE("unknown_security_headers_and_other_protocols_are_refused") {
  Pair pair;
  for (unsigned upper = 6; upper < 12; ++upper) {
    ByteVector message(16, 0);
    message[0] = static_cast<std::uint8_t>(upper << 4 | kEmmDiscriminator);
    CHECK(pair.at_network(message).error() == Refusal::not_nas);
    CHECK(admit(Role::network, message, false).error() == Refusal::not_nas);
  }
  CHECK(admit(Role::network, hex("0201d011"), false).error() == Refusal::not_nas);
  CHECK(pair.at_network(hex("0746")).error() == Refusal::plain_not_allowed);
}

TEST_CASE("scratch_that_is_too_small_opens_nothing_and_uses_up_no_count") {
  Pair pair;
  const ByteVector sent = pair.from_ue(SecurityHeader::integrity_ciphered, octets_of(DetachAccept{}));
  std::array<std::uint8_t, 1> small{};
  CHECK(open(pair.network, Role::network, sent, small).error() == Refusal::too_large);
  CHECK(pair.network.uplink_count == 0);
  CHECK(pair.at_network(sent).has_value());
}

TEST_CASE("message_longer_than_any_ue_can_send_is_refused") {
  Pair pair;
  ByteVector message(kProtectedOctetsMax + 10, 0);
  message[0] = 0x17;
  CHECK(pair.at_network(message).error() == Refusal::bad_mac);
  CHECK(protect(pair.ue, Role::ue, SecurityHeader::integrity, message, pair.sent).error() ==
        Refusal::too_large);
}

/// Which of all messages of a direction pass as plain.
std::vector<EmmType> admitted(Role role, Direction direction) {
  std::vector<EmmType> types;
  for (const auto& [message, sent] : examples::every_emm_message())
    if (sent == direction || std::holds_alternative<DetachAccept>(message)) {
      const auto plain = admit(role, octets_of(message), false);
      if (plain && !plain->was_protected()) types.push_back(plain->type());
    }
  return types;
}

TEST_CASE("network_takes_only_the_listed_messages_plain") {
  CHECK(admitted(Role::network, Direction::uplink) ==
        std::vector{EmmType::attach_request, EmmType::authentication_failure,
                    EmmType::authentication_response, EmmType::detach_accept, EmmType::detach_request,
                    EmmType::identity_response, EmmType::security_mode_reject,
                    EmmType::tracking_area_update_request});
  const Imei imei = *Imei::parse("352099001234561");
  CHECK_FALSE(admit(Role::network, octets_of(IdentityResponse{imei}), false).has_value());
  CHECK_FALSE(admit(Role::network, hex("0756"), false).has_value());
}

TEST_CASE("ue_takes_only_the_listed_messages_plain") {
  CHECK(admitted(Role::ue, Direction::downlink) ==
        std::vector{EmmType::attach_reject, EmmType::authentication_reject, EmmType::authentication_request,
                    EmmType::detach_accept, EmmType::service_reject, EmmType::tracking_area_update_reject});
  CHECK(admit(Role::ue, octets_of(IdentityRequest{IdentityType::imsi}), false).has_value());
  CHECK_FALSE(admit(Role::ue, octets_of(IdentityRequest{IdentityType::imei}), false).has_value());
  CHECK_FALSE(admit(Role::ue, octets_of(AttachReject{EmmCause::not_authorized_for_csg}), false).has_value());
  CHECK_FALSE(admit(Role::ue, octets_of(ServiceReject{EmmCause::not_authorized_for_csg}), false).has_value());
}

TEST_CASE("nothing_plain_passes_once_the_secure_exchange_is_established") {
  for (const auto& [message, direction] : examples::every_emm_message()) {
    const ByteVector octets = octets_of(message);
    CHECK(admit(Role::network, octets, true).error() == Refusal::plain_not_allowed);
    CHECK(admit(Role::ue, octets, true).error() == Refusal::plain_not_allowed);
  }
}

TEST_CASE("network_reads_a_request_whose_mac_nobody_can_check") {
  Pair pair;
  const ByteVector attach = octets_of(examples::ordinary_attach_request());
  const ByteVector sent = pair.from_ue(SecurityHeader::integrity, attach);
  const auto claimed = admit(Role::network, sent, false);
  REQUIRE(claimed.has_value());
  CHECK(claimed->was_protected());
  CHECK(claimed->type() == EmmType::attach_request);
  CHECK(equal(claimed->message(), attach));

  const auto service = admit(Role::network, *protect_service_request(pair.ue), false);
  REQUIRE(service.has_value());
  CHECK(service->type() == EmmType::service_request);

  const ByteVector hidden = pair.from_ue(SecurityHeader::integrity_ciphered, attach);
  CHECK(admit(Role::network, hidden, false).error() == Refusal::plain_not_allowed);
  const ByteVector complete = pair.from_ue(SecurityHeader::integrity, octets_of(SecurityModeComplete{}));
  CHECK(admit(Role::network, complete, false).error() == Refusal::plain_not_allowed);
}

TEST_CASE("ue_learns_the_algorithms_of_a_command_and_then_verifies_it") {
  EpsSecurityContext network = context();
  std::array<std::uint8_t, 128> sent{};
  std::array<std::uint8_t, 128> scratch{};
  const SecurityModeCommand command{
      .selected_nas_security_algorithms = network.algorithms,
      .nas_key_set_identifier = {.value = network.ksi},
      .replayed_ue_security_capabilities = replayed_security_capability(
          examples::ordinary_attach_request().ue_network_capability, std::nullopt)};
  const auto message =
      protect(network, Role::network, SecurityHeader::integrity_new_context, octets_of(command), sent);
  REQUIRE(message.has_value());

  const auto claimed = claimed_security_mode_command(*message);
  REQUIRE(claimed.has_value());
  const auto read = decode<SecurityModeCommand>(*claimed);
  REQUIRE(read.has_value());
  EpsSecurityContext ue =
      new_context(kAsme, read->nas_key_set_identifier.value, read->selected_nas_security_algorithms);
  const auto opened = open(ue, Role::ue, *message, scratch);
  REQUIRE(opened.has_value());
  CHECK(*decode<SecurityModeCommand>(opened->message()) == command);

  const Key<32> other = *Key<32>::from_hex(std::string(64, 'a'));
  EpsSecurityContext stranger = new_context(other, network.ksi, network.algorithms);
  CHECK(open(stranger, Role::ue, *message, scratch).error() == Refusal::bad_mac);
  CHECK_FALSE(claimed_security_mode_command(octets_of(command)).has_value());
}

TEST_CASE("wiped_context_holds_no_key_and_opens_nothing") {
  Pair pair;
  const ByteVector sent = pair.from_ue(SecurityHeader::integrity, octets_of(DetachAccept{}));
  wipe(pair.network);
  CHECK(pair.network.k_asme == StoredKey<32>());
  CHECK(pair.network.k_nas_int == StoredKey<16>());
  CHECK(pair.network.k_nas_enc == StoredKey<16>());
  CHECK(pair.at_network(sent).error() == Refusal::no_context);
}

}  // namespace
}  // namespace zerocell::nas
