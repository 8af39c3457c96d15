// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <catch2/catch.hpp>

#include "asn1/aper/decoder.hpp"
#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/samples_test.hpp"
#include "asn1/s1ap/tables.hpp"

/// What TS 36.413 §10 wants done with messages that are cut, incomplete or out of range, and what such
/// messages did to other cores.
namespace zerocell::s1ap {
namespace {

/// A message taken apart into the fields of its container, to be put together otherwise.
struct Parts {
  struct Field {
    std::uint16_t id = 0;
    std::uint8_t criticality = 0;  ///< In the two highest bits, as on the wire.
    ByteVector value{};
  };
  ByteVector head{};  ///< Kind, procedure code, criticality.
  std::vector<Field> fields{};

  static std::size_t length(Reader& in) {
    const std::size_t first = in.u8();
    return first < 0x80 ? first : (first & 0x3F) << 8 | in.u8();
  }
  static Parts of(Bytes octets) {
    Reader in(octets);
    Parts parts;
    const Bytes head = in.take(3);
    parts.head.assign(head.begin(), head.end());
    length(in);
    in.u8();
    for (unsigned count = in.u16(); count > 0; --count) {
      Field field{.id = in.u16(), .criticality = in.u8()};
      const Bytes value = in.take(length(in));
      field.value.assign(value.begin(), value.end());
      parts.fields.push_back(std::move(field));
    }
    REQUIRE((in.ok() && in.empty()));
    return parts;
  }
  static void put_length(ByteVector& out, std::size_t length) {
    if (length >= 0x80) out.push_back(static_cast<std::uint8_t>(0x80 | length >> 8));
    out.push_back(static_cast<std::uint8_t>(length));
  }
  ByteVector joined() const {
    ByteVector container{0, static_cast<std::uint8_t>(fields.size() >> 8),
                         static_cast<std::uint8_t>(fields.size())};
    for (const Field& field : fields) {
      container.push_back(static_cast<std::uint8_t>(field.id >> 8));
      container.push_back(static_cast<std::uint8_t>(field.id));
      container.push_back(field.criticality);
      put_length(container, field.value.size());
      container.insert(container.end(), field.value.begin(), field.value.end());
    }
    ByteVector octets = head;
    put_length(octets, container.size());
    octets.insert(octets.end(), container.begin(), container.end());
    return octets;
  }
  Field& field(IeId id) { return *std::ranges::find(fields, static_cast<std::uint16_t>(id), &Field::id); }
};

class Bench {
 public:
  Inbound read(Bytes octets) {
    arena_->reset();
    return decode(octets, *arena_);
  }
  ByteVector write(const Message& message) {
    const auto octets = encode(message.type, message.body, buffer_);
    REQUIRE(octets);
    return {octets->begin(), octets->end()};
  }
  template <class M>
  ByteVector write(const M& message) {
    return write(Message{M::kType, &message});
  }
  /// The least that a message of this type holds.
  ByteVector least(MessageType type) {
    arena_->reset();
    return write(sample(type, Fullness::least, random_, *arena_));
  }
  /// What the sender is told; it must be a message that itself is right.
  ByteVector report(const Inbound& inbound) {
    const Bytes report = encode_report(inbound, buffer_);
    REQUIRE_FALSE(report.empty());
    report_arena_->reset();
    const Inbound back = decode(report, *report_arena_);
    REQUIRE(back.verdict == Verdict::act);
    REQUIRE(back.report == Report::nothing);
    return {report.begin(), report.end()};
  }

