// SPDX-License-Identifier: Apache-2.0

// What TS 24.301 §7 wants done with messages that are wrong, and what made other cores fall.

#include <deque>

#include <catch2/catch.hpp>

#include "core/nas/examples/examples.hpp"
#include "core/nas/security.hpp"
#include "core/nas/validate.hpp"

namespace zerocell::nas {
namespace {

using examples::octets_of;

/// Kept for good, since messages point into what they were read from.
const ByteVector& kept(ByteVector octets) {
  static std::deque<ByteVector> all;
  return all.emplace_back(std::move(octets));
}
const ByteVector& hex(std::string_view text) {
  return kept(from_hex(text).value());
}
const ByteVector& operator+(ByteVector a, const ByteVector& b) {
  a.insert(a.end(), b.begin(), b.end());
  return kept(std::move(a));
}

template <class T>
EmmCause cause_of(const NasDecoded<T>& decoded) {
  REQUIRE_FALSE(decoded.has_value());
  return decoded.error().emm_cause();
}

const ByteVector kAttachReject = hex("074416");

TEST_CASE("unknown_ies_are_passed_over_by_the_format_that_their_iei_tells") {
  // An unknown half octet, a TLV and a TLV-E, and then T3346.
  const auto reject = decode<AttachReject>(kAttachReject + hex("91 1503aabbcc 760002aabb 5f0121"));
  REQUIRE(reject.has_value());
  CHECK(reject->t3346_value == GprsTimer{0x21});
}

TEST_CASE("unknown_ie_that_must_be_comprehended_fails_the_message") {
  for (std::uint8_t iei = 0; iei < 0x10; ++iei) {
    const auto reject = decode<AttachReject>(kAttachReject + ByteVector{iei, 0x01, 0x00});
    CHECK(cause_of(reject) == EmmCause::invalid_mandatory_information);
    CHECK(reject.error().offset == 3);
  }
}

TEST_CASE("of_a_repeated_ie_the_first_counts") {
  const auto reject = decode<AttachReject>(kAttachReject + hex("5f0121 5f0122 160123 a1 a2"));
  REQUIRE(reject.has_value());
  CHECK(reject->t3346_value == GprsTimer{0x21});
  CHECK(reject->t3402_value == GprsTimer{0x23});
  CHECK(reject->extended_emm_cause == ExtendedEmmCause{.e_utran_not_allowed = true});
}

TEST_CASE("ie_out_of_sequence_is_ignored") {
  const auto reject = decode<AttachReject>(kAttachReject + hex("160123 5f0121 a1"));
  REQUIRE(reject.has_value());
  CHECK_FALSE(reject->t3346_value.has_value());
  CHECK(reject->t3402_value == GprsTimer{0x23});
  CHECK(reject->extended_emm_cause.has_value());
}

TEST_CASE("optional_ie_that_is_badly_formed_is_not_there_and_the_next_ones_are") {
  const auto reject = decode<AttachReject>(kAttachReject + hex("5f00 160123"));  // T3346 of no octet.
  REQUIRE(reject.has_value());
  CHECK_FALSE(reject->t3346_value.has_value());
  CHECK(reject->t3402_value == GprsTimer{0x23});
  const auto cut = decode<AttachReject>(kAttachReject + hex("160123 5f05 21"));  // Its length runs over.
  REQUIRE(cut.has_value());
  CHECK(cut->t3402_value == GprsTimer{0x23});
  CHECK_FALSE(cut->t3346_value.has_value());
}

TEST_CASE("octets_of_a_later_release_at_the_end_of_an_ie_are_passed_over") {
  const auto reject = decode<AttachReject>(kAttachReject + hex("5f0321aabb 160123"));
  REQUIRE(reject.has_value());
  CHECK(reject->t3346_value == GprsTimer{0x21});
  CHECK(reject->t3402_value == GprsTimer{0x23});
}

TEST_CASE("message_type_that_does_not_exist_in_this_direction_gets_cause_97") {
  CHECK(cause_of(decode_emm(hex("077f"), Direction::uplink)) == EmmCause::message_type_non_existent);
  CHECK(cause_of(decode_emm(octets_of(IdentityRequest{}), Direction::uplink)) ==
        EmmCause::message_type_non_existent);
  CHECK(cause_of(decode_esm(hex("0201ff"), Direction::uplink)) == EmmCause::message_type_non_existent);
  CHECK(cause_of(decode_esm(octets_of(EsmInformationRequest{}), Direction::uplink)) ==
        EmmCause::message_type_non_existent);
}

TEST_CASE("message_too_short_for_a_type_is_ignored") {
  for (const char* text : {"", "07", "02", "0201"}) {
    CHECK(decode_emm(hex(text), Direction::uplink).error().ignore());
    CHECK(decode_esm(hex(text), Direction::uplink).error().ignore());
    CHECK_FALSE(peek(hex(text)).has_value());
  }
}

TEST_CASE("mandatory_part_cut_anywhere_gets_cause_96") {
  const ByteVector message = octets_of(examples::ordinary_attach_request());
  const auto whole = decode<AttachRequest>(message);
  REQUIRE(whole.has_value());
  const std::size_t mandatory = 2 + 1 + 9 + 8 + 2 + whole->esm_message_container.size();
  for (std::size_t size = 2; size < message.size(); ++size) {
    const ByteVector cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
    const auto decoded = decode_emm(cut, Direction::uplink);
    CHECK(decoded.has_value() == (size >= mandatory));
    if (!decoded) CHECK(decoded.error().emm_cause() == EmmCause::invalid_mandatory_information);
  }
}

TEST_CASE("N3_esm_container_of_length_zero_is_refused_where_one_must_be") {
  CHECK(cause_of(decode_emm(hex("0741 71 08 0910101032547698 02 f070 0000"), Direction::uplink)) ==
        EmmCause::invalid_mandatory_information);
  CHECK(cause_of(decode_emm(hex("0743 0000"), Direction::uplink)) == EmmCause::invalid_mandatory_information);
  CHECK(cause_of(decode_emm(hex("0742 02 49 06 0000f1100001 0000"), Direction::downlink)) ==
        EmmCause::invalid_mandatory_information);
  const auto reject = decode<AttachReject>(kAttachReject + hex("780000"));
  REQUIRE(reject.has_value());
  CHECK_FALSE(reject->esm_message_container.has_value());
  const auto request = decode<ControlPlaneServiceRequest>(hex("074d00 780000"));
  REQUIRE(request.has_value());
  CHECK(decode_esm(*request->esm_message_container, Direction::uplink).error().ignore());
}

TEST_CASE("N4_attach_request_of_a_multiple_of_256_octets_keeps_its_length") {
  for (const std::size_t size : {256u, 512u, 1024u, 4096u}) {
    AttachRequest request = examples::ordinary_attach_request();
    const std::size_t rest = octets_of(request).size() - request.esm_message_container.size();
    const ByteVector container(size - rest, 0xAB);
    request.esm_message_container = container;
    const ByteVector plain = octets_of(request);
    REQUIRE(plain.size() == size);
    const auto decoded = decode<AttachRequest>(plain);
    REQUIRE(decoded.has_value());
    CHECK(decoded->esm_message_container.size() == container.size());
    CHECK(*decoded == request);

    EpsSecurityContext ue =
        new_context(*Key<32>::from_hex(std::string(64, '1')), 1,
                    {.ciphering = CipheringAlgorithm::eea2, .integrity = IntegrityAlgorithm::eia2});
    EpsSecurityContext network = ue;
    ByteVector sent(size + 6);
    ByteVector scratch(size + 6);
    const auto message = protect(ue, Role::ue, SecurityHeader::integrity_ciphered, plain, sent);
    REQUIRE(message.has_value());
    const auto opened = open(network, Role::network, *message, scratch);
    REQUIRE(opened.has_value());
    CHECK(equal(opened->message(), plain));
  }
}

TEST_CASE("N10_security_mode_complete_that_replays_another_message_is_semantically_wrong") {
  const auto judge = [](const ByteVector& container) {
    SecurityModeComplete complete;
    complete.replayed_nas_message_container = container;
    return semantic_error(complete);
  };
  CHECK_FALSE(judge(octets_of(examples::ordinary_attach_request())).has_value());
  CHECK_FALSE(judge(octets_of(TrackingAreaUpdateRequest{.old_guti = Guti()})).has_value());
  for (const char* text : {"", "07", "c7010203", "0743", "0201d011", "17000000000007 41", "0746"}) {
    const auto wrong = judge(hex(text));
    REQUIRE(wrong.has_value());
    CHECK(wrong->emm_cause() == EmmCause::semantically_incorrect_message);
  }
}

TEST_CASE("N10_security_mode_complete_with_another_identity_for_the_imeisv_has_none") {
  const auto complete = decode<SecurityModeComplete>(hex("075e 2309 f401020304 00000000"));
  REQUIRE(complete.has_value());
  CHECK_FALSE(complete->imeisv.has_value());
}

TEST_CASE("N11_pdn_type_that_is_reserved_is_unknown_and_an_unused_one_is_ipv6") {
  for (unsigned type = 0; type < 8; ++type) {
    ByteVector message = hex("0201d001");
    message[3] = static_cast<std::uint8_t>(type << 4 | 1);
    const auto request = decode<PdnConnectivityRequest>(message);
    REQUIRE(request.has_value());
    const auto wrong = semantic_error(*request);
    CHECK(wrong.has_value() == (type == 0 || type == 7));
    if (wrong) CHECK(wrong->esm_cause() == EsmCause::unknown_pdn_type);
  }
  CHECK(as_network_reads(PdnType::unused) == PdnType::ipv6);
}

TEST_CASE("N11_pdn_address_of_a_wrong_length_fails_the_message") {
  const auto request = [](std::string_view address) {
    const ByteVector value = hex(address);
    ByteVector message = hex("5201c1 0109 0403696f74");
    message.push_back(static_cast<std::uint8_t>(value.size()));
    return decode<ActivateDefaultEpsBearerContextRequest>(message + value);
  };
  CHECK(request("010a2d0002")->pdn_address.ipv4 == Ipv4Address{{10, 45, 0, 2}});
  CHECK(cause_of(request("")) == EmmCause::invalid_mandatory_information);
  CHECK(cause_of(request("010a2d00")) == EmmCause::invalid_mandatory_information);
  CHECK(cause_of(request("0200000000")) == EmmCause::invalid_mandatory_information);
  CHECK(cause_of(request("0300000000000000010a2d00")) == EmmCause::invalid_mandatory_information);
  CHECK(request("010a2d0002ffffffff")->pdn_address.type == PdnType::ipv4);
}

TEST_CASE("N13_pco_that_is_malformed_is_not_there") {
  const auto options = [](const ByteVector& value) {
    ByteVector message = hex("0201d01127");
    message.push_back(static_cast<std::uint8_t>(value.size()));
    const auto request = decode<PdnConnectivityRequest>(message + value + hex("c1"));
    REQUIRE(request.has_value());
    CHECK(request->device_properties == DeviceProperties::low_priority);
    return request->protocol_configuration_options.has_value();
  };
  CHECK(options(hex("80")));
  CHECK(options(hex("80 000d00")));
  CHECK_FALSE(options(hex("")));
  CHECK_FALSE(options(hex("80 00")));
  CHECK_FALSE(options(hex("80 000d")));
  CHECK_FALSE(options(hex("80 000d01")));
  CHECK_FALSE(options(hex("80 000dff 0000")));
}

TEST_CASE("N13_pco_of_more_options_than_anybody_has_room_for_is_walked_to_its_end") {
  ByteVector value = hex("80");
  for (int i = 0; i < 83; ++i) value = value + hex("000d00");
  const Pco options{value};
  CHECK(options.well_formed());
  std::size_t count = 0;
  for (const PcoContainer& container : options) count += container.id == PcoId::dns_server_ipv4;
  CHECK(count == 83);
  ByteVector longest = hex("80");
  while (longest.size() + 3 <= 65535)
    for (const std::uint8_t octet : {0x00, 0x0D, 0x00}) longest.push_back(octet);
  CHECK(ExtendedPco(longest).well_formed());
  CHECK_FALSE(ExtendedPco(longest).has(PcoId::dns_server_ipv6));
}

TEST_CASE("N14_tft_with_short_filters_or_a_bad_count_gets_the_cause_of_the_specification") {
  const auto cause = [](std::string_view text) {
    const auto tft = decode_tft(hex(text));
    REQUIRE_FALSE(tft.has_value());
    return tft.error().cause;
  };
  CHECK(cause("") == EsmCause::syntactical_error_in_tft);
  CHECK(cause("2f") == EsmCause::syntactical_error_in_tft);  // Fifteen filters, none there.
  CHECK(cause("21 31") == EsmCause::syntactical_errors_in_packet_filters);
  CHECK(cause("21 310a") == EsmCause::syntactical_errors_in_packet_filters);
  CHECK(cause("21 310a02 30") == EsmCause::syntactical_errors_in_packet_filters);    // Shorter than it says.
  CHECK(cause("21 310a01 30") == EsmCause::syntactical_errors_in_packet_filters);    // A component cut off.
  CHECK(cause("21 310a02 9901") == EsmCause::syntactical_errors_in_packet_filters);  // No such component.
  CHECK(cause("21 310a04 3006 3011") == EsmCause::syntactical_errors_in_packet_filters);  // One twice.
  CHECK(cause("21 310a12 21 00000000000000000000000000000000 81") ==
        EsmCause::syntactical_errors_in_packet_filters);                    // A prefix of 129 bits.
  CHECK(cause("21 310a02 3006 ff") == EsmCause::syntactical_error_in_tft);  // Octets behind the last filter.
  CHECK(cause("41 310a02 3006") == EsmCause::syntactical_error_in_tft);     // "Delete" takes no filters.
  CHECK(cause("a2 01") == EsmCause::syntactical_error_in_tft);
  CHECK(cause("e0") == EsmCause::syntactical_error_in_tft);                   // Reserved operation.
  CHECK(cause("31 310a02 3006 01ff") == EsmCause::syntactical_error_in_tft);  // Parameters run over.
  // The message that carries it stands: the procedure answers.
  const auto request = decode<BearerResourceModificationRequest>(hex("0201d6 05 01 2f"));
  REQUIRE(request.has_value());
  CHECK_FALSE(decode_tft(request->traffic_flow_aggregate.octets).has_value());
}

TEST_CASE("N16_header_of_one_layer_before_a_body_of_the_other_is_no_message") {
  for (const auto& [message, direction] : examples::every_emm_message()) {
    ByteVector octets = octets_of(message);
    CHECK(decode_esm(octets, direction).error().ignore());
    octets[0] = 0x02;
    CHECK_FALSE(decode_emm(octets, direction).has_value());
    (void)decode_esm(octets, direction);
  }
  for (const auto& [message, direction] : examples::every_esm_message()) {
    ByteVector octets = octets_of(message);
    CHECK(decode_emm(octets, direction).error().ignore());
    octets[0] = 0x07;
    CHECK_FALSE(decode_esm(octets, direction).has_value());
    (void)decode_emm(octets, direction);
  }
}

TEST_CASE("protected_message_is_no_plain_one") {
  for (unsigned header = 1; header < 12; ++header) {
    ByteVector octets = octets_of(examples::ordinary_attach_request());
    octets[0] = static_cast<std::uint8_t>(header << 4 | 7);
    CHECK(decode_emm(octets, Direction::uplink).error().ignore());
    CHECK_FALSE(decode<AttachRequest>(octets).has_value());
  }
}

TEST_CASE("value_that_does_not_fit_its_ie_is_not_encoded") {
  std::array<std::uint8_t, 1024> room{};
  const auto fits = [&room](const auto& message) {
    Writer out(room);
    return encode(message, out);
  };
  const ByteVector container(252, 1);
  CHECK_FALSE(fits(UplinkNasTransport{.nas_message_container = container}));
  CHECK(fits(UplinkNasTransport{.nas_message_container = Octets(container).first(251)}));
  CHECK_FALSE(fits(AttachComplete{}));  // Without an ESM message.
  CHECK_FALSE(fits(IdentityResponse{.mobile_identity = Imsi()}));
  std::array<std::uint8_t, 1> small{};
  Writer out(small);
  CHECK_FALSE(encode(DetachAccept{}, out));
}

}  // namespace
}  // namespace zerocell::nas