 private:
  std::mt19937_64 random_{10};
  std::unique_ptr<InlineArena<kArenaOctets>> arena_ = std::make_unique<InlineArena<kArenaOctets>>();
  std::unique_ptr<InlineArena<kArenaOctets>> report_arena_ = std::make_unique<InlineArena<kArenaOctets>>();
  ByteVector buffer_ = ByteVector(128 * 1024);
};

bool has_fields(MessageType type) {
  return table_of(type).plain == nullptr;
}

bool about(const Inbound& inbound, CauseProtocol cause) {
  return name(inbound.cause) == name(Cause(cause));
}

UplinkNasTransport uplink_nas_transport() {
  UplinkNasTransport message;
  message.mme_ue_s1ap_id = 0xFFFFFFFF;
  message.enb_ue_s1ap_id = 0xFFFFFF;
  static constexpr std::array<std::uint8_t, 3> kNas{0x07, 0x60, 0x12};
  message.nas_pdu = kNas;
  message.eutran_cgi = {*Plmn::parse("00101"), 1};
  message.tai = {*Plmn::parse("00101"), 7};
  return message;
}

void check_absence(Bench& bench, MessageType type, const Parts& whole, std::size_t index) {
  const MessageTable& table = table_of(type);
  const auto row = std::ranges::find(table.ies, static_cast<IeId>(whole.fields[index].id), &Ie::id);
  REQUIRE(row != table.ies.end());
  if (row->presence != Presence::mandatory) return;
  Parts parts = whole;
  parts.fields.erase(parts.fields.begin() + static_cast<std::ptrdiff_t>(index));
  const Inbound inbound = bench.read(parts.joined());
  INFO(name(type) << " without IE " << whole.fields[index].id);
  CHECK(inbound.lacks(row->id));
  const bool conditions =
      std::ranges::any_of(table.ies, [](const Ie& ie) { return ie.condition != nullptr; });
  switch (row->criticality) {
    case Criticality::reject: {
      CHECK(inbound.verdict == Verdict::refuse);
      if (table.kind != PduKind::initiating_message) {
        CHECK(inbound.report == Report::nothing);
        return;
      }
      CHECK(inbound.report == (find_procedure(static_cast<std::uint8_t>(table.procedure))->unsuccessful
                                   ? Report::unsuccessful_outcome
                                   : Report::error_indication));
      bench.report(inbound);
      if (conditions) return;
      CHECK(about(inbound, CauseProtocol::abstract_syntax_error_reject));
      const auto items = inbound.diagnostics.ies_criticality_diagnostics;
      REQUIRE(items.size() == 1);
      CHECK(items[0].ie_id == whole.fields[index].id);
      CHECK(items[0].type_of_error == TypeOfError::missing);
      return;
    }
    case Criticality::ignore:
      if (conditions) return;
      CHECK(inbound.verdict == Verdict::act);
      CHECK(inbound.report == Report::nothing);
      return;
    case Criticality::notify:
      CHECK(inbound.verdict == Verdict::act);
      CHECK(inbound.report != Report::nothing);
      return;
  }
}

}  // namespace

TEST_CASE("R1_R2_R3_R4_R8_each_mandatory_ie_absent_in_turn_gets_what_its_criticality_says") {
  Bench bench;
  for (std::size_t i = 0; i < kMessageTypes; ++i) {
    const auto type = static_cast<MessageType>(i);
    if (!has_fields(type)) continue;
    const Parts whole = Parts::of(bench.least(type));
    for (std::size_t index = 0; index < whole.fields.size(); ++index)
      check_absence(bench, type, whole, index);
    // And none at all.
    Parts empty = whole;
    empty.fields.clear();
    const Inbound inbound = bench.read(empty.joined());
    if (inbound.report == Report::error_indication || inbound.report == Report::unsuccessful_outcome)
      bench.report(inbound);
  }
}

TEST_CASE("message_cut_anywhere_is_a_transfer_syntax_error") {
  Bench bench;
  for (std::size_t i = 0; i < kMessageTypes; ++i) {
    const ByteVector octets = bench.least(static_cast<MessageType>(i));
    for (std::size_t length = 0; length < octets.size(); ++length) {
      const Inbound inbound = bench.read(Bytes(octets).first(length));
      INFO(to_hex(octets) << " cut to " << length);
      REQUIRE(inbound.verdict == Verdict::refuse);
      REQUIRE(about(inbound, CauseProtocol::transfer_syntax_error));
      if (inbound.report == Report::error_indication) bench.report(inbound);
    }
  }
}

TEST_CASE("R11_R12_value_that_ends_before_its_type_does_is_a_transfer_syntax_error") {
  Bench bench;
  for (std::size_t i = 0; i < kMessageTypes; ++i) {
    const auto type = static_cast<MessageType>(i);
    if (!has_fields(type)) continue;
    const Parts whole = Parts::of(bench.least(type));
    for (std::size_t index = 0; index < whole.fields.size(); ++index)
      for (std::size_t length = 0; length < whole.fields[index].value.size(); ++length) {
        Parts parts = whole;
        parts.fields[index].value.resize(length);
        const Inbound inbound = bench.read(parts.joined());
        INFO(name(type) << " IE " << parts.fields[index].id << " cut to " << length);
        REQUIRE(inbound.verdict == Verdict::refuse);
        REQUIRE(about(inbound, CauseProtocol::transfer_syntax_error));
        if (inbound.report == Report::error_indication) bench.report(inbound);
      }
  }
}

TEST_CASE("R12_transport_layer_address_longer_than_its_ie_is_a_transfer_syntax_error") {
  Bench bench;
  UplinkNasTransport message = uplink_nas_transport();
  message.gw_transport_layer_address = TransportLayerAddress::of(*IpAddress::parse("10.0.0.1"));
  Parts parts = Parts::of(bench.write(message));
  auto& value = parts.field(IeId::gw_transport_layer_address).value;
  // One bit for later sizes, then eight for 1 to 160 bits: 32 bits become 160, of which four octets are
  // there.
  value[0] = static_cast<std::uint8_t>((160 - 1) >> 1);
  value[1] = static_cast<std::uint8_t>((160 - 1) << 7);
  const Inbound inbound = bench.read(parts.joined());
  CHECK(inbound.verdict == Verdict::refuse);
  CHECK(about(inbound, CauseProtocol::transfer_syntax_error));
}

TEST_CASE("R6_code_without_a_procedure_is_answered_as_its_criticality_says") {
  Bench bench;
  for (unsigned code = 0; code < 256; ++code) {
    if (find_procedure(static_cast<std::uint8_t>(code)) != nullptr) continue;
    for (unsigned kind = 0; kind < 3; ++kind)
      for (const std::uint8_t criticality : {0x00, 0x40, 0x80}) {
        const Inbound inbound = bench.read(ByteVector{
            static_cast<std::uint8_t>(kind << 5), static_cast<std::uint8_t>(code), criticality, 3, 0, 0, 0});
        INFO(code << " " << kind << " " << unsigned{criticality});
        CHECK(inbound.verdict == Verdict::refuse);
        CHECK(inbound.report == (criticality == 0x40 ? Report::nothing : Report::error_indication));
        if (inbound.report == Report::error_indication) bench.report(inbound);
      }
  }
}

TEST_CASE("R7_outcome_that_a_procedure_does_not_have_is_falsely_constructed") {
  Bench bench;
  for (std::size_t i = 0; i < kMessageTypes; ++i) {
    const auto type = static_cast<MessageType>(i);
    const ByteVector octets = bench.least(type);
    const ProcedureTable& procedure = *find_procedure(octets[1]);
    for (unsigned kind = 0; kind < 3; ++kind) {
      if (procedure.message(static_cast<PduKind>(kind)) != nullptr) continue;
      ByteVector turned = octets;
      turned[0] = static_cast<std::uint8_t>(kind << 5);
      const Inbound inbound = bench.read(turned);
      INFO(name(type) << " as kind " << kind);
      CHECK(inbound.verdict == Verdict::refuse);
      if (octets[1] == static_cast<std::uint8_t>(Procedure::error_indication) && kind == 0) continue;
      CHECK(about(inbound, CauseProtocol::abstract_syntax_error_falsely_constructed_message));
      bench.report(inbound);
    }
  }
}

TEST_CASE("R9_ue_ids_out_of_range_are_a_transfer_syntax_error_that_can_be_told") {
  Bench bench;
  const UplinkNasTransport message = uplink_nas_transport();
  // The greatest ids there are come back in the answer.
  Parts parts = Parts::of(bench.write(message));
  std::erase_if(parts.fields, [](const Parts::Field& field) {
    return field.id == static_cast<std::uint16_t>(IeId::nas_pdu);
  });
  const Inbound greatest = bench.read(parts.joined());
  CHECK(greatest.mme_ue_s1ap_id == 0xFFFFFFFF);
  CHECK(greatest.enb_ue_s1ap_id == 0xFFFFFF);
  bench.report(greatest);
  // An eNB UE S1AP ID of four octets: two bits say how many, and 3 stands for four.
  parts = Parts::of(bench.write(message));
  parts.field(IeId::enb_ue_s1ap_id).value = {0xC0, 0xFF, 0xFF, 0xFF, 0xFF};
  const Inbound inbound = bench.read(parts.joined());
  CHECK(inbound.verdict == Verdict::refuse);
  CHECK(about(inbound, CauseProtocol::transfer_syntax_error));
  CHECK_FALSE(inbound.enb_ue_s1ap_id);
  bench.report(inbound);
}

TEST_CASE("R10_s1_setup_with_all_the_areas_and_plmns_that_there_may_be_is_read_and_more_are_refused") {
  Bench bench;
  std::vector<Plmn> plmns;
  for (unsigned i = 0; i < 6; ++i) plmns.push_back(*Plmn::parse("0010" + std::to_string(i)));
  std::vector<SupportedTasItem> areas(256);
  for (std::size_t i = 0; i < areas.size(); ++i) areas[i] = {static_cast<std::uint16_t>(i), plmns, {}};
  S1SetupRequest request;
  request.global_enb_id = {plmns[0], MacroEnbId{1}};
  request.supported_tas = areas;
  const ByteVector octets = bench.write(request);
  const Inbound inbound = bench.read(octets);
  REQUIRE(inbound.verdict == Verdict::act);
  const auto read = inbound.message.as<S1SetupRequest>()->supported_tas;
  REQUIRE(read.size() == 256);
  CHECK((read[255].tac == 255 && read[255].broadcast_plmns.size() == 6));
  CHECK(read[255].broadcast_plmns[5] == plmns[5]);

  // One area: a count of 1 to 256 in an octet, two bits, the TAC, and a count of 1 to 6 in three bits. 7 and
  // 8 are what the three bits could still say.
  request.supported_tas = {areas.data() + 7, 1};
  for (const std::uint8_t count : {6, 7}) {
    Parts parts = Parts::of(bench.write(request));
    auto& value = parts.field(IeId::supported_tas).value;
    REQUIRE(value[3] == 0xC0 + (5 << 3));
    value[3] = static_cast<std::uint8_t>(0xC0 + (count << 3));
    value.resize(value.size() + 6, 0);
    const Inbound more = bench.read(parts.joined());
    CHECK(more.verdict == Verdict::refuse);
    CHECK(about(more, CauseProtocol::transfer_syntax_error));
    bench.report(more);
  }
}

TEST_CASE("R13_reset_with_a_cause_that_nobody_knows_resets_and_one_of_no_group_does_not") {
  Bench bench;
  Reset reset;
  reset.reset_type = ResetAll::reset_all;
  reset.cause = CauseMisc::unspecified;
  Parts parts = Parts::of(bench.write(reset));
  // A radio network cause, and a group of causes, of a later version: the IE may be ignored.
  for (const ByteVector& later : {ByteVector{0x0B, 0xF0}, ByteVector{0x80, 0x01, 0x00}}) {
    parts.field(IeId::cause).value = later;
    const Inbound inbound = bench.read(parts.joined());
    CHECK(inbound.verdict == Verdict::act);
    CHECK(inbound.lacks(IeId::cause));
  }
  // The sixth of five groups.
  parts.field(IeId::cause).value = {0x50, 0x00};
  const Inbound inbound = bench.read(parts.joined());
  CHECK(inbound.verdict == Verdict::refuse);
  CHECK(about(inbound, CauseProtocol::transfer_syntax_error));
}

TEST_CASE("unknown_ie_is_rejected_ignored_or_reported_as_its_sender_says") {
  Bench bench;
  const ByteVector octets = bench.write(uplink_nas_transport());
  for (const std::uint8_t criticality : {0x00, 0x40, 0x80}) {
    Parts parts = Parts::of(octets);
    parts.fields.push_back({.id = 60'000, .criticality = criticality, .value = {1, 2, 3}});
    const Inbound inbound = bench.read(parts.joined());
    CHECK(inbound.verdict == (criticality == 0x00 ? Verdict::refuse : Verdict::act));
    CHECK(inbound.report == (criticality == 0x40 ? Report::nothing : Report::error_indication));
    if (criticality == 0x40) continue;
    const auto items = inbound.diagnostics.ies_criticality_diagnostics;
    REQUIRE(items.size() == 1);
    CHECK(items[0].ie_id == 60'000);
    CHECK(items[0].type_of_error == TypeOfError::not_understood);
    bench.report(inbound);
  }
}

TEST_CASE("ies_in_another_order_or_twice_are_falsely_constructed_and_their_ids_still_in_the_answer") {
  Bench bench;
  const Parts whole = Parts::of(bench.write(uplink_nas_transport()));
  Parts turned = whole;
  std::swap(turned.fields[0], turned.fields[1]);
  Parts doubled = whole;
  doubled.fields.insert(doubled.fields.begin() + 1, doubled.fields[0]);
  for (const Parts& parts : {turned, doubled}) {
    const Inbound inbound = bench.read(parts.joined());
    CHECK(inbound.verdict == Verdict::refuse);
    CHECK(about(inbound, CauseProtocol::abstract_syntax_error_falsely_constructed_message));
    CHECK(inbound.mme_ue_s1ap_id == 0xFFFFFFFF);
    CHECK(inbound.enb_ue_s1ap_id == 0xFFFFFF);
    bench.report(inbound);
  }
}

TEST_CASE("more_unknown_ies_than_can_be_listed_are_refused_with_those_that_can") {
  Bench bench;
  Parts parts = Parts::of(bench.write(uplink_nas_transport()));
  for (std::uint16_t id = 50'000; id < 50'300; ++id)
    parts.fields.push_back({.id = id, .criticality = 0, .value = {0}});
  const Inbound inbound = bench.read(parts.joined());
  CHECK(inbound.verdict == Verdict::refuse);
  CHECK(inbound.diagnostics.ies_criticality_diagnostics.size() == aper::kFindingsMax);
  bench.report(inbound);
}

TEST_CASE("error_indication_is_never_answered_by_another") {
  Bench bench;
  ErrorIndication indication;
  indication.cause = CauseProtocol::unspecified;
  Parts parts = Parts::of(bench.write(indication));
  for (const std::uint8_t criticality : {0x00, 0x80}) {
    Parts wrong = parts;
    wrong.fields.push_back({.id = 60'000, .criticality = criticality, .value = {0}});
    CHECK(bench.read(wrong.joined()).report == Report::nothing);
  }
  parts.fields[0].value.clear();
  CHECK(bench.read(parts.joined()).report == Report::nothing);
}

}  // namespace zerocell::s1ap
